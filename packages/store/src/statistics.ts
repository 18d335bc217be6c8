/**
 * What the stages did (docs/protocols.md#statistics): minutes are made of `stage_events`, longer spans
 * of shorter ones, each wholly anew, so that a roll-up may run any number of times. Counts and
 * histograms are kept as JSON and added up, never averaged.
 */
import { LANES, WORKED_STAGES } from '@switchboard/shared/kinds'
import type { Lane, SweepKind, WorkedStage } from '@switchboard/shared/kinds'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { bucketOf, bucketSql } from './histogram.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How long each span is, in ms. */
export const SPANS = { minute: MINUTE, ten: 10 * MINUTE, hour: HOUR, day: DAY } as const
export type Span = keyof typeof SPANS

/** A stage's batch is at most so long on its way from its clock to D1: such minutes are made again. */
const LATE_MS = 3 * MINUTE
/** No statistics are made of what is older: the cron was away. */
const CAUGHT_UP_MS = DAY
const AT_ONCE_MS = 3 * HOUR

const KEPT_MS = { minute: 2 * DAY, ten: 9 * DAY, hour: 40 * DAY, day: 40 * DAY } as const

/** SQL: outcomes that say how long a record waited and was worked; the others only waited for a turn. */
const WORKED = `outcome IN ('done', 'unchanged', 'retry', 'deadLetter')`
/** SQL: with each named, the primary key is searched stage by stage. */
const ALL = `stage IN (${quoted(WORKED_STAGES)}) AND lane IN (${quoted(LANES)})`

/**
 * Rolls up what happened since the last time, and puts away what is old.
 * @param last when it was last rolled up; null: never
 */
export async function rollUp(db: D1Database, last: number | null, now: number): Promise<void> {
  const earliest = now - CAUGHT_UP_MS
  const since = last === null ? await firstEvent(db, earliest, now) : Math.max(last, earliest)
  for (let from = floor(since - LATE_MS, MINUTE); from <= now; from += AT_ONCE_MS) {
    const to = Math.min(from + AT_ONCE_MS, now + MINUTE)
    await db.batch([
      minutesStatement(db, from, to),
      longerStatement(db, 'ten', 'minute', from, to),
      longerStatement(db, 'hour', 'ten', from, to),
      longerStatement(db, 'day', 'hour', from, to),
      ...(to > now ? putAwayStatements(db, now) : []),
    ])
  }
}

/** When the first event since then settled. @param now where there is none */
async function firstEvent(db: D1Database, since: number, now: number): Promise<number> {
  const row = await db
    .prepare(`SELECT min(at) AS at FROM stage_events WHERE at >= ?1`)
    .bind(since)
    .first<{ at: number | null }>()
  return row?.at ?? now
}

const COLUMNS = `span, stage, lane, at, counts, waited, worked, waited_ms, worked_ms`
const REPLACE = `ON CONFLICT (span, stage, lane, at) DO UPDATE SET counts = excluded.counts,
  waited = excluded.waited, worked = excluded.worked,
  waited_ms = excluded.waited_ms, worked_ms = excluded.worked_ms`

/** SQL: counts by name and both histograms, of rows (what, key, n). */
const COUNTS = ['counts', 'waited', 'worked']
  .map((what) => `json_group_object(key, n) FILTER (WHERE what = '${what}')`)
  .join(', ')

