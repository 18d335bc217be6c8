/** Letters that a person put away: closed with a reason, and opened again when asked. */
import type { D1Database } from './d1.ts'
import type { LetterKey } from './letter-list.ts'

const OF_KEYS = (parameter: string) =>
  `(stage, kind, id) IN (SELECT value ->> 'stage', value ->> 'kind', value ->> 'id'
     FROM json_each(${parameter}))`

/** Among these, the ones that are open and in no replay are discarded. @returns how many */
export async function discardLetters(
  db: D1Database,
  discard: { id: string; by: string; reason: string },
  keys: readonly LetterKey[],
  now: number,
): Promise<number> {
  const { results } = await db
    .prepare(
      `UPDATE dead_letters SET closed_at = max(?1, first_at), discard_id = ?2, discarded_by = ?3,
              discard_reason = ?4
        WHERE ${OF_KEYS('?5')} AND closed_at IS NULL AND replay_id IS NULL RETURNING 1`,
    )
    .bind(now, discard.id, discard.by, discard.reason, JSON.stringify(keys))
    .all()
  return results.length
}

/** Letters of one act of discarding that are still discarded, at most `limit`. */
export async function discardedBy(
  db: D1Database,
  discardId: string,
  limit: number,
): Promise<LetterKey[]> {
  const { results } = await db
    .prepare(`SELECT stage, kind, id FROM dead_letters WHERE discard_id = ?1 LIMIT ?2`)
    .bind(discardId, limit)
    .all<LetterKey>()
  return results
}

/**
 * Opens discarded letters again. What its stage has worked meanwhile is settled, not open: the row
 * of owed work tells, since filing sets `done` to the input that failed.
 * @returns how many are open again, and how many are settled
 */
export async function restoreLetters(
  db: D1Database,
  keys: readonly LetterKey[],
): Promise<{ opened: number; settled: number }> {
  const json = JSON.stringify(keys)
  const undone = `discard_id = NULL, discarded_by = NULL, discard_reason = NULL`
  const [settled, opened] = await db.batch([
    db
      .prepare(
        `UPDATE dead_letters SET ${undone}
          WHERE ${OF_KEYS('?1')} AND discard_id IS NOT NULL AND EXISTS (SELECT 1 FROM work w
            WHERE w.kind = dead_letters.kind AND w.id = dead_letters.id
              AND w.stage = dead_letters.stage AND w.done > w.failed) RETURNING 1`,
      )
      .bind(json),
    db
      .prepare(
        `UPDATE dead_letters SET closed_at = NULL, ${undone}
          WHERE ${OF_KEYS('?1')} AND discard_id IS NOT NULL RETURNING 1`,
      )
      .bind(json),
  ])
  return { opened: opened?.results.length ?? 0, settled: settled?.results.length ?? 0 }
}
