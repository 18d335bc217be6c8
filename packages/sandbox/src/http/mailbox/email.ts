/**
 * A world's mail as a JMAP Email: the properties asked for, the parts of its body, and body
 * values cut to the bytes asked for. Spec: RFC 8621, section 4. No I/O.
 */
import type { JsonObject } from '../json.ts'
import type { WorldAddress, WorldMail } from '../../world.ts'
import { MethodError } from './errors.ts'
import { attachmentBytes, headersOf, rawMessage } from './mime.ts'

export interface BodyOptions {
  bodyProperties: readonly string[]
  textValues: boolean
  htmlValues: boolean
  allValues: boolean
  /** 0: whole */
  maxBytes: number
}

/** What RFC 8621 gives where no properties are named. */
export const DEFAULT_PROPERTIES = [
  'id',
  'blobId',
  'threadId',
  'mailboxIds',
  'keywords',
  'size',
  'receivedAt',
  'messageId',
  'inReplyTo',
  'references',
  'sender',
  'from',
  'to',
  'cc',
  'bcc',
  'replyTo',
  'subject',
  'sentAt',
  'hasAttachment',
  'preview',
  'bodyValues',
  'textBody',
  'htmlBody',
  'attachments',
]

export const DEFAULT_BODY_PROPERTIES = [
  'partId',
  'blobId',
  'size',
  'name',
  'type',
  'charset',
  'disposition',
  'cid',
  'language',
  'location',
]

type Reader = (mail: WorldMail, options: BodyOptions) => JsonObject[string]

const READERS: Record<string, Reader> = {
  id: (mail) => mail.id,
  blobId: (mail) => blobIdOf(mail),
  threadId: (mail) => mail.threadId,
  mailboxIds: (mail) => ({ [mailboxId(mail.mailbox)]: true }),
  keywords: (mail) => ({ [mail.mailbox === 'drafts' ? '$draft' : '$seen']: true }),
  size: (mail) => sizeOf(mail),
  receivedAt: (mail) => utcDate(mail.receivedAt),
  headers: (mail) => headersOf(mail).map(({ name, value }) => ({ name, value: ` ${value}` })),
  messageId: (mail) => orNull(mail.messageId === null ? [] : [mail.messageId]),
  inReplyTo: (mail) => orNull(mail.inReplyTo === null ? [] : [mail.inReplyTo]),
  references: (mail) => orNull(mail.references),
  sender: () => null,
  from: (mail) => addresses(mail.from),
  to: (mail) => addresses(mail.to),
  cc: (mail) => addresses(mail.cc),
  bcc: (mail) => addresses(mail.bcc),
  replyTo: () => null,
  subject: (mail) => mail.subject,
  sentAt: (mail) => utcDate(mail.sentAt),
  hasAttachment: (mail) => mail.attachments.length > 0,
  preview: (mail) => preview(mail),
  bodyValues: (mail, options) => bodyValues(mail, options),
  textBody: (mail, options) => [pick(textPart(mail), options)],
  htmlBody: (mail, options) => [pick(htmlPart(mail), options)],
  attachments: (mail, options) => attachmentParts(mail).map((part) => pick(part, options)),
  bodyStructure: (mail, options) => structure(mail, options),
}

/**
 * @param properties as named by the client; `id` is always given
 * @throws MethodError invalidArguments for a property that no Email has
 */
export function emailObject(
  mail: WorldMail,
  properties: readonly string[],
  options: BodyOptions,
): JsonObject {
  const email: JsonObject = { id: mail.id }
  for (const property of properties) {
    const reader = Object.hasOwn(READERS, property) ? READERS[property] : undefined
    email[property] = reader ? reader(mail, options) : headerProperty(mail, property)
  }
  return email
}

/** `header:Name`, raw or as text: the last instance, or all of them in their order. */
function headerProperty(mail: WorldMail, property: string): JsonObject[string] {
  const match = /^header:([\x21-\x39\x3b-\x7e]+?)(?::(asRaw|asText))?(:all)?$/.exec(property)
  if (!match) throw new MethodError('invalidArguments', `Email has no property ${property}.`)
  const [, name = '', form = 'asRaw', all] = match
  const values = headersOf(mail)
    .filter((one) => one.name.toLowerCase() === name.toLowerCase())
    .map(({ value }) => (form === 'asRaw' ? ` ${value}` : value))
  return all === undefined ? (values.at(-1) ?? null) : values
}

export function mailboxId(mailbox: WorldMail['mailbox']): string {
  return `P-${mailbox}`
}

function blobIdOf(mail: WorldMail): string {
  return `B${mail.id}`
}

