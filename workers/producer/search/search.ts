/**
 * Search (docs/search.md): the query's words become filters, what is left is looked for by words and
 * by meaning at once, and the two rankings become one. Where Workers AI or Vectorize is out, words
 * alone answer, and the answer says so.
 */
import { gramsOf } from '@switchboard/shared/grams'
import type { Chip, Mode } from '@switchboard/shared/api/search'
import { describe, toFailure } from '@switchboard/shared/failure'
import { keyedHash } from '@switchboard/shared/hash'
import type { RecordKey } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import { bestOfEach, fuse } from '@switchboard/search/fuse'
import type { Fused, Passage } from '@switchboard/search/fuse'
import { LIKE_ENOUGH, likeness, mentioned } from '@switchboard/search/names'
import { searchable, textOf, understand } from '@switchboard/search/query'
import type { QueryFilters, Understood } from '@switchboard/search/query'
import { termsOf } from '@switchboard/search/words'
import type { Word } from '@switchboard/search/words'
import { recordsOfHashes } from '@switchboard/store/cards'
import { merchantsLike } from '@switchboard/store/merchant-look-up'
import type { MerchantCard } from '@switchboard/store/merchant-look-up'
import { listParked } from '@switchboard/store/parked'
import { keyOf } from '@switchboard/store/records'
import { failing, findPassages, newestRecords, passageTexts } from '@switchboard/store/text-index'
import type { FoundRecord, TextFilters } from '@switchboard/store/text-index'
import { findMerchants } from './find-merchants.ts'
import type { SearchPorts } from './search-ports.ts'

export interface SearchRequest {
  query: string
  /** What is asked for beside the query; it goes before what the words say. */
  filters: QueryFilters
  /** Null: whoever it was with. */
  merchants: MerchantCard[] | null
  /** Numbers and addresses that nobody in Canvas has, asked for all the same. */
  parties: string[]
  asWords: string[]
  mode: Mode
  limit: number
  now: number
  after: Place | null
}

/** Where a page ended: so many of a ranking, or the last record by time. */
export type Place = { offset: number } | { record: FoundRecord }

export interface Found {
  records: Fused[]
  merchants: { card: MerchantCard; score: number; matched: string }[]
  /** So many of the merchants come before the records: the query names them and says nothing else. */
  leading: number
  mode: Mode
  reason: string | null
  chips: Chip[]
  words: string
  next: Place | null
}

/** Passages of the text index and vectors that are ranked: chunks, of which a record has some. */
const MOST_PASSAGES = 300
const MOST_VECTORS = 100 // Vectorize
/** A filter is shorter than 2,048 bytes, and a keyed hash has 32. */
const PARTIES_A_FILTER = 45
const MOST_RERANKED = 30
/** Whoever waits for an answer waits no longer for what can be left out. */
const PATIENCE_MS = 4000
const MOST_CANDIDATES = 50
const MOST_MERCHANTS = 5

export async function search(request: SearchRequest, ports: SearchPorts): Promise<Found> {
  const understood = understand(request.query, request.now, request.asWords)
  const [spoken, parked] = await Promise.all([
    spokenOf(request, understood.rest, ports.db),
    request.mode === 'text' ? [] : listParked(ports.db),
  ])
  const words = searchable(spoken.rest)
  const chips = [...understood.chips, ...spoken.chips].filter(
    ({ filter }) => !isGiven(filter, request),
  )
  const filters: TextFilters = {
    ...withoutTime(understood.filters, request.filters),
    ...request.filters,
    ...(await partiesOf(request, spoken.merchants, ports.hashKey)),
  }
  const about = { chips, words: textOf(words) }
  if (words.length === 0) {
    const merchants = await merchantsFound(request, spoken, words, ports)
    const isNameAlone = spoken.chips.length > 0 && understood.chips.length === 0
    const leading = isNameAlone ? Math.min(merchants.length, request.limit - 1) : 0
    const page = await newest(request.after, request.limit - leading, filters, ports)
    return { ...about, ...page, merchants, leading, mode: request.mode, reason: null }
  }

  const wanted = request.mode
  const scope = parked.find(({ scope: on }) => on === 'workers-ai' || on === 'vectorize')
  const [merchants, byText, byVector] = await Promise.all([
    merchantsFound(request, spoken, words, ports),
    wanted === 'vector' ? null : textList(words, filters, ports).catch(noText),
    wanted === 'text' ? null : vectorList(textOf(words), filters, scope?.reason ?? null, ports),
  ])
  const vectors = byVector?.found ?? null
  // Only now is it known that there are no vectors: words answer in their place.
  const texts = byText ?? (vectors === null ? await textList(words, filters, ports) : null)
  const mode = vectors === null ? 'text' : texts === null ? 'vector' : wanted
  const ranking = fuse({
    ...(texts === null ? {} : { text: texts }),
    ...(vectors === null ? {} : { vector: vectors }),
  })
  const ranked = await reranked(textOf(words), ranking, ports)
  const offset = request.after !== null && 'offset' in request.after ? request.after.offset : 0
  const end = offset + request.limit
  return {
    ...about,
    merchants,
    leading: 0,
    records: ranked.slice(offset, end),
    mode,
    reason: byVector?.reason ?? (mode === wanted ? null : 'the text index does not answer'),
    next: end < ranked.length ? { offset: end } : null,
  }
}

