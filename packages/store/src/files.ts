/** Which files of a record stand in R2, or why there is none (docs/tables.md#files). */
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import { inKeys, jsonBatches, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { HELD } from './work.ts'

/** A file as the stages know it: in R2, or not to be had. */
export interface KnownFile extends RecordKey {
  key: string
  sizeBytes: number | null // null: not stored
  contentType: string | null
}

/** What is known of these records' files. Rows: `KnownFile`. */
export function filesStatement(db: D1Database, keys: RecordKey[]): D1PreparedStatement {
  return db
    .prepare(
      `SELECT key, kind, id, size_bytes AS sizeBytes, content_type AS contentType
         FROM files WHERE ${inKeys('?1')}`,
    )
    .bind(keysJson(keys))
}

/** How a file ended: it is in R2, or there is none and never will be. */
export type FileToSave = RecordKey & { key: string; sourceId: string } & (
    | { stored: true; contentType: string; sizeBytes: number; sha256: string }
    | { stored: false; error: string }
  )

/**
 * Saves how files ended, while the stage still holds their records. A file that is stored stays so,
 * whatever becomes of its source.
 */
export function saveFilesStatements(
  db: D1Database,
  held: { stage: string; token: string },
  files: FileToSave[],
  now: number,
): D1PreparedStatement[] {
  return jsonBatches(files).map((json) =>
    db
      .prepare(
        `INSERT INTO files (key, kind, id, source_id, content_type, size_bytes, sha256, stored_at, error, tried_at)
         SELECT j.key, j.kind, j.id, j.source_id, j.content_type, j.size_bytes, j.sha256,
                CASE WHEN j.error IS NULL THEN ?2 END, j.error, ?2
           FROM (SELECT value ->> 'key' AS key, value ->> 'kind' AS kind, value ->> 'id' AS id,
                        value ->> 'sourceId' AS source_id, value ->> 'contentType' AS content_type,
                        value ->> 'sizeBytes' AS size_bytes, value ->> 'sha256' AS sha256,
                        value ->> 'error' AS error FROM json_each(?1)) j
          WHERE ${HELD('j', '?3', '?4')}
         ON CONFLICT (key) DO UPDATE SET content_type = excluded.content_type,
           size_bytes = excluded.size_bytes, sha256 = excluded.sha256,
           stored_at = excluded.stored_at, error = excluded.error, tried_at = excluded.tried_at
         WHERE files.stored_at IS NULL OR excluded.stored_at IS NOT NULL`,
      )
      .bind(json, now, held.stage, held.token),
  )
}

/** A file as the door serves it. */
export type ServedFile =
  | { stored: true; kind: Kind; contentType: string; sizeBytes: number; sha256: string }
  | { stored: false; kind: Kind; error: string }

/** One file; null: nobody has looked for it yet. */
export async function findFile(db: D1Database, key: string): Promise<ServedFile | null> {
  const row = await db
    .prepare(
      `SELECT kind, content_type AS contentType, size_bytes AS sizeBytes, sha256, error
         FROM files WHERE key = ?1`,
    )
    .bind(key)
    .first<{
      kind: Kind
      contentType: string | null
      sizeBytes: number | null
      sha256: string | null
      error: string | null
    }>()
  if (row === null) return null
  const { kind, contentType, sizeBytes, sha256, error } = row
  return contentType === null || sizeBytes === null || sha256 === null
    ? { stored: false, kind, error: error ?? 'it is not there' }
    : { stored: true, kind, contentType, sizeBytes, sha256 }
}
