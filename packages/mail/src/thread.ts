/**
 * What a mail says of its thread: every id it names, and the name it brings for the thread, which is
 * made of the first mail that it knows of. Mails whose headers are whole bring the same name. No I/O.
 * Spec: RFC 5322, section 3.6.4.
 */
import { sha256 } from '@switchboard/shared/hash'
import type { MailPart } from '@switchboard/shared/record'

export interface ThreadRefs {
  refs: string[]
  thread: string // `thread:` and 16 hex digits
}

/** A hostile header names thousands: the first ones are the root, the last ones are the nearest. */
const FIRST = 5
const LAST = 40

/** @param source whose thread id it is, where the mail has one: `jmap`, `page` */
export async function threadRefs(
  mail: Pick<MailPart, 'id' | 'references' | 'inReplyTo' | 'threadId'>,
  source: string,
): Promise<ThreadRefs> {
  const { id, references, inReplyTo, threadId } = mail
  const root = references[0] ?? inReplyTo[0] ?? id
  const named = [
    ...inReplyTo.slice(0, FIRST),
    ...references.slice(0, FIRST),
    ...references.slice(FIRST).slice(-LAST),
    ...(threadId === null || isThreadOfOurs(threadId) ? [] : [`${source}:${threadId}`]),
  ]
  return {
    refs: [...new Set([id, ...named])],
    thread: `thread:${(await sha256(root)).slice(0, 16)}`,
  }
}

/** A page that we filled in has our name for the thread. */
export function isThreadOfOurs(threadId: string): boolean {
  return /^thread:[0-9a-f]{16}$/.test(threadId)
}
