/**
 * Mails that no person wrote to us: told by their headers alone, never by their words, and the same
 * whichever way they came. No I/O. Spec: RFC 3834 (Auto-Submitted), RFC 2919 (List-Id), RFC 6522
 * (multipart/report).
 */
import type { Automatic } from '@switchboard/shared/record'

export interface Told {
  /** A header's value, the topmost; null: there is none. */
  header(name: string): string | null
  /** Who sent it, by its From header. */
  from: readonly { address: string }[]
  /** The envelope's sender was empty; null: nobody knows the envelope. */
  nullSender: boolean | null
}

/** The headers that are looked at, in lower case. */
export const AUTOMATIC_HEADERS = [
  'auto-submitted',
  'content-type',
  'list-id',
  'list-unsubscribe',
  'precedence',
  'return-path',
  'x-auto-response-suppress',
  'x-autoreply',
  'x-autorespond',
  'x-failed-recipients',
] as const

/** What kind of automatic mail it is; undefined: a person's, as far as headers tell. */
export function automaticKind(told: Told): Automatic | undefined {
  const is = (name: string, pattern: RegExp) => pattern.test(told.header(name) ?? '')
  const has = (name: string) => told.header(name) !== null
  const nullSender = told.nullSender ?? is('return-path', /^\s*<\s*>/)
  const fromMailer = told.from.some(({ address }) =>
    /^(?:mailer-daemon|postmaster)@/i.test(address),
  )

  if (is('content-type', /^\s*multipart\/report\b/i))
    return is('content-type', /disposition-notification/i) ? 'answer' : 'bounce'
  if (has('x-failed-recipients') || (nullSender && fromMailer)) return 'bounce'
  if (is('auto-submitted', /^\s*auto-replied/i)) return 'answer'
  if (has('x-autoreply') || has('x-autorespond') || is('precedence', /^\s*auto[_-]?reply/i))
    return 'answer'
  if (has('list-id') || has('list-unsubscribe') || is('precedence', /^\s*(?:bulk|list|junk)/i))
    return 'newsletter'
  if (nullSender) return 'answer'
  if (has('auto-submitted') && !is('auto-submitted', /^\s*no\b/i)) return 'notice'
  // Exchange sets it to `All` on what it writes itself, and programs do on what they send.
  if (is('x-auto-response-suppress', /\b(?:all|oof|autoreply)\b/i)) return 'notice'
  return undefined
}

/** The list's name as a domain name, as in `news.shop.example`. */
export function listIdOf(header: string | null): string | undefined {
  if (header === null) return undefined
  const id = (/<([^<>]*)>/.exec(header)?.[1] ?? header).trim().toLowerCase()
  return id === '' ? undefined : id.slice(0, 255)
}
