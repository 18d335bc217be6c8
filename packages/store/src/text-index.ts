/**
 * The full-text index, in a database of its own (docs/search.md#the-text-index): what is written for
 * a record, and how its passages are found. Nothing here is the only copy of anything.
 *
 * Its rows know no lease, since that is in the other database: a record's counter of inputs orders
 * its writers instead, so an old holder's text never lands on a newer one.
 */
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import { inKeys, jsonBatches, keysJson } from './d1.ts'
import type { D1Database } from './d1.ts'

/** One record as it is to be found. */
export interface RecordText extends RecordKey {
  version: number // the claim's `wanted`
  fingerprint: string
  occurredAt: number
  sentiment: string | null
  category: string | null
  parties: string[] // keyed hashes
  texts: string[] // chunks, in order
}

/** What a search is narrowed by; what is left out narrows nothing. */
export interface TextFilters {
  kinds?: readonly Kind[]
  sentiment?: string
  category?: string
  parties?: readonly string[] // keyed hashes: with any of these
  from?: number // ms since epoch, inclusive
  to?: number // ms since epoch, exclusive
}

/** A passage that holds some of the words; the better, the higher its score. */
export interface FoundPassage extends RecordKey {
  nth: number
  occurredAt: number
  score: number // BM25: comparable within one answer only
}

const NEWS = `(known.kind IS NULL
    OR (known.fingerprint <> j.fingerprint AND known.version <= j.version))`
const ROWS = `(SELECT value ->> 'kind' AS kind, value ->> 'id' AS id, value ->> 'version' AS version,
      value ->> 'fingerprint' AS fingerprint, value ->> 'occurredAt' AS occurred_at,
      value ->> 'sentiment' AS sentiment, value ->> 'category' AS category,
      value ->> 'facets' AS facets, value -> 'texts' AS texts FROM json_each(?1)) j
    LEFT JOIN texts known ON known.kind = j.kind AND known.id = j.id`

/** Writes records as they are to be found now. What has not changed costs a look-up. */
export async function writeTexts(db: D1Database, records: readonly RecordText[]): Promise<void> {
  const rows = records.map(({ parties, texts, ...row }) => ({
    ...row,
    facets: facetsOf({ ...row, parties }),
    texts: texts.length === 0 ? [''] : texts,
  }))
  for (const json of jsonBatches(rows))
    await db.batch([
      db
        .prepare(
          `DELETE FROM passages
            WHERE (kind, id) IN (SELECT j.kind, j.id FROM ${ROWS} WHERE ${NEWS})`,
        )
        .bind(json),
      db
        .prepare(
          `INSERT INTO passages (kind, id, nth, occurred_at, facets, text)
           SELECT j.kind, j.id, t.key, j.occurred_at, j.facets, t.value
             FROM ${ROWS}, json_each(j.texts) t WHERE ${NEWS}`,
        )
        .bind(json),
      db
        .prepare(
          `INSERT INTO texts (kind, id, version, fingerprint, occurred_at, sentiment, category)
           SELECT j.kind, j.id, j.version, j.fingerprint, j.occurred_at, j.sentiment, j.category
             FROM ${ROWS} WHERE ${NEWS}
           ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version,
             fingerprint = excluded.fingerprint, occurred_at = excluded.occurred_at,
             sentiment = excluded.sentiment, category = excluded.category`,
        )
        .bind(json),
    ])
}

/** Takes records out of the index. */
export async function removeTexts(db: D1Database, keys: readonly RecordKey[]): Promise<void> {
  const json = keysJson(keys)
  await db.batch([
    db.prepare(`DELETE FROM passages WHERE ${inKeys('?1')}`).bind(json),
    db.prepare(`DELETE FROM texts WHERE ${inKeys('?1')}`).bind(json),
  ])
}

/**
 * How many passages may be ranked for one search: ranking costs about 3 us a passage, counting next
 * to nothing. Words that stand in more are taken back to the order among what rarer words find.
 */
export const MOST_RANKED = 15_000

/**
 * The best passages for any of these words, in order.
 * @param words as typed; each is one phrase, stemmed as the index is
 * @param limit of passages
 */
