/**
 * Canvas in D1: merchants and the numbers and addresses they are known by. A page with neither (a
 * daily note) is none. Whoever changes what a number leads to makes the records that are with it owed
 * (relink.ts), in the same batch.
 *
 * A number that is not on its merchant's page any more is marked and still counts: `dropMissing`
 * takes it away once the whole listing has shown that not very many went at once.
 */
import { gramsOf } from '@switchboard/shared/grams'
import type { RecordKey } from '@switchboard/shared/kinds'
import { jsonBatches } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { notePartiesStatements, raiseSql } from './relink.ts'
import type { RecordParties } from './relink.ts'

/** A number that more merchants hold says nothing about whom a record is for. */
export const MOST_MERCHANTS_A_NUMBER = 25

export interface Merchant {
  id: string // Notion page id
  name: string
  url: string | null
  editedAt: number
  keys: string[] // E.164 numbers, mail addresses in lower case
}

const KEYS = `SELECT k.value AS key, m.value ->> 'id' AS merchant_id
    FROM json_each(?1) m, json_each(m.value, '$.keys') k`

const GRAMS = `FROM json_each(?1) m, json_each(m.value, '$.grams') g`

/** Stores merchants as Canvas has them now. The rows of the raising statements: `RecordKey`. */
export function saveMerchantsStatements(
  db: D1Database,
  merchants: Merchant[],
  now: number,
): D1PreparedStatement[] {
  const rows = merchants.map((merchant) => ({
    ...merchant,
    grams: [...new Set([merchant.name, ...merchant.keys].flatMap(gramsOf))],
  }))
  return jsonBatches(rows).flatMap((json) => [
    db
      .prepare(
        raiseSql(
          `SELECT j.key FROM (${KEYS}) j WHERE NOT EXISTS (SELECT 1 FROM merchant_keys held
              WHERE held.key = j.key AND held.merchant_id = j.merchant_id)`,
          '?2',
        ),
      )
      .bind(json, now),
    db
      .prepare(
        `INSERT INTO merchants (id, name, url, edited_at, seen_at)
         SELECT value ->> 'id', value ->> 'name', value ->> 'url', value ->> 'editedAt', ?2
           FROM json_each(?1) WHERE json_array_length(value, '$.keys') > 0
             OR EXISTS (SELECT 1 FROM merchants known WHERE known.id = value ->> 'id')
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url,
           edited_at = excluded.edited_at, seen_at = excluded.seen_at`,
      )
      .bind(json, now),
    db
      .prepare(
        `INSERT INTO merchant_keys (key, merchant_id) SELECT key, merchant_id FROM (${KEYS})
          WHERE true
         ON CONFLICT (key, merchant_id) DO UPDATE SET missing_since = NULL
          WHERE missing_since IS NOT NULL`,
      )
      .bind(json),
    db
      .prepare(
        `UPDATE merchant_keys SET missing_since = ?2
          WHERE merchant_id IN (SELECT value ->> 'id' FROM json_each(?1)) AND missing_since IS NULL
            AND key NOT IN (SELECT j.key FROM (${KEYS}) j
              WHERE j.merchant_id = merchant_keys.merchant_id)`,
      )
      .bind(json, now),
    db
      .prepare(
        `DELETE FROM merchant_grams
          WHERE merchant_id IN (SELECT value ->> 'id' FROM json_each(?1))
            AND (gram, merchant_id) NOT IN (SELECT g.value, m.value ->> 'id' ${GRAMS})`,
      )
      .bind(json),
    db
      .prepare(
        `INSERT OR IGNORE INTO merchant_grams (gram, merchant_id)
         SELECT g.value, known.id ${GRAMS} JOIN merchants known ON known.id = m.value ->> 'id'`,
      )
      .bind(json),
  ])
}

/**
 * Notes who the records are with and reads which merchants hold these numbers and addresses, in one
 * batch: see relink.ts.
 */
export async function noteAndFind(
  db: D1Database,
  records: RecordParties[],
): Promise<Map<string, string[]>> {
  if (records.length === 0) return new Map()
  const keys = [...new Set(records.flatMap(({ parties }) => parties))]
  const results = await db.batch<{ key: string; merchantId: string }>([
    ...notePartiesStatements(db, records),
    holdingStatement(db, keys),
  ])
  return holdingOf(results.at(-1)?.results ?? [])
}

