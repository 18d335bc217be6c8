/**
 * Canvas, the merchants: read only. Every property of type Phone or Email counts, whatever its name;
 * what stands in it is handed on as typed, and split and normalised elsewhere (packages/identity).
 */
import { read } from './client.ts'
import type { Notion } from './client.ts'
import { MissingPage } from './errors.ts'
import { pageId as canonical } from './ids.ts'
import { Page, QueryAnswer } from './wire.ts'

export interface MerchantPage {
  id: string
  name: string
  url: string
  phoneFields: string[] // as typed; one may hold several numbers
  mailFields: string[]
  editedAt: string
}

export interface MerchantListing {
  merchants: MerchantPage[]
  /** For the next page; null: the listing has ended. */
  cursor: string | null
  /** False: Notion left merchants out and there is no way on. Then nothing may be dropped. */
  complete: boolean
}

/**
 * At most 100 merchants, oldest first. A query of Notion's ends silently after 10,000 rows; the
 * listing then goes on from the last row's creation, so a merchant may come twice.
 * @param cursor null, or what the page before gave
 * @throws StageError gate.later, upstream.*
 */
export function listMerchants(
  notion: Notion,
  dataSourceId: string,
  cursor: string | null,
): Promise<MerchantListing> {
  return list(notion, dataSourceId, 'created_time', null, cursor)
}

/**
 * Merchants that were edited at that time or later, the longest unedited first; otherwise as
 * `listMerchants`. Notion may cut times to the minute, and shows an edit late: windows overlap.
 * @param since ms since epoch
 */
export function listEditedMerchants(
  notion: Notion,
  dataSourceId: string,
  since: number,
  cursor: string | null,
): Promise<MerchantListing> {
  const from = new Date(Math.floor(since / MINUTE_MS) * MINUTE_MS).toISOString()
  return list(notion, dataSourceId, 'last_edited_time', from, cursor)
}

const MINUTE_MS = 60_000

async function list(
  notion: Notion,
  dataSourceId: string,
  time: 'created_time' | 'last_edited_time',
  from: string | null,
  cursor: string | null,
): Promise<MerchantListing> {
  const { since = from, next } = place(cursor)
  const window = { on_or_after: since ?? '' }
  const answer = await read(notion, 'canvas', QueryAnswer, (client) =>
    client.dataSources.query({
      data_source_id: dataSourceId,
      sorts: [{ timestamp: time, direction: 'ascending' }],
      start_cursor: next,
      page_size: 100,
      ...(since !== null && {
        filter:
          time === 'created_time'
            ? { timestamp: time, created_time: window }
            : { timestamp: time, last_edited_time: window },
      }),
    }),
  )
  const merchants = answer.results.filter((page) => !isTrashed(page)).map(merchant)
  if (answer.has_more && answer.next_cursor !== null)
    return { merchants, cursor: placed(since, answer.next_cursor), complete: true }
  if (answer.request_status?.type !== 'incomplete')
    return { merchants, cursor: null, complete: true }
  // More than 10,000 rows of one instant: no window gets past them.
  const last = answer.results.at(-1)?.[time] ?? ''
  return last === '' || last === since
    ? { merchants, cursor: null, complete: false }
    : { merchants, cursor: placed(last, null), complete: true }
}

/**
 * One merchant as Canvas has it now; null: its page is trashed, gone, or in another database.
 * @throws StageError gate.later, upstream.*
 */
export async function readMerchant(
  notion: Notion,
  dataSourceId: string,
  pageId: string,
): Promise<MerchantPage | null> {
  try {
    const page = await read(notion, 'canvas', Page, (client) =>
      client.pages.retrieve({ page_id: pageId }),
    )
    const home = page.parent?.data_source_id
    if (home !== undefined && canonical(home) !== canonical(dataSourceId)) return null
    return isTrashed(page) ? null : merchant(page)
  } catch (error) {
    if (error instanceof MissingPage) return null
    throw error
  }
}

/**
 * What has become of a merchant's page.
 * @throws StageError gate.later, upstream.*
 */
export async function merchantState(
  notion: Notion,
  pageId: string,
): Promise<'present' | 'trashed' | 'missing'> {
  try {
    const page = await read(notion, 'canvas', Page, (client) =>
      client.pages.retrieve({ page_id: pageId }),
    )
    return isTrashed(page) ? 'trashed' : 'present'
  } catch (error) {
    if (error instanceof MissingPage) return 'missing'
    throw error
  }
}

/** A page of Canvas as the merchant that it is. */
export function merchant(page: Page): MerchantPage {
  const properties = Object.values(page.properties)
  return {
    id: canonical(page.id),
    name: properties
      .flatMap((property) => (property.type === 'title' ? property.title : []))
      .map((piece) => piece.plain_text)
      .join(''),
    url: page.url,
    phoneFields: properties.flatMap((property) =>
      property.type === 'phone_number' ? (property.phone_number ?? []) : [],
    ),
    mailFields: properties.flatMap((property) =>
      property.type === 'email' ? (property.email ?? []) : [],
    ),
    editedAt: page.last_edited_time,
  }
}

export function isTrashed(page: Page): boolean {
  return page.in_trash || page.archived
}

/** A cursor of ours: the window's start and Notion's own cursor, parted by a blank. */
function placed(since: string | null, next: string | null): string {
  return `${since ?? ''} ${next ?? ''}`
}

/** `since` is undefined at the start of a listing. */
function place(cursor: string | null): { since?: string | null; next: string | null } {
  if (cursor === null) return { next: null }
  const [since = '', next = ''] = cursor.split(' ')
  return { since: since === '' ? null : since, next: next === '' ? null : next }
}
