/**
 * Stages that a person has paused (docs/protocols.md#pausing). Nothing is sent to them and nothing
 * claimed for them; what arrives is acknowledged and stays owed, with `parked_on` saying why.
 */
import { LANES } from '@switchboard/shared/kinds'
import type { Pause, RecordKey, Stage, WorkedStage } from '@switchboard/shared/kinds'
import { inKeys, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'

export interface PausedStage {
  stage: WorkedStage
  reason: string | null
  actor: string // who paused it
  since: number
  /** Rows, as the minute cron last counted them. */
  waiting: number
}

/** How many rows are sent at once when a stage goes on; the minute cron sends the others. */
const FIRST_AFTER_PAUSE = 10

/** SQL: this stage is paused. */
export const IS_PAUSED = (stage: string): string =>
  `EXISTS (SELECT 1 FROM pauses WHERE pauses.stage = ${stage})`

/** SQL: all that a row of `work` or `sweeps` may wait for. */
export const ALL_CLOSED = `SELECT scope FROM parked UNION ALL SELECT 'stage:' || stage FROM pauses`

/** What rows of a paused stage wait for. */
export function pauseOf(stage: WorkedStage): Pause {
  return `stage:${stage}`
}

/** What is paused now, the longest first. */
export async function listPauses(db: D1Database): Promise<PausedStage[]> {
  const { results } = await db
    .prepare(`SELECT stage, reason, actor, since, waiting FROM pauses ORDER BY since`)
    .all<PausedStage>()
  return results
}

/** Pauses a stage; one that is paused already keeps its reason. @returns whether it is new */
export async function pauseStage(
  db: D1Database,
  { stage, reason, actor, since }: Omit<PausedStage, 'waiting'>,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `INSERT INTO pauses (stage, reason, actor, since) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (stage) DO NOTHING`,
    )
    .bind(stage, reason, actor, since)
    .run()
  return meta.changes === 1
}

/**
 * Lets a stage go on.
 * @returns the rows that go first, live before bulk; null: it was not paused
 */
export async function resumeStage(
  db: D1Database,
  stage: WorkedStage,
  now: number,
): Promise<RecordKey[] | null> {
  const [ended] = await db.batch([
    db.prepare(`DELETE FROM pauses WHERE stage = ?1 RETURNING stage`).bind(stage),
    db
      .prepare(
        `UPDATE work SET parked_on = NULL WHERE (kind, id, stage) IN (
           SELECT kind, id, stage FROM work WHERE parked_on = ?1
            ORDER BY lane DESC, due_at LIMIT ${FIRST_AFTER_PAUSE})`,
      )
      .bind(pauseOf(stage)),
    db.prepare(`UPDATE sweeps SET parked_on = NULL WHERE parked_on = ?1`).bind(pauseOf(stage)),
  ])
  if (ended?.results.length !== 1) return null
  const first = await db.batch<RecordKey>(
    LANES.map((lane) =>
      db
        .prepare(
          `SELECT kind, id FROM work WHERE stage = ?1 AND lane = ?2 AND due_at <= ?3
              AND due_at IS NOT NULL AND parked_on IS NULL AND done < wanted
            ORDER BY due_at LIMIT ${FIRST_AFTER_PAUSE}`,
        )
        .bind(stage, lane, now),
    ),
  )
  return first.flatMap(({ results }) => results).slice(0, FIRST_AFTER_PAUSE)
}

/**
 * What has arrived for a stage that is paused waits in D1 from now on. Must stand before the claim in
 * its batch: what somebody holds is left to him.
 */
export function parkPausedStatement(
  db: D1Database,
  stage: Stage,
  keys: RecordKey[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE work SET parked_on = 'stage:' || stage, due_at = ?1, token = NULL
        WHERE ${IS_PAUSED('?2')} AND stage = ?2 AND ${inKeys('?3')}
          AND done < wanted AND (token IS NULL OR due_at < ?1)`,
    )
    .bind(now, stage, keysJson(keys))
}
