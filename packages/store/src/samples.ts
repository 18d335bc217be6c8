/**
 * Samples of what waits: in the queues and at the gates, taken by the minute cron. Of a longer span
 * the most is kept: a sample taken twice changes nothing.
 */
import { LANES, STAGES } from '@switchboard/shared/kinds'
import type { Lane, Pause, Scope, Stage } from '@switchboard/shared/kinds'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { SPANS } from './statistics.ts'

const DAY = 86_400_000
/** A count over owed work ends here; what is above is "at least". */
const MOST_COUNTED = 200_000
const KEPT_MS = { minute: 2 * DAY, ten: 9 * DAY, hour: 40 * DAY } as const
export type SampleSpan = keyof typeof KEPT_MS

/** What waits in a queue. */
export interface QueueSample {
  queue: string
  at: number // when its span begins
  backlog: number
  bytes: number
  oldestAt: number | null
  owed: number // rows of `work`, parked ones too; 0 for queues that none waits in
}

/** When any queue was last asked; null: not yet. @param queue one that is always asked */
export async function lastSampled(db: D1Database, queue: string): Promise<number | null> {
  const row = await db
    .prepare(`SELECT max(at) AS at FROM queue_samples WHERE span = 'minute' AND queue = ?1`)
    .bind(queue)
    .first<{ at: number | null }>()
  return row?.at ?? null
}

/** Keeps what the queues told, and forgets what is old. */
export function queueSampleStatements(
  db: D1Database,
  samples: Omit<QueueSample, 'at'>[],
  now: number,
): D1PreparedStatement[] {
  const spans = Object.keys(KEPT_MS) as SampleSpan[]
  const names = JSON.stringify(samples.map(({ queue }) => queue))
  return [
    ...spans.map((span) =>
      db
        .prepare(
          `INSERT INTO queue_samples (span, queue, at, backlog, bytes, oldest_at, owed)
           SELECT ?1, value ->> 'queue', ?2, value ->> 'backlog', value ->> 'bytes',
                  value ->> 'oldestAt', value ->> 'owed' FROM json_each(?3) WHERE true
           ON CONFLICT (span, queue, at) DO UPDATE SET backlog = max(backlog, excluded.backlog),
             bytes = max(bytes, excluded.bytes), owed = max(owed, excluded.owed),
             oldest_at = excluded.oldest_at`,
        )
        .bind(span, now - (now % SPANS[span]), JSON.stringify(samples)),
    ),
    ...spans.map((span) =>
      db
        .prepare(
          `DELETE FROM queue_samples
            WHERE span = ?1 AND queue IN (SELECT value FROM json_each(?2)) AND at < ?3`,
        )
        .bind(span, names, now - KEPT_MS[span]),
    ),
  ]
}

const READ = `queue, at, backlog, bytes, oldest_at AS oldestAt, owed`

/**
 * The first or the last sample of each of these queues since `from`.
 * @param which of them
 */
export async function sampleOfEach(
  db: D1Database,
  which: 'first' | 'last',
  span: SampleSpan,
  queues: readonly string[],
  from: number,
): Promise<QueueSample[]> {
  const { results } = await db
    .prepare(
      `SELECT ${READ} FROM json_each(?1) q CROSS JOIN queue_samples s
        WHERE s.span = ?2 AND s.queue = q.value
          AND s.at = (SELECT at FROM queue_samples WHERE span = ?2 AND queue = q.value AND at >= ?3
                       ORDER BY at ${which === 'first' ? 'ASC' : 'DESC'} LIMIT 1)`,
    )
    .bind(JSON.stringify(queues), span, from)
    .all<QueueSample>()
  return results
}

/** The samples of these queues that begin from `from` on, oldest first. */
export async function samplesSince(
  db: D1Database,
  span: SampleSpan,
  queues: readonly string[],
  from: number,
): Promise<QueueSample[]> {
  const { results } = await db
    .prepare(
      `SELECT ${READ} FROM queue_samples WHERE span = ?1
          AND queue IN (SELECT value FROM json_each(?2)) AND at >= ?3 ORDER BY queue, at`,
    )
    .bind(span, JSON.stringify(queues), from)
    .all<QueueSample>()
  return results
}

/** Owed work of one stage and lane that waits for nothing but its turn. */
export interface Owed {
  stage: Stage
  lane: Lane
  owed: number
}

