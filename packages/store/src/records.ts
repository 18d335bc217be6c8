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

/** A part that a stage has asked a source for. */
export interface FetchedPart extends RecordKey {
  part: PartName
  hash: string
  body: string
  /** The source's time of change, where it tells one: older never undoes newer. */
  version?: number
  /** The record's own time, where this part is what tells it. */
  occurredAt?: number
}

/**
 * Saves fetched parts; the record's revision rises where one of them is news. What the source itself
 * tells of a record (`rest`) makes it one that the source knows.
 */
export function savePartsStatements(
  db: D1Database,
  held: { stage: string; token: string },
  parts: FetchedPart[],
  now: number,
): D1PreparedStatement[] {
  return jsonBatches(parts).flatMap((json) => [
    db
      .prepare(
        `UPDATE records SET revision = revision + 1, changed_at = ?2, gone_at = NULL,
            occurred_at = coalesce(news.occurred_at, records.occurred_at)
           FROM (SELECT j.kind, j.id, max(j.occurred_at) AS occurred_at FROM ${PARTS}
              LEFT JOIN parts p ON p.kind = j.kind AND p.id = j.id AND p.part = j.part
             WHERE (p.id IS NULL OR (p.hash <> j.hash AND j.version >= p.version))
               AND ${HELD('j', '?3', '?4')} GROUP BY j.kind, j.id) news
          WHERE records.kind = news.kind AND records.id = news.id`,
      )
      .bind(json, now, held.stage, held.token),
    db
      .prepare(
        `INSERT INTO parts (kind, id, part, version, hash, body, stored_at)
         SELECT j.kind, j.id, j.part, j.version, j.hash, j.body, ?2 FROM ${PARTS}
          WHERE ${HELD('j', '?3', '?4')}
         ON CONFLICT (kind, id, part) DO UPDATE SET version = excluded.version,
           hash = excluded.hash, body = excluded.body, stored_at = excluded.stored_at
         WHERE excluded.version >= parts.version`,
      )
      .bind(json, now, held.stage, held.token),
  ])
}

const PARTS = `(SELECT value ->> 'kind' AS kind, value ->> 'id' AS id, value ->> 'part' AS part,
    coalesce(value ->> 'version', ?2) AS version, value ->> 'occurredAt' AS occurred_at,
    value ->> 'hash' AS hash, value ->> 'body' AS body FROM json_each(?1)) j`

/** OpenPhone does not know these records, while the stage still holds them. */
export function goneStatement(
  db: D1Database,
  held: { stage: string; token: string },
  keys: readonly RecordKey[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE records SET gone_at = ?2 WHERE ${inKeys('?1')} AND gone_at IS NULL
          AND ${HELD('records', '?3', '?4')}`,
    )
    .bind(keysJson(keys), now, held.stage, held.token)
}
