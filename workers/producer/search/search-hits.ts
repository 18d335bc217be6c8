/** A search as it is asked for and answered: through the API, and by whoever else searches. */
import * as v from 'valibot'
import { readCursor, writeCursor } from '@switchboard/shared/api/cursor'
import { isDay, momentOf } from '@switchboard/shared/api/search'
import type { MerchantHit, RecordHit, search as operation } from '@switchboard/shared/api/search'
import { KINDS } from '@switchboard/shared/kinds'
import { utterancesOf } from '@switchboard/identity/utterances'
import type { Fused } from '@switchboard/search/fuse'
import type { QueryFilters } from '@switchboard/search/query'
import { holdersOf } from '@switchboard/store/merchant-look-up'
import { keyOf } from '@switchboard/store/records'
import { passageTexts } from '@switchboard/store/text-index'
import { BadInput, Refused } from '../door/problem.ts'
import { recordCards } from '../records/record-cards.ts'
import type { RecordCard } from '../records/record-cards.ts'
import { search } from './search.ts'
import type { Found } from './search.ts'
import type { SearchPorts } from './search-ports.ts'
import { whoIs } from './who-is.ts'
import { recordUrl } from '../records/record-url.ts'

export type SearchBody = v.InferOutput<(typeof operation)['body']>
export type SearchAnswer = v.InferOutput<(typeof operation)['answer']>

const DAY_MS = 86_400_000

/** The moment that relative words count from goes from page to page: `yesterday` stays one day. */
const Cursor = v.object({
  now: v.number(),
  place: v.union([
    v.object({ offset: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
    v.object({
      record: v.object({ kind: v.picklist(KINDS), id: v.string(), occurredAt: v.number() }),
    }),
  ]),
})

/** @throws BadInput, Refused 404 where the merchant is not known */
export async function searchFor(body: SearchBody, ports: SearchPorts): Promise<SearchAnswer> {
  const cursor = body.cursor === undefined ? null : readCursor(body.cursor, Cursor)
  if (body.cursor !== undefined && cursor === null)
    throw new BadInput([{ path: 'cursor', detail: 'is no cursor of a search' }])
  const now = cursor?.now ?? (body.now === undefined ? ports.now() : momentOf(body.now))
  const meant =
    body.merchant === undefined ? null : await whoIs(ports.db, body.merchant, ports.country)
  if (body.merchant !== undefined && meant === null)
    throw new Refused(404, 'merchant: nobody is known by that.')
  const found = await search(
    {
      query: body.query,
      filters: filtersOf(body),
      merchants: meant?.merchants ?? null,
      parties: meant?.parties ?? [],
      asWords: body.asWords,
      mode: body.mode,
      limit: body.limit,
      now,
      after: cursor?.place ?? null,
    },
    ports,
  )
  const records = await recordHits(found.records, ports)
  const merchants = merchantHits(found, records.at(-1)?.score ?? 1)
  const { mode, reason, chips, words, leading, next } = found
  return {
    hits:
      leading > 0
        ? [...merchants.slice(0, leading), ...records]
        : [...records, ...merchants].slice(0, body.limit),
    merchants,
    mode,
    reason,
    chips,
    words,
    nextCursor: next === null ? null : writeCursor({ now, place: next }),
  }
}

function filtersOf({ kinds, sentiment, category, from, to }: SearchBody): QueryFilters {
  return {
    ...(kinds === undefined ? {} : { kinds }),
    ...(sentiment === undefined ? {} : { sentiment }),
    ...(category === undefined ? {} : { category }),
    ...(from === undefined ? {} : { from: momentOf(from) }),
    // A day is meant with all its hours.
    ...(to === undefined ? {} : { to: momentOf(to) + (isDay(to) ? DAY_MS : 0) }),
  }
}

/** In their order; a record that is gone meanwhile is left out. */
async function recordHits(records: Fused[], ports: SearchPorts): Promise<RecordHit[]> {
  if (records.length === 0) return []
  const [cards, passages, holders] = await Promise.all([
    recordCards(ports.db, records, ports.ownMailAddresses, true),
    passageTexts(ports.texts, records),
    holdersOf(ports.db, records),
  ])
  const texts = new Map(passages.map((passage) => [keyOf(passage), passage.text]))
  return records.flatMap(({ kind, id, score, lists }): RecordHit[] => {
    const card = cards.get(keyOf({ kind, id }))
    if (card === undefined) return []
    const { record, analysis, direction, parties, page } = card
    const merchants = parties.flatMap((party) => holders.get(party) ?? [])
    const passage = texts.get(keyOf({ kind, id })) ?? analysis?.summary ?? ''
    return [
      {
        kind,
        id,
        score: rounded(score),
        passage,
        at: new Date(record.createdAt).toISOString(),
        seconds: secondsOf(card, passage, ports.country),
        direction,
        subject: record.kind === 'mail' ? record.subject : null,
        summary: analysis?.summary ?? null,
        sentiment: analysis?.sentiment?.label ?? null,
        category: analysis?.category?.label ?? null,
        parties,
        merchants: [...new Map(merchants.map((one) => [one.id, one])).values()],
        page,
        url: recordUrl({ kind, id }),
        foundBy: lists.filter((list) => list === 'text' || list === 'vector'),
      },
    ]
  })
}

/** Of a call: when the passage begins. Its first words are an utterance's. */
function secondsOf({ record, own }: RecordCard, passage: string, country: string): number | null {
  if (record.kind !== 'call' || passage === '') return null
  const begins = folded(passage).slice(0, 40)
  const said = utterancesOf(record, own, country).find(
    ({ text }) => folded(text).includes(begins) || begins.startsWith(folded(text)),
  )
  return said?.startSeconds ?? null
}

function folded(text: string): string {
  return text.trim().replaceAll(/\s+/g, ' ')
}

/** @param most what a merchant that comes last may count: hits go from the best downwards */
function merchantHits({ merchants, leading }: Found, most: number): MerchantHit[] {
  return merchants.map(({ card: { id, name, url }, score, matched }, nth) => ({
    kind: 'merchant',
    id,
    score: rounded(nth < leading ? 1 : Math.min(score, most)),
    passage: matched,
    name,
    page: url,
    url: `/merchants/${encodeURIComponent(id)}`,
  }))
}

function rounded(score: number): number {
  return Math.round(score * 10_000) / 10_000
}
