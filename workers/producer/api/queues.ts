/** Queues and gates: what waits, how fast it goes, when it will be done. */
import { moment } from '@switchboard/shared/api/operation'
import { listGates, listQueues, readQueue } from '@switchboard/shared/api/queues'
import type { Gate, QueueRow, Range } from '@switchboard/shared/api/queues'
import type { Lane, WorkedStage } from '@switchboard/shared/kinds'
import { LANES } from '@switchboard/shared/kinds'
import { queueName } from '@switchboard/shared/queue-message'
import { listParked } from '@switchboard/store/parked'
import { listPauses, pauseOf } from '@switchboard/store/pauses'
import { listRuns } from '@switchboard/store/runs'
import {
  countOwed,
  countWaiting,
  gateSamplesSince,
  sampleOfEach,
  samplesSince,
} from '@switchboard/store/samples'
import type { GateSample } from '@switchboard/store/samples'
import { SPANS, statisticsSince } from '@switchboard/store/statistics'
import type { Statistics } from '@switchboard/store/statistics'
import { doneAt } from '../monitoring/done-at.ts'
import { budgetsOf, gateStates, perMinute } from '../monitoring/gates.ts'
import type { Budget } from '../monitoring/gates.ts'
import type { Env } from '../ports.ts'
import { Refused } from '../door/problem.ts'
import {
  RANGES,
  beginOf,
  finished,
  percentilesOf,
  pointsOf,
  shares,
  sumOf,
} from '../monitoring/queue-figures.ts'
import { QUEUES, backlogs } from '../monitoring/queue-list.ts'
import type { Backlog, ListedQueue } from '../monitoring/queue-list.ts'
import { nameOf, closedStages } from '../monitoring/closed-stages.ts'
import type { ClosedStage } from '../monitoring/closed-stages.ts'
import { route } from './route.ts'
import { MOST_COUNTED } from './stages.ts'

const MINUTE_MS = SPANS.minute
const PACE_MS = 10 * MINUTE_MS
const MOST_RUNS = 50
/** What a record costs at the gate that its stage waits for most: about one request. */
const WAITS_FOR: Partial<Record<WorkedStage, Budget['name']>> = {
  enrich: 'workers-ai',
  vectorize: 'workers-ai',
  reconcile: 'notion',
  archive: 'openphone',
}
/** A gate's spacing leaves a little of each window. */
const GRANTED_SHARE = 0.9

export const QUEUE_ROUTES = [
  route(listQueues, async ({ query: { range }, env }) => ({
    range,
    items: await queueRows(env, range, Date.now()),
  })),

  route(readQueue, async ({ params: { name }, query: { range }, env }) => {
    const now = Date.now()
    const queue = QUEUES.find((one) => one.name === name)
    if (queue === undefined) throw new Refused(404, `There is no queue ${name}.`)
    const rows = await queueRows(env, range, now)
    const { points, samples, stepMs } = RANGES[range]
    const from = beginOf(range, now, stepMs)
    const { stage } = queue
    const [statistics, waited, runs] = await Promise.all([
      queue.lanes.length === 0
        ? []
        : statisticsSince(env.DB, points, from, { stages: [stage], lanes: queue.lanes }),
      samplesSince(env.DB, samples, queuesBeside(queue), from),
      listRuns(env.DB, MOST_RUNS),
    ])
    const live = stage === 'sweep' ? null : queueName(stage, 'live')
    const both = queue.lanes.length === LANES.length || queue.lanes.length === 0
    return {
      range,
      queue: rows.find((row) => row.name === name)!,
      from: moment(from),
      to: moment(now - (now % stepMs)),
      stepMs,
      points: pointsOf(
        statistics,
        {
          live: both ? [] : waited.filter((sample) => sample.queue === live),
          bulk: both ? waited : waited.filter((sample) => sample.queue !== live),
        },
        stepMs,
      ),
      marks: [
        ...runs
          .filter(({ startedAt }) => startedAt >= from)
          .map(({ startedAt }) => ({ at: moment(startedAt), text: 'backfill started' })),
        ...(await marksOf(env, stage, from)),
      ],
    }
  }),

  route(listGates, async ({ env }) => {
    const budgets = budgetsOf(env)
    const [states, recent, parked] = await Promise.all([
      gateStates(env.GATE, budgets),
      gateSamplesSince(
        env.DB,
        budgets.map(({ name }) => name),
        Date.now() - SPANS.hour,
      ),
      listParked(env.DB),
    ])
    const reasons = new Map(parked.map(({ scope, reason }) => [scope, reason]))
    return {
      items: budgets.map((budget, nth): Gate => {
        const state = states[nth] ?? null
        const held = state === null || state.holdUntil <= Date.now() ? null : state.holdUntil
        const { rate } = budget
        return {
          name: budget.name,
          label: nameOf(budget.name),
          open: rate !== null,
          limit: rate,
          perMinute: rate === null ? null : perMinute(rate),
          granted: state?.grantedLastMinute ?? { live: 0, bulk: 0 },
          waiting: state?.waiting ?? { live: 0, bulk: 0 },
          heldUntil: moment(held),
          parked: reasons.get(budget.name) ?? null,
          needs: [...budget.needs],
          recent: recent
            .filter(({ gate }) => gate === budget.name)
            .map(({ at, live, bulk }) => ({ at: moment(at), live, bulk })),
        }
      }),
    }
  }),
]

