/**
 * Pages of the Mail database that another tool made (docs/protocols.md#adopted-pages): which of them
 * are known, and how one becomes its record's page.
 */
import type { RecordKey } from '@switchboard/shared/kinds'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { HELD, ON_RAISE } from './work.ts'

/** A page that is a record's already. */
export interface KnownMailPage {
  pageId: string
  id: string // of the record
  alone: boolean // only the page tells of this mail
}

/** Of these pages, the ones that are some mail's. */
export async function knownMailPages(
  db: D1Database,
  pageIds: readonly string[],
): Promise<KnownMailPage[]> {
  const { results } = await db
    .prepare(
      `SELECT page_id AS pageId, id, NOT EXISTS (SELECT 1 FROM parts q WHERE q.kind = 'mail'
                AND q.id = p.id AND q.part IN ('rest', 'routed')) AS alone
         FROM pages p WHERE p.kind = 'mail' AND p.page_id IN (SELECT value FROM json_each(?1))`,
    )
    .bind(JSON.stringify(pageIds))
    .all<{ pageId: string; id: string; alone: number }>()
  return results.map(({ alone, ...page }) => ({ ...page, alone: alone === 1 }))
}

/** The page that each of these mails has now; `pageId` NULL: one is just being made. */
export async function pagesOfMails(
  db: D1Database,
  ids: readonly string[],
): Promise<Map<string, { pageId: string | null }>> {
  const { results } = await db
    .prepare(
      `SELECT id, page_id AS pageId FROM pages
        WHERE kind = 'mail' AND id IN (SELECT value FROM json_each(?1))
          AND (page_id IS NOT NULL OR sent_at IS NOT NULL)`,
    )
    .bind(JSON.stringify(ids))
    .all<{ id: string; pageId: string | null }>()
  return new Map(results.map(({ id, pageId }) => [id, { pageId }]))
}

export interface AdoptedPage {
  id: string // of the record
  pageId: string
  replaces: string | null // a page of ours that is in the trash by now
  theirs: readonly TheirProperty[]
}

/** What the other tool filled in: it is never written, whatever we come to know. */
export interface TheirProperty {
  property: string
  value: string // JSON
}

/** SQL: what stands on a page that was adopted is held for whoever wrote it; no person corrected us. */
const HOLD = `ON CONFLICT (kind, id, property) DO UPDATE SET value = excluded.value, at = excluded.at`

/** Of the page nothing is remembered: what stands there is read before anything is written. */
const UNREAD = 1

/**
 * These pages are their records' from now on, and reconciliation is owed. Where a page was made or is
 * being made meanwhile, that one stands.
 */
export function adoptMailPagesStatements(
  db: D1Database,
  dataSourceId: string,
  pages: readonly AdoptedPage[],
  lane: 'live' | 'bulk',
  now: number,
): D1PreparedStatement[] {
  const json = JSON.stringify(pages)
  const adopted = `SELECT value ->> 'id' AS id, value ->> 'pageId' AS page_id,
      value ->> 'replaces' AS replaces FROM json_each(?1)`
  return [
    db
      .prepare(
        `INSERT INTO pages (kind, id, data_source_id, page_id, sent_at)
         SELECT 'mail', j.id, ?2, j.page_id, ${UNREAD} FROM (${adopted}) j
          WHERE EXISTS (SELECT 1 FROM records r WHERE r.kind = 'mail' AND r.id = j.id)
            AND NOT EXISTS (SELECT 1 FROM pages known WHERE known.page_id = j.page_id)
         ON CONFLICT (kind, id) DO UPDATE SET page_id = excluded.page_id, base = NULL,
             fingerprint = NULL, blocks = 0, top = NULL, removed_at = NULL,
             data_source_id = excluded.data_source_id, sent_at = excluded.sent_at
           WHERE (pages.page_id IS NULL AND pages.sent_at IS NULL)
              OR pages.page_id = (SELECT replaces FROM (${adopted}) a WHERE a.id = pages.id)`,
      )
      .bind(json, dataSourceId),
    db
      .prepare(
        `INSERT INTO held (kind, id, property, value, at)
         SELECT 'mail', p.id, t.value ->> 'property', t.value ->> 'value', ?2
           FROM json_each(?1) j, json_each(j.value, '$.theirs') t
           JOIN pages p ON p.kind = 'mail' AND p.id = j.value ->> 'id'
            AND p.page_id = j.value ->> 'pageId'
          WHERE true ${HOLD}`,
      )
      .bind(json, now),
    db
      .prepare(
        `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
         SELECT 'mail', p.id, 'reconcile', ?2, 'mail', NULL, 1, ?3 FROM pages p
           JOIN (${adopted}) j ON j.id = p.id AND j.page_id = p.page_id
          WHERE p.kind = 'mail' ${ON_RAISE}`,
      )
      .bind(json, lane, now),
  ]
}

/**
 * Whether pages of another tool's may be in the Mail database: none has ever been met where `met` is
 * 0, and where there is no row nobody has looked yet. Rows: `Met`.
 */
export function metStatement(db: D1Database): D1PreparedStatement {
  return db.prepare(
    `SELECT coalesce(place ->> 'met', 1) AS met FROM mail_sources
      WHERE source = (SELECT 'pages:' || data_source_id FROM notion_sources WHERE role = 'mail')`,
  )
}

export interface Met {
  met: number
}

/**
 * A page that another tool made becomes the record's, while the stage holds it. False: it is another
 * record's, or one is made meanwhile.
 */
export async function adoptPresentPage(
  db: D1Database,
  page: RecordKey & { dataSourceId: string; pageId: string; theirs: readonly TheirProperty[] },
  token: string,
  now: number,
): Promise<boolean> {
  const [adopted] = await db.batch([
    db
      .prepare(
        `INSERT INTO pages (kind, id, data_source_id, page_id)
         SELECT j.kind, j.id, ?3, ?4 FROM (SELECT ?1 AS kind, ?2 AS id) j
          WHERE ${HELD('j', "'reconcile'", '?5')}
            AND NOT EXISTS (SELECT 1 FROM pages known WHERE known.page_id = ?4)
         ON CONFLICT (kind, id) DO UPDATE SET page_id = excluded.page_id, base = NULL,
             fingerprint = NULL, data_source_id = excluded.data_source_id
           WHERE pages.page_id IS NULL AND pages.sent_at IS NULL`,
      )
      .bind(page.kind, page.id, page.dataSourceId, page.pageId, token),
    db
      .prepare(
        `INSERT INTO held (kind, id, property, value, at)
         SELECT p.kind, p.id, t.value ->> 'property', t.value ->> 'value', ?5
           FROM json_each(?4) t JOIN pages p ON p.kind = ?1 AND p.id = ?2 AND p.page_id = ?3
          WHERE true ${HOLD}`,
      )
      .bind(page.kind, page.id, page.pageId, JSON.stringify(page.theirs), now),
  ])
  return adopted?.meta.changes === 1
}
