/** A mail's page. Both id properties hold the record's id: its Message-ID, or a `hash:`. */
import type { MailAddress, MailRecord } from '@switchboard/shared/record'
import { checkbox, date, email, select, text, title } from '../property.ts'
import { head, oneLine, PIECE_LENGTH } from '../text.ts'
import { analysisProperties, canvas, keywords, pageContent } from './content.ts'
import type { PageContent, PageContext, PropertiesOf } from './content.ts'

export type MailDirection = 'incoming' | 'outgoing'

/**
 * The content of a mail's page.
 * @param context.direction outgoing when one of our addresses sent it
 */
export async function mailPage(
  record: MailRecord,
  {
    analysis,
    merchants,
    direction,
  }: Pick<PageContext, 'analysis' | 'merchants'> & { direction: MailDirection },
): Promise<PageContent> {
  const properties: PropertiesOf<'mail'> = {
    Subject: title(head(oneLine(record.subject), PIECE_LENGTH)),
    'Message ID': text(record.id),
    'MIME Message ID': text(record.id),
    'Conversation ID': text(record.threadId ?? ''),
    From: email(record.from[0]?.address ?? null),
    To: text(addresses(record.to)),
    CC: text(addresses(record.cc)),
    BCC: text(addresses(record.bcc)),
    Body: text(record.text),
    Direction: select(direction),
    Status: select(direction === 'outgoing' ? 'sent' : 'received'),
    'Created At': date(record.createdAt),
    'Has Attachments': checkbox(record.attachments.length > 0),
    ...analysisProperties(analysis),
    Keywords: keywords(analysis),
    ...canvas(merchants),
  }
  return pageContent<'mail'>(properties, [])
}

function addresses(list: MailAddress[]): string {
  return list
    .map(({ name, address }) => (name === null || name === '' ? address : `${name} <${address}>`))
    .join(', ')
}
