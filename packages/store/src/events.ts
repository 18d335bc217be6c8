/** Stage events: one row for every settled queue message, one insert a batch. */
import type { Lane, RecordKey, Stage } from '@switchboard/shared/kinds'
import type { D1Database, D1PreparedStatement } from './d1.ts'

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

/** Takes away what nobody looks at any more: events after 30 days, closed letters after 90. */
export async function tidy(db: D1Database, now: number): Promise<void> {
  const day = 86_400_000
  await db.batch([
    db.prepare(`DELETE FROM stage_events WHERE at < ?1`).bind(now - 30 * day),
    db.prepare(`DELETE FROM dead_letters WHERE closed_at < ?1`).bind(now - 90 * day),
  ])
}
