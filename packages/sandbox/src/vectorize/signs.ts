/**
 * A quick look at very many vectors: of each number only whether it is positive, 32 to a word. What
 * lies far apart by these is not looked at closely; Vectorize itself is not exact on large indexes
 * either. A word of all vectors lies together in memory: read one after the other they take a
 * tenth of the time. No I/O.
 */

export class SignRows {
  /** One a word, with a place a row. */
  private readonly columns: Int32Array[]

  /** @param numbers a vector */
  constructor(numbers: number) {
    this.columns = Array.from({ length: Math.ceil(numbers / 32) }, () => new Int32Array(0))
  }

  set(row: number, values: Float32Array): void {
    const signs = signsOf(values)
    for (const [word, column] of this.columns.entries()) {
      const roomy = row < column.length ? column : grown(column, row + 1)
      this.columns[word] = roomy
      roomy[row] = signs[word] as number
    }
  }

  /** The row takes another's place. */
  move(row: number, to: number): void {
    for (const column of this.columns) column[to] = column[row] as number
  }

  /**
   * Of these rows the ones nearest to the query, at least so many, in their order. Where the query is
   * zero a number counts for nothing; elsewhere by how large the query's are there.
   */
  nearest(query: Float32Array, rows: Uint32Array, atLeast: number): Uint32Array {
    if (rows.length <= atLeast) return rows
    const apart = new Float64Array(rows.length)
    for (const { word, wanted, mask, weight } of weigh(query)) {
      const column = this.columns[word] as Int32Array
      for (let nth = 0; nth < rows.length; nth++)
        apart[nth] =
          (apart[nth] as number) +
          bits(((column[rows[nth] as number] as number) ^ wanted) & mask) * weight
    }
    const limit = limitFor(apart, atLeast)
    return rows.filter((_, nth) => (apart[nth] as number) <= limit)
  }
}

function grown(column: Int32Array, atLeast: number): Int32Array {
  const larger = new Int32Array(Math.max(atLeast, column.length * 2))
  larger.set(column)
  return larger
}

/** One bit a number. */
export function signsOf(values: Float32Array): Int32Array {
  const signs = new Int32Array(Math.ceil(values.length / 32))
  for (let at = 0; at < values.length; at++)
    if ((values[at] ?? 0) > 0) signs[at >> 5] = (signs[at >> 5] ?? 0) | (1 << (at & 31))
  return signs
}

/** A word of which some numbers count. */
interface Counting {
  word: number
  wanted: number
  mask: number
  weight: number // the mean of those that count
}

function weigh(query: Float32Array): Counting[] {
  const signs = signsOf(query)
  return Array.from(signs, (wanted, word) => {
    let mask = 0
    let sum = 0
    let count = 0
    for (let bit = 0; bit < 32; bit++) {
      const value = Math.abs(query[word * 32 + bit] ?? 0)
      if (value === 0) continue
      mask |= 1 << bit
      sum += value
      count += 1
    }
    return { word, wanted, mask, weight: sum / (count || 1) }
  }).filter(({ mask }) => mask !== 0)
}

const BINS = 4096

/** A distance that at least so many do not pass: counted in bins, which is quicker than sorting. */
function limitFor(distances: Float64Array, atLeast: number): number {
  let most = 0
  for (const distance of distances) if (distance > most) most = distance
  const width = most / BINS || 1
  const counts = new Uint32Array(BINS + 1)
  for (const distance of distances) {
    const bin = Math.floor(distance / width)
    counts[bin] = (counts[bin] as number) + 1
  }
  let sum = 0
  for (let bin = 0; bin < BINS; bin++) {
    sum += counts[bin] as number
    if (sum >= atLeast) return (bin + 1) * width
  }
  return most
}

/** How many of 32 bits are set. */
function bits(word: number): number {
  let left = word - ((word >>> 1) & 0x55555555)
  left = (left & 0x33333333) + ((left >>> 2) & 0x33333333)
  return Math.imul((left + (left >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
}
