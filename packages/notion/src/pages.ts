/**
 * Pages of records: create, update, append, trash, find. The writes go out at once, without the
 * gate, and are never repeated (client.ts); the protocol around them (stamp, settle, adopt) is the
 * caller's: one record, one page.
 */
import type { QueryDataSourceParameters } from '@notionhq/client'
import * as v from 'valibot'
import type { Kind } from '@switchboard/shared/kinds'
import { plain, remembered } from './base.ts'
import type { Base } from './base.ts'
import type { Block } from './body.ts'
import { read, write } from './client.ts'
import type { Notion, Sending } from './client.ts'
import { MissingPage, TrashedPage, UPDATE_SETTLE_MS } from './errors.ts'
import { pageId as canonical } from './ids.ts'
import { editedRows } from './listing.ts'
import { inward, nameOf, outward } from './names.ts'
import { EXTERNAL_ID } from './properties.ts'
import type { Properties } from './property.ts'
import { isIn, isTrashed } from './whereabouts.ts'
import { Blocks, FirstBlocks, Page, QueryAnswer, Self } from './wire.ts'

/** A page as Notion answered a write: its id, its address and our properties as they now are. */
export interface PageAnswer {
  id: string
  url: string
  properties: Base
}

/** A page that holds a record's id. `createdBy` and `lastEditedBy` are user ids; bots are users. */
export interface FoundPage {
  id: string
  url: string
  properties: Base
  createdAt: string
  createdBy: string | null
  lastEditedBy: string | null
}

export interface NewPage {
  kind: Kind
  dataSourceId: string
  properties: Properties
  children: Block[] // the first request's worth of bodyBlocks, or none
  sentAt: number // ms since epoch, as stamped in D1 just before
  settleMs: number // NOTION_SETTLE_MS
}

/**
 * Creates a page. The caller has acquired the gate and stamped `sentAt`.
 * @throws StageError upstream.doubtful until sentAt + settleMs; otherwise no page was made:
 * StageError upstream.*, record.refused; MissingPage, a merchant whose page is gone
 */
export async function createPage(notion: Notion, page: NewPage): Promise<PageAnswer> {
  const { kind, dataSourceId, properties, children, sentAt, settleMs } = page
  const answer = await write(notion, { role: kind, sentAt, settleMs }, Page, (client) =>
    client.pages.create({
      parent: { type: 'data_source_id', data_source_id: dataSourceId },
      properties: outward(notion.names, kind, properties),
      ...(children.length > 0 && { children }),
    }),
  )
  return pageAnswer(notion, kind, answer, properties)
}

/**
 * Changes these properties of a page and answers with all of ours. The caller has acquired the gate.
 * @throws StageError upstream.doubtful (65 s), upstream.*, record.refused; TrashedPage;
 * MissingPage: the page itself or a merchant's, `pageIds` says which
 */
export async function updatePage(
  notion: Notion,
  kind: Kind,
  pageId: string,
  properties: Properties,
): Promise<PageAnswer> {
  const answer = await write(notion, sendingNow(notion, kind), Page, (client) =>
    client.pages.update({
      page_id: pageId,
      properties: outward(notion.names, kind, properties),
    }),
  )
  return pageAnswer(notion, kind, answer, properties)
}

/**
 * Appends blocks at the end of a page: one part of bodyBlocks. The caller has acquired the gate.
 * After a doubtful append `countBlocks` tells whether it landed.
 * @throws as updatePage
 */
export async function appendBlocks(
  notion: Notion,
  kind: Kind,
  pageId: string,
  blocks: Block[],
): Promise<void> {
  await write(notion, sendingNow(notion, kind), v.object({}), (client) =>
    client.blocks.children.append({ block_id: pageId, children: blocks }),
  )
}

/**
 * How many blocks stand on a page, sub-blocks aside; a request for each hundred.
 * @throws StageError gate.later, upstream.*; MissingPage
 */
export async function countBlocks(notion: Notion, kind: Kind, pageId: string): Promise<number> {
  let count = 0
  let cursor: string | null = null
  do {
    const from: string | null = cursor
    const answer: v.InferOutput<typeof Blocks> = await read(notion, kind, Blocks, (client) =>
      client.blocks.children.list({ block_id: pageId, start_cursor: from, page_size: 100 }),
    )
    count += answer.results.length
    cursor = answer.has_more ? answer.next_cursor : null
  } while (cursor !== null)
  return count
}

