/** Enrichment's queue handler: OpenPhone's artefacts, the model and its budget, parking, retries. */
import { describe, expect, test } from 'vitest'
import { keepsTheRulesOfEveryStage, owedBy, waitingFor } from '../testing/every-stage.ts'
import { later, oneOfEach, spokenCall } from '../testing/scenes.ts'
import { newWorld } from '../testing/world.ts'
import type { TestWorld } from '../testing/world.ts'

const MINUTE = 60_000

keepsTheRulesOfEveryStage('enrich')

/** So many answered calls that wait to be hydrated. */
async function callsWaiting(count: number, settings: Record<string, string> = {}) {
  const calls = Array.from({ length: count }, (_, nth) =>
    spokenCall({ id: `AC${nth}`, createdAt: later(nth) }),
  )
  const world = await newWorld({ calls }, settings)
  await world.cron('backfill')
  await world.drain(['enrich-bulk'])
  return world
}

async function summaries(world: TestWorld, kind: 'call' | 'message' | 'mail'): Promise<string[]> {
  const pages = await world.pages(kind)
  return pages.map(({ properties }) => JSON.stringify(properties['AI Summary']))
}

describe('OpenPhone', () => {
  test('a refused key parks it: no try is burnt, and what is owed goes out again, ten first', async () => {
    const world = await callsWaiting(25)
    const key = world.env['OPENPHONE_API_KEY']
    await world.outside('openphone', 'setKey', 'another key')
    expect(await world.deliver('enrich-bulk', undefined, 25)).toEqual({ acked: 25, retried: [] })
    expect(await world.parked()).toEqual(['openphone'])
    const owed = await owedBy(world, 'enrich')
    expect(owed).toHaveLength(25)
    expect(new Set(owed.map(({ tries }) => tries))).toEqual(new Set([0]))

    await world.minutes(2)
    expect(await world.parked()).toEqual(['openphone'])
    expect(world.queues.of('enrich-bulk')).toEqual([])

    await world.outside('openphone', 'setKey', key)
    world.advance(MINUTE)
    await world.cron('minute')
    expect(await world.parked()).toEqual([])
    expect(world.queues.of('enrich-bulk')).toHaveLength(10)
    await world.drain()
    world.advance(MINUTE)
    await world.cron('minute')
    expect(world.queues.of('enrich-bulk')).toHaveLength(15)
    await world.drain()
    expect(await world.owed()).toEqual([])
    expect(await world.totals()).toMatchObject({ synced: 25, complete: true })
  })

  test('an outage, which its probe sees too, parks it', async () => {
    const world = await callsWaiting(1)
    await world.fail('openphone', '/recordings', 500, 3)
    await world.fail('openphone', '/transcripts', 500, 3)
    await world.fail('openphone', '/phone-numbers', 500, 3)
    expect(await world.deliver('enrich-bulk')).toEqual({ acked: 1, retried: [] })
    expect(await world.parked()).toEqual(['openphone'])
    expect(await owedBy(world, 'enrich')).toEqual([{ id: 'AC0', tries: 0, parkedOn: 'openphone' }])
    await world.minutes(1)
    expect(await world.owed()).toEqual([])
  })

  test('a fault that its probe does not see is the record’s try', async () => {
    const world = await callsWaiting(1)
    await world.fail('openphone', '/transcripts', 500, 3)
    expect(await world.deliver('enrich-bulk')).toMatchObject({ acked: 0, retried: [{}] })
    expect(await world.parked()).toEqual([])
    expect(await owedBy(world, 'enrich')).toEqual([{ id: 'AC0', tries: 1, parkedOn: null }])
    await world.minutes(1)
    expect(await world.owed()).toEqual([])
  })

  test('a 429 holds the gate and comes back after as long, no try burnt', async () => {
    const world = await callsWaiting(1)
    await world.fail('openphone', '/transcripts', 429, 5)
    const { retried } = await world.deliver('enrich-bulk')
    expect(retried).toEqual([{ body: expect.anything(), delaySeconds: 1 }])
    expect(world.gate.holds).toContain(1000)
    expect(await owedBy(world, 'enrich')).toEqual([{ id: 'AC0', tries: 0, parkedOn: null }])
  })

  test.each([403, 404])('a %d on transcripts says that the plan has none', async (status) => {
    const world = await callsWaiting(1)
    await world.fail('openphone', '/transcripts', status)
    await world.drain()
    expect(await world.parked()).toEqual([])
    expect(await world.owed()).toEqual([])
    const [page] = await world.pages('call')
    expect(page?.properties['Has Transcript']).toMatchObject({ checkbox: false })
    expect(await summaries(world, 'call')).toEqual([
      expect.stringContaining('(not analysed: no transcript)'),
    ])
  })

  test('an artefact that is all there is not asked for again', async () => {
    const world = await callsWaiting(1)
    await world.drain()
    const asked = await world.requests('openphone', 'GET /calls/{id}/transcripts')
    await world.change({
      calls: [spokenCall({ id: 'AC0', status: 'archived', updatedAt: '2026-11-24T08:00:00.000Z' })],
    })
    world.advance(360 * MINUTE)
    await world.backfill()
    expect(await world.totals()).toMatchObject({ synced: 1, complete: true })
    expect(await world.requests('openphone', 'GET /calls/{id}/transcripts')).toBe(asked)
    expect(world.ai.analyses).toBe(1) // its words are the same
  })
})

