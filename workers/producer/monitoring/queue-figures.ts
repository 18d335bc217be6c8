/** From rows of statistics to what a queue tells: sums, rates, percentiles, points. No I/O. */
import type { Percentiles, QueuePoint, Range, Settled } from '@switchboard/shared/api/queues'
import { addTo, percentile, readCounts, sizeOf } from '@switchboard/store/histogram'
import type { Histogram } from '@switchboard/store/histogram'
import { moment } from '@switchboard/shared/api/operation'
import type { QueueSample, SampleSpan } from '@switchboard/store/samples'
import { SPANS } from '@switchboard/store/statistics'
import type { Span, Statistics } from '@switchboard/store/statistics'

const HOUR = SPANS.hour
const DAY = SPANS.day

/** How a range is read: whole spans for a sum, spans joined to points for a chart. */
export const RANGES = {
  '1h': {
    lengthMs: HOUR,
    sum: 'minute',
    points: 'minute',
    samples: 'minute',
    stepMs: SPANS.minute,
  },
  '24h': { lengthMs: DAY, sum: 'hour', points: 'ten', samples: 'ten', stepMs: SPANS.ten },
  '7d': { lengthMs: 7 * DAY, sum: 'hour', points: 'hour', samples: 'hour', stepMs: HOUR },
  '30d': { lengthMs: 30 * DAY, sum: 'day', points: 'hour', samples: 'hour', stepMs: 4 * HOUR },
} as const satisfies Record<
  Range,
  { lengthMs: number; sum: Span; points: Span; samples: SampleSpan; stepMs: number }
>

/** When a range begins: with a whole span. */
export function beginOf(range: Range, now: number, length: number): number {
  const from = now - RANGES[range].lengthMs
  return from - (from % length)
}

/** What happened in some spans, added up. */
export interface Sum {
  settled: Settled
  waited: Histogram
  worked: Histogram
}

/** Of any spans: histograms add up bucket by bucket. */
export function sumOf(rows: readonly Pick<Statistics, 'counts' | 'waited' | 'worked'>[]): Sum {
  const settled = { done: 0, unchanged: 0, retried: 0, failed: 0, putOff: 0, parked: 0 }
  const waited: Histogram = new Map()
  const worked: Histogram = new Map()
  for (const row of rows) {
    for (const [name, count] of readCounts(row.counts)) {
      const outcome = OUTCOMES[name.slice(name.lastIndexOf('.') + 1)]
      if (outcome !== undefined) settled[outcome] += count
    }
    addTo(waited, row.waited)
    addTo(worked, row.worked)
  }
  return { settled, waited, worked }
}

/** By the outcome of a stage event; `release` is not told: another holder settles it. */
const OUTCOMES: Record<string, keyof Settled> = {
  done: 'done',
  unchanged: 'unchanged',
  retry: 'retried',
  deadLetter: 'failed',
  putOff: 'putOff',
  park: 'parked',
}

/** What left for good. */
export function finished({ done, unchanged, failed }: Settled): number {
  return done + unchanged + failed
}

/** Shares of all tries. */
export function shares(settled: Settled): { retried: number | null; failed: number | null } {
  const tries = finished(settled) + settled.retried
  if (tries === 0) return { retried: null, failed: null }
  return { retried: settled.retried / tries, failed: settled.failed / tries }
}

/** In whole ms; null: nothing was seen. */
export function percentilesOf(histogram: Histogram): Percentiles | null {
  const at = (share: number) => {
    const ms = percentile(histogram, share)
    return ms === null ? null : Math.round(ms)
  }
  const [p50, p95, p99] = [at(0.5), at(0.95), at(0.99)]
  if (p50 === null || p95 === null || p99 === null) return null
  return { p50, p95, p99, samples: sizeOf(histogram) }
}

/** Points of a chart, oldest first; spans in which nothing was seen have none. */
export function pointsOf(
  rows: readonly Statistics[],
  samples: { live: readonly QueueSample[]; bulk: readonly QueueSample[] },
  stepMs: number,
): QueuePoint[] {
  const stepOf = ({ at }: { at: number }) => at - (at % stepMs)
  const spans = Map.groupBy(rows, stepOf)
  const waiting = {
    live: Map.groupBy(samples.live, stepOf),
    bulk: Map.groupBy(samples.bulk, stepOf),
  }
  const times = new Set([...spans.keys(), ...waiting.live.keys(), ...waiting.bulk.keys()])
  return [...times]
    .toSorted((a, b) => a - b)
    .map((at) => {
      const { settled, waited, worked } = sumOf(spans.get(at) ?? [])
      return {
        at: moment(at),
        settled,
        waiting: percentilesOf(waited),
        working: percentilesOf(worked),
        backlog: { live: most(waiting.live.get(at)), bulk: most(waiting.bulk.get(at)) },
      }
    })
}

/** A queue leaves out what is delayed or in flight, the owed rows do not. */
function most(samples: readonly QueueSample[] | undefined): number | null {
  if (samples === undefined) return null
  return Math.max(...samples.map(({ backlog, owed }) => Math.max(backlog, owed)))
}
