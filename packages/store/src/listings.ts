/**
 * What the sources listed, day by day, and how D1 differs from it (docs/protocols.md#the-proof). A
 * listing counts its ids page by page; once it is complete it stands for every whole day it covers,
 * and the minute cron compares its ids with the records, both ways.
 */
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import * as v from 'valibot'
import { fromJson, jsonBatches } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'

/** An id as a listing tells it. */
export interface ListedId {
  id: string
  occurredAt: number // of a row that cannot be read as near as it can be told
}

/**
 * Counts the ids of a page, each once a run. For the intake's batch, before `listedStatements`, which
 * notes the ids themselves, and before the page is turned.
 */
export function countListedStatements(
  db: D1Database,
  page: { runId: string; sweep: Kind; page: number },
  ids: readonly ListedId[],
): D1PreparedStatement[] {
  return jsonBatches(ids).map((json) =>
    db
      .prepare(
        `INSERT INTO listed_days (kind, run_id, day, listed)
         SELECT ?2, ?1, date(value ->> 'occurredAt' / 1000, 'unixepoch') AS day,
                count(DISTINCT value ->> 'id')
           FROM json_each(?4)
          WHERE EXISTS (SELECT 1 FROM sweeps
             WHERE run_id = ?1 AND sweep = ?2 AND page = ?3 AND done = 0)
            AND NOT EXISTS (SELECT 1 FROM run_records seen
             WHERE seen.run_id = ?1 AND seen.kind = ?2 AND seen.id = value ->> 'id')
          GROUP BY day
         ON CONFLICT (kind, run_id, day) DO UPDATE SET listed = listed + excluded.listed`,
      )
      .bind(page.runId, page.sweep, page.page, json),
  )
}

/** SQL: this listing has been read to its end. `?1` is the run, `?2` the kind. */
const COMPLETE = `EXISTS (SELECT 1 FROM sweeps
    WHERE run_id = ?1 AND sweep = ?2 AND done = 1 AND error IS NULL)`

/** SQL: the whole days of run `?1`, the last one as far as it goes; a day without a record too. */
const COVERED = `(WITH RECURSIVE covered (day, last) AS (
      SELECT date(since / 1000 + 86399, 'unixepoch'), date(until / 1000, 'unixepoch')
        FROM runs WHERE id = ?1
      UNION ALL SELECT date(day, '+1 day'), last FROM covered WHERE day < last)
    SELECT day FROM covered WHERE day <= last)`

/**
 * A complete listing stands for its days from now on and is to be compared. For the batch that turns
 * its last page, after that.
 */
export function concludeListingStatements(
  db: D1Database,
  { runId, kind }: { runId: string; kind: Kind },
): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `INSERT INTO source_days (kind, day, listed, run_id, listed_at)
         SELECT ?2, c.day, coalesce(l.listed, 0), ?1, r.until
           FROM runs r JOIN ${COVERED} c
           LEFT JOIN listed_days l ON l.kind = ?2 AND l.run_id = ?1 AND l.day = c.day
          WHERE r.id = ?1 AND ${COMPLETE}
         ON CONFLICT (kind, day) DO UPDATE SET listed = excluded.listed, run_id = excluded.run_id,
           listed_at = excluded.listed_at, missing = 0, extra = 0
         WHERE excluded.listed_at > source_days.listed_at`,
      )
      .bind(runId, kind),
    db
      .prepare(
        `INSERT INTO comparisons (kind, run_id, side, place) SELECT ?2, ?1, 'records', NULL
          WHERE ${COMPLETE}
         ON CONFLICT (kind) DO UPDATE SET run_id = excluded.run_id, side = 'records', place = NULL
          WHERE comparisons.run_id <> excluded.run_id`,
      )
      .bind(runId, kind),
    db
      .prepare(`DELETE FROM listed_days WHERE kind = ?2 AND run_id <> ?1 AND ${COMPLETE}`)
      .bind(runId, kind),
  ]
}

interface Comparison {
  kind: Kind
  runId: string
  side: 'records' | 'listed'
  place: string | null
  since: number
  until: number
  startedAt: number
}

/** So many rows are compared at once. */
const AT_ONCE = 5000

/** Goes on with what is being compared, for so many steps. @returns whether more is left */
export async function compareListings(db: D1Database, steps: number): Promise<boolean> {
  for (let step = 0; step < steps; step++) {
    const { results } = await db
      .prepare(
        `SELECT c.kind, c.run_id AS runId, c.side, c.place, r.since, r.until,
                r.started_at AS startedAt
           FROM comparisons c JOIN runs r ON r.id = c.run_id`,
      )
      .all<Comparison>()
    if (results.length === 0) return false
    let isLeft = false
    for (const comparison of results) if (!(await compare(db, comparison))) isLeft = true
    if (!isLeft) return false
  }
  return true
}

/** Some rows of one side, then of the other. @returns whether that was all */
async function compare(db: D1Database, comparison: Comparison): Promise<boolean> {
  if (comparison.side === 'records') {
    const rest = await compareRecords(db, comparison)
    if (rest !== null) {
      await move(db, comparison, 'records', rest)
      return false
    }
  }
  const place = comparison.side === 'records' ? null : comparison.place
  const rest = await compareListed(db, { ...comparison, place })
  if (rest === null) await conclude(db, comparison)
  else await move(db, comparison, 'listed', rest)
  return rest === null
}