/**
 * How many rows each stage and lane owes; what is parked is not counted.
 * @param most where a count ends: then it is "at least", and no more rows are read for each
 */
export async function countOwed(db: D1Database, most = MOST_COUNTED): Promise<Owed[]> {
  const { results } = await db
    .prepare(
      `SELECT s.value AS stage, l.value AS lane,
              (SELECT count(*) FROM (SELECT 1 FROM work WHERE stage = s.value AND lane = l.value
                  AND due_at IS NOT NULL AND parked_on IS NULL LIMIT ?3)) AS owed
         FROM json_each(?1) s, json_each(?2) l`,
    )
    .bind(JSON.stringify(STAGES), JSON.stringify(LANES), most)
    .all<Owed>()
  return results
}

/** What waits for a scope, or for a stage that is paused. */
export interface Waiting {
  on: Scope | Pause
  stage: Stage
  lane: Lane
  waiting: number
}

/**
 * How many rows wait for each of these, by stage and lane.
 * @param most where a count ends, as above
 */
export async function countWaiting(
  db: D1Database,
  on: readonly (Scope | Pause)[],
  most = MOST_COUNTED,
): Promise<Waiting[]> {
  if (on.length === 0) return []
  const counts = await db.batch<Waiting>(
    on.map((scope) =>
      db
        .prepare(
          `SELECT ?1 AS "on", stage, lane, count(*) AS waiting
             FROM (SELECT stage, lane FROM work WHERE parked_on = ?1 LIMIT ?2) GROUP BY stage, lane`,
        )
        .bind(scope, most),
    ),
  )
  return counts.flatMap(({ results }) => results)
}

/** Notes how many rows wait for what is parked or paused, for whoever may not count them. */
export function waitingStatements(
  db: D1Database,
  waiting: { on: Scope | Pause; waiting: number }[],
): D1PreparedStatement[] {
  if (waiting.length === 0) return []
  const json = JSON.stringify(waiting)
  return [
    db.prepare(`UPDATE parked SET waiting = coalesce(${counted('scope')}, waiting)`).bind(json),
    db
      .prepare(`UPDATE pauses SET waiting = coalesce(${counted(`'stage:' || stage`)}, waiting)`)
      .bind(json),
  ]
}

function counted(key: string): string {
  return `(SELECT value ->> 'waiting' FROM json_each(?1) WHERE value ->> 'on' = ${key})`
}

/** What a gate granted in a minute, and who waited there. */
export interface GateSample {
  gate: string
  at: number // when the minute begins
  live: number
  bulk: number
  waitingLive: number
  waitingBulk: number
}

/** Keeps what the gates told of their last minutes; a gate that was restarted tells of less. */
export function gateSampleStatements(
  db: D1Database,
  samples: readonly GateSample[],
  now: number,
): D1PreparedStatement[] {
  const gates = JSON.stringify([...new Set(samples.map(({ gate }) => gate))])
  return [
    db
      .prepare(
        `INSERT INTO gate_samples (gate, at, live, bulk, waiting_live, waiting_bulk)
         SELECT value ->> 'gate', value ->> 'at', value ->> 'live', value ->> 'bulk',
                value ->> 'waitingLive', value ->> 'waitingBulk' FROM json_each(?1) WHERE true
         ON CONFLICT (gate, at) DO UPDATE SET live = max(live, excluded.live),
           bulk = max(bulk, excluded.bulk), waiting_live = max(waiting_live, excluded.waiting_live),
           waiting_bulk = max(waiting_bulk, excluded.waiting_bulk)`,
      )
      .bind(JSON.stringify(samples)),
    db
      .prepare(
        `DELETE FROM gate_samples WHERE gate IN (SELECT value FROM json_each(?1)) AND at < ?2`,
      )
      .bind(gates, now - KEPT_MS.minute),
  ]
}

/** What these gates granted since then, oldest first. */
export async function gateSamplesSince(
  db: D1Database,
  gates: readonly string[],
  from: number,
): Promise<GateSample[]> {
  const { results } = await db
    .prepare(
      `SELECT gate, at, live, bulk, waiting_live AS waitingLive, waiting_bulk AS waitingBulk
         FROM gate_samples WHERE gate IN (SELECT value FROM json_each(?1)) AND at >= ?2
        ORDER BY gate, at`,
    )
    .bind(JSON.stringify(gates), from)
    .all<GateSample>()
  return results
}
