/** What Notion's webhooks told of pages that we filed (docs/protocols.md#people-win). */
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import type { D1Database } from './d1.ts'
import { ON_RAISE } from './work.ts'

/** The record whose page this is; null: it is no page of ours. */
export async function pageById(
  db: D1Database,
  pageId: string,
): Promise<(RecordKey & { writtenAt: number | null }) | null> {
  return await db
    .prepare(`SELECT kind, id, written_at AS writtenAt FROM pages WHERE page_id = ?1`)
    .bind(pageId)
    .first<RecordKey & { writtenAt: number | null }>()
}

/** The kind's data source is to be searched for edits. However often it is told, it is once. */
export async function noteEdit(
  db: D1Database,
  kind: Kind,
  trashed: boolean,
  now: number,
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO told_edits (kind, told_at, trashed, due_at) VALUES (?1, ?2, ?3, ?2)
       ON CONFLICT (kind) DO UPDATE SET told_at = excluded.told_at,
         trashed = max(trashed, excluded.trashed)`,
    )
    .bind(kind, now, trashed ? 1 : 0)
    .run()
}

export interface ToldEdit {
  kind: Kind
  toldAt: number
  trashed: 0 | 1
}

/** Takes what is due for a while: who dies with it leaves it to the next. */
export async function takeEdits(db: D1Database, now: number, leaseMs: number): Promise<ToldEdit[]> {
  const { results } = await db
    .prepare(
      `UPDATE told_edits SET due_at = ?1 + ?2 WHERE due_at <= ?1
       RETURNING kind, told_at AS toldAt, trashed`,
    )
    .bind(now, leaseMs)
    .all<ToldEdit>()
  return results
}

/** Looked. What was told after `before` may not have been shown yet: it is looked for once more then. */
export async function endEdits(
  db: D1Database,
  kind: Kind,
  before: number,
  againAt: number,
): Promise<void> {
  await db.batch([
    db.prepare(`DELETE FROM told_edits WHERE kind = ?1 AND told_at < ?2`).bind(kind, before),
    db.prepare(`UPDATE told_edits SET due_at = ?2 WHERE kind = ?1`).bind(kind, againAt),
  ])
}

/** Of these pages, which lie in the trash, those that we know as standing: a person removed them. */
export async function noteRemoved(
  db: D1Database,
  kind: Kind,
  pageIds: string[],
  now: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE pages SET removed_at = ?3 WHERE kind = ?1 AND removed_at IS NULL
          AND page_id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(kind, JSON.stringify(pageIds), now)
    .run()
}

/** Of these pages, which stand, those that were removed: they are put back, and follow us again. */
export async function notePutBack(
  db: D1Database,
  kind: Kind,
  pageIds: string[],
  now: number,
): Promise<RecordKey[]> {
  const back = `kind = ?1 AND removed_at IS NOT NULL
      AND page_id IN (SELECT value FROM json_each(?2))`
  const [raised] = await db.batch<RecordKey>([
    db
      .prepare(
        `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
         SELECT kind, id, 'reconcile', 'bulk', 'replay', NULL, 1, ?3 FROM pages WHERE ${back}
         ${ON_RAISE} RETURNING kind, id`,
      )
      .bind(kind, JSON.stringify(pageIds), now),
    db
      .prepare(`UPDATE pages SET removed_at = NULL, fingerprint = NULL WHERE ${back}`)
      .bind(kind, JSON.stringify(pageIds)),
  ])
  return raised?.results ?? []
}
