/** From JMAP's Email to our part; rows are read one by one. No I/O. */
import type { MailAddress, MailPart } from '@switchboard/shared/record'
import * as v from 'valibot'
import { authenticationOf } from './authentication.ts'
import { automaticKind, listIdOf } from './automatic.ts'
import { bodyText, isCut } from './body.ts'
import { fileName, folderOf } from './file-names.ts'
import { fit } from './fit.ts'
import { mailId, normaliseMessageId } from './identity.ts'
import { place, reason } from './issues.ts'
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
  const sentAt = instant(email.sentAt)
  const from = addresses(email.from)
  const header = (name: string) => headerOf(email, name)
  const part = {
    messageId: normaliseMessageId(email.messageId[0]),
    sourceId: email.id,
    threadId: email.threadId,
    inReplyTo: messageIds(email.inReplyTo),
    references: messageIds(email.references),
    subject: email.subject,
    from,
    to: addresses(email.to),
    cc: addresses(email.cc),
    bcc: addresses(email.bcc),
    createdAt: sentAt ?? instant(email.receivedAt) ?? email.receivedAt,
    ...(sentAt !== null && { sentAt }),
    text,
    ...defined({
      said: ownWords(text),
      whole: isCut(text) ? wholeOf(email) : undefined,
      automatic: automaticKind({ header, from, nullSender: null }),
      listId: listIdOf(header('list-id')),
      authentication: authenticationOf(header('authentication-results')),
    }),
    attachments: email.attachments.map(({ name, type, size, blobId }, nth) => ({
      name,
      type,
      sizeBytes: size,
      ...(typeof blobId === 'string' && { file: fileName(nth, name, type), blobId }),
    })),
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

/** The part that the text was made of: its blob is the whole. */
function wholeOf({ textBody, htmlBody }: WireEmail): MailPart['whole'] {
  const blobId = [...textBody, ...htmlBody].find((part) => typeof part.blobId === 'string')?.blobId
  return typeof blobId === 'string' ? { blobId } : undefined
}

/** The topmost header of a name, unfolded; null: there is none. */
function headerOf(email: WireEmail, name: string): string | null {
  const all: unknown = Object.entries(email).find(([key]) => key === headerProperty(name))?.[1]
  const [first] = Array.isArray(all) ? all : []
  return typeof first === 'string' ? first.replaceAll(/\r?\n\s*/g, ' ').trim() : null
}

function messageIds(raw: readonly string[]): string[] {
  return raw.map((id) => normaliseMessageId(id)).filter((id) => id !== null)
}

function addresses(list: WireAddresses): MailAddress[] {
  return list
    .map(({ name, email }) => ({ name: name?.trim() || null, address: email.trim() }))
    .filter(({ address }) => address !== '')
}

/** As an instant in UTC; null where it is none, or none that has four digits for its year. */
export function instant(text: string | null): string | null {
  const at = new Date(text ?? '')
  if (Number.isNaN(at.getTime())) return null
  const utc = at.toISOString()
  return /^\d{4}-/.test(utc) ? utc : null
}

const Named = v.object({ id: v.nullish(v.string(), null) })
const WithMessageId = v.object({ messageId: v.array(v.string()) })

function unreadableEmail(row: unknown, index: number, issue: v.BaseIssue<unknown>): Unreadable {
  const named = v.safeParse(Named, row)
  const identified = v.safeParse(WithMessageId, row)
  const messageId = identified.success ? normaliseMessageId(identified.output.messageId[0]) : null
  return {
    id: messageId ?? (named.success ? named.output.id : null),
    field: `list[${index}]${place(issue)}`,
    detail: reason(issue),
    raw: JSON.stringify(row),
  }
}
