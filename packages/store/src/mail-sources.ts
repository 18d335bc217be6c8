/**
 * How far each source of mail was read beside the runs: a mailbox by its state, the Mail database by
 * time. The place is the caller's JSON; a step that takes mails in moves it in the same batch.
 */
import type { D1Database, D1PreparedStatement } from './d1.ts'

/**
 * Takes a source whose time has come, for a while: who dies with it leaves it to the next. A source
 * that was not known is begun.
 * @param beginning its place then, JSON
 * @returns its place; null: it is not due, or in other hands
 */
export async function takeSource(
  db: D1Database,
  source: string,
  beginning: string,
  now: number,
  leaseMs: number,
): Promise<string | null> {
  const [, taken] = await db.batch<{ place: string }>([
    db
      .prepare(
        `INSERT INTO mail_sources (source, place, due_at) VALUES (?1, ?2, ?3)
         ON CONFLICT (source) DO NOTHING`,
      )
      .bind(source, beginning, now),
    db
      .prepare(
        `UPDATE mail_sources SET due_at = ?2 + ?3 WHERE source = ?1 AND due_at <= ?2
         RETURNING place`,
      )
      .bind(source, now, leaseMs),
  ])
  return taken?.results[0]?.place ?? null
}

/** Where it is now, and when it is due again. */
export function moveSourceStatement(
  db: D1Database,
  source: string,
  place: string,
  dueAt: number,
): D1PreparedStatement {
  return db
    .prepare(`UPDATE mail_sources SET place = ?2, due_at = ?3, error = NULL WHERE source = ?1`)
    .bind(source, place, dueAt)
}

/** It failed: tried again then, from where it was. */
export async function putOffSource(
  db: D1Database,
  source: string,
  error: string,
  dueAt: number,
): Promise<void> {
  await db
    .prepare(`UPDATE mail_sources SET error = ?2, due_at = ?3 WHERE source = ?1`)
    .bind(source, error, dueAt)
    .run()
}
