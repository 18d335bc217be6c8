/** How good a ranking is, against labels; and how sure a difference is. Pure. */

/** Share of the relevant ones among the first k, of as many as k can hold. */
export function recallAt(
  k: number,
  ranking: readonly string[],
  relevant: readonly string[],
): number {
  if (relevant.length === 0) return 1
  const wanted = new Set(relevant)
  const hits = ranking.slice(0, k).filter((id) => wanted.has(id)).length
  return hits / Math.min(k, relevant.length)
}

/** Normalised discounted cumulative gain at k; relevance is yes or no. */
export function ndcgAt(k: number, ranking: readonly string[], relevant: readonly string[]): number {
  if (relevant.length === 0) return 1
  const wanted = new Set(relevant)
  const gain = ranking
    .slice(0, k)
    .reduce((sum, id, place) => sum + (wanted.has(id) ? discount(place) : 0), 0)
  const ideal = Array.from({ length: Math.min(k, relevant.length) }, (_, place) =>
    discount(place),
  ).reduce((sum, one) => sum + one, 0)
  return gain / ideal
}

function discount(place: number): number {
  return 1 / Math.log2(place + 2)
}

/** 0 of none. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length
}

/** A figure with the interval that 95 of 100 samples of the queries would give. */
export interface Estimate {
  mean: number
  low: number
  high: number
}

/**
 * Bootstrap over queries: the mean, and where it lies if other queries of their kind were asked. The
 * same seed gives the same interval. For a difference of two rankers give their differences, query
 * by query: then what makes a query hard for both is no noise.
 */
export function bootstrap(values: readonly number[], rounds = 2000, seed = 1): Estimate {
  const random = randomFrom(seed)
  const means = Array.from({ length: rounds }, () =>
    mean(Array.from(values, () => values[Math.floor(random() * values.length)] ?? 0)),
  ).toSorted((a, b) => a - b)
  return {
    mean: mean(values),
    low: means[Math.floor(rounds * 0.025)] ?? 0,
    high: means[Math.floor(rounds * 0.975)] ?? 0,
  }
}

/** Mulberry32: small, and good enough to draw queries with. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
