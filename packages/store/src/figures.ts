/**
 * Figures for `GET /metrics` that no other file tells: letters, runs and records, each from counts
 * that are kept with the facts. However much there is, a few hundred rows are read.
 */
import type { Kind } from '@switchboard/shared/kinds'
import type { D1Database } from './d1.ts'

/** So many of the newest runs are looked at: only one of them lists at a time. */
const NEWEST_RUNS = 20

/** How a record may stand (standing.ts). */
const STATES = ['filed', 'failing', 'way', 'stuck', 'removed', 'skipped'] as const
type StandingRow = { kind: Kind } & Record<(typeof STATES)[number], number | null>

export interface Figures {
  letters: { stage: string; failure: string; count: number }[] // open ones
  records: { kind: Kind; state: string; count: number }[]
  running: number // runs
  lastRun: { startedAt: number; finishedAt: number } | null
  lastRunRecords: { kind: string; outcome: string; count: number }[]
}

/** From counts that are kept with the facts: no table is counted through. */
export async function readFigures(db: D1Database): Promise<Figures> {
  const newest = `SELECT id, started_at, finished_at FROM runs ORDER BY started_at DESC LIMIT ${NEWEST_RUNS}`
  const last = `SELECT id, started_at, finished_at FROM (${newest})
    WHERE finished_at IS NOT NULL ORDER BY started_at DESC LIMIT 1`
  const [letters, records, running, lastRun, outcomes] = await db.batch([
    db.prepare(
      `SELECT stage, failure, sum(count) AS count FROM letter_counts WHERE state = 'open'
        GROUP BY stage, failure`,
    ),
    db.prepare(
      `SELECT kind, ${STATES.map((state) => `sum(counts ->> '$."is:${state}"') AS ${state}`).join(', ')}
         FROM day_counts GROUP BY kind`,
    ),
    db.prepare(`SELECT count(*) AS count FROM (${newest}) WHERE finished_at IS NULL`),
    db.prepare(`SELECT started_at AS startedAt, finished_at AS finishedAt FROM (${last})`),
    db.prepare(
      `SELECT kind, outcome, sum(count) AS count FROM run_counts
        WHERE run_id = (SELECT id FROM (${last})) GROUP BY kind, outcome`,
    ),
  ])
  return {
    letters: (letters?.results ?? []) as Figures['letters'],
    records: ((records?.results ?? []) as StandingRow[]).flatMap(({ kind, ...counts }) =>
      STATES.map((state) => ({ kind, state, count: counts[state] ?? 0 })),
    ),
    running: (running?.results as { count: number }[] | undefined)?.[0]?.count ?? 0,
    lastRun: (lastRun?.results as NonNullable<Figures['lastRun']>[] | undefined)?.[0] ?? null,
    lastRunRecords: (outcomes?.results ?? []) as Figures['lastRunRecords'],
  }
}