export async function findPassages(
  db: D1Database,
  words: readonly string[],
  filters: TextFilters,
  limit: number,
): Promise<FoundPassage[]> {
  const narrow = facetsMatch(filters)
  const counts = await countWords(db, words, narrow)
  const plan = planWords(counts)
  if (plan === null) return []
  const lowest = plan.share === 1 ? null : await lowestOf(db, plan.share)
  const timed = filters.from !== undefined || filters.to !== undefined
  // By bm25, not by the column `rank`: FTS5 orders that itself, all of it, whatever the limit is.
  const { results } = await db
    .prepare(
      timed
        ? `SELECT p.kind, p.id, p.nth, p.occurred_at AS occurredAt, -bm25(passages_text, 1.0, 0.0) AS score
             FROM passages_text f JOIN passages p ON p.passage = f.rowid
            WHERE passages_text MATCH ?1 AND f.rowid >= ?2
              AND p.occurred_at >= ?4 AND p.occurred_at < ?5
            ORDER BY score DESC, f.rowid LIMIT ?3`
        : `SELECT p.kind, p.id, p.nth, p.occurred_at AS occurredAt, -f.score AS score
             FROM (SELECT rowid, bm25(passages_text, 1.0, 0.0) AS score FROM passages_text
                    WHERE passages_text MATCH ?1 AND rowid >= ?2 ORDER BY score, rowid LIMIT ?3) f
             JOIN passages p ON p.passage = f.rowid
            ORDER BY f.score, f.rowid`,
    )
    .bind(
      `${plan.match}${narrow === '' ? '' : ` AND ${narrow}`}`,
      lowest ?? 0,
      limit,
      ...(timed ? [filters.from ?? 0, filters.to ?? Number.MAX_SAFE_INTEGER] : []),
    )
    .all<FoundPassage>()
  return results
}

/** A record by its time alone; keyset: `after` is the last of the page before. */
export interface FoundRecord extends RecordKey {
  occurredAt: number
}

/** The newest records that pass these filters, whatever they say; newest first. */
export async function newestRecords(
  db: D1Database,
  filters: TextFilters,
  after: FoundRecord | null,
  limit: number,
): Promise<FoundRecord[]> {
  const { kinds, sentiment, category, parties } = filters
  const upper = Math.min(
    after === null ? Number.MAX_SAFE_INTEGER : after.occurredAt,
    filters.to === undefined ? Number.MAX_SAFE_INTEGER : filters.to - 1,
  )
  const from = parties === undefined ? 'texts t' : 'passages t'
  const which =
    parties === undefined
      ? `(?3 IS NULL OR t.kind IN (SELECT value FROM json_each(?3)))
          AND (?4 IS NULL OR t.sentiment = ?4) AND (?5 IS NULL OR t.category = ?5)`
      : `t.nth = 0 AND t.passage IN (SELECT rowid FROM passages_text WHERE passages_text MATCH ?3)`
  const bound =
    parties === undefined
      ? [kinds === undefined ? null : JSON.stringify(kinds), sentiment ?? null, category ?? null]
      : [facetsMatch(filters)]
  const n = bound.length + 2
  const { results } = await db
    .prepare(
      `SELECT t.kind, t.id, t.occurred_at AS occurredAt FROM ${from}
        WHERE t.occurred_at >= ?1 AND t.occurred_at <= ?2 AND ${which}
          AND (t.occurred_at, t.kind, t.id) < (?${n + 1}, ?${n + 2}, ?${n + 3})
        ORDER BY t.occurred_at DESC, t.kind DESC, t.id DESC LIMIT ?${n + 4}`,
    )
    .bind(
      filters.from ?? 0,
      upper,
      ...bound,
      after?.occurredAt ?? Number.MAX_SAFE_INTEGER,
      after?.kind ?? '',
      after?.id ?? '',
      limit,
    )
    .all<FoundRecord>()
  return results
}

/** A passage in full. */
export interface PassageText extends RecordKey {
  nth: number
  text: string
}

/** The texts of these passages. */
export async function passageTexts(
  db: D1Database,
  passages: readonly (RecordKey & { nth: number })[],
): Promise<PassageText[]> {
  const { results } = await db
    .prepare(
      `SELECT kind, id, nth, text FROM passages WHERE (kind, id, nth) IN (
         SELECT value ->> 'kind', value ->> 'id', value ->> 'nth' FROM json_each(?1))`,
    )
    .bind(JSON.stringify(passages.map(({ kind, id, nth }) => ({ kind, id, nth }))))
    .all<PassageText>()
  return results
}

/**
 * Of these records, the ones that are known to fail the filters by now: Vectorize shows a change
 * late. Parties are left aside.
 */
export async function failing(
  db: D1Database,
  keys: readonly RecordKey[],
  { kinds, sentiment, category, from, to }: TextFilters,
): Promise<RecordKey[]> {
  const { results } = await db
    .prepare(
      `SELECT kind, id FROM texts WHERE ${inKeys('?1')} AND NOT (
          (?2 IS NULL OR kind IN (SELECT value FROM json_each(?2)))
          AND (?3 IS NULL OR sentiment IS ?3) AND (?4 IS NULL OR category IS ?4)
          AND occurred_at >= ?5 AND occurred_at < ?6)`,
    )
    .bind(
      keysJson(keys),
      kinds === undefined ? null : JSON.stringify(kinds),
      sentiment ?? null,
      category ?? null,
      from ?? 0,
      to ?? Number.MAX_SAFE_INTEGER,
    )
    .all<RecordKey>()
  return results
}

