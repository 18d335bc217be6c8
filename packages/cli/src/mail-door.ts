/**
 * The local runtime's mail door: hands a raw mail to the producer as Email Routing would. It answers
 * once the Worker has taken the mail in.
 */
import { rawMessage } from '@switchboard/sandbox/http/mailbox/mime'
import type { WorldMail } from '@switchboard/sandbox/world'

export interface RoutedMail {
  from: string // of the envelope
  to: string
  raw: string | Uint8Array<ArrayBuffer>
}

/** @param url of the local runtime. @throws where the Worker did not take the mail */
export async function routeMail(url: string, { from, to, raw }: RoutedMail): Promise<void> {
  const door = new URL('/cdn-cgi/local/email', url)
  door.search = new URLSearchParams({ from, to, format: 'json' }).toString()
  const response = await fetch(door, { method: 'POST', body: raw })
  const answer = await response.text()
  if (!response.ok) throw new Error(`the mail door answered ${response.status}: ${answer}`)
}

/** A copy of every mail goes to it, of what is sent as well. */
const COPIES = 'archive@northgate-ms.example'

/** A mail of the sandbox's world, as it comes in by that door. */
export function routedFrom(mail: WorldMail): RoutedMail {
  return {
    from: mail.from[0]?.email ?? '',
    to: COPIES,
    raw: new Uint8Array(rawMessage(mail)),
  }
}