/**
 * The first block of a page; null: there is none. `text` is null where it is no paragraph.
 * @throws StageError gate.later, upstream.*; MissingPage
 */
export async function firstBlock(
  notion: Notion,
  kind: Kind,
  pageId: string,
): Promise<{ id: string; text: string | null } | null> {
  const { results } = await read(notion, kind, FirstBlocks, (client) =>
    client.blocks.children.list({ block_id: pageId, page_size: 1 }),
  )
  const [first] = results
  if (first === undefined) return null
  const pieces = first.paragraph?.rich_text
  return { id: first.id, text: pieces?.map((piece) => piece.plain_text).join('') ?? null }
}

/**
 * Gives a block new content. The caller has acquired the gate.
 * @throws as updatePage
 */
export async function rewriteBlock(
  notion: Notion,
  kind: Kind,
  blockId: string,
  { paragraph }: Block,
): Promise<void> {
  await write(notion, sendingNow(notion, kind), v.object({}), (client) =>
    client.blocks.update({ block_id: blockId, paragraph }),
  )
}

/**
 * Puts a page into the trash; one that is there already, or is gone, is done. The caller has
 * acquired the gate and made sure that the page is ours and untouched by people.
 * @throws StageError upstream.doubtful (65 s), upstream.*
 */
export async function trashPage(notion: Notion, kind: Kind, pageId: string): Promise<void> {
  try {
    await write(notion, sendingNow(notion, kind), Page, (client) =>
      client.pages.update({ page_id: pageId, in_trash: true }),
    )
  } catch (error) {
    if (error instanceof TrashedPage || error instanceof MissingPage) return
    throw error
  }
}

/**
 * Every page that holds this record's id, oldest first. Notion lists a new page late: none found
 * proves nothing before the settle time is over.
 * @param trashed those in the trash in place of those that are not
 * @throws StageError gate.later, upstream.*
 */
export async function findPages(
  notion: Notion,
  dataSourceId: string,
  kind: Kind,
  externalId: string,
  trashed = false,
): Promise<FoundPage[]> {
  const property = EXTERNAL_ID[kind]
  const filter = isRecord(notion, kind, externalId)
  const found = await queryPages(notion, dataSourceId, kind, filter, trashed)
  // An id may differ from another in case alone, and Notion does not say whether `equals` minds.
  return found
    .filter((page) => (page.properties[property] ?? externalId) === externalId)
    .toSorted(olderFirst)
}

/**
 * As findPages, for many records in one query (at most 100: what a filter takes).
 * @returns the pages by record id; a record without any has no entry
 * @throws StageError gate.later, upstream.*
 */
export async function findPagesOf(
  notion: Notion,
  dataSourceId: string,
  kind: Kind,
  externalIds: string[],
  trashed = false,
): Promise<Map<string, FoundPage[]>> {
  const property = EXTERNAL_ID[kind]
  const one = (id: string) => findPages(notion, dataSourceId, kind, id, trashed)
  const [only, ...more] = externalIds
  if (only === undefined) return new Map()
  if (more.length === 0) return new Map([[only, await one(only)]])
  const filter = { or: externalIds.map((id) => isRecord(notion, kind, id)) }
  const found = await queryPages(notion, dataSourceId, kind, filter, trashed)
  // A connection that may not read content does not see whose page is whose.
  if (found.some((page) => typeof page.properties[property] !== 'string')) {
    const each = new Map<string, FoundPage[]>()
    for (const id of externalIds) each.set(id, await one(id))
    return each
  }
  return Map.groupBy(found.toSorted(olderFirst), (page) => String(page.properties[property]))
}

/**
 * Our properties of a page as they are now. By its id a page is never shown late.
 * @throws StageError gate.later, upstream.*; MissingPage; TrashedPage
 */
export async function readPage(notion: Notion, kind: Kind, pageId: string): Promise<Base> {
  return (await lookAtPage(notion, kind, pageId)).properties
}

/**
 * Whether the page lies in this data source still; false: a person moved or removed it.
 * @throws StageError gate.later, upstream.*
 */
export async function isAtHome(
  notion: Notion,
  kind: Kind,
  pageId: string,
  dataSourceId: string,
): Promise<boolean> {
  try {
    const page = await read(notion, kind, Page, (client) =>
      client.pages.retrieve({ page_id: pageId }),
    )
    return !isTrashed(page) && isIn(page, dataSourceId)
  } catch (error) {
    if (error instanceof MissingPage) return false
    throw error
  }
}

