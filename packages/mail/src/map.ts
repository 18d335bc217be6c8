/** From JMAP's Email to our part; rows are read one by one. No I/O. */
import { place, reason } from '@switchboard/shared/issue'
import type { MailAddress, MailPart } from '@switchboard/shared/record'
import * as v from 'valibot'
import { authenticationOf } from './authentication.ts'
import { automaticKind, listIdOf } from './automatic.ts'
import { bodyText, isCut } from './body.ts'
import { ORIGINAL, fileName, folderOf } from './file-names.ts'
import { fit } from './fit.ts'
import { IDENTITY_HEADERS, datedAt, instant, readHeaders, readable } from './headers.ts'
import type { Headers, IdentityHeader } from './headers.ts'
import { idFrom, mailId, normaliseMessageId } from './identity.ts'
import type { Unreadable } from './source.ts'
import { ownWords } from './said.ts'
import { WireEmail, headerProperty } from './wire.ts'
import type { WireAddresses } from './wire.ts'

/** What could be read as mails, and what could not. */
export async function readEmails(
  rows: readonly unknown[],
): Promise<{ rows: MailPart[]; unreadable: Unreadable[] }> {
  const parts: Promise<MailPart>[] = []
  const unreadable: Unreadable[] = []
  for (const [index, row] of rows.entries()) {
    const parsed = v.safeParse(WireEmail, row)
    if (parsed.success) parts.push(toMailPart(parsed.output))
    else unreadable.push(unreadableEmail(row, index, parsed.issues[0]))
  }
  return { rows: await Promise.all(parts), unreadable }
}

async function toMailPart(email: WireEmail): Promise<MailPart> {
  const text = bodyText(email)
  const { sentAt, ...headers } = await headersOf(email)
  const { from } = headers
  const header = (name: string) => headerOf(email, name)
  const part = {
    ...headers,
    sourceId: email.id,
    threadId: email.threadId,
    createdAt: datedAt(sentAt, instant(email.receivedAt) ?? email.receivedAt),
    ...(sentAt !== null && { sentAt }),
    text,
    ...defined({
      said: ownWords(text, headers.subject),
      whole: isCut(text) ? wholeOf(email) : undefined,
      automatic: automaticKind({ header, from, nullSender: null }),
      listId: listIdOf(header('list-id')),
      authentication: authenticationOf(header('authentication-results')),
    }),
    attachments: hasNoParts(email) ? original(email) : attachmentsOf(email),
  }
  return withId(part, await mailId(part))
}

/** The part under this id, by which its files have their folder. */
export async function withId(part: Omit<MailPart, 'id' | 'folder'>, id: string): Promise<MailPart> {
  return { ...fit(part), id, folder: await folderOf(id) }
}

/** Without what is not known: a part is stored as JSON and hashed. */
export function defined<T extends object>(members: T): T {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as T
}

/** An empty text is a part, too: of a message without any the mailbox could make nothing. */
function hasNoParts({ textBody, htmlBody, attachments }: WireEmail): boolean {
  return textBody.length + htmlBody.length + attachments.length === 0
}

function original({ blobId, size }: WireEmail): MailPart['attachments'] {
  return typeof blobId === 'string'
    ? [{ name: null, type: 'message/rfc822', sizeBytes: size, file: ORIGINAL, blobId }]
    : []
}

function attachmentsOf(email: WireEmail): MailPart['attachments'] {
  return filesOf(email).map(({ name, type, size, blobId }, nth) => ({
    name: readable(name ?? '') || null,
    type,
    sizeBytes: size,
    ...(typeof blobId === 'string' && { file: fileName(nth, name, type), blobId }),
  }))
}