/** Blobs of a mail: the raw message, its texts, its attachments. */
export function blobOf(mail: WorldMail, blobId: string): Buffer | undefined {
  if (blobId === blobIdOf(mail)) return rawMessage(mail)
  const part = [...textParts(mail), ...attachmentParts(mail)].find((one) => one.blobId === blobId)
  return part?.bytes()
}

interface Part {
  partId: string
  blobId: string
  size: number
  name: string | null
  type: string
  charset: string | null
  disposition: string | null
  bytes(): Buffer
  /** The decoded text of a text part. */
  text?: string
}

function textParts(mail: WorldMail): Part[] {
  const parts: Part[] = []
  if (mail.text !== '' || mail.html === null)
    parts.push(newPart(mail, '1', 'text/plain', mail.text))
  if (mail.html !== null) parts.push(newPart(mail, '2', 'text/html', mail.html))
  return parts
}

/** A mail with HTML only lists it as its text, too, and the other way round. */
function textPart(mail: WorldMail): Part {
  return textParts(mail)[0] ?? newPart(mail, '1', 'text/plain', '')
}

function htmlPart(mail: WorldMail): Part {
  return textParts(mail).at(-1) ?? newPart(mail, '1', 'text/plain', '')
}

function newPart(mail: WorldMail, partId: string, type: string, text: string): Part {
  return {
    partId,
    blobId: `${blobIdOf(mail)}-p${partId}`,
    size: Buffer.byteLength(text),
    name: null,
    type,
    charset: 'utf-8',
    disposition: null,
    bytes: () => Buffer.from(text),
    text,
  }
}

function attachmentParts(mail: WorldMail): Part[] {
  return mail.attachments.map((attachment, index) => ({
    partId: `a${index + 1}`,
    blobId: `${blobIdOf(mail)}-a${index + 1}`,
    size: attachment.size,
    name: attachment.name,
    type: attachment.type,
    charset: null,
    disposition: 'attachment',
    bytes: () => attachmentBytes(attachment),
  }))
}

function pick(from: Part, { bodyProperties }: BodyOptions): JsonObject {
  const all: JsonObject = {
    partId: from.partId,
    blobId: from.blobId,
    size: from.size,
    name: from.name,
    type: from.type,
    charset: from.charset,
    disposition: from.disposition,
    cid: null,
    language: null,
    location: null,
    headers: [],
  }
  const picked: JsonObject = {}
  for (const property of bodyProperties) {
    const value = all[property]
    if (value === undefined) {
      throw new MethodError('invalidArguments', `EmailBodyPart has no property ${property}.`)
    }
    picked[property] = value
  }
  return picked
}

function structure(mail: WorldMail, options: BodyOptions): JsonObject {
  const texts = textParts(mail).map((one) => pick(one, options))
  const body = together('alternative', texts)
  return together('mixed', [body, ...attachmentParts(mail).map((one) => pick(one, options))])
}

function together(kind: string, parts: JsonObject[]): JsonObject {
  const [only] = parts
  if (only && parts.length === 1) return only
  return {
    partId: null,
    blobId: null,
    size: 0,
    name: null,
    type: `multipart/${kind}`,
    subParts: parts,
  }
}

function bodyValues(mail: WorldMail, options: BodyOptions): JsonObject {
  const wanted = new Map<string, Part>()
  const want = (one: Part) => wanted.set(one.partId, one)
  if (options.textValues) want(textPart(mail))
  if (options.htmlValues) want(htmlPart(mail))
  if (options.allValues) textParts(mail).forEach(want)
  const values: JsonObject = {}
  for (const { partId, text = '' } of wanted.values()) {
    const value = truncated(text, options.maxBytes)
    values[partId] = { value, isEncodingProblem: false, isTruncated: value.length < text.length }
  }
  return values
}

/** At most so many bytes of UTF-8, never half a character. */
function truncated(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text)
  if (maxBytes === 0 || bytes.length <= maxBytes) return text
  let end = maxBytes
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--
  return bytes.subarray(0, end).toString()
}

function preview(mail: WorldMail): string {
  const text = mail.text === '' ? (mail.html ?? '').replaceAll(/<[^>]*>/g, ' ') : mail.text
  return Array.from(text.replaceAll(/\s+/g, ' ').trim()).slice(0, 256).join('')
}

const sizes = new WeakMap<WorldMail, number>()

function sizeOf(mail: WorldMail): number {
  const size = sizes.get(mail) ?? rawMessage(mail).length
  sizes.set(mail, size)
  return size
}

/** RFC 8620 writes no fraction where it is zero. */
function utcDate(instant: string): string {
  return new Date(instant).toISOString().replace('.000Z', 'Z')
}

function addresses(list: readonly WorldAddress[]): JsonObject[] | null {
  return orNull(list.map(({ name, email }) => ({ name, email })))
}

function orNull<T>(list: T[]): T[] | null {
  return list.length === 0 ? null : list
}
