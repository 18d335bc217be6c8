/**
 * The index itself: vectors in SQLite, and in memory for queries. A change is accepted at once and
 * becomes visible later, as Vectorize's mutations do; what was accepted survives a kill.
 */
import { randomUUID } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import type { StatementSync } from 'node:sqlite'
import type { Metadata } from './filter.ts'

export interface Stored {
  id: string
  values: Float32Array // unit length
  length: number // before it was scaled
  namespace: string | null
  metadata: Metadata
}

export class IndexStore {
  readonly visible = new Map<string, Stored>()
  readonly #db: DatabaseSync
  readonly #put: StatementSync
  readonly #drop: StatementSync
  readonly #pending = new Set<NodeJS.Timeout>()
  readonly #delayMs: () => number
  lastMutation = ''
  processedUpTo = new Date(0).toISOString()

  /** @param delayMs how long a change stays invisible */
  constructor(file: string, delayMs: () => number) {
    this.#delayMs = delayMs
    this.#db = new DatabaseSync(file)
    this.#db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;
      CREATE TABLE IF NOT EXISTS vectors (id TEXT PRIMARY KEY, vals BLOB NOT NULL, length REAL NOT NULL,
        namespace TEXT, metadata TEXT NOT NULL) STRICT;`)
    this.#put = this.#db.prepare(
      `INSERT INTO vectors (id, vals, length, namespace, metadata) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET vals = excluded.vals, length = excluded.length,
         namespace = excluded.namespace, metadata = excluded.metadata`,
    )
    this.#drop = this.#db.prepare(`DELETE FROM vectors WHERE id = ?`)
    for (const row of this.#db.prepare(`SELECT * FROM vectors`).all()) {
      const bytes = row['vals'] as Uint8Array
      this.visible.set(String(row['id']), {
        id: String(row['id']),
        values: new Float32Array(bytes.slice().buffer),
        length: Number(row['length']),
        namespace: row['namespace'] === null ? null : String(row['namespace']),
        metadata: JSON.parse(String(row['metadata'])) as Metadata,
      })
    }
  }

  put(vectors: Stored[]): string {
    this.#inOne(() => {
      for (const { id, values, length, namespace, metadata } of vectors)
        this.#put.run(
          id,
          new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
          length,
          namespace,
          JSON.stringify(metadata),
        )
    })
    return this.#later(() => {
      for (const vector of vectors) this.visible.set(vector.id, vector)
    })
  }

  drop(ids: string[]): string {
    this.#inOne(() => {
      for (const id of ids) this.#drop.run(id)
    })
    return this.#later(() => {
      for (const id of ids) this.visible.delete(id)
    })
  }

  close(): void {
    for (const timer of this.#pending) clearTimeout(timer)
    this.#db.close()
  }

  #inOne(work: () => void): void {
    this.#db.exec('BEGIN')
    work()
    this.#db.exec('COMMIT')
  }

  /** Mutations become visible in the order they were accepted. @returns the mutation's id */
  #later(apply: () => void): string {
    const mutation = randomUUID()
    const timer = setTimeout(() => {
      this.#pending.delete(timer)
      apply()
      this.lastMutation = mutation
      this.processedUpTo = new Date().toISOString()
    }, this.#delayMs())
    this.#pending.add(timer)
    return mutation
  }
}
