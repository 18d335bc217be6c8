/**
 * D1 as a Worker under test sees it: real, but every round trip is counted, is an edge to crash at,
 * and can be told to fail; and a parameter is no longer than production takes it.
 */
import type { Crash } from './crash.ts'

const MOST_BYTES = 2_000_000 // of one parameter; the local D1 does not mind

function fitting(value: unknown): unknown {
  if (typeof value === 'string' && new TextEncoder().encode(value).length > MOST_BYTES)
    throw new Error('D1_ERROR: string or blob too big: SQLITE_TOOBIG')
  return value
}

export class TestD1 {
  /** Round trips: a batch is one; `single` are those that are no batch. */
  readonly trips = { batch: 0, single: 0 }
  /** What statements read, as D1 bills it, since somebody asked. */
  #reads: { sql: string; rows: number }[] | null = null
  readonly binding: D1Database
  #failing: { matches: RegExp; left: number } | null = null

  constructor(real: D1Database, crash: Crash) {
    const raws = new WeakMap<object, { raw: D1PreparedStatement; sql: string }>()
    const trip = <T>(by: 'batch' | 'single', sqls: string[], effect: () => Promise<T>) => {
      this.trips[by] += 1
      this.#mayFail(sqls)
      return crash.edge(effect)
    }
    const all = async <T>(raw: D1PreparedStatement, sql: string): Promise<D1Result<T>> => {
      const answer = await raw.all<T>()
      this.#reads?.push({ sql, rows: answer.meta.rows_read })
      return answer
    }
    const first = async (raw: D1PreparedStatement, sql: string, column?: string) => {
      const [row = null] = (await all<Record<string, unknown>>(raw, sql)).results
      return column === undefined ? row : (row?.[column] ?? null)
    }
    const wrap = (raw: D1PreparedStatement, sql: string): D1PreparedStatement => {
      const statement = {
        bind: (...values: unknown[]) => wrap(raw.bind(...values.map(fitting)), sql),
        first: async (column?: string) => trip('single', [sql], () => first(raw, sql, column)),
        run: async () => trip('single', [sql], () => all(raw, sql)),
        all: async () => trip('single', [sql], () => all(raw, sql)),
        raw: async () => trip('single', [sql], () => raw.raw()),
      } as D1PreparedStatement
      raws.set(statement, { raw, sql })
      return statement
    }
    this.binding = {
      prepare: (sql: string) => wrap(real.prepare(sql), sql),
      batch: async (statements: D1PreparedStatement[]) => {
        const known = statements.map((statement) => raws.get(statement)!)
        return trip(
          'batch',
          known.map(({ sql }) => sql),
          async () => {
            const answers = await real.batch(known.map(({ raw }) => raw))
            for (const [nth, { meta }] of answers.entries())
              this.#reads?.push({ sql: known[nth]!.sql, rows: meta.rows_read })
            return answers
          },
        )
      },
    } as D1Database
  }

  /** What the statements of this read, each with its rows. */
  async readsOf(happen: () => Promise<unknown>): Promise<{ sql: string; rows: number }[]> {
    const reads: { sql: string; rows: number }[] = []
    this.#reads = reads
    try {
      await happen()
    } finally {
      this.#reads = null
    }
    return reads
  }

  /** The next round trips that hold such a statement are refused, before any effect. */
  fail(matches: RegExp, times = 1): void {
    this.#failing = { matches, left: times }
  }

  #mayFail(sqls: string[]): void {
    const failing = this.#failing
    if (failing === null || !sqls.some((sql) => failing.matches.test(sql))) return
    failing.left -= 1
    if (failing.left === 0) this.#failing = null
    throw new Error('D1_ERROR: the database does not answer')
  }
}