/** Records that the listing, which covers them and began after they were stored, does not show. */
async function compareRecords(db: D1Database, one: Comparison): Promise<unknown> {
  const [at, id] =
    one.place === null ? [one.since, ''] : fromJson(v.tuple([v.number(), v.string()]), one.place)
  const range = `SELECT id, occurred_at, stored_at FROM records
      WHERE kind = ?1 AND occurred_at >= ?2 AND occurred_at < ?3
        AND (occurred_at, id) > (?2, ?4) ORDER BY occurred_at, id LIMIT ${AT_ONCE}`
  const bound = [one.kind, at, one.until, id]
  const [last] = await db.batch<{ at: number; id: string; rows: number }>([
    db
      .prepare(
        `SELECT occurred_at AS at, id, count(*) OVER () AS rows FROM (${range})
          ORDER BY occurred_at DESC, id DESC LIMIT 1`,
      )
      .bind(...bound),
    db
      .prepare(
        `INSERT INTO differences (kind, id, what, day, run_id)
         SELECT ?1, r.id, 'extra', date(r.occurred_at / 1000, 'unixepoch'), ?5 FROM (${range}) r
          WHERE r.stored_at < ?6 AND NOT EXISTS (SELECT 1 FROM run_records l
             WHERE l.run_id = ?5 AND l.kind = ?1 AND l.id = r.id)
         ${REPLACE}`,
      )
      .bind(...bound, one.runId, one.startedAt),
  ])
  const end = last?.results[0]
  return end === undefined || end.rows < AT_ONCE ? null : [end.at, end.id]
}

/** Listed ids that are no record: rows that cannot be read, and whatever else was lost. */
async function compareListed(db: D1Database, one: Comparison): Promise<unknown> {
  const after = one.place === null ? '' : fromJson(v.string(), one.place)
  const range = `SELECT id FROM run_records WHERE run_id = ?1 AND kind = ?2 AND id > ?3
      ORDER BY id LIMIT ${AT_ONCE}`
  const bound = [one.runId, one.kind, after]
  const [last] = await db.batch<{ id: string; rows: number }>([
    db
      .prepare(`SELECT id, count(*) OVER () AS rows FROM (${range}) ORDER BY id DESC LIMIT 1`)
      .bind(...bound),
    db
      .prepare(
        `INSERT INTO differences (kind, id, what, day, run_id)
         SELECT ?2, l.id, 'missing', coalesce(
             (SELECT date(coalesce(d.queue_message ->> '$.createdAt', d.queue_message ->> '$.receivedAt'))
                FROM dead_letters d WHERE d.stage = 'sweep' AND d.kind = ?2 AND d.id = l.id
                 AND json_valid(d.queue_message)),
             date(?4 / 1000, 'unixepoch')), ?1
           FROM (${range}) l
          WHERE NOT EXISTS (SELECT 1 FROM records r WHERE r.kind = ?2 AND r.id = l.id)
         ${REPLACE}`,
      )
      .bind(...bound, one.until),
  ])
  const end = last?.results[0]
  return end === undefined || end.rows < AT_ONCE ? null : end.id
}

const REPLACE = `ON CONFLICT (kind, id) DO UPDATE SET what = excluded.what, day = excluded.day,
    run_id = excluded.run_id`

async function move(
  db: D1Database,
  { kind, runId }: Comparison,
  side: Comparison['side'],
  place: unknown,
): Promise<void> {
  await db
    .prepare(`UPDATE comparisons SET side = ?3, place = ?4 WHERE kind = ?1 AND run_id = ?2`)
    .bind(kind, runId, side, place === null ? null : JSON.stringify(place))
    .run()
}

/** SQL: how many ids differ so on a day of `source_days`. */
const number = (what: string) =>
  `(SELECT count(*) FROM differences d WHERE d.what = '${what}' AND d.kind = source_days.kind
      AND d.day = source_days.day)`

/** What older listings of these days said of differences goes, the counts are made anew. */
async function conclude(db: D1Database, { kind, runId }: Comparison): Promise<void> {
  await db.batch([
    db
      .prepare(
        `DELETE FROM differences WHERE kind = ?2 AND run_id <> ?1
            AND day IN (SELECT day FROM source_days WHERE kind = ?2 AND run_id = ?1)`,
      )
      .bind(runId, kind),
    db
      .prepare(
        `UPDATE source_days SET missing = ${number('missing')}, extra = ${number('extra')}
          WHERE kind = ?2 AND run_id = ?1`,
      )
      .bind(runId, kind),
    db.prepare(`DELETE FROM comparisons WHERE kind = ?2 AND run_id = ?1`).bind(runId, kind),
  ])
}

/** One day of one kind at its source. */
export interface SourceDay {
  kind: Kind
  day: string // YYYY-MM-DD, UTC
  listed: number
  missing: number
  extra: number
  listedAt: number // ms since epoch: the listing told what was there up to then
}

/** The days from `from` on that a complete listing covers. */
export async function sourceDays(db: D1Database, from: string, to: string): Promise<SourceDay[]> {
  const { results } = await db
    .prepare(
      `SELECT kind, day, listed, missing, extra, listed_at AS listedAt FROM source_days
        WHERE kind IN (SELECT value FROM json_each(?1)) AND day >= ?2 AND day <= ?3`,
    )
    .bind(JSON.stringify(KINDS), from, to)
    .all<SourceDay>()
  return results
}

/** From when on everything was listed: the first whole day of any kind; null: nothing was yet. */
export async function listedSince(db: D1Database): Promise<string | null> {
  const row = await db
    .prepare(
      `SELECT min((SELECT min(day) FROM source_days WHERE kind = k.value)) AS day
         FROM json_each(?1) k`,
    )
    .bind(JSON.stringify(KINDS))
    .first<{ day: string | null }>()
  return row?.day ?? null
}
