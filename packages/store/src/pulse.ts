/** What beats: badges, what is parked, and what tells that a page of the console moved. Few rows. */
import type { D1Database } from './d1.ts'
import type { PausedStage } from './pauses.ts'

/** So many rows that wait for a parked scope are counted; of more the cron's count stands. */
export const MOST_WAITING = 200

export interface Beat {
  letters: number // open
  unmatched: number // parties of no merchant
  run: { id: string; settled: number; open: number } | null // the newest that is under way
  parked: { scope: string; reason: string; since: number; waiting: number }[]
  paused: Pick<PausedStage, 'stage' | 'actor' | 'since'>[]
  /** Texts that change when what they name does. */
  marks: {
    events: string // a queue message was settled
    letters: string
    runs: string
    unmatched: string
    audit: string
    days: string // how records of today and yesterday stand
    listings: string
    stages: string // paused, parked
  }
}

export async function readBeat(db: D1Database, now: number): Promise<Beat> {
  const [counts, run, parked, paused, marks] = await db.batch<
    Record<string, string | number | null>
  >([
    db.prepare(
      `SELECT (SELECT coalesce(sum(count), 0) FROM letter_counts WHERE state = 'open') AS letters,
              (SELECT coalesce(sum(parties), 0) FROM party_counts WHERE state = 'open') AS unmatched`,
    ),
    db.prepare(
      `SELECT r.id,
              (SELECT coalesce(sum(count), 0) FROM run_counts c
                WHERE c.run_id = r.id AND c.outcome <> 'open') AS settled,
              (SELECT coalesce(sum(count), 0) FROM run_counts c
                WHERE c.run_id = r.id AND c.outcome = 'open') AS open
         FROM (SELECT id, finished_at, cancelled_at FROM runs ORDER BY started_at DESC LIMIT 1) r
        WHERE r.finished_at IS NULL AND r.cancelled_at IS NULL`,
    ),
    db.prepare(
      `SELECT scope, reason, since, iif(now < ${MOST_WAITING}, now, max(now, counted)) AS waiting
         FROM (SELECT scope, reason, since, waiting AS counted, (SELECT count(*) FROM (SELECT 1
             FROM work WHERE parked_on = parked.scope LIMIT ${MOST_WAITING})) AS now FROM parked)
        ORDER BY since`,
    ),
    db.prepare(`SELECT stage, actor, since FROM pauses ORDER BY since`),
    db
      .prepare(
        `SELECT (SELECT max(rowid) FROM stage_events) AS events,
                (SELECT coalesce(group_concat(state || n), '') FROM (SELECT state, sum(count) AS n
                   FROM letter_counts GROUP BY state))
                || (SELECT coalesce(max(started_at), 0) || coalesce(sum(waiting + sent), 0)
                      FROM replays WHERE state = 'running') AS letters,
                (SELECT id || coalesce(finished_at, cancelled_at, '')
                   FROM runs ORDER BY started_at DESC LIMIT 1)
                || (SELECT count(*) || '.' || coalesce(sum(page), 0) FROM sweeps WHERE done = 0)
                  AS runs,
                (SELECT group_concat(state || parties || '.' || talks) FROM party_counts) AS unmatched,
                (SELECT max(id) FROM audit) AS audit,
                (SELECT group_concat(counts) FROM day_counts WHERE kind IN ('call', 'message', 'mail')
                  AND day >= date(?1 / 1000, 'unixepoch', '-1 day')) AS days,
                (SELECT group_concat(kind || run_id || coalesce(place, side)) FROM comparisons)
                  AS listings,
                (SELECT coalesce(group_concat(stage || since), '') FROM pauses) || '.'
                || (SELECT coalesce(group_concat(scope || since || probes), '') FROM parked)
                  AS stages`,
      )
      .bind(now),
  ])
  const said = marks?.results[0] ?? {}
  const mark = (name: keyof Beat['marks']) => String(said[name] ?? '')
  const { letters = 0, unmatched = 0 } = (counts?.results[0] ?? {}) as unknown as Partial<Beat>
  return {
    letters,
    unmatched,
    run: ((run?.results[0] as unknown as Beat['run'] | undefined) ?? null) satisfies Beat['run'],
    parked: (parked?.results ?? []) as unknown as Beat['parked'],
    paused: (paused?.results ?? []) as unknown as Beat['paused'],
    marks: {
      events: mark('events'),
      letters: mark('letters'),
      runs: mark('runs'),
      unmatched: mark('unmatched'),
      audit: mark('audit'),
      days: mark('days'),
      listings: mark('listings'),
      stages: mark('stages'),
    },
  }
}
