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

/** What a Message-ID stands for: two mails that differ in any of it are two mails. */
export interface Identity {
  sender: string // From addresses in lower case, sorted, joined by commas
  sentAt: number | null // ms since epoch, of the Date header
  subject: string // folded as below, cut to what a page's title holds
}

export function identityOf(mail: Pick<MailPart, 'from' | 'sentAt' | 'subject'>): Identity {
  return {
    sender: mail.from.map(addressOf).toSorted().join(','),
    sentAt: mail.sentAt === undefined ? null : Date.parse(mail.sentAt),
    subject: folded(mail.subject).slice(0, SUBJECT_LENGTH),
  }
}

/** Notion's title holds so much in one piece. */
const SUBJECT_LENGTH = 1900
/** A Date header counts seconds; a page another tool made may tell the day only, or a local time. */
const SAME_SECOND_MS = 1000
const SAME_PAGE_MS = 38 * 3_600_000 // midnight UTC of a day that ended twelve hours later elsewhere

/**
 * Whether a mail is the one that is known by its Message-ID.
 * @param exact both were read from the mail itself; else one is a page, where what is empty is not
 *   known and times are rough
 */
export function isSameMail(known: Identity, mail: Identity, exact: boolean): boolean {
  const apart = Math.abs((known.sentAt ?? 0) - (mail.sentAt ?? 0))
  if (exact)
    return (
      known.sender === mail.sender &&
      isSameSubject(known.subject, mail.subject) &&
      (known.sentAt === null) === (mail.sentAt === null) &&
      apart < SAME_SECOND_MS
    )
  return (
    (known.sender === '' || mail.sender === '' || sharesSender(known.sender, mail.sender)) &&
    (isSameSubject(known.subject, mail.subject) || isCutFrom(known.subject, mail.subject)) &&
    (known.sentAt === null || mail.sentAt === null || apart < SAME_PAGE_MS)
  )
}

/** Letters in a charset that nobody named come out differently by each way: they are not compared. */
function isSameSubject(a: string, b: string): boolean {
  if (a === b) return true
  return (a.includes('\uFFFD') || b.includes('\uFFFD')) && ascii(a) === ascii(b)
}

/** A page has room for one sender. */
function sharesSender(a: string, b: string): boolean {
  const others = b.split(',')
  return a.split(',').some((address) => others.includes(address))
}

/** One is how the other begins, whatever its case: tools cut what is long, and leave out what is empty. */
function isCutFrom(a: string, b: string): boolean {
  const [short = '', long = ''] = [a, b]
    .map((subject) => subject.toLowerCase().replace(/ ?(?:…|\.{3})$/, ''))
    .toSorted((one, other) => one.length - other.length)
  return long.startsWith(short)
}

function ascii(text: string): string {
  return text.replaceAll(/[^\x21-\x7e]+/g, '')
}

export type MailHeaders = Pick<
  MailPart,
  'messageId' | 'from' | 'to' | 'cc' | 'subject' | 'sentAt' | 'createdAt'
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
  return idFrom(mail.messageId) ?? hashId(mail)
}

/** The record id that a Message-ID alone tells; null: there is none, or it is too long. */
export function idFrom(messageId: string | null | undefined): string | null {
  const id = normaliseMessageId(messageId)
  return id !== null && id.length <= LONGEST_ID ? id : null
}

/** The id of a mail whose Message-ID is another mail's, or that has none: `hash:` as above. */
export async function hashId(mail: MailHeaders): Promise<string> {
  return `hash:${await sha256(canonicalText(mail))}`
}

function canonicalText(mail: MailHeaders): string {
  return [
    `from: ${addresses(mail.from)}`,
    `date: ${new Date(mail.sentAt ?? mail.createdAt).toISOString()}`,
    `subject: ${folded(mail.subject)}`,
    `to: ${addresses(mail.to)}`,
    `cc: ${addresses(mail.cc)}`,
  ].join('\n')
}

function folded(subject: string): string {
  return subject.normalize('NFC').replaceAll(/\s+/g, ' ').trim()
}

function addresses(list: readonly MailAddress[]): string {
  return list.map(addressOf).join(',')
}

function addressOf({ address }: MailAddress): string {
  return address.trim().toLowerCase()
}
