/** Whether the stage `archive` has anything to do for a record: its queue is spared what has not. */
import { filesOf } from '@switchboard/shared/files'
import { readCallParts } from '@switchboard/shared/merge'
import type { StoredParts } from '@switchboard/shared/merge'
import { wordlessFiles } from '@switchboard/shared/merge-whisper'
import type { ConversationRecord } from '@switchboard/shared/record'

/** What was known of a record's files when it was claimed. */
export interface KeptFiles {
  parts: StoredParts
  keys: ReadonlySet<string> // in R2, or not to be had
  stored: ReadonlySet<string> // in R2
}

/**
 * @param transcribes whether files without words are written down
 * @param now ms since epoch
 */
export function owesFiles(
  record: ConversationRecord,
  { parts, keys, stored }: KeptFiles,
  transcribes: boolean,
  now: number,
): boolean {
  // What a mailbox does not have any more, the raw message may have that came since.
  const known = record.kind === 'mail' && record.raw !== undefined ? stored : keys
  if (filesOf(record).some(({ key }) => !known.has(key))) return true
  if (!transcribes || record.kind !== 'call') return false
  return wordlessFiles(record, readCallParts(parts).whisper, now).length > 0
}
