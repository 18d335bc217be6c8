/**
 * Pages of the Mail database as whoever made them left them: another tool may file mails there, too.
 */
import { normalise } from './base.ts'
import type { Base, PlainValue } from './base.ts'
import { read } from './client.ts'
import type { Notion } from './client.ts'
import { pageId as canonical } from './ids.ts'
import { editedRows } from './listing.ts'
import { inward, nameOf } from './names.ts'
import * as v from 'valibot'
import { QueryAnswer } from './wire.ts'
import type { Page } from './wire.ts'

export interface MailDatabasePage {
  id: string
  createdAt: string
  editedAt: string
  createdBy: string | null // a user id; bots are users
  properties: Base // those that have our names
}

/** Of a page's text we read so many hundreds of blocks. */
const MOST_REQUESTS = 5

/**
 * The text of a page itself, one line a block: tools that have no property for a mail's body write it
 * there. What stands within a block is left out.
 * @throws StageError gate.later, upstream.*; MissingPage
 */
export async function pageText(notion: Notion, pageId: string): Promise<string> {
  const lines: string[] = []
  let cursor: string | null = null
  for (let nth = 0; nth < MOST_REQUESTS; nth++) {
    const from: string | null = cursor
    const answer: v.InferOutput<typeof TextBlocks> = await read(
      notion,
      'mail',
      TextBlocks,
      (client) =>
        client.blocks.children.list({ block_id: pageId, start_cursor: from, page_size: 100 }),
    )
    lines.push(...answer.results.map(textOf))
    cursor = answer.has_more ? answer.next_cursor : null
    if (cursor === null) break
  }
  return lines.join('\n').trim()
}

const TextBlocks = v.object({
  results: v.array(v.objectWithRest({ type: v.string() }, v.unknown())),
  next_cursor: v.nullish(v.string(), null),
  has_more: v.boolean(),
})
const WithText = v.object({ rich_text: v.array(v.object({ plain_text: v.string() })) })

function textOf(block: { type: string; [member: string]: unknown }): string {
  const parsed = v.safeParse(WithText, block[block.type])
  return parsed.success ? parsed.output.rich_text.map(({ plain_text: text }) => text).join('') : ''
}

/** Ids of one query: a filter takes a hundred conditions, and each may be written in four ways. */
const MOST_IDS = 25

/**
 * Pages that say they are of these mails and that our connection did not make, the oldest of each.
 * Other tools write a Message-ID with its brackets, or into the other of the two properties.
 * @returns pages by record id
 * @throws StageError gate.later, upstream.*
 */
export async function foreignMailPages(
  notion: Notion,
  dataSourceId: string,
  ids: readonly string[],
  own: string,
): Promise<Map<string, MailDatabasePage>> {
  const found = new Map<string, MailDatabasePage>()
  for (let at = 0; at < ids.length; at += MOST_IDS) {
    const asked = ids.slice(at, at + MOST_IDS)
    const answer = await read(notion, 'mail', QueryAnswer, (client) =>
      client.dataSources.query({
        data_source_id: dataSourceId,
        filter: { or: asked.flatMap((id) => isOf(notion, id)) },
        sorts: [{ timestamp: 'created_time', direction: 'ascending' }],
        page_size: 100,
      }),
    )
    for (const page of answer.results) {
      const theirs = shown(notion, page)
      const said = ID_PROPERTIES.map((name) => bare(theirs.properties[name]))
      const mail = asked.find((one) => said.includes(one))
      if (theirs.createdBy !== own && mail !== undefined && !found.has(mail))
        found.set(mail, theirs)
    }
  }
  return found
}

const ID_PROPERTIES = ['MIME Message ID', 'Message ID'] as const

function isOf(notion: Notion, id: string) {
  return ID_PROPERTIES.flatMap((name) => {
    const property = nameOf(notion.names, 'mail', name)
    return [id, `<${id}>`].map((equals) => ({ property, rich_text: { equals } }))
  })
}

function bare(value: PlainValue | undefined): string | null {
  return typeof value === 'string' ? value.trim().replace(/^<(.*)>$/, '$1') : null
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
  return { pages: edited.rows.map((page) => shown(notion, page)), cursor: edited.cursor }
}

function shown(notion: Notion, page: Page): MailDatabasePage {
  const by = page.created_by
  return {
    id: canonical(page.id),
    createdAt: page.created_time,
    editedAt: page.last_edited_time ?? page.created_time,
    createdBy: by === null || by === undefined ? null : canonical(by.id),
    properties: normalise('mail', inward(notion.names, 'mail', page.properties)),
  }
}
