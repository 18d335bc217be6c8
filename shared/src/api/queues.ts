/** Queues and gates: what waits, how fast it goes, when it will be done. */
import * as v from 'valibot'
import { LANES, STAGES, WORKED_STAGES } from '../kinds.ts'
import { Moment, operation } from './operation.ts'
import { StageState } from './stages.ts'

export const Range = v.picklist(['1h', '24h', '7d', '30d'], 'must be 1h, 24h, 7d or 30d')
export type Range = v.InferOutput<typeof Range>

const RANGE_QUERY = v.object({ range: v.optional(Range, '1h') })

export const Percentiles = v.object({
  p50: v.pipe(v.number(), v.description('Milliseconds.')),
  p95: v.number(),
  p99: v.number(),
  samples: v.pipe(v.number(), v.description('Under 20 these say little.')),
})
export type Percentiles = v.InferOutput<typeof Percentiles>

export const Settled = v.object({
  done: v.number(),
  unchanged: v.pipe(v.number(), v.description('Answered from what was kept: nothing new.')),
  retried: v.number(),
  failed: v.pipe(v.number(), v.description('Became dead letters.')),
  putOff: v.pipe(v.number(), v.description('Came too early, or found no slot at a gate.')),
  parked: v.number(),
})
export type Settled = v.InferOutput<typeof Settled>

export const DoneAt = v.object({
  state: v.pipe(
    v.picklist(['now', 'at', 'standing', 'unknown']),
    v.description('Nothing waits; done by `at`; it stands; the pace is not known.'),
  ),
  at: v.nullable(Moment),
  basis: v.pipe(
    v.nullable(v.picklist(['measured', 'gate'])),
    v.description('From the pace of the last ten minutes, or from what the gate grants.'),
  ),
})
export type DoneAt = v.InferOutput<typeof DoneAt>

export const QueueRow = v.object({
  name: v.string(),
  stage: v.picklist(WORKED_STAGES),
  lanes: v.pipe(
    v.array(v.picklist(LANES)),
    v.description('None: its dead-letter queue, which is worked at once.'),
  ),
  state: StageState,
  reason: v.optional(v.string()),
  backlog: v.nullable(v.pipe(v.number(), v.description('As the queue itself tells it, now.'))),
  bytes: v.nullable(v.number()),
  oldestAt: v.nullable(Moment),
  owed: v.pipe(v.number(), v.description('Records that this stage and lane owe.')),
  owedAtLeast: v.pipe(v.boolean(), v.description('Whether the count of the owed ends there.')),
  inPerMinute: v.nullable(v.number()),
  outPerMinute: v.number(),
  retriedShare: v.nullable(v.pipe(v.number(), v.description('Of the tries, 0 to 1.'))),
  failedShare: v.nullable(v.number()),
  settled: Settled,
  waiting: v.nullable(Percentiles),
  working: v.nullable(Percentiles),
  doneAt: DoneAt,
})
export type QueueRow = v.InferOutput<typeof QueueRow>

export const listQueues = operation({
  name: 'listQueues',
  method: 'GET',
  path: '/api/queues',
  summary: 'Every queue with its dead-letter queue: backlog, pace, times, when it will be done.',
  access: 'read',
  query: RANGE_QUERY,
  answer: v.object({ range: Range, items: v.array(QueueRow) }),
})

export const QueuePoint = v.object({
  at: Moment,
  settled: Settled,
  waiting: v.nullable(Percentiles),
  working: v.nullable(Percentiles),
  backlog: v.pipe(
    v.object({ live: v.nullable(v.number()), bulk: v.nullable(v.number()) }),
    v.description(
      'The most of the owed and the backlog, by lane; null: not sampled, or no such queue.',
    ),
  ),
})
export type QueuePoint = v.InferOutput<typeof QueuePoint>

export const readQueue = operation({
  name: 'readQueue',
  method: 'GET',
  path: '/api/queues/:name',
  summary: 'One queue over time; spans without a point had nothing to tell.',
  access: 'read',
  params: v.object({ name: v.string() }),
  query: RANGE_QUERY,
  answer: v.object({
    range: Range,
    queue: QueueRow,
    from: Moment,
    to: Moment,
    stepMs: v.pipe(v.number(), v.description('How long the span of a point is.')),
    points: v.array(QueuePoint),
    marks: v.array(v.object({ at: Moment, text: v.string() })),
  }),
})
export type QueueSeries = v.InferOutput<typeof readQueue.answer>

const ByLane = v.object({ live: v.number(), bulk: v.number() })

export const Gate = v.object({
  name: v.string(),
  label: v.pipe(v.string(), v.description('As people call it.')),
  open: v.pipe(v.boolean(), v.description('False: its setting is 0, nothing is counted.')),
  limit: v.nullable(v.object({ perWindow: v.number(), windowMs: v.number() })),
  perMinute: v.nullable(v.number()),
  granted: v.pipe(ByLane, v.description('In the last minute.')),
  waiting: v.pipe(ByLane, v.description('In line now.')),
  heldUntil: v.pipe(
    v.nullable(Moment),
    v.description('The outside system asked everybody to wait.'),
  ),
  parked: v.nullable(v.string()),
  needs: v.pipe(v.array(v.picklist(['sweep', ...STAGES])), v.description('Who sends through it.')),
  recent: v.pipe(
    v.array(v.object({ at: Moment, live: v.number(), bulk: v.number() })),
    v.description('Granted by minute, the last hour.'),
  ),
})
export type Gate = v.InferOutput<typeof Gate>

export const listGates = operation({
  name: 'listGates',
  method: 'GET',
  path: '/api/gates',
  summary: 'Every outside budget: its limit, its use, and who waits for it.',
  access: 'read',
  answer: v.object({ items: v.array(Gate) }),
})
