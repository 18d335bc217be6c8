/** A text message's page. Words are the API's, dates its instants. */
import { filesOf } from '@switchboard/shared/files'
import type { TextMessageRecord } from '@switchboard/shared/record'
import { checkbox, date, phone, select, text, title } from '../property.ts'
import { analysisProperties, canvas, e164, linkOf, pageContent } from './content.ts'
import type { Own, PageContent, PageContext, PropertiesOf } from './content.ts'

/** The content of a text message's page. */
export async function textMessagePage(
  record: TextMessageRecord,
  { analysis, own, merchants, fileLinks }: PageContext,
): Promise<PageContent> {
  const links = filesOf(record).flatMap((file) => linkOf(file, fileLinks) ?? [])
  const properties: PropertiesOf<'message'> = {
    'Message ID': title(record.id),
    Direction: select(record.direction),
    Status: select(record.status),
    From: phone(record.from),
    To: text(record.to.join(', ')),
    Content: text(record.text),
    'OpenPhone Number': text(e164(workspaceNumber(record, own)) ?? ''),
    'Conversation ID': text(record.conversationId ?? ''),
    'Created At': date(record.createdAt),
    'Updated At': date(record.updatedAt),
    'Has Media': checkbox(record.media.length > 0),
    'Media URLs': text(links.join('\n')),
    ...analysisProperties(analysis),
    ...canvas(merchants),
  }
  return pageContent<'message'>(properties, [], fileLinks)
}

function workspaceNumber(record: TextMessageRecord, own: Own): string | null {
  const known = record.phoneNumberId === null ? null : own.phoneNumber(record.phoneNumberId)
  if (known !== null) return known
  return record.direction === 'outgoing'
    ? record.from
    : (record.to.find((number) => own.isOwnNumber(number)) ?? null)
}
