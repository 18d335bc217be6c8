/**
 * Pages of the Mail database as whoever made them left them: another tool may file mails there, too.
 */
import { normalise } from './base.ts'
import type { Base } from './base.ts'
import type { Notion } from './client.ts'
import { pageId as canonical } from './ids.ts'
import { editedRows } from './listing.ts'
import { inward } from './names.ts'

export interface MailDatabasePage {
  id: string
  createdAt: string
  editedAt: string
  createdBy: string | null // a user id; bots are users
  properties: Base // those that have our names
}

/**
 * At most 100 pages that were edited since, oldest edit first.
 * @param since ms since epoch; null: every page
 * @param cursor null, or what the hundred before gave
 * @throws StageError gate.later, upstream.*
 */
export async function editedMailPages(
  notion: Notion,
  dataSourceId: string,
  since: number | null,
  cursor: string | null,
): Promise<{ pages: MailDatabasePage[]; cursor: string | null }> {
  const edited = await editedRows(notion, dataSourceId, 'mail', since, cursor)
  const pages = edited.rows.map((page) => ({
    id: canonical(page.id),
    createdAt: page.created_time,
    editedAt: page.last_edited_time,
    createdBy:
      page.created_by === null || page.created_by === undefined
        ? null
        : canonical(page.created_by.id),
    properties: normalise('mail', inward(notion.names, 'mail', page.properties)),
  }))
  return { pages, cursor: edited.cursor }
}
