/**
 * What `GET /metrics` tells: from the roll-ups and samples of the minute cron, and from counts that
 * are kept with the facts. Nothing is asked of queues or gates, so that it may be scraped often.
 */
import { KINDS, LANES, WORKED_STAGES } from '@switchboard/shared/kinds'
import type { WorkedStage } from '@switchboard/shared/kinds'
import { webhookHealth } from '@switchboard/store/deliveries'
import type { WebhookHealth } from '@switchboard/store/deliveries'
import { readFigures } from '@switchboard/store/figures'
import type { Figures } from '@switchboard/store/figures'
import { addTo, countUpTo, readCounts, sizeOf } from '@switchboard/store/histogram'
import type { Histogram } from '@switchboard/store/histogram'
import { listParked } from '@switchboard/store/parked'
import type { Parked } from '@switchboard/store/parked'
import { listPauses } from '@switchboard/store/pauses'
import type { PausedStage } from '@switchboard/store/pauses'
import { gateSamplesSince, sampleOfEach } from '@switchboard/store/samples'
import type { GateSample, QueueSample } from '@switchboard/store/samples'
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

/** Every metric. @param now ms since epoch */
export async function metricsOf(env: Env, now: number): Promise<(Metric | HistogramMetric)[]> {
  const budgets = budgetsOf(env)
  const queues = QUEUES.map(({ name }) => name)
  const gates = budgets.map(({ name }) => name)
  const [ever, parked, pauses, samples, granted, figures, webhooks] = await Promise.all([
    statisticsEver(env.DB),
    listParked(env.DB),
    listPauses(env.DB),
    sampleOfEach(env.DB, 'last', 'minute', queues, now - RECENT_MS),
    gateSamplesSince(env.DB, gates, now - RECENT_MS),
    readFigures(env.DB),
    webhookHealth(env.DB, now),
  ])
  return [
    ...ofStages(ever, parked, pauses),
    ...ofQueues(samples, now),
    ...ofGates(budgets, granted, now),
    ...ofRecords(figures),
    ...ofRuns(figures),
    ...ofWebhooks(webhooks),
    gauge(
      'switchboard_sampled_timestamp_seconds',
      'When the minute cron last looked: these figures are of then.',
      [{ value: Math.max(0, ...samples.map(({ at }) => at)) / 1000 }],
    ),
  ]
}

function gauge(name: string, help: string, samples: Metric['samples']): Metric {
  return { name, help, type: 'gauge', samples }
}

function ofStages(
  ever: readonly Statistics[],
  parked: readonly Parked[],
  pauses: readonly PausedStage[],
): (Metric | HistogramMetric)[] {
  const closed = closedStages(parked, pauses)
  const paused = new Set<string>(pauses.map(({ stage }) => stage))
  return [
    {
      name: 'switchboard_stage_records_total',
      help: 'Queue messages that a stage settled, by what became of them.',
      type: 'counter',
      samples: outcomesOf(ever),
    },
    histogram('switchboard_stage_waiting_seconds', 'Time in the queue.', ever, 'waited'),
    histogram('switchboard_stage_working_seconds', 'Time from claim to finish.', ever, 'worked'),
    gauge(
      'switchboard_stage_running',
      '1 while a stage runs, 0 while it is parked or paused.',
      eachStage((stage) => !closed.has(stage)),
    ),
    gauge(
      'switchboard_stage_paused',
      '1 while a person has paused a stage.',
      eachStage((stage) => paused.has(stage)),
    ),
    gauge(
      'switchboard_parked_since_timestamp_seconds',
      'Since when an outside system is parked.',
      parked.map(({ scope, since }) => ({ labels: { scope }, value: since / 1000 })),
    ),
    gauge(
      'switchboard_parked_waiting',
      'Rows that wait for a parked system.',
      parked.map(({ scope, waiting }) => ({ labels: { scope }, value: waiting })),
    ),
  ]
}

function eachStage(holds: (stage: WorkedStage) => boolean): Metric['samples'] {
  return WORKED_STAGES.map((stage) => ({ labels: { stage }, value: holds(stage) ? 1 : 0 }))
}

