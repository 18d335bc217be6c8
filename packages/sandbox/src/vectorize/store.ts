/**
 * The vectors: in SQLite, and in memory for queries. A change is on disk when it is accepted and
 * becomes visible later, in the order of acceptance, as Vectorize's mutations do; what was accepted
 * survives a kill and is visible after the next start.
 */

import { randomUUID } from 'node:crypto'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import * as v from 'valibot'
import { VisibleVectors, type Stored } from './visible.ts'

const Row = v.object({
  id: v.string(),
  vals: v.instance(Uint8Array),
  length: v.number(),
  namespace: v.nullable(v.string()),
  metadata: v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown())),
})

export class VectorStore {
  readonly visible = new VisibleVectors()
  lastMutation = ''
  processedUpTo = new Date(0).toISOString()
  private readonly accepted = new Set<string>()
  private readonly db: DatabaseSync
  private readonly put: StatementSync
  private readonly drop: StatementSync
  private readonly delayMs: () => number
  private readonly timers = new Set<NodeJS.Timeout>()
  private readonly waiting: (() => void)[] = [] // in the order of acceptance
  private lastVisibleAt = 0

  /** @param delayMs how long a change stays invisible; 0: not at all */
  constructor(file: string, delayMs: () => number) {
    this.delayMs = delayMs
    this.db = new DatabaseSync(file)
    this.db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
      CREATE TABLE IF NOT EXISTS entries (
        id TEXT PRIMARY KEY, vals BLOB NOT NULL, length REAL NOT NULL,
        namespace TEXT, metadata TEXT NOT NULL
      ) STRICT`)
    this.put = this.db.prepare(
      `INSERT INTO entries (id, vals, length, namespace, metadata) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET vals = excluded.vals, length = excluded.length,
         namespace = excluded.namespace, metadata = excluded.metadata`,
    )
    this.drop = this.db.prepare(`DELETE FROM entries WHERE id = ?`)
    for (const row of this.db.prepare(`SELECT * FROM entries`).iterate()) {
      const { vals, ...stored } = v.parse(Row, row)
      const values = new Float32Array(vals.slice().buffer)
      this.visible.set({ ...stored, values })
      this.accepted.add(stored.id)
    }
  }

  /** New vectors, and new values of known ones. @returns the mutation's id */
  upsert(vectors: readonly Stored[]): string {
    this.inOne(() => {
      for (const { id, values, length, namespace, metadata } of vectors) {
        const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
        this.put.run(id, bytes, length, namespace, JSON.stringify(metadata))
        this.accepted.add(id)
      }
    })
    return this.later(() => {
      for (const vector of vectors) this.visible.set(vector)
    })
  }

  /** Leaves known vectors as they are, visible yet or not. @returns the mutation's id */
  insert(vectors: readonly Stored[]): string {
    return this.upsert(vectors.filter(({ id }) => !this.accepted.has(id)))
  }

  /** @returns the mutation's id */
  remove(ids: readonly string[]): string {
    this.inOne(() => {
      for (const id of ids) {
        this.drop.run(id)
        this.accepted.delete(id)
      }
    })
    return this.later(() => {
      for (const id of ids) this.visible.delete(id)
    })
  }

  close(): void {
    for (const timer of this.timers) clearTimeout(timer)
    this.db.close()
  }

  private inOne(work: () => void): void {
    this.db.exec('BEGIN')
    try {
      work()
      this.db.exec('COMMIT')
    } catch (error) {
      this.db.exec('ROLLBACK')
      throw error
    }
  }

  private later(apply: () => void): string {
    const mutation = randomUUID()
    const show = (): void => {
      apply()
      this.lastMutation = mutation
      this.processedUpTo = new Date().toISOString()
    }
    const now = Date.now()
    // Never before the one accepted before it: else an old value would come last.
    this.lastVisibleAt = Math.max(this.lastVisibleAt, now + this.delayMs())
    if (this.lastVisibleAt <= now) {
      show()
    } else {
      this.waiting.push(show)
      const timer = setTimeout(() => {
        this.timers.delete(timer)
        // Two that are due in one millisecond may fire in any order.
        for (const one of this.waiting.splice(0, this.waiting.indexOf(show) + 1)) one()
      }, this.lastVisibleAt - now)
      this.timers.add(timer)
    }
    return mutation
  }
}
