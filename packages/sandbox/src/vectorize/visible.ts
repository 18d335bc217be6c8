/** The vectors that a query can find, in memory. No I/O. */
import type { Metadata } from './filter.ts'
import { SignRows } from './signs.ts'

export interface Stored {
  id: string
  values: Float32Array
  length: number // of the vector
  namespace: string | null
  metadata: Metadata
}

/** Numbers a vector. */
export const DIMENSIONS = 1024

/** More are not all compared number by number: it would take the better part of a second. */
const EXACT_UP_TO = 20_000
const LOOKED_AT = 4000

export class VisibleVectors {
  private readonly vectors: Stored[] = []
  private readonly rowOf = new Map<string, number>()
  private readonly signs = new SignRows(DIMENSIONS)

  get size(): number {
    return this.vectors.length
  }

  get(id: string): Stored | undefined {
    const row = this.rowOf.get(id)
    return row === undefined ? undefined : this.vectors[row]
  }

  set(vector: Stored): void {
    const row = this.rowOf.get(vector.id) ?? this.vectors.length
    this.rowOf.set(vector.id, row)
    this.vectors[row] = vector
    this.signs.set(row, vector.values)
  }

  /** The last one takes its row. */
  delete(id: string): void {
    const row = this.rowOf.get(id)
    if (row === undefined) return
    this.rowOf.delete(id)
    const last = this.vectors.pop()
    if (last === undefined || last.id === id) return
    this.vectors[row] = last
    this.rowOf.set(last.id, row)
    this.signs.move(this.vectors.length, row)
  }

  /**
   * Those that pass, the nearest to the query by cosine first. Of very many only what is near by its
   * signs is compared number by number.
   */
  nearest(
    query: Float32Array,
    passes: (vector: Stored) => boolean,
    most: number,
  ): { vector: Stored; score: number }[] {
    // A query of words is nearly all zeros, and where it is zero there is nothing to multiply.
    const lanes = Uint32Array.from(query.keys()).filter((lane) => query[lane] !== 0)
    const rows = this.rowsThat(passes)
    const near = rows.length > EXACT_UP_TO ? this.signs.nearest(query, rows, LOOKED_AT) : rows
    const length = Math.hypot(...query)
    const scores = new Float64Array(near.length)
    for (let nth = 0; nth < near.length; nth++) {
      const vector = this.vectors[near[nth] as number] as Stored
      scores[nth] = dot(query, vector.values, lanes) / (length * vector.length || 1)
    }
    const least = scores.toSorted().at(-most) ?? -Infinity
    const best: { vector: Stored; score: number }[] = []
    for (let nth = 0; nth < near.length; nth++) {
      const score = scores[nth] as number
      if (score >= least) best.push({ vector: this.vectors[near[nth] as number] as Stored, score })
    }
    return best.toSorted((a, b) => b.score - a.score).slice(0, most)
  }

  private rowsThat(passes: (vector: Stored) => boolean): Uint32Array {
    const rows = new Uint32Array(this.vectors.length)
    let count = 0
    for (let row = 0; row < rows.length; row++)
      if (passes(this.vectors[row] as Stored)) rows[count++] = row
    return rows.subarray(0, count)
  }
}

function dot(a: Float32Array, b: Float32Array, lanes: Uint32Array): number {
  let sum = 0
  for (let nth = 0; nth < lanes.length; nth++) {
    const lane = lanes[nth] as number
    sum += (a[lane] as number) * (b[lane] as number)
  }
  return sum
}
