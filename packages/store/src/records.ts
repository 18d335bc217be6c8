/** Records and their parts, as the stages read them and as enrichment adds to them. */
import type { RecordKey } from '@switchboard/shared/kinds'
import type { StoredParts } from '@switchboard/shared/merge'
import type { PartName } from '@switchboard/shared/record'
import { inKeys, jsonBatches, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { HELD } from './work.ts'

export interface PartRow extends RecordKey {
  part: PartName
  body: string
}

/** All parts of these records. Rows: `PartRow`. */
export function partsStatement(db: D1Database, keys: RecordKey[]): D1PreparedStatement {
  return db
    .prepare(`SELECT kind, id, part, body FROM parts WHERE ${inKeys('?1')}`)
    .bind(keysJson(keys))
}

/** Part rows gathered by record; the map's key is `keyOf`. */
export function gatherParts(rows: PartRow[]): Map<string, StoredParts> {
  const gathered = new Map<string, StoredParts>()
  for (const row of rows) {
    const parts = gathered.get(keyOf(row)) ?? {}
    parts[row.part] = row.body
    gathered.set(keyOf(row), parts)
  }
  return gathered
}

/** A record key as one text, for maps. */
export function keyOf(key: RecordKey): string {
  return `${key.kind}/${key.id}`
}

export interface HydratedPart extends RecordKey {
  part: Exclude<PartName, 'rest'>
  hash: string
  body: string
}

/** Saves hydrated parts; the record's revision rises where one of them is news. */
export function savePartsStatements(
  db: D1Database,
  held: { stage: string; token: string },
  parts: HydratedPart[],
  now: number,
): D1PreparedStatement[] {
  return jsonBatches(parts).flatMap((json) => [
    db
      .prepare(
        `UPDATE records SET revision = revision + 1, changed_at = ?2
          WHERE (kind, id) IN (
            SELECT j.kind, j.id FROM ${PARTS}
              LEFT JOIN parts p ON p.kind = j.kind AND p.id = j.id AND p.part = j.part
             WHERE (p.id IS NULL OR p.hash <> j.hash) AND ${HELD('j', '?3', '?4')})`,
      )
      .bind(json, now, held.stage, held.token),
    db
      .prepare(
        `INSERT INTO parts (kind, id, part, version, hash, body, stored_at)
         SELECT j.kind, j.id, j.part, ?2, j.hash, j.body, ?2 FROM ${PARTS}
          WHERE ${HELD('j', '?3', '?4')}
         ON CONFLICT (kind, id, part) DO UPDATE SET version = excluded.version,
           hash = excluded.hash, body = excluded.body, stored_at = excluded.stored_at`,
      )
      .bind(json, now, held.stage, held.token),
  ])
}

const PARTS = `(SELECT value ->> 'kind' AS kind, value ->> 'id' AS id, value ->> 'part' AS part,
    value ->> 'hash' AS hash, value ->> 'body' AS body FROM json_each(?1)) j`
