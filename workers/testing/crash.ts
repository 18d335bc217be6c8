/**
 * Where a Worker touches the world, and where it may die. Every D1 call, queue send, request and AI
 * call passes `edge` before it is sent and after it has taken effect; a planned crash never returns
 * from one of them, as a killed process never does.
 */

export class Crash {
  #left = Number.POSITIVE_INFINITY
  #crashed: () => void = () => {}
  passed = 0

  /** Dies at the n-th edge from now, counted from 1. @returns resolves when it has died */
  plan(n: number): Promise<void> {
    this.#left = n
    this.passed = 0
    return new Promise((resolve) => (this.#crashed = resolve))
  }

  clear(): void {
    this.#left = Number.POSITIVE_INFINITY
  }

  /** Wraps one effect. */
  async edge<T>(effect: () => Promise<T>): Promise<T> {
    await this.#pass()
    const answer = await effect()
    await this.#pass()
    return answer
  }

  #pass(): Promise<void> {
    this.passed += 1
    this.#left -= 1
    if (this.#left !== 0) return this.#left < 0 ? new Promise(() => {}) : Promise.resolve()
    this.#crashed()
    return new Promise(() => {})
  }
}

/** A D1 whose every round trip is an edge. */
export function crashingDb(db: D1Database, crash: Crash): D1Database {
  const raws = new WeakMap<object, D1PreparedStatement>()
  const wrap = (raw: D1PreparedStatement): D1PreparedStatement => {
    const statement = {
      bind: (...values: unknown[]) => wrap(raw.bind(...values)),
      first: (...columns: [string]) => crash.edge(() => raw.first(...columns)),
      run: () => crash.edge(() => raw.run()),
      all: () => crash.edge(() => raw.all()),
      raw: () => crash.edge(() => raw.raw()),
    } as D1PreparedStatement
    raws.set(statement, raw)
    return statement
  }
  return {
    prepare: (sql: string) => wrap(db.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) =>
      crash.edge(() => db.batch(statements.map((statement) => raws.get(statement) ?? statement))),
  } as D1Database
}
