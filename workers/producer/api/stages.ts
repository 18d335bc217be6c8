/** Stages: what runs and what stands; pause, resume, probe. */
import { listStages, pauseStage, probeScope, resumeStage } from '@switchboard/shared/api/stages'
import type { ParkedScope, Stage } from '@switchboard/shared/api/stages'
import { moment } from '@switchboard/shared/api/operation'
import { sendOwed } from '@switchboard/consumer/send-owed'
import { WORKED_STAGES } from '@switchboard/shared/kinds'
import type { RecordKey, WorkedStage } from '@switchboard/shared/kinds'
import { listAdoptions } from '@switchboard/store/adoptions'
import { countProbe, listParked, reopen } from '@switchboard/store/parked'
import type { Parked } from '@switchboard/store/parked'
import {
  listPauses,
  pauseOf,
  pauseStage as pause,
  resumeStage as resume,
} from '@switchboard/store/pauses'
import type { PausedStage } from '@switchboard/store/pauses'
import { countOwed, countWaiting } from '@switchboard/store/samples'
import { sendSweeps } from '../sweep/backfill.ts'
import { whySilent } from '../minute.ts'
import { open } from '../ports.ts'
import type { Env } from '../ports.ts'
import { Refused } from '../door/problem.ts'
import { cureOf, nameOf, stagesOf, closedStages } from '../monitoring/closed-stages.ts'
import type { ClosedStage } from '../monitoring/closed-stages.ts'
import { route } from './route.ts'

/** So many rows are counted for an answer; where there are more, the minute cron's count is told. */
export const MOST_COUNTED = 300

export const STAGE_ROUTES = [
  route(listStages, ({ env }) => allStages(env)),

  route(pauseStage, async ({ params: { name }, body: { reason }, env, actor }) => {
    await pause(env.DB, {
      stage: name,
      reason: reason === undefined || reason === '' ? null : reason,
      actor: actor?.name ?? 'the admin token',
      since: Date.now(),
    })
    return oneStage(env, name)
  }),

  route(resumeStage, async ({ params: { name }, env }) => {
    const ports = open(env)
    const first = await resume(env.DB, name, ports.now())
    if (first === null) throw new Refused(409, `${name} is not paused.`)
    if (name === 'sweep') await sendSweeps(ports)
    else await sendFirst(ports, first)
    return oneStage(env, name)
  }),

  route(probeScope, async ({ params: { scope }, env }) => {
    const ports = open(env)
    const parked = (await listParked(env.DB)).find((one) => one.scope === scope)
    if (parked === undefined) throw new Refused(404, `Nothing of that name is parked: ${scope}.`)
    const adopting = await listAdoptions(env.DB)
    if (adopting.some((kind) => scope === `notion:${kind}`))
      return { scope, answers: false, reason: parked.reason } // its pages are looked up first
    await countProbe(env.DB, parked.scope, ports.now())
    const refused = await whySilent(ports, parked.scope)
    if (refused !== null) return { scope, answers: false, reason: refused }
    await reopen(env.DB, parked.scope)
    await sendSweeps(ports)
    await sendOwed(ports.ledger, ports.queues, { before: ports.now() }, ports.now)
    return { scope, answers: true }
  }),
]

async function sendFirst(ports: ReturnType<typeof open>, keys: RecordKey[]): Promise<void> {
  if (keys.length > 0) await sendOwed(ports.ledger, ports.queues, { keys }, ports.now)
}

async function oneStage(env: Env, name: WorkedStage): Promise<Stage> {
  const found = (await allStages(env)).items.find((stage) => stage.name === name)
  if (found === undefined) throw new Error(`${name} is no stage`)
  return found
}

async function allStages(env: Env): Promise<{ items: Stage[]; parked: ParkedScope[] }> {
  const [parked, pauses] = await Promise.all([listParked(env.DB), listPauses(env.DB)])
  const closed = closedStages(parked, pauses)
  const counts = await countStanding(env, parked, pauses)
  return {
    items: WORKED_STAGES.map((name) => told(name, closed.get(name), counts)),
    parked: parked.map((one) => ({
      scope: one.scope,
      name: nameOf(one.scope),
      reason: one.reason,
      cure: cureOf(one),
      since: moment(one.since),
      until: moment(one.until),
      probes: one.probes,
      stages: stagesOf(one.scope),
      ...counts.of(one.scope),
    })),
  }
}

function told(name: WorkedStage, closed: ClosedStage | undefined, counts: Counts): Stage {
  if (closed === undefined) return { name, state: 'running' }
  const { pause: paused, parked } = closed
  if (paused !== null)
    return {
      name,
      state: 'paused',
      reason: paused.reason ?? `paused by ${paused.actor}`,
      cure: 'Resume it.',
      since: moment(paused.since),
      by: paused.actor,
      ...counts.of(pauseOf(name)),
    }
  const [first] = parked
  if (first === undefined) return { name, state: 'running' }
  return {
    name,
    state: 'parked',
    reason: parked.map(({ reason }) => reason).join('; '),
    cure: cureOf(first),
    since: moment(first.since),
    ...counts.of(first.scope),
  }
}

interface Counts {
  of(on: string): { waiting: number; atLeast: boolean }
}

/** How many rows wait for each: counted where they are few, else as the minute cron counted them. */
async function countStanding(env: Env, parked: Parked[], pauses: PausedStage[]): Promise<Counts> {
  const known = new Map<string, number>([
    ...parked.map(({ scope, waiting }) => [scope, waiting] as const),
    ...pauses.map(({ stage, waiting }) => [pauseOf(stage), waiting] as const),
  ])
  if (known.size === 0) return { of: () => ({ waiting: 0, atLeast: false }) }
  const [waiting, owed] = await Promise.all([
    countWaiting(
      env.DB,
      [...parked.map(({ scope }) => scope), ...pauses.map(({ stage }) => pauseOf(stage))],
      MOST_COUNTED,
    ),
    pauses.length === 0 ? [] : countOwed(env.DB, MOST_COUNTED),
  ])
  const live = new Map<string, number>()
  const ends = new Set<string>() // where a count ended before all were counted
  const add = (on: string, count: number) => {
    if (count >= MOST_COUNTED) ends.add(on)
    live.set(on, (live.get(on) ?? 0) + count)
  }
  for (const row of waiting) add(row.on, row.waiting)
  for (const row of owed) add(pauseOf(row.stage), row.owed)
  for (const [on, count] of live) if (count >= MOST_COUNTED) ends.add(on)
  return {
    of(on) {
      const counted = live.get(on) ?? 0
      if (!ends.has(on)) return { waiting: counted, atLeast: false }
      const last = known.get(on) ?? 0
      return last > counted
        ? { waiting: last, atLeast: false }
        : { waiting: counted, atLeast: true }
    },
  }
}