/** The queues of both lanes of its stage: a chart shows who passes whom. */
function queuesBeside({ name, stage, lanes }: ListedQueue): string[] {
  if (stage === 'sweep' || lanes.length === 0) return [name]
  return [...new Set(LANES.map((lane) => queueName(stage, lane)))]
}

async function marksOf(env: Env, stage: WorkedStage, from: number) {
  const closed = closedStages(await listParked(env.DB), await listPauses(env.DB)).get(stage)
  if (closed === undefined) return []
  const { pause, parked } = closed
  return [
    ...(pause === null ? [] : [{ since: pause.since, text: `paused by ${pause.actor}` }]),
    ...parked.map(({ scope, since }) => ({ since, text: `${nameOf(scope)} parked` })),
  ]
    .filter(({ since }) => since >= from)
    .map(({ since, text }) => ({ at: moment(since), text }))
}

/** What is known of every queue over a range. */
async function queueRows(env: Env, range: Range, now: number): Promise<QueueRow[]> {
  const { sum } = RANGES[range]
  const from = beginOf(range, now, SPANS[sum])
  const budgets = budgetsOf(env)
  const names = QUEUES.map(({ name }) => name)
  const [parked, pauses] = await Promise.all([listParked(env.DB), listPauses(env.DB)])
  const on = [...parked.map(({ scope }) => scope), ...pauses.map(({ stage }) => pauseOf(stage))]
  const [told, owed, waiting, summed, minutes, granted, first, last] = await Promise.all([
    backlogs(env),
    countOwed(env.DB, MOST_COUNTED),
    countWaiting(env.DB, on, MOST_COUNTED),
    statisticsSince(env.DB, sum, from),
    statisticsSince(env.DB, 'minute', now - PACE_MS - MINUTE_MS),
    gateSamplesSince(
      env.DB,
      budgets.map(({ name }) => name),
      now - PACE_MS,
    ),
    sampleOfEach(env.DB, 'first', RANGES[range].samples, names, from),
    sampleOfEach(env.DB, 'last', 'minute', names, now - PACE_MS),
  ])
  const facts: Facts = {
    range: { from, now },
    summed,
    minutes,
    gates: gatesLeave(budgets, granted),
    owedAtFirst: new Map(first.map((sample) => [sample.queue, sample.owed])),
    owedAtLast: new Map(last.map((sample) => [sample.queue, sample.owed])),
    counts: [
      ...owed.map((row) => ({ ...row, count: row.owed })),
      ...waiting.map((row) => ({ ...row, count: row.waiting })),
    ],
  }
  const closed = closedStages(parked, pauses)
  return QUEUES.map((queue, nth) => rowOf(queue, told[nth] ?? null, closed.get(queue.stage), facts))
}

