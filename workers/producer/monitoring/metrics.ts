/**
 * What `GET /metrics` tells: from the roll-ups and samples of the minute cron, and from counts that
 * are kept with the facts. Nothing is asked of queues or gates, so that it may be scraped often.
 */
import { KINDS, LANES, WORKED_STAGES } from '@switchboard/shared/kinds'
import { webhookHealth } from '@switchboard/store/deliveries'
import { readFigures } from '@switchboard/store/figures'
import { addTo, countUpTo, readCounts, sizeOf } from '@switchboard/store/histogram'
import type { Histogram } from '@switchboard/store/histogram'
import { listParked } from '@switchboard/store/parked'
import { listPauses } from '@switchboard/store/pauses'
import { gateSamplesSince, sampleOfEach } from '@switchboard/store/samples'
import { statisticsEver } from '@switchboard/store/statistics'
import type { Statistics } from '@switchboard/store/statistics'
import { closedStages } from './closed-stages.ts'
import { budgetsOf, perMinute } from './gates.ts'
import type { Env } from '../ports.ts'
import type { HistogramMetric, Metric } from './prometheus.ts'
import { QUEUES } from './queue-list.ts'

const MINUTE_MS = 60_000
/** A sample older than this says nothing of now. */
const RECENT_MS = 15 * MINUTE_MS

/** Ends of buckets in seconds, two octaves apart from 16 ms to 4.7 h: each ends one of the histogram's. */
const ENDS_S = [4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24].map((octave) => 2 ** octave / 1000)