function ofQueues(samples: readonly QueueSample[], now: number): Metric[] {
  const each = (value: (sample: QueueSample) => number) =>
    samples.map((sample) => ({ labels: { queue: sample.queue }, value: value(sample) }))
  return [
    gauge(
      'switchboard_queue_backlog',
      'Queue messages, as the queue tells it.',
      each(({ backlog }) => backlog),
    ),
    gauge(
      'switchboard_queue_bytes',
      'Their size.',
      each(({ bytes }) => bytes),
    ),
    gauge(
      'switchboard_queue_oldest_seconds',
      'Age of the oldest queue message, 0 where there is none.',
      each(({ oldestAt }) => (oldestAt === null ? 0 : Math.max(0, now - oldestAt) / 1000)),
    ),
    gauge(
      'switchboard_queue_owed',
      'Records that are owed work which waits in this queue or for it.',
      each(({ owed }) => owed),
    ),
  ]
}

function ofGates(
  budgets: ReturnType<typeof budgetsOf>,
  granted: readonly GateSample[],
  now: number,
): Metric[] {
  /** Of the last minute that is over. */
  const last = budgets.map(({ name }) => {
    const over = granted.filter((row) => row.gate === name && row.at + MINUTE_MS <= now)
    return { name, row: over.at(-1) ?? null }
  })
  return [
    gauge(
      'switchboard_gate_limit_per_minute',
      'Requests a minute that an outside budget allows.',
      budgets.flatMap(({ name, rate }) =>
        rate === null ? [] : [{ labels: { gate: name }, value: perMinute(rate) }],
      ),
    ),
    gauge(
      'switchboard_gate_granted_per_minute',
      'Requests that a gate granted in the last full minute.',
      last.flatMap(({ name, row }) =>
        LANES.map((lane) => ({ labels: { gate: name, lane }, value: row?.[lane] ?? 0 })),
      ),
    ),
    gauge(
      'switchboard_gate_waiting',
      'Who stood in line at a gate in the last full minute, the most seen.',
      last.flatMap(({ name, row }) => [
        { labels: { gate: name, lane: 'live' }, value: row?.waitingLive ?? 0 },
        { labels: { gate: name, lane: 'bulk' }, value: row?.waitingBulk ?? 0 },
      ]),
    ),
  ]
}

function ofRecords({ letters, records }: Figures): Metric[] {
  return [
    gauge(
      'switchboard_letters_open',
      'Dead letters that nobody has settled.',
      letters.map(({ stage, failure, count }) => ({ labels: { stage, failure }, value: count })),
    ),
    gauge(
      'switchboard_records',
      'Records, by how they stand.',
      KINDS.flatMap((kind) =>
        records
          .filter((row) => row.kind === kind)
          .map(({ state, count }) => ({ labels: { kind, state }, value: count })),
      ),
    ),
  ]
}

function ofRuns({ running, lastRun, lastRunRecords }: Figures): Metric[] {
  const ofLast = (value: (run: NonNullable<Figures['lastRun']>) => number) =>
    lastRun === null ? [] : [{ value: value(lastRun) }]
  return [
    gauge('switchboard_runs_running', 'Backfills that are not over.', [{ value: running }]),
    gauge(
      'switchboard_run_last_finished_timestamp_seconds',
      'When the last backfill ended.',
      ofLast(({ finishedAt }) => finishedAt / 1000),
    ),
    gauge(
      'switchboard_run_last_duration_seconds',
      'How long the last backfill took.',
      ofLast(({ startedAt, finishedAt }) => (finishedAt - startedAt) / 1000),
    ),
    gauge(
      'switchboard_run_last_records',
      'What became of the records of the last backfill.',
      lastRunRecords.map(({ kind, outcome, count }) => ({
        labels: { kind, outcome },
        value: count,
      })),
    ),
  ]
}

function ofWebhooks({ heardAt, silentSince, missed, recovered }: WebhookHealth): Metric[] {
  return [
    gauge(
      'switchboard_webhook_last_timestamp_seconds',
      'When the last webhook was taken in.',
      heardAt === null ? [] : [{ value: heardAt / 1000 }],
    ),
    gauge(
      'switchboard_webhook_silent',
      '1 while webhooks tell nothing although there is something to tell.',
      [{ value: silentSince === null ? 0 : 1 }],
    ),
    gauge('switchboard_webhook_missed', 'Deliveries of the last 90 days that OpenPhone gave up.', [
      { value: missed },
    ]),
    gauge('switchboard_webhook_recovered', 'Of these, the ones whose record was fetched.', [
      { value: recovered },
    ]),
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
