/**
 * A mail's identity, the same whichever way the mail reached us. Two mails with one Message-ID are
 * one record; a mail without one is known by a hash of what its sender wrote into its headers.
 */
import { sha256 } from '@switchboard/shared/hash'
import type { MailAddress, MailPart } from '@switchboard/shared/record'

// A record id travels in queue messages and keys: a Message-ID longer than this is hashed as well.
const LONGEST_ID = 500

/** A Message-ID without `<>`, comments and blanks; null where nothing is left. */
export function normaliseMessageId(raw: string | null | undefined): string | null {
  if (raw === null || raw === undefined) return null
  const inBrackets = /<([^<>]*)>/.exec(raw)?.[1]
  const id = (inBrackets ?? raw).replaceAll(/[\s<>\p{Cc}]/gu, '')
  return id === '' ? null : id
}

export type MailHeaders = Pick<
  MailPart,
  'messageId' | 'from' | 'to' | 'cc' | 'subject' | 'createdAt'
>

/**
 * The record id: the normalised Message-ID, else `hash:` and the SHA-256 (hex) of this text in UTF-8:
 *
 *     from: <addresses>\n
 *     date: <when it was sent, else received, as YYYY-MM-DDTHH:mm:ss.sssZ>\n
 *     subject: <in NFC, blanks folded to one space, trimmed>\n
 *     to: <addresses>\n
 *     cc: <addresses>
 *
 * Addresses are trimmed, in lower case, in the order of the header, joined by commas.
 */
export async function mailId(mail: MailHeaders): Promise<string> {
  const messageId = normaliseMessageId(mail.messageId)
  if (messageId !== null && messageId.length <= LONGEST_ID) return messageId
  return `hash:${await sha256(canonicalText(mail))}`
}

function canonicalText(mail: MailHeaders): string {
  return [
    `from: ${addresses(mail.from)}`,
    `date: ${new Date(mail.createdAt).toISOString()}`,
    `subject: ${mail.subject.normalize('NFC').replaceAll(/\s+/g, ' ').trim()}`,
    `to: ${addresses(mail.to)}`,
    `cc: ${addresses(mail.cc)}`,
  ].join('\n')
}

function addresses(list: readonly MailAddress[]): string {
  return list.map(({ address }) => address.trim().toLowerCase()).join(',')
}
