/**
 * Runs (docs/protocols.md#runs): a backfill is counted from facts. Queue metrics leave out what is
 * in flight, and counters double on redelivery; `run_records` does neither.
 */
import { KINDS, SWEEP_KINDS } from '@switchboard/shared/kinds'
import type { Api, Kind, Pause, Scope, SweepKind } from '@switchboard/shared/kinds'
import { jsonBatches } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { IS_PAUSED } from './pauses.ts'

export const SWEEP_LEASE_MS = 5 * 60_000

export interface Run {
  id: string
  since: number
  until: number
  startedAt: number
  finishedAt: number | null
  asked: string // JSON: what it was asked for
  /** What is made again of the records that are in D1; null: the run lists its sources. */
  again: Again | null
  /** Why a listing could not be finished, once the run has ended. */
  failure: string | null
  cancelledAt: number | null
  cancelledBy: string | null
}

export type Again = 'analyse' | 'embed'

/** What a run begins with. */
export interface NewRun {
  id: string // `cron:<scheduledTime>`: the same cron twice starts one run
  since: number
  until: number
  sweeps: SweepKind[]
  asked?: object
  /** False: it looks at less than the cron's runs, which do not continue it. */
  whole?: boolean
  /** False: it starts whatever lists. */
  joins?: boolean
  again?: Again | null
}

export interface Sweep {
  runId: string
  sweep: SweepKind
  page: number
  cursor: string | null
  upper: number | null
  done: boolean
  tries: number
  parkedOn: Scope | Pause | null
  error: string | null
}

const RUN = `id, since, until, started_at AS startedAt, finished_at AS finishedAt, asked, again, failure,
  cancelled_at AS cancelledAt, cancelled_by AS cancelledBy`
const SWEEP = `run_id AS runId, sweep, page, cursor, upper, done, tries, parked_on AS parkedOn, error`

/** Starts a run, or continues the whole one that still lists: the id of the run that lists now. */
export async function startRun(db: D1Database, run: NewRun, now: number): Promise<string> {
  const { whole = true, joins = true } = run
  const listing = `SELECT s.run_id FROM sweeps s JOIN runs r ON r.id = s.run_id
    WHERE s.done = 0 AND s.due_at IS NOT NULL AND r.whole = 1`
  await db.batch([
    db
      .prepare(
        `INSERT INTO runs (id, since, until, started_at, asked, whole, again)
         SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7
          WHERE ?8 = 0 OR NOT EXISTS (${listing}) ON CONFLICT (id) DO NOTHING`,
      )
      .bind(
        run.id,
        run.since,
        run.until,
        now,
        JSON.stringify(run.asked ?? {}),
        whole ? 1 : 0,
        run.again ?? null,
        joins ? 1 : 0,
      ),
    db
      .prepare(
        `INSERT INTO sweeps (run_id, sweep, due_at) SELECT ?1, value, ?2 FROM json_each(?3)
          WHERE EXISTS (SELECT 1 FROM runs WHERE id = ?1 AND started_at = ?2)
         ON CONFLICT (run_id, sweep) DO NOTHING`,
      )
      .bind(run.id, now, JSON.stringify(run.sweeps)),
  ])
  if (!joins) return run.id
  const open = await db.prepare(`${listing} LIMIT 1`).first<{ run_id: string }>()
  return open?.run_id ?? run.id
}

/** Null: there is none of this id. */
export async function findRun(db: D1Database, id: string): Promise<Run | null> {
  return db.prepare(`SELECT ${RUN} FROM runs WHERE id = ?1`).bind(id).first<Run>()
}

/** The newest runs first. @param before the last one of the page before */
export async function listRuns(
  db: D1Database,
  limit: number,
  before: Pick<Run, 'startedAt' | 'id'> | null = null,
): Promise<Run[]> {
  const { results } = await db
    .prepare(
      `SELECT ${RUN} FROM runs WHERE (started_at, id) < (?2, ?3)
        ORDER BY started_at DESC, id DESC LIMIT ?1`,
    )
    .bind(limit, before?.startedAt ?? Number.MAX_SAFE_INTEGER, before?.id ?? '')
    .all<Run>()
  return results
}