interface Facts {
  range: { from: number; now: number }
  summed: Statistics[]
  minutes: Statistics[]
  gates: Map<Budget['name'], Record<Lane, number>>
  owedAtFirst: Map<string, number>
  owedAtLast: Map<string, number>
  counts: { stage: string; lane: Lane; count: number }[]
}

function rowOf(
  queue: ListedQueue,
  told: Backlog | null,
  closed: ClosedStage | undefined,
  facts: Facts,
): QueueRow {
  const { name, stage, lanes } = queue
  const isOf = (row: { stage: string; lane: Lane }) =>
    row.stage === stage && lanes.includes(row.lane)
  const { settled, waited, worked } = sumOf(facts.summed.filter(isOf))
  const { from, now } = facts.range
  const perMinuteOf = (count: number) => Math.round((count / (now - from)) * MINUTE_MS * 100) / 100
  const { owed, atLeast } = owedOf(facts.counts.filter(isOf), facts.owedAtLast.get(name) ?? 0)
  const atFirst = facts.owedAtFirst.get(name)
  const came = atFirst === undefined ? null : finished(settled) + owed - atFirst
  const { retried, failed } = shares(settled)
  const isLetters = lanes.length === 0
  const estimate = doneAt(
    {
      owed: isLetters || stage === 'sweep' ? (told?.backlog ?? 0) : owed,
      closed: closed !== undefined && !isLetters,
      minutes: facts.minutes.filter(isOf).map((row) => ({
        at: row.at,
        settled: finished(sumOf([row]).settled),
      })),
      gatePerMinute: gateFor(queue, facts.gates),
    },
    now,
  )
  const reason = isLetters ? undefined : reasonOf(closed)
  return {
    name,
    stage,
    lanes: [...lanes],
    state: isLetters ? 'running' : (closed?.state ?? 'running'),
    ...(reason === undefined ? {} : { reason }),
    backlog: told?.backlog ?? null,
    bytes: told?.bytes ?? null,
    oldestAt: moment(told?.oldestAt ?? null),
    owed,
    owedAtLeast: atLeast,
    inPerMinute: came === null || isLetters ? null : perMinuteOf(Math.max(0, came)),
    outPerMinute: perMinuteOf(finished(settled)),
    retriedShare: retried,
    failedShare: failed,
    settled,
    waiting: percentilesOf(waited),
    working: percentilesOf(worked),
    doneAt: { ...estimate, at: moment(estimate.at) },
  }
}

/** Counted where they are few, else as the minute cron last counted them. */
function owedOf(
  counts: readonly { count: number }[],
  atLast: number,
): { owed: number; atLeast: boolean } {
  const counted = counts.reduce((sum, { count }) => sum + count, 0)
  if (counts.every(({ count }) => count < MOST_COUNTED)) return { owed: counted, atLeast: false }
  return atLast > counted ? { owed: atLast, atLeast: false } : { owed: counted, atLeast: true }
}

function reasonOf(closed: ClosedStage | undefined): string | undefined {
  if (closed === undefined) return undefined
  const { pause, parked } = closed
  if (pause !== null) return pause.reason ?? `paused by ${pause.actor}`
  return parked[0]?.reason
}

/** What each gate leaves a lane, a minute: live is granted first. */
function gatesLeave(
  budgets: readonly Budget[],
  granted: readonly GateSample[],
): Map<Budget['name'], Record<Lane, number>> {
  const byGate = Map.groupBy(granted, ({ gate }) => gate)
  return new Map(
    budgets.flatMap(({ name, rate }) => {
      if (rate === null) return []
      const all = perMinute(rate) * GRANTED_SHARE
      const samples = byGate.get(name) ?? []
      const live =
        samples.reduce((sum, sample) => sum + sample.live, 0) / Math.max(1, samples.length)
      return [[name, { live: all, bulk: Math.max(0, all - live) }] as const]
    }),
  )
}

function gateFor(
  { stage, lanes }: ListedQueue,
  gates: Map<Budget['name'], Record<Lane, number>>,
): number | null {
  const waitsFor = WAITS_FOR[stage]
  if (waitsFor === undefined || lanes.length === 0) return null
  return gates.get(waitsFor)?.[lanes.includes('bulk') ? 'bulk' : 'live'] ?? null
}
