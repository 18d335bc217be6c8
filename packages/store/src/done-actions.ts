/**
 * Action items that somebody has done (docs/search.md#action-items): by the words of each, since an
 * analysis that is made anew may list them in another order.
 */
import type { RecordKey } from '@switchboard/shared/kinds'
import { inKeys, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { standStatements } from './standing.ts'

export interface DoneAction extends RecordKey {
  words: string // the text of the action item
  at: number
  by: string
}

/** What is done of these records. Rows: `DoneAction`. */
export function doneActionsStatement(
  db: D1Database,
  keys: readonly RecordKey[],
): D1PreparedStatement {
  return db
    .prepare(
      `SELECT kind, id, words, done_at AS at, done_by AS "by" FROM done_actions
        WHERE ${inKeys('?1')}`,
    )
    .bind(keysJson(keys))
}

/**
 * Notes that an action item is done; one that is stays as it was noted first.
 * @returns null: the record's analysis has none of these words
 */
export async function finishAction(
  db: D1Database,
  { kind, id }: RecordKey,
  words: string,
  by: string,
  now: number,
): Promise<DoneAction | null> {
  const [, done] = await db.batch<DoneAction>([
    db
      .prepare(
        `INSERT INTO done_actions (kind, id, words, done_at, done_by)
         SELECT a.kind, a.id, ?3, ?5, ?4 FROM analyses a
          WHERE a.kind = ?1 AND a.id = ?2
            AND EXISTS (SELECT 1 FROM json_each(a.body, '$.actionItems') j
                         WHERE j.value ->> 'text' = ?3)
         ON CONFLICT DO NOTHING`,
      )
      .bind(kind, id, words, by, now),
    db
      .prepare(
        `SELECT kind, id, words, done_at AS at, done_by AS "by" FROM done_actions
          WHERE kind = ?1 AND id = ?2 AND words = ?3`,
      )
      .bind(kind, id, words),
    ...standStatements(db, [{ kind, id }]),
  ])
  return done?.results[0] ?? null
}

/** Takes it back. False: it was not done. */
export async function reopenAction(
  db: D1Database,
  { kind, id }: RecordKey,
  words: string,
): Promise<boolean> {
  const [taken] = await db.batch([
    db
      .prepare(`DELETE FROM done_actions WHERE kind = ?1 AND id = ?2 AND words = ?3 RETURNING 1`)
      .bind(kind, id, words),
    ...standStatements(db, [{ kind, id }]),
  ])
  return (taken?.results.length ?? 0) > 0
}
