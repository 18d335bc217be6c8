/**
 * What is done after the database was restored to an earlier time (docs/protocols.md#restored):
 * pages that it does not know are looked up in Notion before anything is filed again.
 */
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import { jsonBatches } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { beatStatement } from './heartbeat.ts'
import type { Heartbeat } from './heartbeat.ts'

export interface Adoption {
  since: number | null // pages edited before are known; null: none is
  place: string | null // JSON
}

/**
 * Parks what files pages until all of them are looked up, and lets the heart beat on, in one batch.
 * @param restored.notBefore when what was sent before the restore must have landed, ms since epoch
 */
export async function beginAdoptions(
  db: D1Database,
  restored: { since: number | null; notBefore: number; reason: string },
  beat: { now: Heartbeat; before: number },
): Promise<void> {
  await db.batch([
    ...KINDS.flatMap((kind) => [
      db
        .prepare(
          `INSERT INTO adoptions (kind, since, place, due_at) VALUES (?1, ?2, NULL, ?3)
           ON CONFLICT (kind) DO UPDATE SET place = NULL, due_at = excluded.due_at,
             since = CASE WHEN since IS NULL OR excluded.since IS NULL THEN NULL
               ELSE min(since, excluded.since) END`,
        )
        .bind(kind, restored.since, restored.notBefore),
      db
        .prepare(
          `INSERT INTO parked (scope, reason, since, until) VALUES (?1, ?2, ?3, NULL)
           ON CONFLICT (scope) DO UPDATE SET reason = excluded.reason, until = NULL`,
        )
        .bind(`notion:${kind}`, restored.reason, beat.now.at),
    ]),
    beatStatement(db, beat.now, beat.before),
  ])
}

/** The kinds whose pages are still being looked up: their scopes are reopened by nobody else. */
export async function listAdoptions(db: D1Database): Promise<Kind[]> {
  const { results } = await db.prepare(`SELECT kind FROM adoptions`).all<{ kind: Kind }>()
  return results.map(({ kind }) => kind)
}

/** Takes a kind's look-up for a while, if it is due: who dies with it leaves it to the next. */
export async function takeAdoption(
  db: D1Database,
  kind: Kind,
  now: number,
  leaseMs: number,
): Promise<Adoption | null> {
  return await db
    .prepare(
      `UPDATE adoptions SET due_at = ?2 + ?3 WHERE kind = ?1 AND due_at <= ?2
       RETURNING since, place`,
    )
    .bind(kind, now, leaseMs)
    .first<Adoption>()
}

/** A page as a listing shows it. */
export interface ShownPage {
  id: string // of the record that it says it is of
  pageId: string
  ours: boolean // our connection made it
  lastOurs: boolean // and edited it last
}

/** A page of ours whose record is to be settled by a query is stamped so: long landed. */
const LONG_AGO = 0
/** What stands on the page is not remembered; a body is to be counted before it is appended to. */
const FORGOTTEN = 1

/**
 * The map takes in what a listing shows.
 *   unknown, ours          -> mapped; nothing of its content is remembered
 *   unknown, anybody's     -> as a create of unknown outcome: settled by a query before one is made
 *   two of ours, unknown   -> likewise, which keeps the oldest
 *   known, last edited by us -> nothing of its content is remembered: it may be newer than the map
 */
export function adoptStatements(
  db: D1Database,
  kind: Kind,
  dataSourceId: string,
  pages: ShownPage[],
): D1PreparedStatement[] {
  const shown = `(SELECT value ->> 'id' AS id, value ->> 'pageId' AS page_id,
      value ->> 'ours' AS ours, value ->> 'lastOurs' AS last_ours FROM json_each(?1)) j`
  return jsonBatches(pages).flatMap((json) => [
    db
      .prepare(
        `UPDATE pages SET sent_at = ${FORGOTTEN},
            base = CASE WHEN j.last_ours THEN NULL ELSE base END,
            fingerprint = CASE WHEN j.last_ours THEN NULL ELSE fingerprint END
           FROM ${shown} WHERE pages.page_id = j.page_id`,
      )
      .bind(json),
    db
      .prepare(
        `INSERT INTO pages (kind, id, data_source_id, page_id, sent_at)
         SELECT ?2, j.id, ?3, CASE WHEN j.ours THEN j.page_id END,
                CASE WHEN j.ours THEN ${FORGOTTEN} ELSE ${LONG_AGO} END
           FROM ${shown} WHERE j.id <> ''
            AND NOT EXISTS (SELECT 1 FROM pages known WHERE known.page_id = j.page_id)
         ON CONFLICT (kind, id) DO UPDATE SET page_id = excluded.page_id, base = NULL,
             fingerprint = NULL, blocks = 0, top = NULL, removed_at = NULL,
             data_source_id = excluded.data_source_id, sent_at = excluded.sent_at
           WHERE pages.page_id IS NULL AND pages.sent_at IS NOT ${LONG_AGO}`,
      )
      .bind(json, kind, dataSourceId),
    db
      .prepare(
        `UPDATE pages SET page_id = NULL, sent_at = ${LONG_AGO}
           FROM ${shown} WHERE pages.kind = ?2 AND pages.id = j.id AND j.ours
            AND pages.page_id <> j.page_id AND pages.base IS NULL AND pages.sent_at = ${FORGOTTEN}`,
      )
      .bind(json, kind),
  ])
}

/**
 * Of records that the map does not know, but of which a page of ours lies in the trash: whether a
 * person removed it is told by a query before one is made.
 */
export function doubtTrashedStatements(
  db: D1Database,
  kind: Kind,
  dataSourceId: string,
  pages: ShownPage[],
): D1PreparedStatement[] {
  return jsonBatches(pages).map((json) =>
    db
      .prepare(
        `INSERT INTO pages (kind, id, data_source_id, sent_at)
         SELECT ?2, value ->> 'id', ?3, ${LONG_AGO} FROM json_each(?1)
          WHERE value ->> 'id' <> '' AND value ->> 'ours'
         ON CONFLICT (kind, id) DO NOTHING`,
      )
      .bind(json, kind, dataSourceId),
  )
}

/** How far the look-up is; due again then. */
export function saveAdoptionStatement(
  db: D1Database,
  kind: Kind,
  place: string | null,
  dueAt: number,
): D1PreparedStatement {
  return db
    .prepare(`UPDATE adoptions SET place = ?2, due_at = ?3 WHERE kind = ?1`)
    .bind(kind, place, dueAt)
}

/** Tried again then, from where it was. */
export async function putOffAdoption(db: D1Database, kind: Kind, dueAt: number): Promise<void> {
  await db.prepare(`UPDATE adoptions SET due_at = ?2 WHERE kind = ?1`).bind(kind, dueAt).run()
}

/** All pages are looked up: the caller reopens the scope. */
export async function endAdoption(db: D1Database, kind: Kind): Promise<void> {
  await db.prepare(`DELETE FROM adoptions WHERE kind = ?1`).bind(kind).run()
}
