/**
 * The headers that say who wrote what when, read in the same way whichever way they came: a raw
 * message's own, or a mailbox's as they stand (RFC 8621, section 4.1.2). Of a header that may stand
 * there once (RFC 5322, section 3.6) and stands there twice the topmost counts; of those that name
 * people all do. No I/O.
 */
import type { MailAddress } from '@switchboard/shared/record'
import PostalMime, { addressParser } from 'postal-mime'
import type { Email } from 'postal-mime'
import { normaliseMessageId } from './identity.ts'

/** The headers that are read, in lower case. */
export const IDENTITY_HEADERS = [
  'message-id',
  'in-reply-to',
  'references',
  'from',
  'to',
  'cc',
  'bcc',
  'reply-to',
  'subject',
  'date',
] as const
export type IdentityHeader = (typeof IDENTITY_HEADERS)[number]

export interface Headers {
  messageId: string | null
  inReplyTo: string[]
  references: string[]
  subject: string
  from: MailAddress[]
  to: MailAddress[]
  cc: MailAddress[]
  bcc: MailAddress[]
  replyTo?: MailAddress[] // those that are no senders
  sentAt: string | null // in UTC; null: none that can be read
}

/** What a parsed message says. */
export function headersOf(mail: Email): Headers {
  const from = addressesOf(mail, 'from')
  const senders = new Set(from.map(({ address }) => address.toLowerCase()))
  const replyTo = addressesOf(mail, 'reply-to').filter(
    ({ address }) => !senders.has(address.toLowerCase()),
  )
  return {
    messageId: normaliseMessageId(mail.messageId),
    inReplyTo: messageIds(mail.inReplyTo),
    references: messageIds(mail.references),
    subject: readable(mail.subject ?? ''),
    from,
    to: addressesOf(mail, 'to'),
    cc: addressesOf(mail, 'cc'),
    bcc: addressesOf(mail, 'bcc'),
    ...(replyTo.length > 0 && { replyTo }),
    sentAt: instant(mail.date ?? null),
  }
}

/**
 * What headers say that are told as they stand, each name's in their order.
 * @returns null: they are more than anybody reads
 */
export async function readHeaders(
  told: ReadonlyMap<IdentityHeader, readonly string[]>,
): Promise<Headers | null> {
  const lines = [...told].flatMap(([name, values]) =>
    values.map((value) => `${name}:${value.replaceAll(/[\r\n]+(?![ \t])/g, ' ').trimEnd()}`),
  )
  try {
    return headersOf(await PostalMime.parse(`${lines.join('\r\n')}\r\n\r\n`))
  } catch {
    return null
  }
}

/** Without line ends and what no text may hold. */
export function readable(text: string): string {
  return text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()
}

/** As an instant in UTC; null where it is none, or none that has four digits for its year. */
export function instant(text: string | null): string | null {
  const at = new Date(text ?? '')
  if (Number.isNaN(at.getTime())) return null
  const utc = at.toISOString()
  return /^\d{4}-/.test(utc) ? utc : null
}

const AHEAD_MS = 86_400_000
/** RFC 822 is of 1982: what is older was dated by a clock that nobody had set. */
const FIRST_MAIL = Date.UTC(1982, 0)

/**
 * When a mail is filed at: as its Date header says, unless that clock was wrong beyond doubt.
 * @param receivedAt an instant
 */
export function datedAt(sentAt: string | null, receivedAt: string): string {
  if (sentAt === null) return receivedAt
  const at = Date.parse(sentAt)
  return at < FIRST_MAIL || at > Date.parse(receivedAt) + AHEAD_MS ? receivedAt : sentAt
}

/** Every address of all headers of this name; groups are taken apart. */
function addressesOf({ headers }: Email, name: string): MailAddress[] {
  return headers
    .filter(({ key }) => key === name)
    .flatMap(({ value }) => addressParser(value, { flatten: true }))
    .flatMap(({ name: who, address }) => {
      const bare = (address ?? '').trim().replace(ROUTE, '')
      return bare === '' ? [] : [{ name: readable(who) || null, address: bare }]
    })
}

/** `@relay.example,@other.example:jo@shop.example`. Spec: RFC 5322, section 4.4. */
const ROUTE = /^@[^:"]*:/

function messageIds(header: string | undefined): string[] {
  if (header === undefined) return []
  const bracketed = [...header.matchAll(/<[^<>]*>/g)].map(([id]) => id)
  const ids = bracketed.length > 0 ? bracketed : header.split(/[\s,]+/)
  return ids.map((id) => normaliseMessageId(id)).filter((id) => id !== null)
}
