/**
 * Letters that no stage's work stands for (a queue message, an event, a listed row, a listing): how
 * each is settled, filed again, or made owed as what it asks for.
 */
import type { D1Database, D1PreparedStatement } from './d1.ts'
import type { LetterKey } from './letter-list.ts'
import { ON_RAISE } from './work.ts'

/** A letter of a queue message or webhook that can be read now: it is done with. */
export function settleLetterStatement(
  db: D1Database,
  { stage, kind, id }: LetterKey,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE dead_letters SET closed_at = max(?4, first_at)
        WHERE stage = ?1 AND kind = ?2 AND id = ?3 AND closed_at IS NULL`,
    )
    .bind(stage, kind, id, now)
}

/** A letter of a queue message that still cannot be read. */
export async function refileLetter(
  db: D1Database,
  { stage, kind, id }: LetterKey,
  { reason, pattern }: { reason: string; pattern: string },
  now: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE dead_letters SET reason = ?4, pattern = ?5, attempts = attempts + 1, last_at = ?6,
              replay_id = NULL
        WHERE stage = ?1 AND kind = ?2 AND id = ?3 AND closed_at IS NULL`,
    )
    .bind(stage, kind, id, reason, pattern, now)
    .run()
}

/** One more input for a stage, as a queue message that can be read now asks for it. */
export function raiseStatement(
  db: D1Database,
  work: { kind: string; id: string; stage: string },
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
       SELECT ?1, ?2, ?3, 'bulk', 'replay', NULL, 1, ?4
        WHERE EXISTS (SELECT 1 FROM records WHERE kind = ?1 AND id = ?2) ${ON_RAISE}`,
    )
    .bind(work.kind, work.id, work.stage, now)
}

/**
 * Has a listing that was given up go on from where it stood.
 * @returns false: nobody knows it any more
 */
export async function resumeSweep(
  db: D1Database,
  { runId, sweep }: { runId: string; sweep: string },
  now: number,
): Promise<boolean> {
  const [known] = await db.batch([
    db.prepare(`SELECT 1 FROM sweeps WHERE run_id = ?1 AND sweep = ?2`).bind(runId, sweep),
    db
      .prepare(
        `UPDATE runs SET finished_at = NULL WHERE id = ?1 AND EXISTS (SELECT 1 FROM sweeps
          WHERE run_id = ?1 AND sweep = ?2 AND done = 1 AND error IS NOT NULL)`,
      )
      .bind(runId, sweep),
    db
      .prepare(
        `UPDATE sweeps SET done = 0, due_at = ?3, tries = 0, error = NULL, parked_on = NULL
          WHERE run_id = ?1 AND sweep = ?2 AND done = 1 AND error IS NOT NULL`,
      )
      .bind(runId, sweep, now),
  ])
  return known?.results.length === 1
}

/** Closes the letters of listings that were resumed and are through. */
export async function closeFinishedSweeps(db: D1Database, now: number): Promise<void> {
  await db
    .prepare(
      `UPDATE dead_letters SET closed_at = max(?1, first_at)
        WHERE replay_id IS NOT NULL AND closed_at IS NULL AND stage = 'sweep'
          AND queue_message IS NULL AND EXISTS (SELECT 1 FROM sweeps s
            WHERE s.run_id = dead_letters.id AND s.sweep = dead_letters.kind AND s.done = 1
              AND s.error IS NULL)`,
    )
    .bind(now)
    .run()
}
