/** A mail's body as one plain text: what its sender wrote as text, else what the HTML says. */
import { htmlToText } from './html.ts'
import type { WireEmail, WirePart } from './wire.ts'

/** The most a part is asked for, and the most a mail's text may have: a D1 row holds 2 MB. */
export const LONGEST_BODY = 262_144
const CUT = '\n[…]' // a reader must see that there was more

/** The text of all text parts, line ends as `\n`; a mail that was cut says so in its last line. */
export function bodyText(mail: Pick<WireEmail, 'textBody' | 'htmlBody' | 'bodyValues'>): string {
  return fitting(joined(mail.textBody, mail) || joined(mail.htmlBody, mail))
}

/** As much of a text as a record holds; one that was cut says so in its last line. */
export function fitting(text: string): string {
  return text.length > LONGEST_BODY ? text.slice(0, LONGEST_BODY).trimEnd() + CUT : text
}

/** Whether a record holds less than the whole text. */
export function isCut(text: string): boolean {
  return text.endsWith(CUT)
}

// JMAP puts an HTML-only mail's part into both lists, and pictures between the texts.
function joined(parts: readonly WirePart[], mail: Pick<WireEmail, 'bodyValues'>): string {
  return parts
    .map((part) => partText(part, mail))
    .filter((text) => text !== '')
    .join('\n\n')
}

function partText({ partId, type }: WirePart, { bodyValues }: Pick<WireEmail, 'bodyValues'>) {
  const body = partId === null ? undefined : bodyValues[partId]
  if (body === undefined) return ''
  const text = type.toLowerCase() === 'text/html' ? htmlToText(body.value) : tidy(body.value)
  return body.isTruncated ? text + CUT : text
}

/** Line ends of one kind, lines without a tail. */
export function tidy(text: string): string {
  return text
    .replaceAll(/(?![\n\r\t])\p{Cc}/gu, '') // no text, and long as JSON
    .split(/\r\n|\r|\n/)
    .map((line) => line.trimEnd())
    .join('\n')
    .trim()
}
