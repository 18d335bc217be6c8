/** One record worked once more, because an operator asks for it. */
import type { RecordKey } from '@switchboard/shared/kinds'
import type { Cause } from '@switchboard/shared/queue-message'
import type { D1Database } from './d1.ts'
import { ON_RAISE } from './work.ts'

/**
 * Makes enrichment owed on the live lane, with its tries anew where nobody holds it.
 * @param cause says with which options
 * @returns false where there is no such record
 */
export async function workAgain(
  db: D1Database,
  { kind, id }: RecordKey,
  cause: Cause,
  now: number,
): Promise<boolean> {
  const [raised] = await db.batch([
    db
      .prepare(
        `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
         SELECT kind, id, 'enrich', 'live', ?3, NULL, 1, ?4 FROM records
          WHERE kind = ?1 AND id = ?2 ${ON_RAISE} RETURNING 1`,
      )
      .bind(kind, id, cause, now),
    db
      .prepare(
        `UPDATE work SET tries = 0 WHERE kind = ?1 AND id = ?2 AND stage = 'enrich' AND token IS NULL`,
      )
      .bind(kind, id),
  ])
  return raised?.results.length === 1
}
