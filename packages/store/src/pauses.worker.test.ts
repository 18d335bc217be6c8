/** A stage that a person has paused: nothing is sent, nothing claimed, nothing lost. */
import { beforeEach, describe, expect, test } from 'vitest'
import { emptyDatabase, rowsOf } from '../test/database.ts'
import { planOf } from '../test/explain.ts'
import type { D1Database } from './d1.ts'
import { intakeStatements } from './intake.ts'
import { ledger } from './ledger.ts'
import { park, unparkOpen } from './parked.ts'
import { listPauses, pauseStage, resumeStage } from './pauses.ts'
import {
  countOwed,
  countWaiting,
  lastSampled,
  queueSampleStatements,
  sampleOfEach,
  waitingStatements,
} from './samples.ts'
import { LEASE_MS, dueRows, forgetQueues, markSent } from './work.ts'

const HOUR = 3_600_000
let db: D1Database
let now = 1_000_000

beforeEach(async () => {
  db = await emptyDatabase()
  now = 1_000_000
})

async function arrive(count: number, lane: 'live' | 'bulk' = 'bulk', prefix = 'AC'): Promise<void> {
  now += 10
  const listed = Array.from({ length: count }, (_, nth) => ({
    id: `${prefix}${nth}`,
    version: now,
    hash: `h${now}`,
    body: '{}',
    occurredAt: 1,
  }))
  await db.batch(intakeStatements(db, 'call', listed, { lane, cause: 'backfill', runId: 'r' }, now))
}

const due = async () => (await dueRows(db, { before: now }, now, 1000)).map(({ id }) => id)
const pause = () =>
  pauseStage(db, { stage: 'enrich', reason: 'too many', actor: 'Dana', since: now })

async function claim(ids: string[], token = 't'): Promise<string[]> {
  const keys = ids.map((id) => ({ kind: 'call' as const, id }))
  const request = { stage: 'enrich', keys, token, now, alone: false } as const
  return (await ledger(db).claim(request, [])).claims.map(({ id }) => id)
}

const rows = () =>
  rowsOf<{ id: string; parked_on: string | null; due_at: number; token: string | null }>(
    db,
    `SELECT id, parked_on, due_at, token FROM work WHERE stage = 'enrich' ORDER BY id`,
  )

describe('a paused stage', () => {
  test('is sent nothing, neither by time nor by record', async () => {
    await arrive(2)
    await pause()
    expect(await due()).toEqual([])
    const keys = [{ kind: 'call', id: 'AC0' } as const]
    expect(await dueRows(db, { keys }, now, 10)).toEqual([])
  })

  test('keeps what arrives from its queue owed, and claims none of it', async () => {
    await arrive(2)
    await markSent(db, await dueRows(db, { before: now }, now, 10), now)
    await pause()
    now += 1000
    expect(await claim(['AC0', 'AC1'])).toEqual([])
    expect(await rows()).toEqual([
      { id: 'AC0', parked_on: 'stage:enrich', due_at: now, token: null },
      { id: 'AC1', parked_on: 'stage:enrich', due_at: now, token: null },
    ])
  })

  test('leaves to its holder what is being worked, and takes what a dead one held', async () => {
    await arrive(1)
    await claim(['AC0'], 'holder')
    await pause()
    expect(await claim(['AC0'])).toEqual([])
    expect(await rows()).toMatchObject([{ parked_on: null, token: 'holder' }])
    now += LEASE_MS + 1
    expect(await claim(['AC0'])).toEqual([])
    expect(await rows()).toMatchObject([{ parked_on: 'stage:enrich', token: null }])
  })

  test('is not let go by what opens systems, nor by a local start', async () => {
    await arrive(1)
    await pause()
    await claim(['AC0'])
    await unparkOpen(db)
    await forgetQueues(db, now, { createMs: 0, updateMs: 0 })
    expect(await due()).toEqual([])
    expect(await rows()).toMatchObject([{ parked_on: 'stage:enrich' }])
    expect(await listPauses(db)).toMatchObject([{ stage: 'enrich', actor: 'Dana' }])
  })

  test('a row that was parked while it was being sent is not marked sent', async () => {
    await arrive(1)
    const [row] = await dueRows(db, { before: now }, now, 10)
    await pause()
    await claim(['AC0']) // at the very time at which it was due
    await markSent(db, [row!], now)
    expect(await rows()).toMatchObject([{ due_at: now, parked_on: 'stage:enrich' }])
  })

  test('keeps its first reason', async () => {
    expect(await pause()).toBe(true)
    expect(await pauseStage(db, { stage: 'enrich', reason: null, actor: 'Bo', since: 5 })).toBe(
      false,
    )
    expect(await listPauses(db)).toMatchObject([{ reason: 'too many', actor: 'Dana' }])
  })
})

