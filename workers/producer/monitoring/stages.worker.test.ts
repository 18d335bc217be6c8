/** Stages over the API: what stands and why, pause and resume, a probe on demand. */
import { describe, expect, test } from 'vitest'
import { textMessages } from '../../testing/scenes.ts'
import { newWorld } from '../../testing/world.ts'
import { cureOf } from './closed-stages.ts'
import type { TestWorld } from '../../testing/world.ts'

interface StageAnswer {
  name: string
  state: string
  reason?: string
  cure?: string
  by?: string
  since?: string
  waiting?: number
}
interface Stages {
  items: StageAnswer[]
  parked: {
    scope: string
    name: string
    reason: string
    cure: string
    waiting: number
    stages: string[]
  }[]
}

const asAdmin = { Authorization: 'Bearer admin-token' }

async function stages(world: TestWorld): Promise<Stages> {
  const response = await world.fetch('/api/stages', { headers: asAdmin })
  expect(response.status).toBe(200)
  return response.json()
}

async function stateOf(world: TestWorld, name: string): Promise<StageAnswer | undefined> {
  return (await stages(world)).items.find((stage) => stage.name === name)
}

async function act(
  world: TestWorld,
  path: string,
  body = {},
): Promise<{ status: number; answer: unknown }> {
  const response = await world.fetch(path, {
    method: 'POST',
    headers: { ...asAdmin, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: response.status, answer: await response.json() }
}

test.each([
  [
    'notion',
    'upstream.unauthorized',
    'notion refuses our credentials: the token is not valid: set NOTION_TOKEN anew',
    /^Set NOTION_TOKEN/,
  ],
  [
    'notion',
    'upstream.unauthorized',
    'notion refuses our credentials: the connection may not do this: give it the read, insert and update capabilities',
    /^Do what the reason says/,
  ],
  [
    'notion:call',
    'upstream.exhausted',
    'notion:call has no budget left until then: Calls holds as many rows as Notion allows: move old rows elsewhere',
    /^Do what the reason says/,
  ],
  [
    'workers-ai',
    'upstream.exhausted',
    'workers-ai has no budget left until then: the daily quota (3036)',
    /^Nothing: it goes on by itself/,
  ],
] as const)('the cure of %s, %s, is what helps: %s', (scope, failure, reason, cure) => {
  expect(cureOf({ scope, failure, reason, until: 1 })).toMatch(cure)
})

test('all stages run', async () => {
  const world = await newWorld()
  expect(await stages(world)).toEqual({
    items: ['sweep', 'enrich', 'vectorize', 'reconcile', 'archive'].map((name) => ({
      name,
      state: 'running',
    })),
    parked: [],
  })
})

describe('a paused stage', () => {
  test('keeps what arrives, says who paused it and why, and goes on where it stood', async () => {
    const world = await newWorld({ textMessages: textMessages(14) })
    await world.cron('backfill')
    await world.drain(['reconcile-bulk'])
    const paused = await act(world, '/api/stages/reconcile/pause', {
      reason: 'we move our databases',
    })
    expect(paused).toMatchObject({ status: 200, answer: { state: 'paused' } })
    const asked = await world.requests('notion')
    await world.minutes(3)
    expect(await world.requests('notion')).toBe(asked)
    expect(await world.pages('message')).toEqual([])
    expect(world.queues.of('reconcile-bulk')).toEqual([])
    expect(await stateOf(world, 'reconcile')).toEqual({
      name: 'reconcile',
      state: 'paused',
      reason: 'we move our databases',
      cure: 'Resume it.',
      by: 'the admin token',
      since: new Date(Date.now() - 3 * 60_000).toISOString(),
      waiting: 14,
      atLeast: false,
    })
    expect(await world.letters()).toEqual([])

    const resumed = await act(world, '/api/stages/reconcile/resume')
    expect(resumed).toEqual({ status: 200, answer: { name: 'reconcile', state: 'running' } })
    expect(world.queues.of('reconcile-bulk')).toHaveLength(10)
    await world.minutes(1)
    expect(await world.pages('message')).toHaveLength(14)
    expect(await world.owed()).toEqual([])
    expect(await world.totals()).toMatchObject({ synced: 14, open: 0, complete: true })
  })

  test('is sent nothing new, not even live', async () => {
    const world = await newWorld({ textMessages: textMessages(1) })
    await act(world, '/api/stages/enrich/pause')
    await world.backfill()
    await world.minutes(2)
    expect(world.queues.sent.filter(({ queue }) => queue.startsWith('enrich'))).toEqual([])
    expect((await world.owed()).map(({ stage, parked_on: on }) => [stage, on])).toEqual([
      ['enrich', null],
    ])
    await act(world, '/api/stages/enrich/resume')
    await world.drain()
    expect(await world.pages('message')).toHaveLength(1)
  })

  test('lets what is under way finish', async () => {
    const world = await newWorld({ textMessages: textMessages(1) })
    await world.cron('backfill')
    await world.drain(['reconcile-bulk'])
    world.gate.meanwhile = async () => {
      await act(world, '/api/stages/reconcile/pause')
    }
    await world.deliver('reconcile-bulk')
    expect(await world.pages('message')).toHaveLength(1)
    expect(await world.owed()).toEqual([])
    expect(await stateOf(world, 'reconcile')).toMatchObject({ state: 'paused', waiting: 0 })
  })

  test('holds the listings of runs too', async () => {
    const world = await newWorld({ textMessages: textMessages(2) })
    await world.cron('backfill')
    await act(world, '/api/stages/sweep/pause')
    await world.drain()
    await world.minutes(2)
    expect(await world.pages('message')).toEqual([])
    expect(await world.totals()).toMatchObject({ complete: false })
    await act(world, '/api/stages/sweep/resume')
    await world.drain()
    await world.minutes(1)
    expect(await world.pages('message')).toHaveLength(2)
    expect(await world.totals()).toMatchObject({ synced: 2, complete: true })
  })

  test('outlives a local start', async () => {
    const world = await newWorld({ textMessages: textMessages(1) })
    await act(world, '/api/stages/reconcile/pause')
    await world.backfill()
    await world.restart()
    await world.minutes(2)
    expect(await world.pages('message')).toEqual([])
    expect(await stateOf(world, 'reconcile')).toMatchObject({ state: 'paused', waiting: 1 })
  })

  test('that is not paused cannot be resumed; one that is none cannot be paused', async () => {
    const world = await newWorld()
    expect(await act(world, '/api/stages/reconcile/resume')).toMatchObject({ status: 409 })
    expect(await act(world, '/api/stages/tidying/pause')).toMatchObject({
      status: 400,
      answer: { errors: [{ path: 'name' }] },
    })
  })
})

describe('a parked stage', () => {
  test('says why and what to do, and a probe reopens it as soon as it is mended', async () => {
    const world = await newWorld({ textMessages: textMessages(3) })
    await world.cron('backfill')
    await world.drain(['reconcile-bulk'])
    const token = world.env['NOTION_TOKEN']
    Object.assign(world.env, { NOTION_TOKEN: 'revoked' })
    await world.drain()
    const { items, parked } = await stages(world)
    expect(items.find(({ name }) => name === 'reconcile')).toMatchObject({
      state: 'parked',
      reason: expect.stringContaining('notion refuses our credentials'),
      cure: 'Set NOTION_TOKEN, then probe.',
      waiting: 3,
    })
    expect(items.find(({ name }) => name === 'vectorize')).toMatchObject({ state: 'running' })
    expect(parked).toMatchObject([
      { scope: 'notion', name: 'Notion', waiting: 3, stages: ['sweep', 'reconcile'] },
    ])

    expect(await act(world, '/api/parked/notion/probe')).toMatchObject({
      status: 200,
      answer: { answers: false, reason: expect.stringContaining('refuses our credentials') },
    })
    Object.assign(world.env, { NOTION_TOKEN: token })
    expect(await act(world, '/api/parked/notion/probe')).toEqual({
      status: 200,
      answer: { scope: 'notion', answers: true },
    })
    await world.drain()
    expect(await world.pages('message')).toHaveLength(3)
    expect(await stateOf(world, 'reconcile')).toEqual({ name: 'reconcile', state: 'running' })
  })

  test('of a mailbox: its listing and its attachments wait, and no analysis does', async () => {
    const world = await newWorld()
    Object.assign(world.env, { JMAP_TOKEN: 'revoked' })
    await world.backfill()
    const { items, parked } = await stages(world)
    expect(parked).toMatchObject([{ scope: 'mailbox', stages: ['sweep', 'archive'] }])
    expect(items.filter(({ state }) => state !== 'running').map(({ name }) => name)).toEqual([
      'sweep',
      'archive',
    ])
  })

  test('is found by the name of its scope only', async () => {
    const world = await newWorld()
    expect(await act(world, '/api/parked/notion/probe')).toMatchObject({ status: 404 })
  })

  test('that waits for much says what the minute cron counted', async () => {
    const world = await newWorld()
    await world.db
      .prepare(
        `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700)
         INSERT INTO work (kind, id, stage, lane, cause, wanted, due_at, parked_on)
         SELECT 'call', 'AC' || i, 'reconcile', 'bulk', 'backfill', 1, 1, 'notion:call' FROM n`,
      )
      .run()
    await world.db
      .prepare(
        `INSERT INTO parked (scope, reason, since, until)
         VALUES ('notion:call', 'renamed', 1, 4000000000000)`,
      )
      .run()
    expect((await stages(world)).parked).toMatchObject([{ waiting: 300, atLeast: true }])
    await world.cron('minute')
    expect((await stages(world)).parked).toMatchObject([{ waiting: 700, atLeast: false }])
  })
})