/** @param now ms since epoch */
export async function metricsOf(env: Env, now: number): Promise<(Metric | HistogramMetric)[]> {
  const budgets = budgetsOf(env)
  const [ever, parked, pauses, samples, granted, figures, webhooks] = await Promise.all([
    statisticsEver(env.DB),
    listParked(env.DB),
    listPauses(env.DB),
    sampleOfEach(
      env.DB,
      'last',
      'minute',
      QUEUES.map(({ name }) => name),
      now - RECENT_MS,
    ),
    gateSamplesSince(
      env.DB,
      budgets.map(({ name }) => name),
      now - RECENT_MS,
    ),
    readFigures(env.DB),
    webhookHealth(env.DB, now),
  ])
  const closed = closedStages(parked, pauses)
  /** Of the last minute that is over. */
  const lastGranted = budgets.map(({ name }) => {
    const over = granted.filter((row) => row.gate === name && row.at + MINUTE_MS <= now)
    return { name, row: over.at(-1) ?? null }
  })
  const sampledAt = Math.max(0, ...samples.map(({ at }) => at))
  return [
    {
      name: 'switchboard_stage_records_total',
      help: 'Queue messages that a stage settled, by what became of them.',
      type: 'counter',
      samples: outcomesOf(ever),
    },
    histogram('switchboard_stage_waiting_seconds', 'Time in the queue.', ever, 'waited'),
    histogram('switchboard_stage_working_seconds', 'Time from claim to finish.', ever, 'worked'),
    {
      name: 'switchboard_stage_running',
      help: '1 while a stage runs, 0 while it is parked or paused.',
      type: 'gauge',
      samples: WORKED_STAGES.map((stage) => ({
        labels: { stage },
        value: closed.has(stage) ? 0 : 1,
      })),
    },
    {
      name: 'switchboard_stage_paused',
      help: '1 while a person has paused a stage.',
      type: 'gauge',
      samples: WORKED_STAGES.map((stage) => ({
        labels: { stage },
        value: pauses.some((pause) => pause.stage === stage) ? 1 : 0,
      })),
    },
    {
      name: 'switchboard_parked_since_timestamp_seconds',
      help: 'Since when an outside system is parked.',
      type: 'gauge',
      samples: parked.map(({ scope, since }) => ({ labels: { scope }, value: since / 1000 })),
    },
    {
      name: 'switchboard_parked_waiting',
      help: 'Rows that wait for a parked system.',
      type: 'gauge',
      samples: parked.map(({ scope, waiting }) => ({ labels: { scope }, value: waiting })),
    },
    {
      name: 'switchboard_queue_backlog',
      help: 'Queue messages, as the queue tells it.',
      type: 'gauge',
      samples: samples.map(({ queue, backlog }) => ({ labels: { queue }, value: backlog })),
    },
    {
      name: 'switchboard_queue_bytes',
      help: 'Their size.',
      type: 'gauge',
      samples: samples.map(({ queue, bytes }) => ({ labels: { queue }, value: bytes })),
    },
    {
      name: 'switchboard_queue_oldest_seconds',
      help: 'Age of the oldest queue message, 0 where there is none.',
      type: 'gauge',
      samples: samples.map(({ queue, oldestAt }) => ({
        labels: { queue },
        value: oldestAt === null ? 0 : Math.max(0, now - oldestAt) / 1000,
      })),
    },
    {
      name: 'switchboard_queue_owed',
      help: 'Records that are owed work which waits in this queue or for it.',
      type: 'gauge',
      samples: samples.map(({ queue, owed }) => ({ labels: { queue }, value: owed })),
    },
    {
      name: 'switchboard_gate_limit_per_minute',
      help: 'Requests a minute that an outside budget allows.',
      type: 'gauge',
      samples: budgets.flatMap(({ name, rate }) =>
        rate === null ? [] : [{ labels: { gate: name }, value: perMinute(rate) }],
      ),
    },
    {
      name: 'switchboard_gate_granted_per_minute',
      help: 'Requests that a gate granted in the last full minute.',
      type: 'gauge',
      samples: lastGranted.flatMap(({ name, row }) =>
        LANES.map((lane) => ({ labels: { gate: name, lane }, value: row?.[lane] ?? 0 })),
      ),
    },
    {
      name: 'switchboard_gate_waiting',
      help: 'Who stood in line at a gate in the last full minute, the most seen.',
      type: 'gauge',
      samples: lastGranted.flatMap(({ name, row }) => [
        { labels: { gate: name, lane: 'live' }, value: row?.waitingLive ?? 0 },
        { labels: { gate: name, lane: 'bulk' }, value: row?.waitingBulk ?? 0 },
      ]),
    },
    {
      name: 'switchboard_letters_open',
      help: 'Dead letters that nobody has settled.',
      type: 'gauge',
      samples: figures.letters.map(({ stage, failure, count }) => ({
        labels: { stage, failure },
        value: count,
      })),
    },
    {
      name: 'switchboard_records',
      help: 'Records, by how they stand.',
      type: 'gauge',
      samples: KINDS.flatMap((kind) =>
        figures.records
          .filter((row) => row.kind === kind)
          .map(({ state, count }) => ({ labels: { kind, state }, value: count })),
      ),
    },
    {
      name: 'switchboard_runs_running',
      help: 'Backfills that are not over.',
      type: 'gauge',
      samples: [{ value: figures.running }],
    },
    {
      name: 'switchboard_run_last_finished_timestamp_seconds',
      help: 'When the last backfill ended.',
      type: 'gauge',
      samples: figures.lastRun === null ? [] : [{ value: figures.lastRun.finishedAt / 1000 }],
    },
    {
      name: 'switchboard_run_last_duration_seconds',
      help: 'How long the last backfill took.',
      type: 'gauge',
      samples:
        figures.lastRun === null
          ? []
          : [{ value: (figures.lastRun.finishedAt - figures.lastRun.startedAt) / 1000 }],
    },
    {
      name: 'switchboard_run_last_records',
      help: 'What became of the records of the last backfill.',
      type: 'gauge',
      samples: figures.lastRunRecords.map(({ kind, outcome, count }) => ({
        labels: { kind, outcome },
        value: count,
      })),
    },
    {
      name: 'switchboard_webhook_last_timestamp_seconds',
      help: 'When the last webhook was taken in.',
      type: 'gauge',
      samples: webhooks.heardAt === null ? [] : [{ value: webhooks.heardAt / 1000 }],
    },
    {
      name: 'switchboard_webhook_silent',
      help: '1 while webhooks tell nothing although there is something to tell.',
      type: 'gauge',
      samples: [{ value: webhooks.silentSince === null ? 0 : 1 }],
    },
    {
      name: 'switchboard_webhook_missed',
      help: 'Deliveries of the last 90 days that OpenPhone gave up.',
      type: 'gauge',
      samples: [{ value: webhooks.missed }],
    },
    {
      name: 'switchboard_webhook_recovered',
      help: 'Of these, the ones whose record was fetched.',
      type: 'gauge',
      samples: [{ value: webhooks.recovered }],
    },
    {
      name: 'switchboard_sampled_timestamp_seconds',
      help: 'When the minute cron last looked: these figures are of then.',
      type: 'gauge',
      samples: [{ value: sampledAt / 1000 }],
    },
  ]
}

function outcomesOf(rows: readonly Statistics[]): Metric['samples'] {
  const sums = new Map<string, { labels: Record<string, string>; value: number }>()
  for (const { stage, lane, counts } of rows)
    for (const [name, count] of readCounts(counts)) {
      const dot = name.lastIndexOf('.')
      const labels = { stage, lane, kind: name.slice(0, dot), outcome: name.slice(dot + 1) }
      const key = JSON.stringify(labels)
      const sum = sums.get(key) ?? { labels, value: 0 }
      sum.value += count
      sums.set(key, sum)
    }
  return [...sums.values()]
}

function histogram(
  name: string,
  help: string,
  rows: readonly Statistics[],
  which: 'waited' | 'worked',
): HistogramMetric {
  const bySeries = Map.groupBy(rows, ({ stage, lane }) => `${stage} ${lane}`)
  return {
    name,
    help,
    type: 'histogram',
    series: [...bySeries.values()].map((spans) => {
      const all: Histogram = new Map()
      for (const span of spans) addTo(all, span[which])
      const sumMs = spans.reduce(
        (sum, span) => sum + (which === 'waited' ? span.waitedMs : span.workedMs),
        0,
      )
      return {
        labels: { stage: spans[0]!.stage, lane: spans[0]!.lane },
        buckets: ENDS_S.map((le) => ({ le, count: countUpTo(all, le * 1000) })),
        sum: sumMs / 1000,
        count: sizeOf(all),
      }
    }),
  }
}
