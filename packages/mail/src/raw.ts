/**
 * A raw message (RFC 5322, MIME) as our part, and its files. Nothing a sender can write makes this
 * throw: what MIME does not explain is read by its headers alone, and the message itself is its
 * file. No I/O.
 */
import type { MailPart } from '@switchboard/shared/record'
import PostalMime from 'postal-mime'
import type { Email } from 'postal-mime'
import { authenticationOf } from './authentication.ts'
import { automaticKind, listIdOf } from './automatic.ts'
import { fitting, isCut, tidy } from './body.ts'
import { ORIGINAL, fileName } from './file-names.ts'
import { datedAt, headersOf, readable } from './headers.ts'
import { htmlToText } from './html.ts'
import { mailId } from './identity.ts'
import { defined, withId } from './map.ts'
import { ownWords } from './said.ts'

/** How a raw message came, beside what it says itself. */
export interface Delivered {
  key: string // of the raw message in R2
  envelopeFrom: string // empty: the null sender
  envelopeTo: string[]
  receivedAt: number // ms since epoch
}

const WHOLE_TEXT = 'text.txt'

/** The part that a raw message makes. */
export async function readRaw(bytes: Uint8Array, delivered: Delivered): Promise<MailPart> {
  const { mail, whole } = await parse(bytes)
  const header = (name: string) => mail.headers.find(({ key }) => key === name)?.value ?? null
  const { sentAt, ...headers } = headersOf(mail)
  const { from } = headers
  const text = fitting(textOf(mail))
  const envelopeFrom = delivered.envelopeFrom.replaceAll(/[<>\s]/g, '')
  const part = {
    ...headers,
    sourceId: null,
    threadId: null,
    createdAt: datedAt(sentAt, new Date(delivered.receivedAt).toISOString()),
    ...(sentAt !== null && { sentAt }),
    text,
    ...defined({
      said: ownWords(text, headers.subject),
      whole: isCut(text) ? {} : undefined,
      automatic: automaticKind({ header, from, nullSender: envelopeFrom === '' }),
      listId: listIdOf(header('list-id')),
      authentication: authenticationOf(header('authentication-results')),
    }),
    envelope: {
      from: envelopeFrom === '' ? null : envelopeFrom.toLowerCase(),
      to: delivered.envelopeTo.map((address) => address.toLowerCase()),
    },
    raw: delivered.key,
    attachments: whole
      ? mail.attachments.map(({ filename, mimeType, content }, nth) => ({
          name: readable(filename ?? '') || null,
          type: mimeType,
          sizeBytes: sizeOf(content),
          file: fileName(nth, filename, mimeType),
        }))
      : [{ name: null, type: 'message/rfc822', sizeBytes: bytes.length, file: ORIGINAL }],
  }
  return withId(part, await mailId(part))
}

/** A file of a raw message, as it is kept. */
export interface RawFile {
  file: string
  bytes: Uint8Array
}

/** The files that `readRaw` names, one after another. */
export async function filesOfRaw(bytes: Uint8Array): Promise<RawFile[]> {
  const { mail, whole } = await parse(bytes)
  if (!whole) return [{ file: ORIGINAL, bytes }]
  const text = textOf(mail)
  return [
    ...mail.attachments.map(({ filename, mimeType, content }, nth) => ({
      file: fileName(nth, filename, mimeType),
      bytes: typeof content === 'string' ? new TextEncoder().encode(content) : bytesOf(content),
    })),
    ...(isCut(fitting(text)) ? [{ file: WHOLE_TEXT, bytes: new TextEncoder().encode(text) }] : []),
  ]
}

interface Parsed {
  mail: Email
  whole: boolean // false: its headers only
}

/** A line takes the parser microseconds, and a Worker has seconds: 25 MiB in lines of 76 are 345,000. */
const MOST_LINES = 500_000

async function parse(bytes: Uint8Array): Promise<Parsed> {
  const readableBytes = withReadableHeaders(bytes)
  if (hasMoreLines(bytes, MOST_LINES))
    return { mail: await PostalMime.parse(headersAlone(readableBytes)), whole: false }
  try {
    // A message within is a file of this one: its words were not said to us.
    const mail = await PostalMime.parse(bufferOf(readableBytes), { forceRfc822Attachments: true })
    return { mail, whole: !isLost(mail, readableBytes) }
  } catch {
    return { mail: await PostalMime.parse(headersAlone(readableBytes)), whole: false }
  }
}

/** There is a body, and nothing came of it: a multipart without its boundary, say. */
function isLost({ text, html, attachments }: Email, bytes: Uint8Array): boolean {
  if (attachments.length > 0 || (text ?? '').trim() !== '' || (html ?? '').trim() !== '')
    return false
  const body = bytes.subarray(endOfHeaders(bytes))
  return body.some((byte) => byte > 32)
}

function hasMoreLines(bytes: Uint8Array, most: number): boolean {
  let count = 0
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) {
    count += 1
    if (count > most) return true
  }
  return false
}

/** The parser copies a view and takes a whole buffer as it is: a mail may have 25 MB. */
function bufferOf(bytes: Uint8Array): ArrayBuffer | Uint8Array {
  const { buffer } = bytes
  return buffer instanceof ArrayBuffer && buffer.byteLength === bytes.byteLength ? buffer : bytes
}

const LONGEST_HEADERS = 262_144

/**
 * Headers of old programs are written in a charset that they do not name: what is no UTF-8 is read
 * as Windows-1252, as browsers do.
 */
function withReadableHeaders(bytes: Uint8Array): Uint8Array {
  const headers = bytes.subarray(0, endOfHeaders(bytes))
  try {
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(headers)
    return bytes
  } catch {
    const read = new TextEncoder().encode(new TextDecoder('windows-1252').decode(headers))
    const whole = new Uint8Array(read.length + bytes.length - headers.length)
    whole.set(read)
    whole.set(bytes.subarray(headers.length), read.length)
    return whole
  }
}

/** Where the first empty line is, or so far as headers are read. */
function endOfHeaders(bytes: Uint8Array): number {
  const most = Math.min(bytes.length, LONGEST_HEADERS)
  for (let at = 0; at < most; at++)
    if (
      bytes[at] === 10 &&
      (bytes[at + 1] === 10 || (bytes[at + 1] === 13 && bytes[at + 2] === 10))
    )
      return at + 1
  return most
}

/** The headers that say who wrote what when; those that explain the body are left out. */
function headersAlone(bytes: Uint8Array): string {
  const text = new TextDecoder().decode(bytes.subarray(0, endOfHeaders(bytes)))
  const lines = text.replaceAll(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  return `${lines.filter((line) => line !== '' && !/^content-/i.test(line)).join('\r\n')}\r\n\r\n`
}

function textOf(mail: Email): string {
  return tidy(mail.text ?? '') || htmlToText(mail.html ?? '') || untyped(mail)
}

/** A body whose Content-Type is none (`text`) is plain text. Spec: RFC 2045, section 5.2. */
function untyped({ attachments }: Email): string {
  const odd = attachments.find(
    ({ mimeType, disposition }) => disposition === null && !mimeType.includes('/'),
  )
  if (odd === undefined) return ''
  const { content } = odd
  return tidy(typeof content === 'string' ? content : new TextDecoder().decode(content))
}

function sizeOf(content: ArrayBuffer | Uint8Array | string): number {
  return typeof content === 'string' ? content.length : content.byteLength
}

function bytesOf(content: ArrayBuffer | Uint8Array): Uint8Array {
  return content instanceof Uint8Array ? content : new Uint8Array(content)
}
