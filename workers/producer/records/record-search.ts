/** Finding records: by state, time and merchant, or by whatever an operator types. */
import { toAddress } from '@switchboard/identity/mail'
import { toE164 } from '@switchboard/identity/phone'
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import { LISTS, STATES } from '@switchboard/shared/api/records'
import type { RecordRow, listRecords } from '@switchboard/shared/api/records'
import { readSettings } from '@switchboard/shared/config'
import {
  listById,
  listDifferences,
  listKeyed,
  listStanding,
  listWith,
  recordLines,
} from '@switchboard/store/record-list'
import type { Found, Page, RecordFilter } from '@switchboard/store/record-list'
import type { MerchantCard } from '@switchboard/store/merchant-look-up'
import { merchantsById } from '@switchboard/store/merchant-look-up'
import * as v from 'valibot'
import { cursorIn } from '../api/page.ts'
import { writeCursor } from '@switchboard/shared/api/cursor'
import { BadInput } from '../door/problem.ts'
import { findMerchants } from '../search/find-merchants.ts'
import { missingRow, rowOf } from './record-row.ts'

type Query = Omit<v.InferOutput<typeof listRecords.query>, 'cursor' | 'limit'>

export interface RecordPage {
  items: RecordRow[]
  nextCursor: string | null
}

const DAY_MS = 86_400_000
const ByTime = v.tuple([v.number(), v.picklist(KINDS), v.string()])
const ByKey = v.tuple([v.picklist(KINDS), v.string()])
const ByDay = v.tuple([v.string(), v.picklist(KINDS), v.string()])

/** One page of the records that fit. @throws BadInput */
export async function findRecords(
  env: { DB: D1Database },
  query: Query,
  cursor: string | undefined,
  limit: number,
): Promise<RecordPage> {
  const kinds = query.kind ?? [...KINDS]
  const list = (query.state ?? []).find((state) => (LISTS as readonly string[]).includes(state))
  if (list !== undefined && query.state?.length !== 1)
    throw new BadInput([{ path: 'state', detail: `${list} stands alone` }])
  if (list !== undefined) refuseMore(list, query)
  if (list === 'missing' || list === 'extra')
    return differences(env.DB, list, query, kinds, cursor, limit)
  if (list === 'parked' || list === 'retrying' || list === 'held') {
    const after = cursorIn(cursor, ByKey)
    const page = await listKeyed(
      env.DB,
      list,
      kinds,
      after === null ? null : { kind: after[0], id: after[1] },
      limit,
    )
    return pageOf(env.DB, page, page.next && [page.next.kind, page.next.id])
  }
  const after = cursorIn(cursor, ByTime)
  const place = after === null ? null : { at: after[0], kind: after[1], id: after[2] }
  const filter: RecordFilter = {
    kinds,
    ...(query.state !== undefined && {
      states: STATES.filter((state) => query.state?.some((one) => one === state)),
    }),
    ...(query.link !== undefined && { link: query.link }),
    ...(query.sentiment !== undefined && { sentiment: query.sentiment }),
    ...(query.category !== undefined && { category: query.category }),
    ...(query.from !== undefined && { from: Date.parse(query.from) }),
    ...(query.to !== undefined && { to: endOf(query.to) }),
  }
  const parties = await partiesOf(env, query)
  if (parties === null) {
    const page = await listStanding(env.DB, filter, place, limit)
    return pageOf(env.DB, page, cursorOf(page))
  }
  if (place === null && parties.ids !== null) {
    const byId = await listById(env.DB, parties.ids, limit)
    const fitting = byId.filter(({ kind }) => kinds.includes(kind))
    if (fitting.length > 0) return pageOf(env.DB, { rows: fitting, next: null }, null)
  }
  if (parties.parties.length === 0) return { items: [], nextCursor: null }
  const page = await listWith(env.DB, parties.parties, filter, place, limit)
  return pageOf(env.DB, page, cursorOf(page))
}

/** What such a list cannot be narrowed by is refused: a list never holds more than was asked for. */
function refuseMore(list: string, query: Query): void {
  const never = ['q', 'merchant', 'party', 'link', 'sentiment', 'category'] as const
  const byDay = list === 'missing' || list === 'extra'
  const refused = byDay ? never : ([...never, 'from', 'to'] as const)
  const given = refused.filter((path) => query[path] !== undefined && query[path] !== '')
  if (given.length > 0)
    throw new BadInput(given.map((path) => ({ path, detail: `does not narrow ${list}` })))
}

/** Whom the records are to be with, and what may be an id. Null: with anybody. */
async function partiesOf(
  env: { DB: D1Database },
  { q = '', merchant, party }: Query,
): Promise<{ parties: string[]; ids: string | null } | null> {
  const { DEFAULT_COUNTRY: country } = readSettings(env, ['DEFAULT_COUNTRY'])
  if (merchant !== undefined)
    return { parties: keysOf(await merchantsById(env.DB, [merchant])), ids: null }
  if (party !== undefined) {
    const one = toE164(party, country) ?? toAddress(party)
    return { parties: one === null ? [] : [one], ids: null }
  }
  if (q === '') return null
  const one = toAddress(q) ?? (/\p{L}/u.test(q) ? null : toE164(q, country))
  const found = one === null ? await findMerchants(env.DB, q, country, MOST_MERCHANTS) : []
  return {
    parties: one === null ? keysOf(found.map(({ card }) => card)) : [one],
    ids: SHORTEST_ID.test(q) ? q : null,
  }
}

const MOST_MERCHANTS = 5
const MOST_PARTIES = 50

function keysOf(merchants: readonly MerchantCard[]): string[] {
  return [...new Set(merchants.flatMap(({ keys }) => keys))].slice(0, MOST_PARTIES)
}

/** Shorter words begin too many ids. */
const SHORTEST_ID = /^\S{3,}$/

async function differences(
  db: D1Database,
  what: 'missing' | 'extra',
  query: Query,
  kinds: readonly Kind[],
  cursor: string | undefined,
  limit: number,
): Promise<RecordPage> {
  const after = cursorIn(cursor, ByDay)
  const page = await listDifferences(
    db,
    what,
    { kinds, from: query.from?.slice(0, 10) ?? null, to: query.to?.slice(0, 10) ?? null },
    after === null ? null : { day: after[0], kind: after[1], id: after[2] },
    limit,
  )
  const next = page.next && writeCursor([page.next.day, page.next.kind, page.next.id])
  const items =
    what === 'missing' ? page.rows.map(missingRow) : (await recordLines(db, page.rows)).map(rowOf)
  return { items, nextCursor: next }
}

async function pageOf(
  db: D1Database,
  { rows }: Pick<Page<Found, unknown>, 'rows' | 'next'>,
  next: unknown,
): Promise<RecordPage> {
  return {
    items: (await recordLines(db, rows)).map(rowOf),
    nextCursor: next === null ? null : writeCursor(next),
  }
}

function cursorOf({ next }: Page<Found>): unknown {
  return next && [next.at, next.kind, next.id]
}

/** A day counts to its end, a moment as it is. */
function endOf(text: string): number {
  return Date.parse(text) + (text.length === 'YYYY-MM-DD'.length ? DAY_MS : 0)
}