/** Merchants that the query speaks of, as a chip, and the query without them. */
interface Spoken {
  merchants: MerchantCard[] | null
  rest: Understood['rest']
  chips: Chip[]
}

async function spokenOf(
  { merchants, parties, asWords, query }: SearchRequest,
  rest: Understood['rest'],
  db: D1Database,
): Promise<Spoken> {
  if (merchants !== null || parties.length > 0 || query === '')
    return { merchants, rest, chips: [] }
  const words = rest.filter((word) => word !== null)
  const candidates = await merchantsLike(db, gramsOf(textOf(words)), MOST_CANDIDATES)
  const mention = mentioned(rest, candidates)
  if (mention === null) return { merchants: null, rest, chips: [] }
  const { at, length, ids, name } = mention
  const word = textOf(rest.slice(at, at + length).filter((one) => one !== null))
  if (asWords.some((text) => text.toLowerCase() === word.toLowerCase()))
    return { merchants: null, rest, chips: [] }
  const named = candidates.filter(({ id }) => ids.includes(id))
  return {
    merchants: named,
    rest: [...rest.slice(0, at), null, ...rest.slice(at + length)],
    chips: named.map(({ id }, nth) => ({
      word,
      filter: 'merchant' as const,
      value: id,
      label: nth === 0 ? name : (named[nth]?.name ?? name),
    })),
  }
}

function isGiven(filter: Chip['filter'], { filters, merchants, parties }: SearchRequest): boolean {
  switch (filter) {
    case 'kinds':
      return filters.kinds !== undefined
    case 'sentiment':
      return filters.sentiment !== undefined
    case 'category':
      return filters.category !== undefined
    case 'time':
      return filters.from !== undefined || filters.to !== undefined
    case 'merchant':
      return merchants !== null || parties.length > 0
  }
}

/** A time that is given replaces the whole of what the words say. */
function withoutTime(read: QueryFilters, given: QueryFilters): QueryFilters {
  if (given.from === undefined && given.to === undefined) return read
  const { from: _from, to: _to, ...rest } = read
  return rest
}

async function partiesOf(
  { parties }: SearchRequest,
  merchants: MerchantCard[] | null,
  hashKey: string,
): Promise<Pick<TextFilters, 'parties'>> {
  if (merchants === null && parties.length === 0) return {}
  const keys = [...parties, ...(merchants ?? []).flatMap(({ keys: held }) => held)]
  return { parties: await Promise.all([...new Set(keys)].map((key) => keyedHash(hashKey, key))) }
}

/** Merchants by name, number or address, on the first page. */
async function merchantsFound(
  { after, query }: SearchRequest,
  spoken: Spoken,
  words: readonly Word[],
  { db, country }: SearchPorts,
): Promise<Found['merchants']> {
  if (after !== null || query === '') return []
  const named = spoken.chips.length > 0 ? (spoken.merchants ?? []) : []
  const alike =
    words.length === 0 ? [] : await findMerchants(db, textOf(words), country, MOST_MERCHANTS)
  return [
    ...named.map((card) => ({ card, ...likeness(spoken.chips[0]?.word ?? '', card) })),
    ...alike.filter(({ card }) => !named.some(({ id }) => id === card.id)),
  ]
    .filter(({ score }) => score >= LIKE_ENOUGH)
    .slice(0, MOST_MERCHANTS)
}

async function textList(
  words: readonly Word[],
  filters: TextFilters,
  { texts }: SearchPorts,
): Promise<Passage[]> {
  return bestOfEach(await findPassages(texts, termsOf(words), filters, MOST_PASSAGES))
}

/** The text index can be made anew; until then meaning answers alone. */
function noText(error: unknown): null {
  warn('search.untexted', error)
  return null
}

