/**
 * A mail that was told of by several ways is one record, the same in whatever order they came: the
 * raw message says most, then the mailbox, then a page that another tool made in Notion. What the
 * first does not know the next ones fill in. No I/O.
 */
import type { MailPart } from './record.ts'

/** The ways, the one that knows most first. */
export interface MailParts {
  routed?: MailPart
  rest?: MailPart
  adopted?: MailPart
}

/** Null: no way has told of it. */
export function mergeMail({ routed, rest, adopted }: MailParts): MailPart | null {
  const told = [routed, rest, adopted].filter((part) => part !== undefined)
  const [first] = told
  if (first === undefined) return null
  if (told.length === 1) return first
  const list = <Name extends 'from' | 'to' | 'cc' | 'bcc' | 'inReplyTo' | 'references'>(
    name: Name,
  ): MailPart[Name] => told.find((part) => part[name].length > 0)?.[name] ?? first[name]
  const known = <Name extends keyof MailPart>(name: Name): MailPart[Name] | undefined =>
    told.map((part) => part[name]).find((value) => value !== undefined && value !== null)
  // Text, and what was cut from it, go together.
  const text = told.find((part) => part.text !== '') ?? first
  const files = told.find((part) => part.attachments.length > 0) ?? first
  return {
    ...first,
    messageId: known('messageId') ?? null,
    sourceId: known('sourceId') ?? null,
    threadId: known('threadId') ?? null,
    inReplyTo: list('inReplyTo'),
    references: list('references'),
    subject: told.find((part) => part.subject !== '')?.subject ?? '',
    from: list('from'),
    to: list('to'),
    cc: list('cc'),
    bcc: list('bcc'), // only a sender's own copy has it
    replyTo: known('replyTo'),
    createdAt: told.find((part) => part.sentAt !== undefined)?.createdAt ?? first.createdAt,
    sentAt: known('sentAt'),
    text: text.text,
    said: text.said,
    whole: text.whole,
    automatic: known('automatic'),
    listId: known('listId'),
    authentication: known('authentication'),
    envelope: known('envelope'),
    raw: known('raw'),
    folder: known('folder'),
    attachments: files.attachments,
  }
}
