/** Where words still stand: every text column of both databases. For reports and tests. */
import type { D1Database } from './d1.ts'

export interface Mention {
  place: string // table.column
  count: number
}

const TABLES = `SELECT m.name AS "table", c.name AS "column"
  FROM sqlite_schema m, pragma_table_info(m.name) c
 WHERE m.type = 'table' AND m.name NOT LIKE '\\_cf%' ESCAPE '\\' AND m.name NOT LIKE 'sqlite%'
   AND m.name NOT LIKE 'passages\\_text%' ESCAPE '\\'`

/** @param words in lower case */
export async function mentionsIn(
  databases: readonly D1Database[],
  words: string,
): Promise<Mention[]> {
  const found: Mention[] = []
  for (const db of databases) {
    const { results } = await db.prepare(TABLES).all<{ table: string; column: string }>()
    for (const { table, column } of results) {
      const row = await db
        .prepare(`SELECT count(*) AS count FROM "${table}" WHERE instr(lower("${column}"), ?1) > 0`)
        .bind(words)
        .first<{ count: number }>()
      if (row !== null && row.count > 0)
        found.push({ place: `${table}.${column}`, count: row.count })
    }
  }
  return found
}
