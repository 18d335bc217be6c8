/** From JMAP's Email to our part; rows are read one by one. No I/O. */
import type { MailAddress, MailPart } from '@switchboard/shared/record'
import * as v from 'valibot'
import { bodyText } from './body.ts'
import { mailId, normaliseMessageId } from './identity.ts'
import { place, reason } from './issues.ts'
import type { Unreadable } from './source.ts'
import { WireEmail } from './wire.ts'
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
  const part = {
    messageId: normaliseMessageId(email.messageId[0]),
    sourceId: email.id,
    threadId: email.threadId,
    inReplyTo: messageIds(email.inReplyTo),
    references: messageIds(email.references),
    subject: email.subject,
    from: addresses(email.from),
    to: addresses(email.to),
    cc: addresses(email.cc),
    bcc: addresses(email.bcc),
    createdAt: instant(email.sentAt) ?? instant(email.receivedAt) ?? email.receivedAt,
    text: bodyText(email),
    attachments: email.attachments.map(({ name, type, size }) => ({ name, type, sizeBytes: size })),
  }
  return { id: await mailId(part), ...part }
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
function instant(text: string | null): string | null {
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
