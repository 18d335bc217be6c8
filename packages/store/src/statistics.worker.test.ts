/** Statistics add up: of a minute, of an hour, of all time; and rolling them up again changes nothing. */
import { beforeEach, expect, test } from 'vitest'
import { emptyDatabase, rowsOf } from '../test/database.ts'
import { planOf } from '../test/explain.ts'
import type { D1Database } from './d1.ts'
import { eventsStatement } from './events.ts'
import type { StageEvent } from './events.ts'
import { addTo, bucketOf, countUpTo, percentile, readCounts, sizeOf } from './histogram.ts'
import type { Histogram } from './histogram.ts'
import {
  countPageStatement,
  rollUp as rollUpSince,
  statisticsEver,
  statisticsSince,
} from './statistics.ts'
import type { Span } from './statistics.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const NOON = Date.parse('2026-11-24T12:00:00Z')
let db: D1Database

beforeEach(async () => {
  db = await emptyDatabase()
  rolledAt = null
})

async function happened(at: number, ...events: Partial<StageEvent>[]): Promise<void> {
  const whole = events.map((event, nth): StageEvent => ({
    stage: 'enrich',
    kind: 'call',
    id: `AC${nth}`,
    runId: null,
    lane: 'bulk',
    attempt: 1,
    outcome: 'done',
    waitedMs: 100,
    workedMs: 10,
    error: null,
    ...event,
  }))
  await eventsStatement(db, whole, at).run()
}

/** As the minute cron does it. */
let rolledAt: number | null = null
async function rollUp(to: D1Database, now: number): Promise<void> {
  await rollUpSince(to, rolledAt, now)
  rolledAt = now
}

async function counted(span: Span, since = 0): Promise<Record<string, number>> {
  return summed(await statisticsSince(db, span, since))
}

function summed(rows: { stage: string; lane: string; counts: string }[]): Record<string, number> {
  const sums: Record<string, number> = {}
  for (const { stage, lane, counts } of rows)
    for (const [name, count] of readCounts(counts)) {
      const key = `${stage} ${lane} ${name}`
      sums[key] = (sums[key] ?? 0) + count
    }
  return sums
}

test('events are counted by stage, lane, kind and outcome, in every span', async () => {
  await happened(NOON - 30 * MINUTE, {}, { kind: 'mail' }, { outcome: 'deadLetter' })
  await happened(NOON - MINUTE, {}, { lane: 'live', stage: 'reconcile' }, { outcome: 'putOff' })
  await rollUp(db, NOON)
  const all = {
    'enrich bulk call.done': 2,
    'enrich bulk mail.done': 1,
    'enrich bulk call.deadLetter': 1,
    'enrich bulk call.putOff': 1,
    'reconcile live call.done': 1,
  }
  for (const span of ['minute', 'ten', 'hour', 'day'] as const)
    expect(await counted(span), span).toEqual(all)
  expect(summed(await statisticsEver(db))).toEqual(all)
  expect(await counted('minute', NOON - 5 * MINUTE)).toEqual({
    'enrich bulk call.done': 1,
    'enrich bulk call.putOff': 1,
    'reconcile live call.done': 1,
  })
})

test('rolling up again changes nothing, and late events are counted', async () => {
  await happened(NOON - 2 * MINUTE, {}, {})
  await rollUp(db, NOON)
  const rows = await rowsOf(db, `SELECT * FROM stage_statistics`)
  await rollUp(db, NOON)
  expect(await rowsOf(db, `SELECT * FROM stage_statistics`)).toEqual(rows)
  await happened(NOON - 2 * MINUTE, {})
  await rollUp(db, NOON + MINUTE)
  for (const span of ['minute', 'ten', 'hour', 'day'] as const)
    expect(await counted(span), span).toEqual({ 'enrich bulk call.done': 3 })
})

test('a cron that was away for hours catches up', async () => {
  await rollUp(db, NOON - 10 * 60 * MINUTE)
  for (let minute = 0; minute < 9 * 60; minute += 20) await happened(NOON - minute * MINUTE, {})
  await rollUp(db, NOON)
  for (const span of ['minute', 'ten', 'hour', 'day'] as const)
    expect(await counted(span), span).toEqual({ 'enrich bulk call.done': 27 })
})