/**
 * Listings whose next page is to be sent: due, not parked, and with what they need before them.
 * Canvas comes first but holds nobody up while it is parked; what OpenPhone has of calls and text
 * messages cannot be read without our own numbers.
 */
export async function dueSweeps(
  db: D1Database,
  now: number,
): Promise<{ runId: string; sweep: SweepKind; page: number }[]> {
  const { results } = await db
    .prepare(
      `SELECT run_id AS runId, sweep, page FROM sweeps s
        WHERE done = 0 AND due_at <= ?1 AND parked_on IS NULL AND NOT ${IS_PAUSED("'sweep'")}
          AND NOT EXISTS (SELECT 1 FROM sweeps before WHERE before.run_id = s.run_id AND before.done = 0 AND (
               (before.sweep = 'canvas' AND before.parked_on IS NULL AND s.sweep IN ('call', 'message', 'mail'))
            OR (before.sweep = 'directory' AND s.sweep IN ('deliveries', 'call', 'message'))))`,
    )
    .bind(now)
    .all<{ runId: string; sweep: SweepKind; page: number }>()
  return results
}

/** The page waits in the queue: it is not sent again before its lease is over. */
export async function markSweepSent(
  db: D1Database,
  page: { runId: string; sweep: SweepKind; page: number },
  now: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE sweeps SET due_at = ?4
        WHERE run_id = ?1 AND sweep = ?2 AND page = ?3 AND done = 0 AND due_at IS NOT NULL`,
    )
    .bind(page.runId, page.sweep, page.page, now + SWEEP_LEASE_MS)
    .run()
}

/** The listing that this page belongs to, with one more try counted; null if it is over or ahead. */
export async function beginPage(
  db: D1Database,
  page: { runId: string; sweep: SweepKind; page: number },
  now: number,
): Promise<{ run: Run; sweep: Sweep } | null> {
  const [updated, run] = await db.batch<Sweep | Run>([
    db
      .prepare(
        `UPDATE sweeps SET tries = tries + 1, due_at = ?4
          WHERE run_id = ?1 AND sweep = ?2 AND page = ?3 AND done = 0 AND due_at IS NOT NULL
          RETURNING ${SWEEP}`,
      )
      .bind(page.runId, page.sweep, page.page, now + SWEEP_LEASE_MS),
    db.prepare(`SELECT ${RUN} FROM runs WHERE id = ?1`).bind(page.runId),
  ])
  const sweep = updated?.results[0] as (Omit<Sweep, 'done'> & { done: number }) | undefined
  const found = run?.results[0] as Run | undefined
  return sweep && found ? { run: found, sweep: { ...sweep, done: sweep.done === 1 } } : null
}

/**
 * Every listed id in `run_records`: owed ones open, the others skipped. Must stand in the intake's
 * batch before the page's compare-and-set, since only an unclaimed page may write.
 */
export function listedStatements(
  db: D1Database,
  page: { runId: string; sweep: Kind; page: number },
  ids: { id: string; outcome: 'failed' | null }[],
): D1PreparedStatement[] {
  return jsonBatches(ids).map((json) =>
    db
      .prepare(
        `INSERT INTO run_records (run_id, kind, id, outcome, why)
         SELECT ?1, ?2, id, CASE WHEN given IS NOT NULL THEN given WHEN owed THEN NULL ELSE 'skipped' END,
                CASE WHEN given IS NOT NULL THEN 'record.invalid' WHEN owed THEN NULL
                  WHEN EXISTS (SELECT 1 FROM dead_letters l WHERE l.kind = ?2 AND l.id = j.id
                    AND l.closed_at IS NULL) THEN 'letter'
                  WHEN EXISTS (SELECT 1 FROM pages p WHERE p.kind = ?2 AND p.id = j.id
                    AND p.removed_at IS NOT NULL) THEN 'removed'
                  ELSE 'unchanged' END
           FROM (SELECT value ->> 'id' AS id, value ->> 'outcome' AS given,
                   EXISTS (SELECT 1 FROM work w WHERE w.kind = ?2 AND w.id = value ->> 'id'
                     AND w.done < w.wanted) AS owed
                   FROM json_each(?4)) j
          WHERE EXISTS (SELECT 1 FROM sweeps WHERE run_id = ?1 AND sweep = ?2 AND page = ?3 AND done = 0)
         ON CONFLICT (run_id, kind, id) DO UPDATE SET outcome = NULL, why = NULL
           WHERE excluded.outcome IS NULL`,
      )
      .bind(page.runId, page.sweep, page.page, json),
  )
}

/** Claims the page: only one of several readers moves the listing on. */
export function turnPageStatement(
  db: D1Database,
  page: { runId: string; sweep: SweepKind; page: number },
  next: { cursor: string | null; upper: number | null },
  now: number,
): D1PreparedStatement {
  const done = next.cursor === null
  return db
    .prepare(
      `UPDATE sweeps SET page = page + 1, cursor = ?4, upper = coalesce(?5, upper), done = ?6, tries = 0,
              error = NULL, parked_on = NULL,
              -- NULL: the run was cancelled while the page was read.
              due_at = CASE WHEN due_at IS NULL THEN NULL ELSE ?7 END
        WHERE run_id = ?1 AND sweep = ?2 AND page = ?3 AND done = 0`,
    )
    .bind(
      page.runId,
      page.sweep,
      page.page,
      next.cursor,
      next.upper,
      done ? 1 : 0,
      done ? null : now,
    )
}

/** A page that was not read: when it is due again, what it waits for, and whether the try counts. */
export async function postponePage(
  db: D1Database,
  page: { runId: string; sweep: SweepKind; page: number },
  to: { dueAt: number; parkedOn: Scope | Pause | null; burnsTry: boolean; error: string },
): Promise<void> {
  await db
    .prepare(
      `UPDATE sweeps SET due_at = CASE WHEN due_at IS NULL THEN NULL ELSE ?4 END,
              parked_on = CASE WHEN due_at IS NULL THEN NULL ELSE ?5 END, error = ?6,
              tries = CASE WHEN ?7 = 1 THEN tries ELSE max(0, tries - 1) END
        WHERE run_id = ?1 AND sweep = ?2 AND page = ?3 AND done = 0`,
    )
    .bind(page.runId, page.sweep, page.page, to.dueAt, to.parkedOn, to.error, to.burnsTry ? 1 : 0)
    .run()
}

/** Ends a listing that cannot be finished, so that its run can end. */
export function endSweepStatement(
  db: D1Database,
  page: { runId: string; sweep: SweepKind; page: number },
  error: string,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE sweeps SET done = 1, due_at = NULL, error = ?4
        WHERE run_id = ?1 AND sweep = ?2 AND page = ?3 AND done = 0`,
    )
    .bind(page.runId, page.sweep, page.page, error)
}