describe('the model', () => {
  test('a spent budget lets records go on, not analysed, and gives them their analysis after midnight UTC', async () => {
    const world = await newWorld(oneOfEach())
    world.ai.fail(3036, 'you have used up your daily free allocation', 100)
    await world.backfill()
    expect(await world.parked()).toEqual(['workers-ai'])
    const owed = await owedBy(world, 'enrich')
    expect(owed.map(({ tries, parkedOn }) => [tries, parkedOn])).toEqual(
      Array.from({ length: 3 }, () => [0, 'workers-ai']),
    )
    for (const kind of ['call', 'message', 'mail'] as const)
      expect(await summaries(world, kind)).toEqual([
        expect.stringMatching(/\(not analysed: .*2026-11-25T00:00:00/),
      ])
    expect(await world.totals()).toMatchObject({ open: 3, complete: false })

    world.ai.recover()
    const asked = world.ai.requests.length
    await world.minutes(3)
    expect(world.ai.requests).toHaveLength(asked)

    world.advance(Date.parse('2026-11-25T00:00:00Z') - Date.now() - MINUTE)
    await world.minutes(3)
    expect(await world.owed()).toEqual([])
    for (const kind of ['call', 'message', 'mail'] as const)
      expect(await summaries(world, kind)).toEqual([expect.stringContaining('About: ')])
    expect(await world.totals()).toMatchObject({ synced: 3, complete: true })
    expect(world.vectorize.index.size).toBe(4) // a call has its talk and its summary
  })

  test('a model without capacity is asked again', async () => {
    const { world } = await waitingFor('enrich', 1)
    world.ai.fail(3040, 'no more data centers to forward the request to')
    expect(await world.deliver('enrich-bulk')).toMatchObject({ acked: 0, retried: [{}] })
    expect(await world.parked()).toEqual([])
    expect(await owedBy(world, 'enrich')).toEqual([{ id: 'ACT0', tries: 1, parkedOn: null }])
    await world.minutes(1)
    expect(await summaries(world, 'message')).toEqual([expect.stringContaining('About: ')])
  })

  test('a model that stays away holds no page up: the record is filed, its analysis stays owed', async () => {
    const { world } = await waitingFor('enrich', 1)
    world.ai.fail(3040, 'no more data centers to forward the request to', 50)
    for (let nth = 0; nth < 8 && (await world.pages('message')).length === 0; nth++)
      await world.minutes(1)
    expect(await summaries(world, 'message')).toEqual([expect.stringContaining('(not analysed: ')])
    expect(await owedBy(world, 'enrich')).toMatchObject([{ id: 'ACT0', tries: 3 }])
    world.ai.recover()
    await world.minutes(10)
    expect(await summaries(world, 'message')).toEqual([expect.stringContaining('About: ')])
    expect(await world.owed()).toEqual([])
  })

  test('one that fails in a batch of ten is retried: nine are acknowledged', async () => {
    const { world, bodies } = await waitingFor('enrich', 10)
    world.ai.fail(3007, 'time-out')
    const delivery = await world.deliver('enrich-bulk')
    expect(delivery).toEqual({
      acked: 9,
      retried: [{ body: bodies[0], delaySeconds: undefined }],
    })
    await world.drain()
    expect(await world.pages('message')).toHaveLength(9)
    await world.minutes(1)
    expect(await world.pages('message')).toHaveLength(10)
  })

  test('nonsense, twice, is no analysis: the record goes on without', async () => {
    const { world } = await waitingFor('enrich', 1)
    world.ai.answer('I would rather talk about something else.')
    world.ai.answer({ sentiment: 'fine' })
    await world.drain()
    expect(world.ai.analyses).toBe(2)
    expect(await world.owed()).toEqual([])
    expect(await summaries(world, 'message')).toEqual([
      expect.stringContaining('(not analysed: the model gave no valid answer'),
    ])
  })

  test('nonsense once is repaired', async () => {
    const { world } = await waitingFor('enrich', 1)
    world.ai.answer('I would rather talk about something else.')
    await world.drain()
    expect(await summaries(world, 'message')).toEqual([expect.stringContaining('About: ')])
  })

  test('after MAX_TRIES it is a dead letter, and the record goes on, not analysed', async () => {
    const { world } = await waitingFor('enrich', 1, { MAX_TRIES: '2' })
    for (let nth = 0; nth < 2; nth++) {
      world.ai.fail(3007, 'time-out')
      expect(await world.deliver('enrich-bulk')).toMatchObject({ retried: [{}] })
      world.advance(MINUTE)
    }
    await world.drain()
    expect(await world.letters()).toEqual([
      expect.objectContaining({ stage: 'enrich', id: 'ACT0', attempts: 2 }),
    ])
    expect(await summaries(world, 'message')).toEqual([
      expect.stringContaining(
        '(not analysed: tries: given up after 2 failed tries: workers-ai is not available',
      ),
    ])
    expect(await world.owed()).toEqual([])
    expect(await world.totals()).toMatchObject({ failed: 1, open: 0, complete: true })
  })

  test('switched off, it is never asked', async () => {
    const { world } = await waitingFor('enrich', 1, { INCLUDE_AI: 'false' })
    await world.drain()
    expect(world.ai.analyses).toBe(0)
    expect(await summaries(world, 'message')).toEqual([
      expect.stringContaining('(not analysed: INCLUDE_AI is false)'),
    ])
  })
})
