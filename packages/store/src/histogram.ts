/**
 * Histograms of durations on a log scale: eight buckets an octave, so that a percentile is right to
 * some five per cent at any length, and those of many minutes add up to that of the day. No I/O.
 *
 * Bucket 0 is less than 1 ms; bucket b > 0 holds 2^((b - 1) / 8) up to 2^(b / 8) ms.
 */
import * as v from 'valibot'

const PER_OCTAVE = 8

/** How many durations, by bucket. */
export type Histogram = Map<number, number>

/** SQL: the bucket of a duration in whole milliseconds. */
export function bucketSql(column: string): string {
  return `CASE WHEN ${column} < 1 THEN 0 ELSE 1 + CAST(${PER_OCTAVE} * log2(${column}) AS INTEGER) END`
}

/** The bucket of a time, 0 for less than a millisecond. */
export function bucketOf(ms: number): number {
  return ms < 1 ? 0 : 1 + Math.floor(PER_OCTAVE * Math.log2(ms))
}

/** Where a bucket ends, in ms. */
export function endOf(bucket: number): number {
  return 2 ** (bucket / PER_OCTAVE)
}

const Counts = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.number()))

/** `{"81": 3}` as D1 keeps it: any counts by name. */
export function readCounts(json: string): [string, number][] {
  return Object.entries(v.parse(Counts, json))
}

/** Adds what D1 keeps to a histogram. */
export function addTo(histogram: Histogram, json: string): void {
  for (const [bucket, count] of readCounts(json))
    histogram.set(Number(bucket), (histogram.get(Number(bucket)) ?? 0) + count)
}

/** How many durations there are. */
export function sizeOf(histogram: Histogram): number {
  let size = 0
  for (const count of histogram.values()) size += count
  return size
}

/** How many durations are in buckets that end by `ms`. */
export function countUpTo(histogram: Histogram, ms: number): number {
  let size = 0
  for (const [bucket, count] of histogram) if (endOf(bucket) <= ms * 1.0001) size += count
  return size
}

/**
 * The duration in ms that this share of all does not exceed: within its bucket reckoned on the same
 * log scale. Null where there is none.
 * @param share between 0 and 1
 */
export function percentile(histogram: Histogram, share: number): number | null {
  const size = sizeOf(histogram)
  if (size === 0) return null
  let before = 0
  for (const [bucket, count] of [...histogram].toSorted(([a], [b]) => a - b)) {
    if (before + count >= share * size) {
      if (bucket === 0) return 0
      const within = Math.max(0, share * size - before) / count
      return 2 ** ((bucket - 1 + within) / PER_OCTAVE)
    }
    before += count
  }
  return null
}