/** Adds outside requests to a run: one addition per API and batch. */
export function countRequestsStatement(
  db: D1Database,
  counts: { runId: string; api: Api; count: number }[],
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO run_requests (run_id, api, count)
       SELECT value ->> 'runId', value ->> 'api', value ->> 'count' FROM json_each(?1) WHERE true
       ON CONFLICT (run_id, api) DO UPDATE SET count = count + excluded.count`,
    )
    .bind(JSON.stringify(counts))
}

export interface KindProgress {
  listing: 'waiting' | 'under way' | 'parked' | 'stopped' | 'done' | 'failed' | 'off'
  /** Why the listing failed, or the last page's trouble. */
  error: string | null
  synced: number
  failed: number
  skipped: number
  open: number
}

export interface RunProgress {
  run: Run
  kinds: Record<Kind, KindProgress>
  lookUps: { sweep: SweepKind; listing: KindProgress['listing']; error: string | null }[]
  requests: Partial<Record<Api, number>>
  /** Why records were skipped or failed, the most frequent first. */
  why: { kind: Kind; outcome: string; why: string; count: number }[]
  /** Listed to the end, and nothing open. */
  complete: boolean
}

/** How far a run is, from facts. */
export async function runProgress(db: D1Database, id: string): Promise<RunProgress | null> {
  const [runs, sweeps, outcomes, requests] = await db.batch<Record<string, string | number | null>>(
    [
      db.prepare(`SELECT ${RUN} FROM runs WHERE id = ?1`).bind(id),
      db.prepare(`SELECT ${SWEEP}, due_at AS dueAt FROM sweeps WHERE run_id = ?1`).bind(id),
      db
        .prepare(
          `SELECT kind, outcome, why, count FROM run_counts
            WHERE run_id = ?1 AND count > 0 ORDER BY count DESC`,
        )
        .bind(id),
      db.prepare(`SELECT api, count FROM run_requests WHERE run_id = ?1`).bind(id),
    ],
  )
  const run = runs?.results[0]
  if (run === undefined) return null
  const counted = outcomes?.results ?? []
  const listings = new Map((sweeps?.results ?? []).map((row) => [row['sweep'] as SweepKind, row]))
  const count = (kind: Kind, outcome: string) =>
    counted
      .filter((row) => row['kind'] === kind && row['outcome'] === outcome)
      .reduce((sum, row) => sum + Number(row['count']), 0)
  const kinds = Object.fromEntries(
    KINDS.map((kind) => [
      kind,
      {
        listing: listingState(listings.get(kind)),
        error: (listings.get(kind)?.['error'] as string | null | undefined) ?? null,
        synced: count(kind, 'synced'),
        failed: count(kind, 'failed'),
        skipped: count(kind, 'skipped'),
        open: count(kind, 'open'),
      },
    ]),
  ) as Record<Kind, KindProgress>
  return {
    run: run as unknown as Run,
    kinds,
    lookUps: SWEEP_KINDS.filter((sweep) => !KINDS.some((kind) => kind === sweep)).map((sweep) => ({
      sweep,
      listing: listingState(listings.get(sweep)),
      error: (listings.get(sweep)?.['error'] as string | null | undefined) ?? null,
    })),
    requests: Object.fromEntries(
      (requests?.results ?? []).map((row) => [row['api'], row['count']]),
    ),
    why: counted.filter(({ why }) => why !== '') as unknown as RunProgress['why'],
    complete:
      [...listings.values()].every((row) => row['done'] === 1) &&
      KINDS.every((kind) => kinds[kind].open === 0),
  }
}

function listingState(
  row: Record<string, string | number | null> | undefined,
): KindProgress['listing'] {
  if (row === undefined) return 'off'
  if (row['done'] === 1) return row['error'] === null ? 'done' : 'failed'
  if (row['dueAt'] === null) return 'stopped'
  if (row['parkedOn'] !== null) return 'parked'
  return row['page'] === 0 ? 'waiting' : 'under way'
}

/** Stamps the end of runs that are complete, with the reason where a listing failed for good. */
export async function finishRuns(db: D1Database, now: number): Promise<void> {
  await db
    .prepare(
      `UPDATE runs SET finished_at = ?1,
              failure = (SELECT group_concat('the listing of ' || sweep || ' failed: ' || error, '; ')
                FROM sweeps WHERE run_id = runs.id AND error IS NOT NULL)
        WHERE finished_at IS NULL
          AND NOT EXISTS (SELECT 1 FROM sweeps WHERE run_id = runs.id AND done = 0)
          AND NOT EXISTS (SELECT 1 FROM run_counts
            WHERE run_id = runs.id AND outcome = 'open' AND count > 0)`,
    )
    .bind(now)
    .run()
}

/** Folds the records of runs that finished before `before` into totals: a row a run stays. */
export async function foldRuns(db: D1Database, before: number): Promise<void> {
  const old = `SELECT id FROM runs WHERE finished_at < ?1 AND totals IS NULL`
  const folded = `SELECT id FROM runs WHERE finished_at < ?1`
  await db.batch([
    db
      .prepare(
        `UPDATE runs SET totals = (SELECT json_group_array(json_object('kind', kind, 'outcome', outcome, 'count', count))
            FROM (SELECT kind, outcome, sum(count) AS count FROM run_counts WHERE run_id = runs.id GROUP BY kind, outcome))
          WHERE id IN (${old})`,
      )
      .bind(before),
    db.prepare(`DELETE FROM run_samples WHERE run_id IN (${folded})`).bind(before),
    db.prepare(`DELETE FROM run_records WHERE run_id IN (${folded})`).bind(before),
  ])
}
