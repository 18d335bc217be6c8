/** Applies the store's migrations to a local D1, in Wrangler's own ledger of them. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import type { D1Database } from '@cloudflare/workers-types'
import { ROOT } from './workers.ts'

const MIGRATIONS = 'packages/store/migrations'
export const SEARCH_MIGRATIONS = 'packages/store/migrations-search'

/**
 * The migrations that are not applied yet, all of them or none.
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
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.sql') && !applied.has(name))
    .toSorted()
  if (names.length === 0) return
  // The local D1 takes a file as it is, and binds to its last statement.
  const noted = '\nINSERT INTO d1_migrations (name) VALUES (?1)'
  await db.batch(
    names.map((name) => db.prepare(readFileSync(join(folder, name), 'utf8') + noted).bind(name)),
  )
}
