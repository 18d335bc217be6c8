/**
 * A mail's page. Both id properties hold the record's id: its Message-ID, or a `hash:`. Its files and
 * what was found about its sender stand in a block on top, which goes with the create.
 */
import { filesOf } from '@switchboard/shared/files'
import type { MailAddress, MailRecord } from '@switchboard/shared/record'
import type { Block } from '../body.ts'
import { checkbox, date, email, select, text, title } from '../property.ts'
import { clean, head, oneLine, PIECE_LENGTH, richText } from '../text.ts'
import type { RichText } from '../text.ts'
import { analysisProperties, canvas, keywords, pageContent } from './content.ts'
import type { PageContent, PageContext, PropertiesOf } from './content.ts'

export type MailDirection = 'incoming' | 'outgoing'

export interface MailContext extends Pick<PageContext, 'analysis' | 'merchants' | 'fileLinks'> {
  /** Outgoing when one of our addresses sent it. */
  direction: MailDirection
  /** What it is where no person wrote it, in words; null: a person's. */
  automatic: string | null
  /** The thread it belongs to; null: not known. */
  thread: string | null
}

/** The content of a mail's page. */
export async function mailPage(record: MailRecord, context: MailContext): Promise<PageContent> {
  const { analysis, merchants, direction, automatic, thread, fileLinks } = context
  const properties: PropertiesOf<'mail'> = {
    Subject: title(head(oneLine(record.subject), PIECE_LENGTH)),
    'Message ID': text(record.id),
    'MIME Message ID': text(record.id),
    'Conversation ID': text(thread ?? record.threadId ?? ''),
    From: email(record.from[0]?.address ?? null),
    To: text(addresses(record.to)),
    CC: text(addresses(record.cc)),
    BCC: text(addresses(record.bcc)),
    Body: text(record.text),
    Direction: select(direction),
    Status: select(automatic ?? (direction === 'outgoing' ? 'sent' : 'received')),
    'Created At': date(record.createdAt),
    'Has Attachments': checkbox(record.attachments.length > 0),
    ...analysisProperties(analysis),
    Keywords: keywords(analysis),
    ...canvas(merchants),
  }
  return pageContent<'mail'>(properties, [], fileLinks, topOf(record, fileLinks))
}

/** A page names so many; the rest is in the mail. */
const MOST_FILES = 40
const NAME_LENGTH = 200
const URL_LENGTH = 2000

/** The block on top; none where there is nothing to say. */
function topOf(record: MailRecord, links: PageContext['fileLinks']): Block[] {
  const pieces = [...filePieces(record, links), ...senderPieces(record)]
  return pieces.length === 0 ? [] : [{ type: 'paragraph', paragraph: { rich_text: pieces } }]
}

function filePieces(record: MailRecord, links: PageContext['fileLinks']): RichText[] {
  const files = filesOf(record)
  if (files.length === 0) return []
  const names = new Map(record.attachments.map(({ file, name }) => [file, name]))
  const shown = files.slice(0, MOST_FILES).flatMap(({ key, what, sourceId }) => {
    const name =
      what === 'text'
        ? 'The whole text'
        : head(clean(oneLine(names.get(sourceId) ?? sourceId)), NAME_LENGTH)
    const url = links.get(key)
    const link = url !== undefined && url.length <= URL_LENGTH ? { link: { url } } : {}
    return [...richText('\n- '), { text: { content: name || sourceId, ...link } }]
  })
  const left = files.length - MOST_FILES
  return [
    ...richText('Attachments:'),
    ...shown,
    ...(left > 0 ? richText(`\n- and ${left} more`) : []),
  ]
}

/** What the server that took the mail in found about its sender. */
function senderPieces({ authentication, attachments }: MailRecord): RichText[] {
  if (authentication === undefined) return []
  const results = Object.entries(authentication)
    .filter(([, result]) => result !== null)
    .map(([method, result]) => `${method.toUpperCase()} ${result}`)
  return richText(`${attachments.length > 0 ? '\n' : ''}Sender: ${results.join(', ')}`)
}

function addresses(list: MailAddress[]): string {
  return list
    .map(({ name, address }) => (name === null || name === '' ? address : `${name} <${address}>`))
    .join(', ')
}
