/**
 * One page a record (docs/protocols.md#one-page). Only the holder of the record's reconcile work
 * writes here. `sent_at` says that a create or an update may have landed: it outlives a crash.
 */
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import { inKeys, jsonBatches, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { HELD } from './work.ts'

export interface StoredPage extends RecordKey {
  dataSourceId: string
  pageId: string | null
  sentAt: number | null
  fingerprint: string | null
  base: string | null // JSON
  blocks: number
  top: string | null // marks of the block on top
  writtenAt: number | null
}

/** The pages of these records. Rows: `StoredPage`. */
export function pagesStatement(db: D1Database, keys: RecordKey[]): D1PreparedStatement {
  return db
    .prepare(
      `SELECT kind, id, data_source_id AS dataSourceId, page_id AS pageId, sent_at AS sentAt,
              fingerprint, base, blocks, top, written_at AS writtenAt FROM pages WHERE ${inKeys('?1')}`,
    )
    .bind(keysJson(keys))
}

/**
 * Stamps that a create is about to be sent: true for one caller only, and only while it holds the
 * record. The stamp outlives a crash; how it is settled then: docs/protocols.md#one-page.
 * @param now ms since epoch, after the gate's grant
 */
export async function stampCreate(
  db: D1Database,
  page: RecordKey & { dataSourceId: string },
  token: string,
  now: number,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `INSERT INTO pages (kind, id, data_source_id, sent_at)
       SELECT ?1, ?2, ?3, ?4 WHERE EXISTS (SELECT 1 FROM work
          WHERE kind = ?1 AND id = ?2 AND stage = 'reconcile' AND token = ?5)
       ON CONFLICT (kind, id) DO UPDATE SET sent_at = excluded.sent_at,
           data_source_id = excluded.data_source_id
         WHERE page_id IS NULL AND sent_at IS NULL`,
    )
    .bind(page.kind, page.id, page.dataSourceId, now, token)
    .run()
  return meta.changes === 1
}

/** Creates of a kind that were sent before `before` (ms since epoch) and are not settled, oldest first. */
export async function doubtfulCreates(
  db: D1Database,
  kind: Kind,
  before: number,
): Promise<{ id: string; sentAt: number }[]> {
  const { results } = await db
    .prepare(
      `SELECT id, sent_at AS sentAt FROM pages
        WHERE kind = ?1 AND page_id IS NULL AND sent_at <= ?2 ORDER BY sent_at LIMIT 50`,
    )
    .bind(kind, before)
    .all<{ id: string; sentAt: number }>()
  return results
}

/** Takes a stamp back where nothing was sent under it, or where it was clearly refused. */
export async function clearStamp(db: D1Database, page: RecordKey, sentAt: number): Promise<void> {
  await db
    .prepare(
      `UPDATE pages SET sent_at = NULL
        WHERE kind = ?1 AND id = ?2 AND page_id IS NULL AND sent_at = ?3`,
    )
    .bind(page.kind, page.id, sentAt)
    .run()
}

/**
 * Keeps the page just made. False: the map knows another page by now, and this one must go.
 * Needs no token: the page exists, whoever holds the record.
 */
export async function keepCreated(
  db: D1Database,
  page: RecordKey & {
    pageId: string
    fingerprint: string
    base: string
    blocks: number
    top: string | null
  },
  now: number,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE pages SET page_id = ?3, sent_at = NULL, fingerprint = ?4, base = ?5, blocks = ?6,
              top = ?7, written_at = ?8
        WHERE kind = ?1 AND id = ?2 AND (page_id IS NULL OR page_id = ?3)`,
    )
    .bind(page.kind, page.id, page.pageId, page.fingerprint, page.base, page.blocks, page.top, now)
    .run()
  return meta.changes === 1
}

/**
 * Settles a doubtful create: the page that a query found, or none and the way is free again.
 * False: somebody else holds the record now.
 */
export async function adoptPage(
  db: D1Database,
  page: RecordKey,
  pageId: string | null,
  token: string,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE pages SET page_id = ?3, sent_at = NULL, fingerprint = NULL, base = NULL
        WHERE kind = ?1 AND id = ?2 AND page_id IS NULL AND ${HELD('pages', "'reconcile'", '?4')}`,
    )
    .bind(page.kind, page.id, pageId, token)
    .run()
  return meta.changes === 1
}

export interface WrittenPage extends RecordKey {
  fingerprint: string
  base: string
  blocks: number
  top: string | null
}