function minutesStatement(db: D1Database, from: number, to: number): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO stage_statistics (${COLUMNS})
       WITH events AS MATERIALIZED (
         SELECT at - at % ${MINUTE} AS begins, stage, lane, kind, outcome, waited_ms, worked_ms,
                ${bucketSql('waited_ms')} AS waited, ${bucketSql('worked_ms')} AS worked
           FROM stage_events WHERE at >= ?1 AND at < ?2)
       SELECT 'minute', stage, lane, begins, ${COUNTS},
              coalesce(sum(ms) FILTER (WHERE what = 'waited'), 0),
              coalesce(sum(ms) FILTER (WHERE what = 'worked'), 0)
         FROM (SELECT begins, stage, lane, 'counts' AS what, kind || '.' || outcome AS key,
                      count(*) AS n, 0 AS ms FROM events GROUP BY begins, stage, lane, key
               UNION ALL
               SELECT begins, stage, lane, 'waited', waited, count(*), sum(waited_ms) FROM events
                WHERE ${WORKED} GROUP BY begins, stage, lane, waited
               UNION ALL
               SELECT begins, stage, lane, 'worked', worked, count(*), sum(worked_ms) FROM events
                WHERE ${WORKED} GROUP BY begins, stage, lane, worked)
        WHERE true GROUP BY begins, stage, lane ${REPLACE}`,
    )
    .bind(from, to)
}

/** Adds shorter spans up to the longer ones that they begin or lie in. */
function longerStatement(
  db: D1Database,
  span: Span,
  of: Span,
  from: number,
  to: number,
): D1PreparedStatement {
  const length = SPANS[span]
  return db
    .prepare(
      added(`SELECT '${span}' AS span, stage, lane, at - at % ${length} AS begins, counts, waited,
                    worked, waited_ms, worked_ms FROM stage_statistics
              WHERE span = '${of}' AND ${ALL} AND at >= ?1 AND at < ?2`),
    )
    .bind(floor(from, length), floor(to + length - 1, length))
}

/** SQL: rows of `source` (span, stage, lane, begins, ...) added up and stored. */
function added(source: string): string {
  return `INSERT INTO stage_statistics (${COLUMNS})
       WITH shorter AS MATERIALIZED (${source})
       SELECT span, stage, lane, begins, ${COUNTS},
              sum(n) FILTER (WHERE what = 'ms'), sum(more) FILTER (WHERE what = 'ms')
         FROM (${['counts', 'waited', 'worked'].map(eachCount).join(' UNION ALL ')}
               UNION ALL
               SELECT span, stage, lane, begins, 'ms', '', sum(waited_ms), sum(worked_ms)
                 FROM shorter GROUP BY span, stage, lane, begins)
        WHERE true GROUP BY span, stage, lane, begins ${REPLACE}`
}

function eachCount(column: string): string {
  return `SELECT span, stage, lane, begins, '${column}' AS what, j.key AS key, sum(j.value) AS n, 0 AS more
    FROM shorter, json_each(shorter.${column}) j GROUP BY span, stage, lane, begins, j.key`
}

/** Deletes what nobody looks at any more. Days go into one row a stage and lane: what ever happened. */
function putAwayStatements(db: D1Database, now: number): D1PreparedStatement[] {
  const oldest = floor(now - KEPT_MS.day, DAY)
  const drop = (span: Span, before: number) =>
    db
      .prepare(`DELETE FROM stage_statistics WHERE span = ?1 AND ${ALL} AND at < ?2`)
      .bind(span, before)
  return [
    db
      .prepare(
        added(`SELECT 'ever' AS span, stage, lane, 0 AS begins, counts, waited, worked, waited_ms,
                      worked_ms FROM stage_statistics
                WHERE ((span = 'day' AND at < ?1) OR span = 'ever') AND ${ALL}
                  AND EXISTS (SELECT 1 FROM stage_statistics old
                               WHERE old.span = 'day' AND old.stage = stage_statistics.stage
                                 AND old.lane = stage_statistics.lane AND old.at < ?1)`),
      )
      .bind(oldest),
    drop('day', oldest),
    drop('hour', floor(now - KEPT_MS.hour, DAY)),
    drop('ten', floor(now - KEPT_MS.ten, DAY)),
    drop('minute', floor(now - KEPT_MS.minute, HOUR)),
  ]
}

/** Counts a page of a listing: it has no stage event. */
export function countPageStatement(
  db: D1Database,
  page: { sweep: SweepKind; outcome: string; waitedMs: number; workedMs: number },
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO stage_statistics (${COLUMNS})
       VALUES ('minute', 'sweep', 'bulk', ?1, json_object(?2, 1), json_object(?3, 1),
               json_object(?4, 1), ?5, ?6)
       ON CONFLICT (span, stage, lane, at) DO UPDATE SET
         counts = ${oneMore('counts', '?2')},
         waited = ${oneMore('waited', '?3')},
         worked = ${oneMore('worked', '?4')},
         waited_ms = waited_ms + excluded.waited_ms, worked_ms = worked_ms + excluded.worked_ms`,
    )
    .bind(
      floor(now, MINUTE),
      `${page.sweep}.${page.outcome}`,
      String(bucketOf(page.waitedMs)),
      String(bucketOf(page.workedMs)),
      page.waitedMs,
      page.workedMs,
    )
}

/** SQL: the column with one more counted under the name in that parameter. */
function oneMore(column: string, parameter: string): string {
  const path = `('$."' || ${parameter} || '"')`
  const counts = `stage_statistics.${column}`
  return `json_set(${counts}, ${path}, coalesce(${counts} ->> ${path}, 0) + 1)`
}

/** One span of one stage and lane; counts and histograms as JSON (histogram.ts reads them). */
export interface Statistics {
  stage: WorkedStage
  lane: Lane
  at: number // when the span begins
  counts: string
  waited: string
  worked: string
  waitedMs: number
  workedMs: number
}

const READ = `stage, lane, at, counts, waited, worked, waited_ms AS waitedMs, worked_ms AS workedMs`

/** The spans that begin from `from` on, of these stages and lanes. */
export async function statisticsSince(
  db: D1Database,
  span: Span,
  from: number,
  of: { stages: readonly WorkedStage[]; lanes: readonly Lane[] } = {
    stages: WORKED_STAGES,
    lanes: LANES,
  },
): Promise<Statistics[]> {
  const { results } = await db
    .prepare(
      `SELECT ${READ} FROM stage_statistics WHERE span = ?1
          AND stage IN (${quoted(of.stages)}) AND lane IN (${quoted(of.lanes)}) AND at >= ?2`,
    )
    .bind(span, from)
    .all<Statistics>()
  return results
}

/** What ever happened, in rows to be added up: it never falls. */
export async function statisticsEver(db: D1Database): Promise<Statistics[]> {
  const { results } = await db
    .prepare(`SELECT ${READ} FROM stage_statistics WHERE span IN ('ever', 'day') AND ${ALL}`)
    .all<Statistics>()
  return results
}

function floor(ms: number, length: number): number {
  return ms - (ms % length)
}

/** SQL: names of ours as a list of literals. */
function quoted(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(', ')
}
