/**
 * What the minute cron notes for the operator's page: what the stages did, what waits in the queues,
 * what the gates granted (docs/protocols.md#statistics). Where a queue or gate does not answer, its
 * minute stays a gap: nothing else depends on it.
 */
import { log } from '@switchboard/shared/log'
import { queueName } from '@switchboard/shared/queue-message'
import { toFailure } from '@switchboard/shared/failure'
import { listParked } from '@switchboard/store/parked'
import { listPauses, pauseOf } from '@switchboard/store/pauses'
import {
  countOwed,
  countWaiting,
  gateSampleStatements,
  lastSampled,
  queueSampleStatements,
  waitingStatements,
} from '@switchboard/store/samples'
import type { GateSample } from '@switchboard/store/samples'
import { rollUp } from '@switchboard/store/statistics'
import { budgetsOf, gateStates } from './gates.ts'
import { QUEUES, backlogs } from './queue-list.ts'
import type { Env } from '../ports.ts'

const MINUTE_MS = 60_000

/** Never throws: figures are missing then, and the next minute takes them. */
export async function takeSamples(env: Env, now: number): Promise<void> {
  try {
    // Its own samples say when it last looked, so they come after the roll-up.
    await rollUp(env.DB, await lastSampled(env.DB, QUEUES[0].name), now)
    const [queues, gates] = await Promise.all([sampleQueues(env, now), sampleGates(env, now)])
    await env.DB.batch([...queues, ...gates])
  } catch (error) {
    log.error('samples.failed', {
      failure: toFailure(error).kind,
      error: error instanceof Error ? error.message : String(error),
    })
  }
}

async function sampleQueues(env: Env, now: number): Promise<D1PreparedStatement[]> {
  const [parked, pauses, owed, told] = await Promise.all([
    listParked(env.DB),
    listPauses(env.DB),
    countOwed(env.DB),
    backlogs(env),
  ])
  const waiting = await countWaiting(env.DB, [
    ...parked.map(({ scope }) => scope),
    ...pauses.map(({ stage }) => pauseOf(stage)),
  ])
  const all = [
    ...owed.map(({ stage, lane, owed: count }) => ({ stage, lane, count, on: null })),
    ...waiting.map(({ stage, lane, waiting: count, on }) => ({ stage, lane, count, on })),
  ]
  const byQueue = Map.groupBy(all, ({ stage, lane }): string => queueName(stage, lane))
  const samples = told
    .filter((one) => one !== null)
    .map((one) => ({ ...one, owed: sum(byQueue.get(one.queue) ?? []) }))
  return [
    ...queueSampleStatements(env.DB, samples, now),
    ...waitingStatements(env.DB, [
      ...parked.map(({ scope }) => ({
        on: scope,
        waiting: sum(all.filter(({ on }) => on === scope)),
      })),
      ...pauses.map(({ stage }) => ({
        on: pauseOf(stage),
        waiting: sum(all.filter((row) => row.stage === stage)),
      })),
    ]),
  ]
}

function sum(rows: { count: number }[]): number {
  return rows.reduce((total, { count }) => total + count, 0)
}

async function sampleGates(env: Env, now: number): Promise<D1PreparedStatement[]> {
  const budgets = budgetsOf(env)
  const states = await gateStates(env.GATE, budgets)
  const samples = budgets.flatMap(({ name }, nth): GateSample[] => {
    const state = states[nth] ?? null
    if (state === null) return []
    const at = now - (now % MINUTE_MS)
    const minutes = state.minutes.some((minute) => minute.at === at)
      ? state.minutes
      : [...state.minutes, { at, live: 0, bulk: 0 }]
    return minutes.map((minute) => ({
      gate: name,
      ...minute,
      waitingLive: minute.at === at ? state.waiting.live : 0,
      waitingBulk: minute.at === at ? state.waiting.bulk : 0,
    }))
  })
  return gateSampleStatements(env.DB, samples, now)
}
