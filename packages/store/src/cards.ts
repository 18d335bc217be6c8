/** What a list shows of a record: read for a page of records at once, without what is long. */
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import { inKeys, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'

/** The parts without transcripts and recordings. Rows: `PartRow` of records.ts. */
export function shortPartsStatement(
  db: D1Database,
  keys: readonly RecordKey[],
): D1PreparedStatement {
  return db
    .prepare(
      `SELECT kind, id, part, body FROM parts WHERE ${inKeys('?1')}
          AND part NOT IN ('transcripts', 'recordings', 'whisper', 'event:transcript', 'event:recording')`,
    )
    .bind(keysJson(keys))
}

/** The ids of the Notion pages of these records. Rows: `RecordKey & { pageId: string }`. */
export function pageIdsStatement(db: D1Database, keys: readonly RecordKey[]): D1PreparedStatement {
  return db
    .prepare(
      `SELECT kind, id, page_id AS pageId FROM pages
        WHERE ${inKeys('?1')} AND page_id IS NOT NULL AND removed_at IS NULL`,
    )
    .bind(keysJson(keys))
}

/** Which records these are by the stems of their vector ids. */
export async function recordsOfHashes(
  db: D1Database,
  hashes: readonly string[],
): Promise<Map<string, { kind: Kind; id: string }>> {
  const { results } = await db
    .prepare(
      `SELECT record_hash AS hash, kind, id FROM vectors
        WHERE record_hash IN (SELECT value FROM json_each(?1))`,
    )
    .bind(JSON.stringify(hashes))
    .all<{ hash: string; kind: Kind; id: string }>()
  return new Map(results.map(({ hash, kind, id }) => [hash, { kind, id }]))
}