describe('a stage that goes on', () => {
  test('sends ten rows first, live before bulk, then all', async () => {
    await arrive(15)
    await arrive(3, 'live', 'LIVE')
    await markSent(db, await dueRows(db, { before: now }, now, 1000), now)
    await pause()
    await claim((await rows()).map(({ id }) => id))
    now += HOUR
    const first = await resumeStage(db, 'enrich', now)
    expect(first).toHaveLength(10)
    expect(
      first!
        .slice(0, 3)
        .map(({ id }) => id)
        .toSorted(),
    ).toEqual(['LIVE0', 'LIVE1', 'LIVE2'])
    expect(await due()).toHaveLength(10)
    await unparkOpen(db)
    expect(await due()).toHaveLength(18)
  })

  test('tells of rows that never left D1 too, but of ten only', async () => {
    await pause()
    await arrive(15)
    expect(await resumeStage(db, 'enrich', now)).toHaveLength(10)
  })

  test('leaves parked what waits for a system', async () => {
    await arrive(1)
    await park(db, { scope: 'openphone', reason: 'out', until: null }, now)
    await db.prepare(`UPDATE work SET parked_on = 'openphone'`).run()
    await pause()
    expect(await resumeStage(db, 'enrich', now)).toEqual([])
    expect(await rows()).toMatchObject([{ parked_on: 'openphone' }])
  })

  test('that was not paused says so', async () => {
    expect(await resumeStage(db, 'enrich', now)).toBeNull()
  })
})

describe('what waits', () => {
  test('is counted by stage and lane, and by what it waits for', async () => {
    await arrive(3)
    await arrive(2, 'live', 'LIVE')
    await pause()
    await claim(['AC0', 'LIVE0'])
    const owed = (await countOwed(db)).filter((row) => row.owed > 0)
    expect(owed).toEqual([
      { stage: 'enrich', lane: 'live', owed: 1 },
      { stage: 'enrich', lane: 'bulk', owed: 2 },
    ])
    expect(await countOwed(db, 1)).toContainEqual({ stage: 'enrich', lane: 'bulk', owed: 1 })
    const waiting = await countWaiting(db, ['stage:enrich', 'notion'])
    expect(waiting.toSorted((a, b) => (a.lane < b.lane ? -1 : 1))).toEqual([
      { on: 'stage:enrich', stage: 'enrich', lane: 'bulk', waiting: 1 },
      { on: 'stage:enrich', stage: 'enrich', lane: 'live', waiting: 1 },
    ])
    await db.batch(waitingStatements(db, [{ on: 'stage:enrich', waiting: 5 }]))
    expect(await listPauses(db)).toMatchObject([{ waiting: 5 }])
  })

  test('a sample taken twice in a minute keeps the most', async () => {
    const sample = { queue: 'enrich', backlog: 5, bytes: 50, oldestAt: 7, owed: 9 }
    await db.batch(queueSampleStatements(db, [sample], HOUR))
    const less = { ...sample, backlog: 2, oldestAt: null }
    await db.batch(queueSampleStatements(db, [less], HOUR + 1))
    expect(await lastSampled(db, 'enrich')).toBe(HOUR)
    expect(await sampleOfEach(db, 'last', 'minute', ['enrich', 'reconcile'], 0)).toEqual([
      { ...sample, at: HOUR, oldestAt: null },
    ])
  })
})

test('no statement of it reads a whole table', async () => {
  const steps = await planOf(db, async (recording) => {
    await resumeStage(recording, 'enrich', now)
    await countOwed(recording, 100)
    await countWaiting(recording, ['notion'], 100)
    queueSampleStatements(recording, [], now)
    await sampleOfEach(recording, 'first', 'minute', ['enrich'], 0)
    await dueRows(recording, { before: now }, now, 10)
  })
  const whole = steps.filter((step) => /^SCAN (work|queue_samples|s)\b/.test(step))
  expect(whole.filter((step) => !step.includes('VIRTUAL TABLE'))).toEqual([])
  expect(steps).toContainEqual(
    'SEARCH work USING INDEX work_due (stage=? AND lane=? AND due_at>? AND due_at<?)',
  )
})