/** What is no text. A picture that stands between the texts is listed with these, and there alone. */
function filesOf({ attachments, textBody, htmlBody }: WireEmail): WireEmail['attachments'] {
  const listed = new Set(attachments.map(({ blobId }) => blobId))
  const shown = [...textBody, ...htmlBody].filter(
    ({ type, blobId }) =>
      typeof blobId === 'string' && !listed.has(blobId) && !/^text\//i.test(type),
  )
  const once = new Map(shown.map((part) => [part.blobId, part]))
  return [
    ...attachments,
    ...[...once.values()].map(({ name = null, size = null, type, blobId }) => ({
      name,
      size,
      type,
      blobId,
    })),
  ]
}

/** The part that the text was made of: its blob is the whole. */
function wholeOf({ textBody, htmlBody }: WireEmail): MailPart['whole'] {
  const blobId = [...textBody, ...htmlBody].find((part) => typeof part.blobId === 'string')?.blobId
  return typeof blobId === 'string' ? { blobId } : undefined
}

/** As we read them ourselves; where the mailbox does not tell one as it stands, as it has read it. */
async function headersOf(email: WireEmail): Promise<Headers> {
  const told = new Map<IdentityHeader, string[]>()
  for (const name of IDENTITY_HEADERS) {
    const values = asItStands(email, name)
    if (values.length > 0) told.set(name, values)
  }
  const ours = told.size === 0 ? null : await readHeaders(told)
  const either = <T>(name: IdentityHeader, read: (ours: Headers) => T, theirs: T): T =>
    ours !== null && told.has(name) ? read(ours) : theirs
  return {
    messageId: either(
      'message-id',
      ({ messageId }) => messageId,
      normaliseMessageId(email.messageId[0]),
    ),
    inReplyTo: either('in-reply-to', ({ inReplyTo }) => inReplyTo, messageIds(email.inReplyTo)),
    references: either('references', ({ references }) => references, messageIds(email.references)),
    subject: either('subject', ({ subject }) => subject, readable(email.subject)),
    from: either('from', ({ from }) => from, addresses(email.from)),
    to: either('to', ({ to }) => to, addresses(email.to)),
    cc: either('cc', ({ cc }) => cc, addresses(email.cc)),
    bcc: either('bcc', ({ bcc }) => bcc, addresses(email.bcc)),
    sentAt: either('date', ({ sentAt }) => sentAt, instant(email.sentAt)),
    ...(ours?.replyTo !== undefined && { replyTo: ours.replyTo }),
  }
}

/** The topmost header of a name, unfolded; null: there is none. */
function headerOf(email: WireEmail, name: string): string | null {
  const [first] = asItStands(email, name)
  return first === undefined ? null : first.replaceAll(/\r?\n\s*/g, ' ').trim()
}

/** All headers of a name, the topmost first. */
function asItStands(email: WireEmail, name: string): string[] {
  const all: unknown = Object.entries(email).find(([key]) => key === headerProperty(name))?.[1]
  return Array.isArray(all) ? all.filter((value) => typeof value === 'string') : []
}

function messageIds(raw: readonly string[]): string[] {
  return raw.map((id) => normaliseMessageId(id)).filter((id) => id !== null)
}

function addresses(list: WireAddresses): MailAddress[] {
  return list
    .map(({ name, email }) => ({ name: name?.trim() || null, address: email.trim() }))
    .filter(({ address }) => address !== '')
}

const Named = v.object({ id: v.nullish(v.string(), null) })
const AsItStands = v.object({ [headerProperty('message-id')]: v.array(v.string()) })
const WithMessageId = v.object({ messageId: v.array(v.string()) })

function unreadableEmail(row: unknown, index: number, issue: v.BaseIssue<unknown>): Unreadable {
  const named = v.safeParse(Named, row)
  const told = v.safeParse(AsItStands, row)
  const read = v.safeParse(WithMessageId, row)
  const messageId =
    (told.success ? told.output[headerProperty('message-id')]?.[0] : undefined) ??
    (read.success ? read.output.messageId[0] : null)
  return {
    id: idFrom(messageId) ?? (named.success ? named.output.id : null),
    field: place(issue, `list[${index}]`),
    detail: reason(issue),
    raw: JSON.stringify(row),
  }
}
