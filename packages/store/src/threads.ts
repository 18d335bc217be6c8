/**
 * Threads of mails (docs/protocols.md#threads): every id that a mail names leads to one thread, and a
 * mail that names ids of two threads joins them. The same mails make the same threads, under the
 * same names, in whatever order they come: a thread has the least of the names that its mails bring.
 */
import type { RecordKey } from '@switchboard/shared/kinds'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { ON_RAISE } from './work.ts'

/** What a mail says of its thread. */
export interface MailRefs {
  refs: readonly string[] // its record id first, then what it answers, then its source's own thread
  thread: string // the name it brings
}

const OF_REFS = `SELECT thread FROM mail_refs WHERE ref IN (SELECT value FROM json_each(?1))`
const LEAST = `(SELECT min(thread) FROM (SELECT ?2 AS thread UNION ALL ${OF_REFS}))`

/** Joins what a mail names. Pages of mails whose thread has another name now are owed it. */
export function joinThreadStatements(
  db: D1Database,
  { refs, thread }: MailRefs,
  now: number,
): D1PreparedStatement[] {
  const bound = [JSON.stringify(refs), thread]
  return [
    db
      .prepare(
        `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
         SELECT 'mail', p.id, 'reconcile', 'bulk', 'relink', NULL, 1, ?3
           FROM mail_refs m JOIN pages p ON p.kind = 'mail' AND p.id = m.ref
          WHERE m.thread IN (${OF_REFS}) AND m.thread <> ${LEAST}
         ${ON_RAISE}`,
      )
      .bind(...bound, now),
    db
      .prepare(
        `UPDATE mail_refs SET thread = ${LEAST}
          WHERE thread IN (${OF_REFS}) AND thread <> ${LEAST}`,
      )
      .bind(...bound),
    db
      .prepare(
        `INSERT INTO mail_refs (ref, thread) SELECT value, ${LEAST} FROM json_each(?1) WHERE true
         ON CONFLICT (ref) DO NOTHING`,
      )
      .bind(...bound),
  ]
}

/** The thread of a mail. */
export interface MailThread {
  id: string // of the record
  thread: string
}

/** The threads of those of these records that are mails. Rows: `MailThread`. */
export function threadsStatement(db: D1Database, keys: readonly RecordKey[]): D1PreparedStatement {
  const mails = keys.filter(({ kind }) => kind === 'mail').map(({ id }) => id)
  return db
    .prepare(
      `SELECT ref AS id, thread FROM mail_refs WHERE ref IN (SELECT value FROM json_each(?1))`,
    )
    .bind(JSON.stringify(mails))
}

/** The mails of a thread, oldest first, at most so many. */
export async function mailsOfThread(
  db: D1Database,
  thread: string,
  limit: number,
): Promise<{ id: string; occurredAt: number }[]> {
  const { results } = await db
    .prepare(
      `SELECT r.id, r.occurred_at AS occurredAt FROM mail_refs m
         JOIN records r ON r.kind = 'mail' AND r.id = m.ref
        WHERE m.thread = ?1 ORDER BY r.occurred_at, r.id LIMIT ?2`,
    )
    .bind(thread, limit)
    .all<{ id: string; occurredAt: number }>()
  return results
}
