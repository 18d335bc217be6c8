/** Stage events: one row for every settled queue message, one insert a batch. */
import type { Lane, RecordKey, Stage } from '@switchboard/shared/kinds'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { tidyReplaysStatements } from './replays.ts'

export interface StageEvent extends RecordKey {
  stage: Stage
  runId: string | null
  lane: Lane
  attempt: number
  outcome: string
  waitedMs: number // in the queue
  workedMs: number
  error: string | null
}

/** @param now when they were settled */
export function eventsStatement(
  db: D1Database,
  events: StageEvent[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO stage_events (at, stage, kind, id, run_id, lane, attempt, outcome, waited_ms, worked_ms, error)
       SELECT ?2, value ->> 'stage', value ->> 'kind', value ->> 'id', value ->> 'runId',
              value ->> 'lane', value ->> 'attempt', value ->> 'outcome', value ->> 'waitedMs',
              value ->> 'workedMs', value ->> 'error' FROM json_each(?1)`,
    )
    .bind(JSON.stringify(events), now)
}

/** As long as a delivery may come again: OpenPhone tries for 27 h 35 min. */
const DELIVERIES_KEPT_MS = 28 * 3_600_000

/**
 * Takes away what nobody looks at any more: deliveries after 28 hours, events after 30 days, closed
 * letters, replays and what is known of webhooks after 90.
 */
export async function tidy(db: D1Database, now: number): Promise<void> {
  const day = 86_400_000
  await db.batch([
    db.prepare(`DELETE FROM stage_events WHERE at < ?1`).bind(now - 30 * day),
    db.prepare(`DELETE FROM audit WHERE at < ?1`).bind(now - 400 * day),
    db.prepare(`DELETE FROM dead_letters WHERE closed_at < ?1`).bind(now - 90 * day),
    ...tidyReplaysStatements(db, now - 90 * day),
    db.prepare(`DELETE FROM deliveries WHERE seen_at < ?1`).bind(now - DELIVERIES_KEPT_MS),
    db
      .prepare(`DELETE FROM event_counts WHERE day < date(?1 / 1000, 'unixepoch')`)
      .bind(now - 90 * day),
    db
      .prepare(`DELETE FROM cache_counts WHERE day < date(?1 / 1000, 'unixepoch')`)
      .bind(now - 90 * day),
    db.prepare(`DELETE FROM gaps WHERE found_at < ?1`).bind(now - 90 * day),
    db.prepare(`DELETE FROM silences WHERE noticed_at < ?1`).bind(now - 90 * day),
  ])
}
