/** A real D1 for tests of this package, in workerd: the migrations applied, every table empty. */
import { env } from 'cloudflare:workers'
import { applyD1Migrations } from 'cloudflare:test'
import type { D1Migration } from 'cloudflare:test'
import type { D1Database } from '../src/d1.ts'

declare global {
  namespace Cloudflare {
    interface Env {
      DB: D1Database
      MIGRATIONS: D1Migration[]
      TEXT_INDEX: D1Database
      SEARCH_MIGRATIONS: D1Migration[]
    }
  }
}

export async function emptyDatabase(): Promise<D1Database> {
  await applyD1Migrations(env.DB, env.MIGRATIONS)
  const { results } = await env.DB.prepare(
    `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%~_cf~_%' ESCAPE '~'
        AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name <> 'd1_migrations'
      ORDER BY name = 'merchants'`, // what refers to merchants goes before them
  ).all<{ name: string }>()
  await env.DB.batch(results.map(({ name }) => env.DB.prepare(`DELETE FROM ${name}`)))
  return env.DB
}

/** The full-text index, empty. */
export async function emptyTextIndex(): Promise<D1Database> {
  await applyD1Migrations(env.TEXT_INDEX, env.SEARCH_MIGRATIONS)
  await env.TEXT_INDEX.batch(
    ['passages', 'texts'].map((name) => env.TEXT_INDEX.prepare(`DELETE FROM ${name}`)),
  )
  return env.TEXT_INDEX
}

export async function rowsOf<T>(db: D1Database, sql: string, ...values: unknown[]): Promise<T[]> {
  const { results } = await db
    .prepare(sql)
    .bind(...values)
    .all<T>()
  return results
}
