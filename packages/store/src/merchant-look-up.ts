/** Finding merchants: by a number or address, by their page, by anything spelt nearly alike. */
import type { RecordKey } from '@switchboard/shared/kinds'
import { inKeys, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { MOST_MERCHANTS_A_NUMBER } from './merchants.ts'

/** A merchant as it is shown. */
export interface MerchantCard {
  id: string // Notion page id
  name: string
  url: string | null
  keys: string[] // E.164 numbers, mail addresses in lower case
}

interface CardRow {
  id: string
  name: string
  url: string | null
  keys: string
}

const CARD = `SELECT m.id, m.name, m.url,
    (SELECT json_group_array(k.key) FROM merchant_keys k WHERE k.merchant_id = m.id) AS keys
  FROM merchants m`

function cardOf({ keys, ...row }: CardRow): MerchantCard {
  return { ...row, keys: (JSON.parse(keys) as string[]).toSorted() }
}

async function cards(statement: D1PreparedStatement): Promise<MerchantCard[]> {
  return (await statement.all<CardRow>()).results.map(cardOf)
}

/** The merchants of these page ids, by name. */
export function merchantsById(db: D1Database, ids: readonly string[]): Promise<MerchantCard[]> {
  return cards(
    db
      .prepare(`${CARD} WHERE m.id IN (SELECT value FROM json_each(?1)) ORDER BY m.name, m.id`)
      .bind(JSON.stringify(ids)),
  )
}

/** Who has this number or address, by name; one that very many have says nothing. */
export async function merchantsWith(db: D1Database, key: string): Promise<MerchantCard[]> {
  const found = await cards(
    db
      .prepare(
        `${CARD} WHERE m.id IN (SELECT merchant_id FROM merchant_keys WHERE key = ?1)
          ORDER BY m.name, m.id LIMIT ?2`,
      )
      .bind(key, MOST_MERCHANTS_A_NUMBER + 1),
  )
  return found.length > MOST_MERCHANTS_A_NUMBER ? [] : found
}

/**
 * Merchants that share pieces with a text, those with the most first: candidates, to be looked at.
 * @param grams of the text (shared/src/grams.ts)
 */
export function merchantsLike(
  db: D1Database,
  grams: readonly string[],
  limit: number,
): Promise<MerchantCard[]> {
  return cards(
    db
      .prepare(
        `WITH alike AS (SELECT merchant_id, count(*) AS shared FROM merchant_grams
            WHERE gram IN (SELECT value FROM json_each(?1))
            GROUP BY merchant_id ORDER BY shared DESC, merchant_id LIMIT ?2)
         SELECT m.id, m.name, m.url,
             (SELECT json_group_array(k.key) FROM merchant_keys k WHERE k.merchant_id = m.id) AS keys
           FROM alike JOIN merchants m ON m.id = alike.merchant_id
          ORDER BY alike.shared DESC, m.id`,
      )
      .bind(JSON.stringify(grams), limit),
  )
}

/** All merchants, by name. @param after the last one of the page before */
export function merchantsByName(
  db: D1Database,
  after: { name: string; id: string } | null,
  limit: number,
): Promise<MerchantCard[]> {
  return cards(
    db
      .prepare(`${CARD} WHERE (m.name, m.id) > (?1, ?2) ORDER BY m.name, m.id LIMIT ?3`)
      .bind(after?.name ?? '', after?.id ?? '', limit),
  )
}

/**
 * Which merchants have each number and address that these records were with; those that very many
 * have are left out.
 */
export async function holdersOf(
  db: D1Database,
  records: readonly RecordKey[],
): Promise<Map<string, { id: string; name: string; url: string | null }[]>> {
  const { results } = await db
    .prepare(
      `SELECT k.key, m.id, m.name, m.url FROM merchant_keys k JOIN merchants m ON m.id = k.merchant_id
        WHERE k.key IN (SELECT party FROM timeline WHERE ${inKeys('?1')}) ORDER BY m.name, m.id`,
    )
    .bind(keysJson(records))
    .all<{ key: string; id: string; name: string; url: string | null }>()
  const holders = Map.groupBy(results, ({ key }) => key)
  return new Map(
    [...holders]
      .filter(([, rows]) => rows.length <= MOST_MERCHANTS_A_NUMBER)
      .map(([key, rows]) => [key, rows.map(({ id, name, url }) => ({ id, name, url }))]),
  )
}