/** By meaning; `found` null: it cannot be asked now, and why. */
async function vectorList(
  text: string,
  filters: TextFilters,
  parkedFor: string | null,
  ports: SearchPorts,
): Promise<{ found: Passage[] | null; reason: string | null }> {
  const { vectors } = ports
  if (vectors === null) return { found: null, reason: 'INCLUDE_VECTORIZE is false' }
  if (parkedFor !== null) return { found: null, reason: parkedFor }
  try {
    const matches = await inTime(async () => {
      const vector = await vectors.embed(text)
      const lists = await Promise.all(
        vectorFilters(filters).map((filter) => vectors.query(vector, filter, MOST_VECTORS)),
      )
      return lists.flat().toSorted((a, b) => b.score - a.score)
    })
    const hashes = matches.map(({ id }) => id.slice(0, id.indexOf(':')))
    const known = await recordsOfHashes(ports.db, [...new Set(hashes)])
    const found = matches.flatMap(({ id }, nth): Passage[] => {
      const record = known.get(hashes[nth] ?? '')
      return record === undefined ? [] : [{ ...record, nth: Number(id.slice(id.indexOf(':') + 1)) }]
    })
    const best = bestOfEach(found)
    const stale = new Set((await failing(ports.texts, best, filters)).map(keyOf))
    return { found: best.filter((record) => !stale.has(keyOf(record))), reason: null }
  } catch (error) {
    const failure = toFailure(error)
    return { found: null, reason: describe(failure) }
  }
}

/**
 * The filters as Vectorize takes them, ANDed: a party may stand in any of three places, so each place
 * is asked for. Null: no filter.
 */
export function vectorFilters(filters: TextFilters): (object | null)[] {
  const { kinds, sentiment, category, parties, from, to } = filters
  const base = {
    ...(kinds === undefined ? {} : { kind: { $in: [...kinds] } }),
    ...(sentiment === undefined ? {} : { sentiment }),
    ...(category === undefined ? {} : { category }),
    ...(from === undefined && to === undefined
      ? {}
      : {
          at: {
            ...(from === undefined ? {} : { $gte: from }),
            ...(to === undefined ? {} : { $lt: to }),
          },
        }),
  }
  if (parties !== undefined) {
    const some = Array.from({ length: Math.ceil(parties.length / PARTIES_A_FILTER) }, (_, nth) =>
      parties.slice(nth * PARTIES_A_FILTER, (nth + 1) * PARTIES_A_FILTER),
    )
    return some.flatMap((hashes) =>
      ['party1', 'party2', 'party3'].map((place) => ({ ...base, [place]: { $in: hashes } })),
    )
  }
  return [Object.keys(base).length === 0 ? null : base]
}

/** The best of the ranking once more, by a model that reads query and passage together. */
async function reranked(
  query: string,
  ranking: Fused[],
  { rerank, texts }: SearchPorts,
): Promise<Fused[]> {
  const best = ranking.slice(0, MOST_RERANKED)
  if (rerank === null || best.length < 2) return ranking
  try {
    const known = new Map(
      (await passageTexts(texts, best)).map((one) => [`${keyOf(one)}/${one.nth}`, one.text]),
    )
    const scores = await inTime(() =>
      rerank(
        query,
        best.map((one) => known.get(`${keyOf(one)}/${one.nth}`) ?? ''),
      ),
    )
    const order = best
      .map((one, nth) => ({ one, by: scores[nth] ?? 0 }))
      .toSorted((a, b) => b.by - a.by)
    // The places are new, what a place is worth is not.
    const again = order.map(({ one }, nth) => ({ ...one, score: best[nth]?.score ?? one.score }))
    return [...again, ...ranking.slice(MOST_RERANKED)]
  } catch (error) {
    warn('search.unranked', error)
    return ranking // it was only to be better
  }
}

/** Nothing but filters was asked: the newest records that pass. */
async function newest(
  after: Place | null,
  limit: number,
  filters: TextFilters,
  { texts }: SearchPorts,
): Promise<Pick<Found, 'records' | 'next'>> {
  const place = after !== null && 'record' in after ? after.record : null
  const found = await newestRecords(texts, filters, place, limit + 1)
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return {
    records: page.map(({ kind, id }: RecordKey) => ({ kind, id, nth: 0, score: 1, lists: [] })),
    next: found.length > limit && last !== undefined ? { record: last } : null,
  }
}

async function inTime<T>(work: () => Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('it takes too long')), PATIENCE_MS)
  })
  try {
    return await Promise.race([work(), late])
  } finally {
    clearTimeout(timer)
  }
}

function warn(event: string, error: unknown): void {
  log.warn(event, { error: describe(toFailure(error)) })
}
