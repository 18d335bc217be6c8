/** Canvas in D1: merchants and the numbers and addresses they are known by. */
import { jsonBatches } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'

export interface Merchant {
  id: string // Notion page id
  name: string
  url: string | null
  editedAt: number
  keys: string[] // E.164 numbers, mail addresses in lower case
}

/** Stores merchants as Canvas has them now; a number taken off a page goes with it. */
export function saveMerchantsStatements(
  db: D1Database,
  merchants: Merchant[],
  now: number,
): D1PreparedStatement[] {
  return jsonBatches(merchants).flatMap((json) => [
    db
      .prepare(
        `INSERT INTO merchants (id, name, url, edited_at, seen_at)
         SELECT value ->> 'id', value ->> 'name', value ->> 'url', value ->> 'editedAt', ?2
           FROM json_each(?1) WHERE true
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, url = excluded.url,
           edited_at = excluded.edited_at, seen_at = excluded.seen_at`,
      )
      .bind(json, now),
    db
      .prepare(
        `DELETE FROM merchant_keys WHERE merchant_id IN (SELECT value ->> 'id' FROM json_each(?1))
            AND key NOT IN (SELECT k.value FROM json_each(?1) m, json_each(m.value, '$.keys') k
              WHERE m.value ->> 'id' = merchant_keys.merchant_id)`,
      )
      .bind(json),
    db
      .prepare(
        `INSERT OR IGNORE INTO merchant_keys (key, merchant_id)
         SELECT k.value, m.value ->> 'id' FROM json_each(?1) m, json_each(m.value, '$.keys') k`,
      )
      .bind(json),
  ])
}

/** Which merchants hold these numbers and addresses. */
export async function merchantsHolding(
  db: D1Database,
  keys: string[],
): Promise<Map<string, string[]>> {
  if (keys.length === 0) return new Map()
  const { results } = await db
    .prepare(
      `SELECT key, merchant_id AS merchantId FROM merchant_keys
        WHERE key IN (SELECT value FROM json_each(?1)) ORDER BY key, merchant_id`,
    )
    .bind(JSON.stringify(keys))
    .all<{ key: string; merchantId: string }>()
  const holding = new Map<string, string[]>()
  for (const { key, merchantId } of results)
    holding.set(key, [...(holding.get(key) ?? []), merchantId])
  return holding
}

/** A merchant whose page is gone links to nothing any more. */
export async function dropMerchants(db: D1Database, ids: string[]): Promise<void> {
  const json = JSON.stringify(ids)
  await db.batch([
    db
      .prepare(`DELETE FROM merchant_keys WHERE merchant_id IN (SELECT value FROM json_each(?1))`)
      .bind(json),
    db.prepare(`DELETE FROM merchants WHERE id IN (SELECT value FROM json_each(?1))`).bind(json),
  ])
}
