/**
 * People win (docs/protocols.md#people-win): the properties that people changed in Notion, how
 * often they do, how far each data source was searched for edits, and the ways to hand things back.
 */
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import { inKeys, jsonBatches, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { ON_RAISE } from './work.ts'

/** A property that a person changed. */
export interface HeldProperty extends RecordKey {
  property: string
  value: string // JSON, as the person left it
}

/** What people hold of these records. Rows: `HeldProperty`. */
export function heldStatement(db: D1Database, keys: RecordKey[]): D1PreparedStatement {
  return db
    .prepare(`SELECT kind, id, property, value FROM held WHERE ${inKeys('?1')}`)
    .bind(keysJson(keys))
}

/** A person's edit, with the base (JSON) it was compared with. */
export interface SeenEdit extends HeldProperty {
  base: string
}

/**
 * Keeps what people changed, and counts each change once. An edit counts only while the base that
 * it was told by still stands: else the difference may be a write of ours.
 */
export function holdStatements(
  db: D1Database,
  edits: SeenEdit[],
  now: number,
): D1PreparedStatement[] {
  const changed = `FROM (SELECT value ->> 'kind' AS kind, value ->> 'id' AS id,
         value ->> 'property' AS property, value ->> 'value' AS value, value ->> 'base' AS base
       FROM json_each(?1)) j
     WHERE EXISTS (SELECT 1 FROM pages p
         WHERE p.kind = j.kind AND p.id = j.id AND p.base = j.base)
       AND NOT EXISTS (SELECT 1 FROM held h WHERE h.kind = j.kind AND h.id = j.id
         AND h.property = j.property AND h.value = j.value)`
  return jsonBatches(edits).flatMap((json) => [
    db
      .prepare(
        `INSERT INTO corrections (kind, property, count, last_at)
         SELECT j.kind, j.property, count(*), ?2 ${changed} GROUP BY j.kind, j.property
         ON CONFLICT (kind, property) DO UPDATE SET count = count + excluded.count,
           last_at = excluded.last_at`,
      )
      .bind(json, now),
    db
      .prepare(
        `INSERT INTO held (kind, id, property, value, at)
         SELECT j.kind, j.id, j.property, j.value, ?2 ${changed}
         ON CONFLICT (kind, id, property) DO UPDATE SET value = excluded.value, at = excluded.at`,
      )
      .bind(json, now),
  ])
}

/**
 * Hands a property back to us: what we have to say of it is sent again, on the live lane.
 * @returns false where no person holds it
 */
export async function release(
  db: D1Database,
  key: RecordKey,
  property: string,
  now: number,
): Promise<boolean> {
  const held = `EXISTS (SELECT 1 FROM held WHERE kind = ?1 AND id = ?2 AND property = ?3)`
  const [, , released] = await db.batch([
    // Notion has the person's value: ours must look unsent.
    db
      .prepare(
        `UPDATE pages SET fingerprint = NULL, base = (SELECT json_group_object(key,
              CASE type WHEN 'true' THEN json('true') WHEN 'false' THEN json('false')
                WHEN 'array' THEN json(value) ELSE value END)
            FROM json_each(pages.base) WHERE key <> ?3)
          WHERE kind = ?1 AND id = ?2 AND base IS NOT NULL AND ${held}`,
      )
      .bind(key.kind, key.id, property),
    db
      .prepare(
        `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
         SELECT ?1, ?2, 'reconcile', 'live', 'replay', NULL, 1, ?4 WHERE ${held}
         ${ON_RAISE}`,
      )
      .bind(key.kind, key.id, property, now),
    db
      .prepare(`DELETE FROM held WHERE kind = ?1 AND id = ?2 AND property = ?3`)
      .bind(key.kind, key.id, property),
  ])
  return (released?.meta.changes ?? 0) > 0
}

/**
 * Asks for a new page where a person removed the old one.
 * @returns false where no page of this record was removed
 */
export async function fileAgain(db: D1Database, key: RecordKey, now: number): Promise<boolean> {
  const removed = `EXISTS (SELECT 1 FROM pages
      WHERE kind = ?1 AND id = ?2 AND removed_at IS NOT NULL)`
  const [, , freed] = await db.batch([
    db
      .prepare(`DELETE FROM held WHERE kind = ?1 AND id = ?2 AND ${removed}`)
      .bind(key.kind, key.id),
    db
      .prepare(
        `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
         SELECT ?1, ?2, 'reconcile', 'live', 'replay', NULL, 1, ?3 WHERE ${removed}
         ${ON_RAISE}`,
      )
      .bind(key.kind, key.id, now),
    db
      .prepare(
        `UPDATE pages SET page_id = NULL, sent_at = NULL, fingerprint = NULL, base = NULL,
            blocks = 0, top = NULL, removed_at = NULL
          WHERE kind = ?1 AND id = ?2 AND removed_at IS NOT NULL`,
      )
      .bind(key.kind, key.id),
  ])
  return (freed?.meta.changes ?? 0) > 0
}

/** How often people corrected which property, the most corrected first. */
export async function listCorrections(
  db: D1Database,
): Promise<{ kind: Kind; property: string; count: number; lastAt: number }[]> {
  const { results } = await db
    .prepare(
      `SELECT kind, property, count, last_at AS lastAt FROM corrections ORDER BY count DESC, kind, property`,
    )
    .all<{ kind: Kind; property: string; count: number; lastAt: number }>()
  return results
}

/** How far a data source was searched for edits, ms since epoch. */
export interface EditPass {
  dataSourceId: string
  watermark: number
  passedAt: number
}

/** Rows: `EditPass`. */
export function editPassesStatement(db: D1Database): D1PreparedStatement {
  return db.prepare(
    `SELECT data_source_id AS dataSourceId, watermark, passed_at AS passedAt FROM edit_passes`,
  )
}

/**
 * Where nothing is filed yet, nobody can have edited anything of ours: the first pass over this data
 * source begins here and not with its first page.
 */
export function beginPassesStatement(
  db: D1Database,
  source: { kind: Kind; dataSourceId: string },
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO edit_passes (data_source_id, watermark, passed_at)
       SELECT ?2, ?3, 0 WHERE NOT EXISTS (SELECT 1 FROM edit_passes WHERE data_source_id = ?2)
          AND NOT EXISTS (SELECT 1 FROM pages WHERE kind = ?1 AND data_source_id = ?2)`,
    )
    .bind(source.kind, source.dataSourceId, now)
}

/** Null: none yet. */
export async function readPass(db: D1Database, dataSourceId: string): Promise<EditPass | null> {
  return await db
    .prepare(
      `SELECT data_source_id AS dataSourceId, watermark, passed_at AS passedAt
         FROM edit_passes WHERE data_source_id = ?1`,
    )
    .bind(dataSourceId)
    .first<EditPass>()
}

/** A pass over a data source is whole; one that began later stands. */
export async function savePass(db: D1Database, pass: EditPass): Promise<void> {
  await db
    .prepare(
      `INSERT INTO edit_passes (data_source_id, watermark, passed_at) VALUES (?1, ?2, ?3)
       ON CONFLICT (data_source_id) DO UPDATE SET watermark = excluded.watermark,
         passed_at = excluded.passed_at WHERE excluded.passed_at > edit_passes.passed_at`,
    )
    .bind(pass.dataSourceId, pass.watermark, pass.passedAt)
    .run()
}

/** A page as D1 knows it, with what people hold of it. */
export interface KnownPage {
  id: string
  pageId: string
  base: string | null // JSON
  writtenAt: number | null
  held: string // JSON object: property -> value as JSON text
}

/** The pages of a kind that D1 knows among these page ids. */
export async function knownPages(
  db: D1Database,
  kind: Kind,
  pageIds: string[],
): Promise<KnownPage[]> {
  const { results } = await db
    .prepare(
      `SELECT id, page_id AS pageId, base, written_at AS writtenAt,
              (SELECT json_group_object(property, value) FROM held h
                WHERE h.kind = p.kind AND h.id = p.id) AS held
         FROM pages p WHERE kind = ?1 AND page_id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(kind, JSON.stringify(pageIds))
    .all<KnownPage>()
  return results
}
