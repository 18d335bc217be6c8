/**
 * Every page of a data source of any size. A query of Notion's ends silently after 10,000 rows, so
 * the listing goes on from the last row's creation; a query that takes Notion too long (504) is asked
 * again for half as many.
 */
import { StageError } from '@switchboard/shared/failure'
import type { Kind } from '@switchboard/shared/kinds'
import type * as v from 'valibot'
import { read } from './client.ts'
import type { Notion } from './client.ts'
import { misconfigured } from './errors.ts'
import { pageId as canonical } from './ids.ts'
import { inward } from './names.ts'
import { EXTERNAL_ID } from './properties.ts'
import { isTrashed } from './whereabouts.ts'
import { listWindow, place } from './window.ts'
import { Page, QueryAnswer } from './wire.ts'

const MOST_ROWS = 10_000 // of one query
const MOST_A_PAGE = 100

/** A page with the record it says it is of. */
export interface ListedPage {
  id: string
  url: string
  recordId: string // empty: it says none
  createdAt: string
  createdBy: string | null
  lastEditedBy: string | null
}

/**
 * All pages of records, each once, oldest first, trashed ones left out.
 * @throws StageError gate.later, upstream.*; upstream.misconfigured where no window gets further
 */
export async function* allPages(
  notion: Notion,
  dataSourceId: string,
  kind: Kind,
): AsyncGenerator<ListedPage> {
  let since = ''
  // Windows overlap by their first instant: these were given already.
  let seen = new Set<string>()
  for (;;) {
    let rows = 0
    let last = ''
    let incomplete = false
    const instant = new Set<string>()
    for await (const answer of answersFrom(notion, dataSourceId, kind, since)) {
      incomplete = answer.request_status?.type === 'incomplete'
      for (const page of answer.results) {
        rows += 1
        if (page.created_time !== last) instant.clear()
        last = page.created_time
        instant.add(page.id)
        if (!seen.has(page.id)) yield listed(notion, kind, page)
      }
    }
    if (!incomplete && rows < MOST_ROWS) return
    if (last === since || last === '')
      throw misconfigured(undefined, kind, 'over 10,000 pages were made in one minute')
    since = last
    seen = instant
  }
}

/** The answers of one query, to its end. */
async function* answersFrom(
  notion: Notion,
  dataSourceId: string,
  kind: Kind,
  since: string,
): AsyncGenerator<v.InferOutput<typeof QueryAnswer>> {
  let size = MOST_A_PAGE
  let cursor: string | null = null
  do {
    const from: string | null = cursor
    const answer: v.InferOutput<typeof QueryAnswer> | null = await read(
      notion,
      kind,
      QueryAnswer,
      (client) =>
        client.dataSources.query({
          data_source_id: dataSourceId,
          sorts: [{ timestamp: 'created_time', direction: 'ascending' }],
          start_cursor: from,
          page_size: size,
          ...(since !== '' && {
            filter: { timestamp: 'created_time', created_time: { on_or_after: since } },
          }),
        }),
    ).catch((error: unknown) => {
      if (size > 1 && isTooSlow(error)) return null
      throw error
    })
    if (answer === null) {
      size = Math.floor(size / 2)
      continue
    }
    yield answer
    cursor = answer.next_cursor
    if (!answer.has_more) return
  } while (true)
}

function isTooSlow(error: unknown): boolean {
  return (
    error instanceof StageError &&
    error.failure.kind === 'upstream.unavailable' &&
    error.failure.status === 504
  )
}

function listed(notion: Notion, kind: Kind, page: Page): ListedPage {
  const property = inward(notion.names, kind, page.properties)[EXTERNAL_ID[kind]]
  const texts =
    property?.type === 'title'
      ? property.title
      : property?.type === 'rich_text'
        ? property.rich_text
        : []
  return {
    id: canonical(page.id),
    url: page.url,
    recordId: texts.map((piece) => piece.plain_text).join(''),
    createdAt: page.created_time,
    ...authors(page),
  }
}

/** Pages that were edited in a while, a hundred at most. */
export interface EditedRows {
  rows: Page[]
  /** For the next hundred; null: these were the last. */
  cursor: string | null
}

/**
 * At most 100 pages that were edited since, by whomever, oldest edit first. The listing goes on from
 * the last row's edit, so a page may come twice.
 * @param since ms since epoch; null: every page
 * @param cursor null, or what the hundred before gave
 * @param trashed those in the trash in place of those that are not
 * @throws StageError gate.later, upstream.*; upstream.misconfigured where no window gets further
 */
export async function editedRows(
  notion: Notion,
  dataSourceId: string,
  kind: Kind,
  since: number | null,
  cursor: string | null,
  trashed = false,
): Promise<EditedRows> {
  const at = place(since === null ? null : new Date(since).toISOString(), cursor)
  const window = await listWindow(at, 'last_edited_time', (start) =>
    read(notion, kind, QueryAnswer, (client) =>
      client.dataSources.query({
        data_source_id: dataSourceId,
        sorts: [{ timestamp: 'last_edited_time', direction: 'ascending' }],
        ...start,
        page_size: MOST_A_PAGE,
        ...(trashed && { in_trash: true }),
        ...(at.since !== null && {
          filter: { timestamp: 'last_edited_time', last_edited_time: { on_or_after: at.since } },
        }),
      }),
    ),
  )
  if (window.stuck)
    throw misconfigured(undefined, kind, 'over 10,000 pages were edited in one minute')
  return { rows: window.rows, cursor: window.cursor }
}

/** As `editedRows`, with the record that each page says it is of. */
export async function listEdited(
  ...[notion, dataSourceId, kind, ...where]: Parameters<typeof editedRows>
): Promise<{ pages: ListedPage[]; cursor: string | null }> {
  const { rows, cursor } = await editedRows(notion, dataSourceId, kind, ...where)
  return { pages: rows.map((page) => listed(notion, kind, page)), cursor }
}

/** Who made a page and who edited it last, as it is now; null: it is trashed or gone. */
export async function authorsOf(
  notion: Notion,
  kind: Kind,
  pageId: string,
): Promise<Pick<ListedPage, 'createdBy' | 'lastEditedBy'> | null> {
  const page = await read(notion, kind, Page, (client) =>
    client.pages.retrieve({ page_id: pageId }),
  )
  return isTrashed(page) ? null : authors(page)
}

function authors(page: Page): Pick<ListedPage, 'createdBy' | 'lastEditedBy'> {
  return { createdBy: userId(page.created_by), lastEditedBy: userId(page.last_edited_by) }
}

function userId(user: { id: string } | null | undefined): string | null {
  return user === null || user === undefined ? null : canonical(user.id)
}