/** Pages that an update wrote, while the stage still holds their records. */
export function saveWrittenStatements(
  db: D1Database,
  token: string,
  pages: WrittenPage[],
  now: number,
): D1PreparedStatement[] {
  return jsonBatches(pages).map((json) =>
    db
      .prepare(
        `UPDATE pages SET fingerprint = j.fingerprint, base = j.base, blocks = j.blocks, top = j.top,
                written_at = ?2, sent_at = NULL, removed_at = NULL
           FROM (SELECT value ->> 'kind' AS kind, value ->> 'id' AS id,
                        value ->> 'fingerprint' AS fingerprint, value ->> 'base' AS base,
                        value ->> 'blocks' AS blocks, value ->> 'top' AS top
                   FROM json_each(?1)) j
          WHERE pages.kind = j.kind AND pages.id = j.id AND ${HELD('j', "'reconcile'", '?3')}`,
      )
      .bind(json, now, token),
  )
}

/**
 * Notes that an update is about to be sent: `base` is what stays known whatever becomes of it. What
 * is sent leaves the base, so that a later try sends it again even where the content is once more
 * what it was before. False: somebody else holds the record now.
 */
export async function announceUpdate(
  db: D1Database,
  page: RecordKey & { base: string },
  token: string,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE pages SET base = ?3, fingerprint = NULL
        WHERE kind = ?1 AND id = ?2 AND ${HELD('pages', "'reconcile'", '?4')}`,
    )
    .bind(page.kind, page.id, page.base, token)
    .run()
  return meta.changes === 1
}

/** Updates whose outcome is not known: no newer write may follow at once. */
export function doubtUpdatesStatement(
  db: D1Database,
  token: string,
  pages: (RecordKey & { sentAt: number })[],
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE pages SET sent_at = j.sent_at
         FROM (SELECT value ->> 'kind' AS kind, value ->> 'id' AS id, value ->> 'sentAt' AS sent_at
                 FROM json_each(?1)) j
        WHERE pages.kind = j.kind AND pages.id = j.id AND pages.page_id IS NOT NULL
          AND ${HELD('j', "'reconcile'", '?2')}`,
    )
    .bind(JSON.stringify(pages), token)
}

/** Pages that a person removed: that stands, and the same content is not offered again. */
export function saveRemovedStatement(
  db: D1Database,
  token: string,
  pages: (RecordKey & { fingerprint: string })[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE pages SET fingerprint = j.fingerprint, sent_at = NULL,
              removed_at = coalesce(removed_at, ?3)
         FROM (SELECT value ->> 'kind' AS kind, value ->> 'id' AS id,
                      value ->> 'fingerprint' AS fingerprint FROM json_each(?1)) j
        WHERE pages.kind = j.kind AND pages.id = j.id AND ${HELD('j', "'reconcile'", '?2')}`,
    )
    .bind(JSON.stringify(pages), token, now)
}

/**
 * Lets go of a page in another database than the one that is written to now. False: somebody else
 * holds the record now.
 */
export async function leavePage(
  db: D1Database,
  page: RecordKey & { dataSourceId: string },
  token: string,
): Promise<boolean> {
  const [left] = await db.batch([
    db
      .prepare(
        `UPDATE pages SET page_id = NULL, sent_at = NULL, fingerprint = NULL, base = NULL,
            blocks = 0, top = NULL, removed_at = NULL, data_source_id = ?3
          WHERE kind = ?1 AND id = ?2 AND ${HELD('pages', "'reconcile'", '?4')}`,
      )
      .bind(page.kind, page.id, page.dataSourceId, token),
    db
      .prepare(
        `DELETE FROM held AS kept
          WHERE kind = ?1 AND id = ?2 AND ${HELD('kept', "'reconcile'", '?3')}`,
      )
      .bind(page.kind, page.id, token),
  ])
  return (left?.meta.changes ?? 0) === 1
}

/** What the block on top may say from now on: noted before it is written. */
export async function noteTop(
  db: D1Database,
  page: RecordKey,
  top: string,
  token: string,
): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE pages SET top = ?3
        WHERE kind = ?1 AND id = ?2 AND ${HELD('pages', "'reconcile'", '?4')}`,
    )
    .bind(page.kind, page.id, top, token)
    .run()
  return meta.changes === 1
}

/** How many blocks of a long body stand on the page by now. */
export async function noteBlocks(
  db: D1Database,
  page: RecordKey,
  blocks: number,
  token: string,
): Promise<void> {
  await db
    .prepare(
      `UPDATE pages SET blocks = ?3
        WHERE kind = ?1 AND id = ?2 AND ${HELD('pages', "'reconcile'", '?4')}`,
    )
    .bind(page.kind, page.id, blocks, token)
    .run()
}
