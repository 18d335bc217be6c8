/**
 * What stands in Vectorize for a record. `chunks` is raised before an upsert and lowered after the
 * stale ones are deleted: a crash in between leaves a number that is too high, never too low.
 */
import type { RecordKey } from '@switchboard/shared/kinds'
import { inKeys, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { HELD } from './work.ts'

export interface StoredVectors extends RecordKey {
  fingerprint: string | null
  chunks: number
}

/** What is known to stand in the index for these records. Rows: `StoredVectors`. */
export function vectorsStatement(db: D1Database, keys: RecordKey[]): D1PreparedStatement {
  return db
    .prepare(`SELECT kind, id, fingerprint, chunks FROM vectors WHERE ${inKeys('?1')}`)
    .bind(keysJson(keys))
}

export interface VectorsToSave extends RecordKey {
  recordHash: string
  fingerprint: string | null
  model: string
  chunks: number
}

/** Saves what stands in the index, while the stage still holds these records. */
export function saveVectorsStatement(
  db: D1Database,
  held: { stage: string; token: string },
  rows: VectorsToSave[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO vectors (kind, id, record_hash, fingerprint, model, chunks, written_at)
       SELECT j.kind, j.id, j.record_hash, j.fingerprint, j.model, j.chunks, ?2
         FROM (SELECT value ->> 'kind' AS kind, value ->> 'id' AS id,
                      value ->> 'recordHash' AS record_hash, value ->> 'fingerprint' AS fingerprint,
                      value ->> 'model' AS model, value ->> 'chunks' AS chunks
                 FROM json_each(?1)) j
        WHERE ${HELD('j', '?3', '?4')}
       ON CONFLICT (kind, id) DO UPDATE SET record_hash = excluded.record_hash,
         fingerprint = excluded.fingerprint, model = excluded.model, chunks = excluded.chunks,
         written_at = excluded.written_at`,
    )
    .bind(JSON.stringify(rows), now, held.stage, held.token)
}

/** So many records count as not embedded from now on. @returns whether there are more */
export async function disownVectors(db: D1Database, records: number): Promise<boolean> {
  const { meta } = await db
    .prepare(
      `UPDATE vectors SET fingerprint = NULL WHERE (kind, id) IN
         (SELECT kind, id FROM vectors WHERE fingerprint IS NOT NULL LIMIT ?1)`,
    )
    .bind(records)
    .run()
  return meta.changes > 0
}
