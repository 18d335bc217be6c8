/** Queues and gates over the API: from what the stages did, the samples and what is owed. */
import { describe, expect, test } from 'vitest'
import type { Gate, QueueRow, QueueSeries } from '@switchboard/shared/api/queues'
import { spokenCall, textMessages } from '../../testing/scenes.ts'
import { NOW, newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'
import { doneAt } from './done-at.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const asReader = { Authorization: 'Bearer read-only-token' }

async function read<T>(world: TestWorld, path: string): Promise<T> {
  const response = await world.fetch(path, { headers: asReader })
  expect(response.status, path).toBe(200)
  return response.json()
}

async function queue(world: TestWorld, name: string, range = '1h'): Promise<QueueRow> {
  const { items } = await read<{ items: QueueRow[] }>(world, `/api/queues?range=${range}`)
  const found = items.find((row) => row.name === name)
  if (found === undefined) throw new Error(`there is no ${name}`)
  return found
}

describe('the queues', () => {
  test('are all there, with their dead-letter queues, and say nothing of what never was', async () => {
    const world = await newWorld()
    const { items } = await read<{ items: QueueRow[] }>(world, '/api/queues')
    expect(items.map(({ name }) => name)).toEqual([
      'sweep',
      'enrich',
      'enrich-bulk',
      'vectorize',
      'reconcile',
      'reconcile-bulk',
      'archive',
      'sweep-dlq',
      'enrich-dlq',
      'vectorize-dlq',
      'reconcile-dlq',
      'archive-dlq',
    ])
    expect(items[5]).toEqual({
      name: 'reconcile-bulk',
      stage: 'reconcile',
      lanes: ['bulk'],
      state: 'running',
      backlog: 0,
      bytes: 0,
      oldestAt: null,
      owed: 0,
      owedAtLeast: false,
      inPerMinute: null,
      outPerMinute: 0,
      retriedShare: null,
      failedShare: null,
      settled: { done: 0, unchanged: 0, retried: 0, failed: 0, putOff: 0, parked: 0 },
      waiting: null,
      working: null,
      doneAt: { state: 'now', at: null, basis: null },
    })
  })

  test('tell how a backfill went through them, in every range', async () => {
    const world = await newWorld({ calls: [spokenCall()], textMessages: textMessages(2) })
    await world.cron('minute')
    await world.backfill()
    await world.minutes(1)
    for (const range of ['1h', '24h', '7d', '30d']) {
      const reconcile = await queue(world, 'reconcile-bulk', range)
      expect(reconcile.settled, range).toMatchObject({ done: 3, failed: 0, retried: 0 })
      expect(reconcile.waiting?.samples, range).toBe(3)
      expect(reconcile).toMatchObject({ retriedShare: 0, failedShare: 0, owed: 0 })
    }
    // Three in an hour.
    expect(await queue(world, 'reconcile-bulk')).toMatchObject({
      outPerMinute: 0.05,
      inPerMinute: 0.05,
    })
    const sweep = await queue(world, 'sweep')
    expect(sweep.settled).toMatchObject({ failed: 0, retried: 0 })
    expect(sweep.settled.done).toBeGreaterThan(3) // look-ups, calls, text messages
  })

  test('count what fails, by the queue it failed in', async () => {
    const world = await newWorld({ textMessages: textMessages(2) })
    await world.fail('notion', 'POST /v1/pages', 400, 1)
    await world.backfill()
    await world.minutes(1)
    expect(await queue(world, 'reconcile-bulk')).toMatchObject({
      settled: { done: 1, failed: 1 },
      failedShare: 0.5,
    })
  })

  test('say what is owed, and when it will be done', async () => {
    const world = await newWorld({ textMessages: textMessages(8) })
    await world.cron('backfill')
    await world.drain(['reconcile-bulk'])
    const waiting = await queue(world, 'reconcile-bulk')
    // Notion grants three a second, of which we reckon with nine in ten.
    expect(waiting).toMatchObject({
      backlog: 8,
      owed: 8,
      doneAt: { state: 'at', at: new Date(NOW + MINUTE).toISOString(), basis: 'gate' },
    })
    await world.fetch('/api/stages/reconcile/pause', {
      method: 'POST',
      headers: { Authorization: 'Bearer admin-token' },
    })
    expect(await queue(world, 'reconcile-bulk')).toMatchObject({
      state: 'paused',
      reason: 'paused by the admin token',
      owed: 8,
      doneAt: { state: 'standing' },
    })
    expect(await queue(world, 'enrich-bulk')).toMatchObject({ state: 'running' })
  })

  test('answer the same while nothing happens, so that a look costs nothing', async () => {
    const world = await newWorld({ textMessages: textMessages(1) })
    await world.backfill()
    await world.minutes(1)
    const first = await world.fetch('/api/queues', { headers: asReader })
    world.advance(2000)
    const again = await world.fetch('/api/queues', {
      headers: { ...asReader, 'If-None-Match': first.headers.get('etag') ?? '' },
    })
    expect(again.status).toBe(304)
  })
})

describe('one queue', () => {
  test('has a point for each span in which something was seen, and marks', async () => {
    const world = await newWorld({ textMessages: textMessages(3) })
    await world.cron('minute')
    await world.cron('backfill')
    await world.drain(['reconcile-bulk'])
    await world.cron('minute')
    await world.minutes(2)
    const series = await read<QueueSeries>(world, '/api/queues/reconcile-bulk?range=1h')
    expect(series.stepMs).toBe(MINUTE)
    expect(series.marks).toEqual([{ at: new Date(NOW).toISOString(), text: 'backfill started' }])
    expect(
      series.points.map(({ at, backlog, settled }) => [
        Date.parse(at) - NOW,
        backlog.bulk,
        settled.done,
      ]),
    ).toEqual([
      [0, 3, 0],
      [MINUTE, 3, 3],
      [2 * MINUTE, 0, 0],
    ])
    expect(series.points[1]?.waiting).toMatchObject({ samples: 3 })
    expect(series.points[1]?.waiting?.p50).toBeGreaterThan(55_000)
    expect(series.points[1]?.waiting?.p50).toBeLessThan(66_000)
    const day = await read<QueueSeries>(world, '/api/queues/reconcile-bulk?range=24h')
    expect(day.points).toHaveLength(1)
    expect(day.points[0]).toMatchObject({ settled: { done: 3 }, backlog: { live: 0, bulk: 3 } })
  })

  test('that is a dead-letter queue has its backlog; one that is none is not found', async () => {
    const world = await newWorld()
    world.queues
      .binding('enrich-dlq')
      .send({ v: 1 })
      .catch(() => {})
    await world.cron('minute')
    const series = await read<QueueSeries>(world, '/api/queues/enrich-dlq')
    expect(series.points).toMatchObject([{ backlog: { live: null, bulk: 1 }, waiting: null }])
    expect((await world.fetch('/api/queues/nowhere', { headers: asReader })).status).toBe(404)
    expect((await world.fetch('/api/queues?range=2h', { headers: asReader })).status).toBe(400)
  })
})

test('the gates tell their limit, what they granted, and who waits', async () => {
  const world = await newWorld()
  world.gate.state = {
    rate: { perWindow: 30, windowMs: 10_000 },
    waiting: { live: 1, bulk: 40 },
    minutes: [
      { at: NOW - MINUTE, live: 2, bulk: 170 },
      { at: NOW, live: 1, bulk: 50 },
    ],
  }
  await world.cron('minute')
  const { items } = await read<{ items: Gate[] }>(world, '/api/gates')
  expect(items.map(({ name }) => name)).toEqual(['notion', 'openphone', 'workers-ai', 'mailbox'])
  expect(items[0]).toMatchObject({
    label: 'Notion',
    open: true,
    limit: { perWindow: 30, windowMs: 10_000 },
    perMinute: 180,
    waiting: { live: 1, bulk: 40 },
    heldUntil: null,
    parked: null,
    needs: ['sweep', 'reconcile'],
    recent: [
      { at: new Date(NOW - MINUTE).toISOString(), live: 2, bulk: 170 },
      { at: new Date(NOW).toISOString(), live: 1, bulk: 50 },
    ],
  })
})

test('a queue that does not answer leaves a gap, and the others are told', async () => {
  const world = await newWorld()
  world.env.ENRICH.metrics = () => Promise.reject(new Error('no answer'))
  await world.cron('minute')
  expect(await queue(world, 'enrich')).toMatchObject({ backlog: null, bytes: null })
  expect((await read<QueueSeries>(world, '/api/queues/enrich')).points[0]?.backlog.live).toBeNull()
  expect((await read<QueueSeries>(world, '/api/queues/archive')).points[0]?.backlog.bulk).toBe(0)
})

describe('an estimate', () => {
  const pace = { owed: 1000, closed: false, minutes: [], gatePerMinute: 100 }

  test('goes by the pace of the last ten minutes', () => {
    const minutes = [
      { at: NOW - 30 * MINUTE, settled: 9000 },
      { at: NOW - 4 * MINUTE, settled: 100 },
      { at: NOW - MINUTE, settled: 100 },
    ]
    // 200 in four minutes: 1000 take 20.
    expect(doneAt({ ...pace, minutes }, NOW)).toEqual({
      state: 'at',
      at: NOW + 20 * MINUTE,
      basis: 'measured',
    })
  })

  test('goes by the gate where there is no pace yet', () => {
    const minutes = [{ at: NOW - MINUTE, settled: 3 }]
    expect(doneAt({ ...pace, minutes }, NOW)).toEqual({
      state: 'at',
      at: NOW + 10 * MINUTE,
      basis: 'gate',
    })
  })

  test('says where there is none', () => {
    expect(doneAt({ ...pace, owed: 0 }, NOW).state).toBe('now')
    expect(doneAt({ ...pace, closed: true }, NOW).state).toBe('standing')
    expect(doneAt({ ...pace, gatePerMinute: null }, NOW).state).toBe('unknown')
    expect(doneAt({ ...pace, owed: 1 }, NOW + HOUR).at).toBe(NOW + HOUR + MINUTE)
  })
})
