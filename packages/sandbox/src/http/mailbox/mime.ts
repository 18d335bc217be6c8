/**
 * A world's mail as the RFC 5322 message it would be: headers, bodies as quoted-printable,
 * attachments as base64 of a filler of the given size. Deterministic. No I/O.
 */
import type { WorldAddress, WorldMail } from '../../world.ts'

export interface Header {
  name: string
  /** Raw, unfolded, without the blank after the colon. */
  value: string
}

export function headersOf(mail: WorldMail): Header[] {
  const headers: (Header | undefined)[] = [
    addressHeader('From', mail.from),
    addressHeader('To', mail.to),
    addressHeader('Cc', mail.cc),
    addressHeader('Bcc', mail.bcc),
    { name: 'Subject', value: encodeWords(mail.subject) },
    { name: 'Date', value: rfcDate(mail.sentAt) },
    idHeader('Message-ID', mail.messageId === null ? [] : [mail.messageId]),
    idHeader('In-Reply-To', mail.inReplyTo === null ? [] : [mail.inReplyTo]),
    idHeader('References', mail.references),
    { name: 'MIME-Version', value: '1.0' },
    ...(mail.headers ?? []),
  ]
  return headers.filter((header) => header !== undefined)
}

/** The whole message, CRLF line ends. */
export function rawMessage(mail: WorldMail): Buffer {
  const body = bodyOf(mail)
  const head = [...headersOf(mail), ...body.headers].map(({ name, value }) => `${name}: ${value}`)
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body.content}`)
}

/** The filler that stands for an attachment's bytes. */
export function attachmentBytes({ size }: { size: number }): Buffer {
  return Buffer.alloc(size, 'The sandbox keeps sizes, not files.\n')
}

interface MimePart {
  headers: Header[]
  content: string
}

function bodyOf(mail: WorldMail): MimePart {
  const texts: MimePart[] = []
  if (mail.text !== '' || mail.html === null) texts.push(textMimePart('plain', mail.text))
  if (mail.html !== null) texts.push(textMimePart('html', mail.html))
  const body = multipart('alternative', texts, mail.id)
  return multipart('mixed', [body, ...mail.attachments.map(attachmentMimePart)], mail.id)
}

function multipart(kind: string, parts: MimePart[], seed: string): MimePart {
  const [only] = parts
  if (only && parts.length === 1) return only
  const boundary = `=_${kind}_${seed}`
  const written = parts.map(
    ({ headers, content }) =>
      `--${boundary}\r\n${headers.map(({ name, value }) => `${name}: ${value}`).join('\r\n')}\r\n\r\n${content}\r\n`,
  )
  return {
    headers: [{ name: 'Content-Type', value: `multipart/${kind}; boundary="${boundary}"` }],
    content: `${written.join('')}--${boundary}--\r\n`,
  }
}

function textMimePart(subtype: string, text: string): MimePart {
  return {
    headers: [
      { name: 'Content-Type', value: `text/${subtype}; charset=utf-8` },
      { name: 'Content-Transfer-Encoding', value: 'quoted-printable' },
    ],
    content: quotedPrintable(text),
  }
}

function attachmentMimePart(attachment: WorldMail['attachments'][number]): MimePart {
  const name = encodeWords(attachment.name)
  const encoded = attachmentBytes(attachment).toString('base64')
  return {
    headers: [
      { name: 'Content-Type', value: `${attachment.type}; name="${name}"` },
      { name: 'Content-Transfer-Encoding', value: 'base64' },
      { name: 'Content-Disposition', value: `attachment; filename="${name}"` },
    ],
    content: encoded.replaceAll(/.{76}/g, '$&\r\n'),
  }
}

function addressHeader(name: string, addresses: readonly WorldAddress[]): Header | undefined {
  if (addresses.length === 0) return undefined
  const value = addresses.map(({ name: who, email }) =>
    who === null ? email : `${isAscii(who) ? `"${who}"` : encodeWords(who)} <${email}>`,
  )
  return { name, value: value.join(', ') }
}

function idHeader(name: string, ids: readonly string[]): Header | undefined {
  return ids.length === 0 ? undefined : { name, value: ids.map((id) => `<${id}>`).join(' ') }
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

/** RFC 2047, in words of at most 75 characters; ASCII stays as it is. */
function encodeWords(text: string): string {
  if (isAscii(text)) return text
  const words: string[] = []
  let bytes = Buffer.alloc(0)
  for (const character of text) {
    const next = Buffer.concat([bytes, Buffer.from(character)])
    if (next.length > 45) {
      words.push(bytes.toString('base64'))
      bytes = Buffer.from(character)
    } else {
      bytes = next
    }
  }
  words.push(bytes.toString('base64'))
  return words.map((word) => `=?utf-8?B?${word}?=`).join(' ')
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']

/** As RFC 5322 writes it, in UTC. */
function rfcDate(instant: string): string {
  const date = new Date(instant)
  return `${DAYS[date.getUTCDay()]}, ${date.toUTCString().slice(5, -3)}+0000`
}

/** RFC 2045: lines of at most 76 characters, CRLF kept. */
function quotedPrintable(text: string): string {
  return text.split(/\r?\n/).map(quoteLine).join('\r\n')
}

function quoteLine(line: string): string {
  let written = ''
  let column = 0
  const bytes = Buffer.from(line)
  bytes.forEach((byte, index) => {
    const last = index === bytes.length - 1
    const plain =
      byte === 0x20 || byte === 0x09 ? !last : byte > 0x20 && byte < 0x7f && byte !== 0x3d
    const token = plain
      ? String.fromCharCode(byte)
      : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
    if (column + token.length > 75) {
      written += '=\r\n'
      column = 0
    }
    written += token
    column += token.length
  })
  return written
}
