/** Applies the store's migrations to a local D1, in Wrangler's own ledger of them. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { D1Database } from '@cloudflare/workers-types'
import { unstable_splitSqlQuery as split } from 'wrangler'
import { ROOT } from './workers.ts'

const MIGRATIONS = 'packages/store/migrations'
export const SEARCH_MIGRATIONS = 'packages/store/migrations-search'

/**
 * Every statement of the migrations that are not applied yet, each file one batch.
 * @param from their folder, from the repository's root
 */
export async function migrate(db: D1Database, from = MIGRATIONS): Promise<void> {
  const folder = join(ROOT, from)
  await db
    .prepare(
      `CREATE TABLE IF NOT EXISTS d1_migrations (id INTEGER PRIMARY KEY AUTOINCREMENT,
         name TEXT UNIQUE, applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP NOT NULL)`,
    )
    .run()
  const { results } = await db.prepare(`SELECT name FROM d1_migrations`).all<{ name: string }>()
  const applied = new Set(results.map(({ name }) => name))
  for (const name of readdirSync(folder).toSorted()) {
    if (!name.endsWith('.sql') || applied.has(name)) continue
    const statements = split(readFileSync(join(folder, name), 'utf8'))
    await db.batch([
      ...statements.map((sql) => db.prepare(sql)),
      db.prepare(`INSERT INTO d1_migrations (name) VALUES (?1)`).bind(name),
    ])
  }
}