test('a histogram of many minutes is that of all their records', async () => {
  const waits = Array.from({ length: 400 }, (_, nth) => Math.round(2 ** (nth / 25)))
  for (const [nth, waitedMs] of waits.entries())
    await happened(NOON - (nth % 50) * MINUTE, { waitedMs, workedMs: nth })
  await happened(NOON, { outcome: 'gone', waitedMs: 1_000_000 }, { outcome: 'park', workedMs: 9e6 })
  await rollUp(db, NOON + 1)
  const sorted = waits.toSorted((a, b) => a - b)
  for (const span of ['minute', 'hour', 'day'] as const) {
    const merged: Histogram = new Map()
    for (const { waited } of await statisticsSince(db, span, 0)) addTo(merged, waited)
    expect(sizeOf(merged), span).toBe(400)
    for (const share of [0.5, 0.95, 0.99]) {
      const exact = sorted[Math.ceil(share * 400) - 1]!
      const found = percentile(merged, share)!
      expect(
        Math.abs(found / exact - 1),
        `${span} p${share * 100}: ${found}, ${exact}`,
      ).toBeLessThan(0.1)
    }
    const quick = sorted.filter((ms) => bucketOf(ms) <= 40).length
    expect(countUpTo(merged, 32)).toBe(quick)
  }
  expect((await statisticsSince(db, 'day', 0))[0]).toMatchObject({
    waitedMs: waits.reduce((sum, ms) => sum + ms, 0),
    workedMs: (399 * 400) / 2,
  })
})

test('SQL and we agree in which bucket a duration is', async () => {
  const waits = [0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 1000, 1024, 86_400_000]
  await happened(NOON, ...waits.map((waitedMs) => ({ waitedMs })))
  await rollUp(db, NOON)
  const merged: Histogram = new Map()
  for (const { waited } of await statisticsSince(db, 'minute', 0)) addTo(merged, waited)
  expect([...merged.keys()].toSorted((a, b) => a - b)).toEqual([...new Set(waits.map(bucketOf))])
})

test('pages of listings are counted as they are read', async () => {
  const page = { sweep: 'call', outcome: 'done', waitedMs: 20, workedMs: 900 } as const
  await countPageStatement(db, page, NOON).run()
  await countPageStatement(db, { ...page, waitedMs: 5000 }, NOON + 1).run()
  await countPageStatement(db, { ...page, outcome: 'retry' }, NOON + 2).run()
  await rollUp(db, NOON + MINUTE)
  const sums = { 'sweep bulk call.done': 2, 'sweep bulk call.retry': 1 }
  expect(await counted('minute')).toEqual(sums)
  expect(await counted('day')).toEqual(sums)
  const [row] = await statisticsSince(db, 'minute', 0)
  expect(row).toMatchObject({ waitedMs: 5040, workedMs: 2700 })
  const waited: Histogram = new Map()
  addTo(waited, row?.waited ?? '{}')
  expect([waited.get(bucketOf(20)), waited.get(bucketOf(5000)), waited.size]).toEqual([2, 1, 2])
})

test('what is old goes, and what ever happened never falls', async () => {
  let now = NOON
  let total = 0
  for (let day = 0; day < 100; day += 9) {
    now = NOON + day * DAY
    await happened(now - MINUTE, {}, { lane: 'live' })
    total += 2
    await rollUp(db, now)
    const ever = summed(await statisticsEver(db))
    expect(ever['enrich bulk call.done']! + ever['enrich live call.done']!).toBe(total)
  }
  const kept = await rowsOf<{ span: string; oldest: number; count: number }>(
    db,
    `SELECT span, min(at) AS oldest, count(*) AS count FROM stage_statistics GROUP BY span`,
  )
  const oldest = Object.fromEntries(kept.map((row) => [row.span, now - row.oldest]))
  expect(oldest['minute']).toBeLessThan(3 * DAY)
  expect(oldest['hour']).toBeLessThan(42 * DAY)
  expect(oldest['day']).toBeLessThan(42 * DAY)
  expect(kept.find(({ span }) => span === 'ever')?.count).toBe(2)
})

test('no statement of it reads a whole table', async () => {
  const steps = await planOf(db, async (recording) => {
    await rollUp(recording, NOON)
    await statisticsSince(recording, 'hour', NOON)
    await statisticsEver(recording)
  })
  const tables = ['stage_statistics', 'stage_events', 'old']
  expect(steps.filter((step) => tables.some((table) => step === `SCAN ${table}`))).toEqual([])
  expect(steps).toContainEqual(expect.stringContaining('SEARCH stage_events USING INDEX'))
})