function holdingStatement(db: D1Database, keys: string[]): D1PreparedStatement {
  return db
    .prepare(
      `SELECT key, merchant_id AS merchantId FROM merchant_keys
        WHERE key IN (SELECT value FROM json_each(?1)) ORDER BY key, merchant_id`,
    )
    .bind(JSON.stringify(keys))
}

function holdingOf(rows: { key: string; merchantId: string }[]): Map<string, string[]> {
  const holding = new Map<string, string[]>()
  for (const { key, merchantId } of rows)
    holding.set(key, [...(holding.get(key) ?? []), merchantId])
  return holding
}

/**
 * A merchant whose page is gone links to nothing any more. Records that somebody holds find it out
 * themselves: Notion refuses the link.
 */
export async function dropMerchants(
  db: D1Database,
  ids: string[],
  now = Date.now(),
): Promise<RecordKey[]> {
  const json = JSON.stringify(ids)
  const held = `SELECT key FROM merchant_keys
    WHERE merchant_id IN (SELECT value FROM json_each(?1))`
  const [raised] = await db.batch<RecordKey>([
    db.prepare(raiseSql(held, '?2', 'w.token IS NULL')).bind(json, now),
    db
      .prepare(`DELETE FROM merchant_keys WHERE merchant_id IN (SELECT value FROM json_each(?1))`)
      .bind(json),
    db.prepare(`DELETE FROM merchants WHERE id IN (SELECT value FROM json_each(?1))`).bind(json),
  ])
  return raised?.results ?? []
}

/**
 * Takes away the numbers that are not on their merchants' pages any more, and merchants that have
 * none left.
 * @param merchantId only this one's
 * @returns the records that are to be reconciled again
 */
export async function dropMissing(
  db: D1Database,
  now: number,
  merchantId: string | null = null,
): Promise<RecordKey[]> {
  const missing = `missing_since IS NOT NULL AND (?1 IS NULL OR merchant_id = ?1)`
  const [raised] = await db.batch<RecordKey>([
    db
      .prepare(raiseSql(`SELECT key FROM merchant_keys WHERE ${missing}`, '?2'))
      .bind(merchantId, now),
    db.prepare(`DELETE FROM merchant_keys WHERE ${missing}`).bind(merchantId),
    db.prepare(
      `DELETE FROM merchants WHERE NOT EXISTS (SELECT 1 FROM merchant_keys k WHERE k.merchant_id = merchants.id)`,
    ),
  ])
  return raised?.results ?? []
}

/** Merchants that a listing of all of them, which began then, did not show. */
export async function unseenSince(db: D1Database, since: number): Promise<string[]> {
  const { results } = await db
    .prepare(`SELECT id FROM merchants WHERE seen_at < ?1 ORDER BY seen_at, id`)
    .bind(since)
    .all<{ id: string }>()
  return results.map(({ id }) => id)
}

/** A merchant that no listing shows, but whose page is there. */
export function seenStatement(db: D1Database, ids: string[], now: number): D1PreparedStatement {
  return db
    .prepare(`UPDATE merchants SET seen_at = ?2 WHERE id IN (SELECT value FROM json_each(?1))`)
    .bind(JSON.stringify(ids), now)
}

/** @param id of a Notion page */
export async function isMerchant(db: D1Database, id: string): Promise<boolean> {
  return (await db.prepare(`SELECT 1 FROM merchants WHERE id = ?1`).bind(id).first()) !== null
}

export interface MirrorSize {
  merchants: number
  numbers: number
  missingNumbers: number
}

/** Counted through: for whoever lists all of Canvas anyway. */
export async function mirrorSize(db: D1Database): Promise<MirrorSize> {
  const size = await db
    .prepare(
      `SELECT (SELECT count(*) FROM merchants) AS merchants,
              (SELECT count(*) FROM merchant_keys) AS numbers,
              (SELECT count(*) FROM merchant_keys WHERE missing_since IS NOT NULL) AS missingNumbers`,
    )
    .first<MirrorSize>()
  return size ?? { merchants: 0, numbers: 0, missingNumbers: 0 }
}

/** Numbers that too many merchants hold, so that they link to none. */
export async function ambiguousKeys(
  db: D1Database,
  limit: number,
): Promise<{ key: string; merchants: number }[]> {
  const { results } = await db
    .prepare(
      `SELECT key, count(*) AS merchants FROM merchant_keys GROUP BY key
       HAVING count(*) > ${MOST_MERCHANTS_A_NUMBER} ORDER BY merchants DESC, key LIMIT ?1`,
    )
    .bind(limit)
    .all<{ key: string; merchants: number }>()
  return results
}
