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

/** All of its tables, what refers to merchants before them. */
const TABLES = `SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '%~_cf~_%' ESCAPE '~'
    AND name NOT LIKE 'sqlite~_%' ESCAPE '~' AND name <> 'd1_migrations'
  ORDER BY name = 'merchants'`

const ready = new Map<D1Database, Promise<string[]>>()

export async function emptyDatabase(): Promise<D1Database> {
  await clear(env.DB, await tablesOf(env.DB, env.MIGRATIONS, TABLES))
  return env.DB
}

/** The full-text index, empty. */
export async function emptyTextIndex(): Promise<D1Database> {
  const tables = `SELECT column1 AS name FROM (VALUES ('passages'), ('texts'))`
  await clear(env.TEXT_INDEX, await tablesOf(env.TEXT_INDEX, env.SEARCH_MIGRATIONS, tables))
  return env.TEXT_INDEX
}

/** Once a database: the files that share it share this module too. */
function tablesOf(db: D1Database, migrations: D1Migration[], sql: string): Promise<string[]> {
  let known = ready.get(db)
  if (known === undefined) {
    known = applyD1Migrations(db, migrations)
      .then(() => rowsOf<{ name: string }>(db, sql))
      .then((rows) => rows.map(({ name }) => name))
    ready.set(db, known)
  }
  return known
}

/** Most tables are empty before most tests, and a DELETE costs even so. */
async function clear(db: D1Database, tables: string[]): Promise<void> {
  const holds = tables.map((name) => `EXISTS (SELECT 1 FROM ${name}) AS ${name}`)
  const [held] = await rowsOf<Record<string, number>>(db, `SELECT ${holds.join(', ')}`)
  const full = tables.filter((name) => held?.[name] === 1)
  if (full.length > 0) await db.batch(full.map((name) => db.prepare(`DELETE FROM ${name}`)))
}

export async function rowsOf<T>(db: D1Database, sql: string, ...values: unknown[]): Promise<T[]> {
  const { results } = await db
    .prepare(sql)
    .bind(...values)
    .all<T>()
  return results
}
