/**
 * A quick look at very many vectors: of each number only whether it is positive, 32 to a word. What
 * lies far apart by these is not looked at closely; Vectorize itself is not exact on large indexes
 * either. No I/O.
 */

/** One bit a number. */
export function signsOf(values: Float32Array): Int32Array {
  const signs = new Int32Array(Math.ceil(values.length / 32))
  for (let at = 0; at < values.length; at++)
    if ((values[at] ?? 0) > 0) signs[at >> 5] = (signs[at >> 5] ?? 0) | (1 << (at & 31))
  return signs
}

interface Signed {
  signs: Int32Array
}

/**
 * The candidates nearest to the query, at least so many, in no order.
 * Where the query is zero a number counts for nothing; elsewhere by how large the query's are there.
 */
export function nearest<C extends Signed>(
  query: Float32Array,
  candidates: readonly C[],
  atLeast: number,
): C[] {
  if (candidates.length <= atLeast) return [...candidates]
  const wanted = signsOf(query)
  const words = wanted.length
  const mask = new Int32Array(words)
  const weight = new Float64Array(words)
  for (let word = 0; word < words; word++) {
    let sum = 0
    let count = 0
    for (let bit = 0; bit < 32; bit++) {
      const value = Math.abs(query[word * 32 + bit] ?? 0)
      if (value === 0) continue
      mask[word] = (mask[word] ?? 0) | (1 << bit)
      sum += value
      count += 1
    }
    weight[word] = count === 0 ? 0 : sum / count
  }
  const apart = new Float64Array(candidates.length)
  for (let nth = 0; nth < candidates.length; nth++) {
    const { signs } = candidates[nth] as C
    let distance = 0
    for (let word = 0; word < words; word++)
      distance +=
        bits(((signs[word] as number) ^ (wanted[word] as number)) & (mask[word] as number)) *
        (weight[word] as number)
    apart[nth] = distance
  }
  const limit = limitFor(apart, atLeast)
  return candidates.filter((_, nth) => (apart[nth] as number) <= limit)
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
