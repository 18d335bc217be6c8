/** Mending the map from records to pages, while nothing else runs. */
import type { Kind } from '@switchboard/shared/kinds'
import { jsonBatches } from './d1.ts'
import type { D1Database } from './d1.ts'
import { ON_RAISE } from './work.ts'

export interface Mapped {
  id: string
  pageId: string | null
  sentAt: number | null
}

/** What the map says of these records; one that D1 does not know has no row, one without page NULL. */
export async function mappedPages(db: D1Database, kind: Kind, ids: string[]): Promise<Mapped[]> {
  const { results } = await db
    .prepare(
      `SELECT r.id, p.page_id AS pageId, p.sent_at AS sentAt FROM records r
         LEFT JOIN pages p ON p.kind = r.kind AND p.id = r.id
        WHERE r.kind = ?1 AND r.id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(kind, JSON.stringify(ids))
    .all<Mapped>()
  return results
}

export interface MendedPage {
  id: string
  dataSourceId: string
  pageId: string
  base: string // JSON: its properties as Notion returned them
  blocks: number // of its body
}

/** Maps records to these pages and has them reconciled, which writes what differs. */
export async function mendPages(
  db: D1Database,
  kind: Kind,
  pages: MendedPage[],
  now: number,
): Promise<void> {
  const statements = jsonBatches(pages).flatMap((json) => [
    db
      .prepare(
        `INSERT INTO pages (kind, id, data_source_id, page_id, base, blocks)
         SELECT ?2, value ->> 'id', value ->> 'dataSourceId', value ->> 'pageId', value ->> 'base',
                value ->> 'blocks' FROM json_each(?1) WHERE true
         ON CONFLICT (kind, id) DO UPDATE SET data_source_id = excluded.data_source_id,
           page_id = excluded.page_id, base = excluded.base, blocks = excluded.blocks,
           top = NULL, sent_at = NULL, fingerprint = NULL, removed_at = NULL`,
      )
      .bind(json, kind),
    db
      .prepare(
        `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
         SELECT w.kind, w.id, 'reconcile', 'bulk', 'replay', NULL, 1, ?3
           FROM json_each(?1) j
           JOIN work w ON w.kind = ?2 AND w.id = j.value ->> 'id' AND w.stage = 'reconcile'
          WHERE true ${ON_RAISE}`,
      )
      .bind(json, kind, now),
  ])
  if (statements.length > 0) await db.batch(statements)
}