/** As `readPage`, with who made and edited it. */
export async function lookAtPage(notion: Notion, kind: Kind, pageId: string): Promise<FoundPage> {
  const page = await read(notion, kind, Page, (client) =>
    client.pages.retrieve({ page_id: pageId }),
  )
  if (isTrashed(page)) throw new TrashedPage()
  return foundPage(notion, kind, page)
}

export interface EditedPages {
  pages: { id: string; properties: Base }[]
  /** For the next hundred; null: these were the last. */
  cursor: string | null
}

/**
 * At most 100 pages that were edited since, by whomever, oldest edit first: see `editedRows`.
 * @param since ms since epoch; null: every page
 * @param cursor null, or what the hundred before gave
 * @throws as editedRows
 */
export async function editedPages(
  notion: Notion,
  dataSourceId: string,
  kind: Kind,
  since: number | null,
  cursor: string | null,
): Promise<EditedPages> {
  const edited = await editedRows(notion, dataSourceId, kind, since, cursor)
  const pages = edited.rows.map((page) => ({
    id: canonical(page.id),
    properties: ours(notion, kind, page),
  }))
  return { pages, cursor: edited.cursor }
}

/** Our connection's own user id, which pages we made carry as `createdBy`. */
export async function ownUserId(notion: Notion): Promise<string> {
  const { id } = await read(notion, null, Self, (client) => client.users.me({}))
  return canonical(id)
}

/** Only such a page may ever be trashed: made by our connection, and edited by nobody else. */
export function isOursUntouched(page: FoundPage, ownId: string): boolean {
  return page.createdBy === ownId && page.lastEditedBy === ownId
}

type Filter = QueryDataSourceParameters['filter']

function isRecord(notion: Notion, kind: Kind, externalId: string) {
  const property = nameOf(notion.names, kind, EXTERNAL_ID[kind])
  return kind === 'mail'
    ? { property, rich_text: { equals: externalId } }
    : { property, title: { equals: externalId } }
}

/** All pages that match, oldest first. */
async function queryPages(
  notion: Notion,
  dataSourceId: string,
  kind: Kind,
  filter: Filter,
  trashed: boolean,
): Promise<FoundPage[]> {
  const found: FoundPage[] = []
  let cursor: string | null = null
  do {
    const from: string | null = cursor
    const answer: v.InferOutput<typeof QueryAnswer> = await read(
      notion,
      kind,
      QueryAnswer,
      (client) =>
        client.dataSources.query({
          data_source_id: dataSourceId,
          filter,
          sorts: [{ timestamp: 'created_time', direction: 'ascending' }],
          start_cursor: from,
          page_size: 100,
          ...(trashed && { in_trash: true }),
        }),
    )
    found.push(...answer.results.map((page) => foundPage(notion, kind, page)))
    cursor = answer.has_more ? answer.next_cursor : null
  } while (cursor !== null)
  return found
}

/** Our properties of a page, under our names. */
function ours(notion: Notion, kind: Kind, page: Page): Base {
  return remembered(kind, inward(notion.names, kind, page.properties))
}

function sendingNow(notion: Notion, role: Kind): Sending {
  return { role, sentAt: notion.outside.now(), settleMs: UPDATE_SETTLE_MS }
}

/** A relation that Notion shortened in its answer stands as we have just sent it. */
function pageAnswer(notion: Notion, kind: Kind, page: Page, sent: Properties): PageAnswer {
  const known = inward(notion.names, kind, page.properties)
  const returned = remembered(kind, known)
  const shortened = Object.entries(plain(sent)).filter(
    ([name]) => known[name]?.type === 'relation' && !(name in returned),
  )
  return {
    id: canonical(page.id),
    url: page.url,
    properties: { ...returned, ...Object.fromEntries(shortened) },
  }
}

function foundPage(notion: Notion, kind: Kind, page: Page): FoundPage {
  return {
    id: canonical(page.id),
    url: page.url,
    properties: ours(notion, kind, page),
    createdAt: page.created_time,
    createdBy: userId(page.created_by),
    lastEditedBy: userId(page.last_edited_by),
  }
}

function userId(user: { id: string } | null | undefined): string | null {
  return user === null || user === undefined ? null : canonical(user.id)
}

/** Notion tells creation to the minute only: the id decides between two of one minute. */
function olderFirst(a: FoundPage, b: FoundPage): number {
  return Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.id < b.id ? -1 : 1)
}
