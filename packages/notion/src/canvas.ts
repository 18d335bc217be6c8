/**
 * Canvas, the merchants: read only. Every property of type Phone or Email counts, whatever its name,
 * and one of another type whose name says that it holds such; what stands there is handed on as
 * typed, and split and normalised elsewhere (packages/identity).
 */
import { read } from './client.ts'
import type { Notion } from './client.ts'
import { MissingPage } from './errors.ts'
import { pageId as canonical } from './ids.ts'
import { isIn, isTrashed } from './whereabouts.ts'
import { listWindow, place } from './window.ts'
import { Page, QueryAnswer } from './wire.ts'
import type { PageProperty } from './wire.ts'

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
 * At most 100 merchants, oldest first. The listing goes on from the last row's creation, so a
 * merchant may come twice.
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
  const at = place(from, cursor)
  const window = { on_or_after: at.since ?? '' }
  const listed = await listWindow(at, time, (start) =>
    read(notion, 'canvas', QueryAnswer, (client) =>
      client.dataSources.query({
        data_source_id: dataSourceId,
        sorts: [{ timestamp: time, direction: 'ascending' }],
        ...start,
        page_size: 100,
        ...(at.since !== null && {
          filter:
            time === 'created_time'
              ? { timestamp: time, created_time: window }
              : { timestamp: time, last_edited_time: window },
        }),
      }),
    ),
  )
  const merchants = listed.rows.filter((page) => !isTrashed(page)).map(merchant)
  return { merchants, cursor: listed.cursor, complete: !listed.stuck }
}

/**
 * One merchant as Canvas has it now; null: its page is trashed, gone, or in another database.
 * @param dataSourceId Canvas's; null: not known, and the page may be anywhere
 * @throws StageError gate.later, upstream.*
 */
export async function readMerchant(
  notion: Notion,
  dataSourceId: string | null,
  pageId: string,
): Promise<MerchantPage | null> {
  try {
    const page = await read(notion, 'canvas', Page, (client) =>
      client.pages.retrieve({ page_id: pageId }),
    )
    const isElsewhere = dataSourceId !== null && !isIn(page, dataSourceId)
    return isTrashed(page) || isElsewhere ? null : merchant(page)
  } catch (error) {
    if (error instanceof MissingPage) return null
    throw error
  }
}

/** A page of Canvas as the merchant that it is. */
export function merchant(page: Page): MerchantPage {
  const properties = Object.entries(page.properties)
  const fields = (contact: Contact) =>
    properties
      .filter(([name, { type }]) => contactOf(name, type) === contact)
      .map(([, property]) => textOf(property))
      .filter((text) => text !== '')
  return {
    id: canonical(page.id),
    name: textOf(properties.find(([, { type }]) => type === 'title')?.[1]),
    url: page.url,
    phoneFields: fields('phone'),
    mailFields: fields('mail'),
    editedAt: page.last_edited_time,
  }
}

export type Contact = 'phone' | 'mail'

const TYPED: Record<string, Contact> = { phone_number: 'phone', email: 'mail' }
/** Types in which numbers and addresses are kept as well, under a name that says so. */
const OTHERS: ReadonlySet<string> = new Set(['rich_text', 'number', 'formula', 'rollup'])
const PHONE = /(?:phone|mobile|whatsapp)|(?<!\p{L})(?:tel|telefon|cell|handy)(?!\p{L})/iu
const MAIL = /e-?mail/iu
/** A name with such a word speaks of what was said, or of others. */
const BESIDE_THE_POINT =
  /(?<!\p{L})(?:calls?|called|texts?|sms|messages?|last|notes?|logs?|history|fax|type|status|consent|opt|count|verified|provider|carrier)(?!\p{L})/iu

/** What a merchant's property holds; null: nothing that it is known by. @param type Notion's */
export function contactOf(name: string, type: string): Contact | null {
  const typed = TYPED[type]
  if (typed !== undefined) return typed
  if (!OTHERS.has(type) || BESIDE_THE_POINT.test(name)) return null
  if (MAIL.test(name)) return 'mail'
  return PHONE.test(name) ? 'phone' : null
}

/** What stands in a property, as typed; empty: nothing. Of a rollup each value on a line. */
export function textOf(property: PageProperty | undefined): string {
  switch (property?.type) {
    case 'title':
      return property.title.map((piece) => piece.plain_text).join('')
    case 'rich_text':
      return property.rich_text.map((piece) => piece.plain_text).join('')
    case 'number':
      return property.number === null ? '' : String(property.number)
    case 'phone_number':
      return property.phone_number ?? ''
    case 'email':
      return property.email ?? ''
    case 'formula':
      return String(property.formula.string ?? property.formula.number ?? '')
    case 'rollup':
      return (property.rollup.array ?? [])
        .map(textOf)
        .filter((text) => text !== '')
        .join('\n')
    default:
      return ''
  }
}
