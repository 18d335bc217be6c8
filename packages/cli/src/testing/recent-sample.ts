/** The newest part of the sample workspace, where its size is not what a test is about. */
import { sampleWorld } from '@switchboard/sandbox/sample/workspace'
import type { World, WorldMail } from '@switchboard/sandbox/world'

const DAY_MS = 86_400_000

/** What came in these last days before the anchor (ms since epoch), and all who could have. */
export function recentSample(anchor: number, days: number): World {
  const sample = sampleWorld(new Date(anchor))
  const isRecent = (at: string) => anchor - Date.parse(at) < days * DAY_MS
  return {
    ...sample,
    calls: sample.calls.filter(({ createdAt }) => isRecent(createdAt)),
    textMessages: sample.textMessages.filter(({ createdAt }) => isRecent(createdAt)),
    mails: sample.mails.filter(({ receivedAt }) => isRecent(receivedAt)),
  }
}

/** Whether a mail is filed: not what is thrown away, unwanted or unfinished. */
export function isFiled({ mailbox }: WorldMail): boolean {
  return !['trash', 'junk', 'drafts'].includes(mailbox)
}
