/** How SQLite would run what a function sends: which tables it searches by an index, which it scans. */
import type { D1Database, D1PreparedStatement } from '../src/d1.ts'
import { rowsOf } from './database.ts'

/** @returns the steps of every statement that `use` sends, in order */
export async function planOf(
  db: D1Database,
  use: (recording: D1Database) => unknown,
): Promise<string[]> {
  const sent: { sql: string; values: unknown[] }[] = []
  await use(recorder(sent))
  const steps: string[] = []
  for (const { sql, values } of sent) {
    const rows = await rowsOf<{ detail: string }>(db, `EXPLAIN QUERY PLAN ${sql}`, ...values)
    steps.push(...rows.map(({ detail }) => detail))
  }
  return steps
}

/** A database that answers nothing and notes every statement. */
function recorder(sent: { sql: string; values: unknown[] }[]): D1Database {
  const prepare = (sql: string) => {
    const made = { sql, values: [] as unknown[] }
    sent.push(made)
    const statement: object = {
      bind(...values: unknown[]) {
        made.values = values
        return statement
      },
      all: empty,
      run: empty,
      first: async () => null,
    }
    return statement as D1PreparedStatement
  }
  const database: object = {
    prepare,
    batch: async (all: unknown[]) => Promise.all(all.map(empty)),
  }
  return database as D1Database
}

const empty = async () => ({ results: [], meta: { changes: 0 } })