/** Takes so many passages out, and records without any. @returns whether there are more */
export async function emptyIndex(db: D1Database, passages: number): Promise<boolean> {
  const [taken] = await db.batch([
    db
      .prepare(`DELETE FROM passages WHERE passage IN (SELECT passage FROM passages LIMIT ?1)`)
      .bind(passages),
    db
      .prepare(
        `DELETE FROM texts WHERE (kind, id) IN (SELECT kind, id FROM texts t
            WHERE NOT EXISTS (SELECT 1 FROM passages p WHERE p.kind = t.kind AND p.id = t.id)
            LIMIT ?1)`,
      )
      .bind(passages),
  ])
  return (taken?.meta.changes ?? 0) > 0
}

/** How many records the index holds. */
export async function indexSize(db: D1Database): Promise<number> {
  const row = await db.prepare(`SELECT count(*) AS records FROM texts`).first<{ records: number }>()
  return row?.records ?? 0
}

/** How many passages hold each word, within the filters. */
async function countWords(
  db: D1Database,
  words: readonly string[],
  narrow: string,
): Promise<{ phrase: string; passages: number }[]> {
  const phrases = [...new Set(words.map(phraseOf))].filter((phrase) => phrase !== '""')
  if (phrases.length === 0) return []
  const matches = phrases.map((phrase) => ({
    phrase,
    match: `text : ${phrase}${narrow === '' ? '' : ` AND ${narrow}`}`,
  }))
  const { results } = await db
    .prepare(
      `SELECT value ->> 'phrase' AS phrase,
          (SELECT count(*) FROM passages_text WHERE passages_text MATCH value ->> 'match') AS passages
         FROM json_each(?1)`,
    )
    .bind(JSON.stringify(matches))
    .all<{ phrase: string; passages: number }>()
  return results.filter(({ passages }) => passages > 0)
}

/**
 * What is asked of the index so that no more than MOST_RANKED passages are ranked. Rare words find;
 * words too common for that only order what is found. Where even the rarest is too common, the part
 * of the index that was written last is searched.
 */
function planWords(
  counts: { phrase: string; passages: number }[],
): { match: string; share: number } | null {
  const rarest = counts.toSorted((a, b) => a.passages - b.passages)
  const [first] = rarest
  if (first === undefined) return null
  let sum = 0
  const finding = rarest.filter(({ passages }, nth) => {
    sum += passages
    return nth === 0 || sum <= MOST_RANKED
  })
  return {
    match:
      finding.length === rarest.length ? anyOf(rarest) : `${anyOf(finding)} AND ${anyOf(rarest)}`,
    share: Math.min(1, MOST_RANKED / first.passages),
  }
}

function anyOf(words: { phrase: string }[]): string {
  return `text : (${words.map(({ phrase }) => phrase).join(' OR ')})`
}

/** The first passage of the last share of the index. */
async function lowestOf(db: D1Database, share: number): Promise<number> {
  const row = await db
    .prepare(
      `SELECT (SELECT min(passage) FROM passages) AS low,
              (SELECT max(passage) FROM passages) AS high`,
    )
    .first<{ low: number | null; high: number | null }>()
  const [low, high] = [row?.low ?? 0, row?.high ?? 0]
  return Math.ceil(high - (high - low) * share)
}

/** A word or several as one phrase of FTS5's query language: no operator gets through. */
function phraseOf(words: string): string {
  return `"${words.replaceAll('"', ' ').trim()}"`
}

function facetsOf(row: {
  kind: string
  sentiment: string | null
  category: string | null
  parties: string[]
}): string {
  return [
    facet('k', row.kind),
    ...(row.sentiment === null ? [] : [facet('s', row.sentiment)]),
    ...(row.category === null ? [] : [facet('c', row.category)]),
    ...row.parties.map((hash) => facet('p', hash)),
  ].join(' ')
}

function facetsMatch({ kinds, sentiment, category, parties }: TextFilters): string {
  const groups = [
    kinds?.map((kind) => facet('k', kind)),
    sentiment === undefined ? undefined : [facet('s', sentiment)],
    category === undefined ? undefined : [facet('c', category)],
    parties?.map((hash) => facet('p', hash)),
  ].filter((group) => group !== undefined)
  return groups
    .map((group) => `facets : (${(group.length === 0 ? ['none0'] : group).join(' OR ')})`)
    .join(' AND ')
}

/** One token whatever the tokenizer does; the digit at its end keeps the stemmer off it. */
function facet(of: 'k' | 's' | 'c' | 'p', value: string): string {
  return `${of}${value.toLowerCase().replaceAll(/[^a-z0-9]/g, '')}0`
}
