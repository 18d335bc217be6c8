/** Vectorization's queue handler: batches, stale chunks, an index or a model that fails. */
import { findPassages } from '@switchboard/store/text-index'
import { describe, expect, test } from 'vitest'
import { Crashed } from '../testing/crash.ts'
import { keepsTheRulesOfEveryStage, owedBy, waitingFor } from '../testing/every-stage.ts'
import { saying, spokenCall, textMessages } from '../testing/scenes.ts'
import { newWorld } from '../testing/world.ts'
import type { TestWorld } from '../testing/world.ts'

const MINUTE = 60_000

keepsTheRulesOfEveryStage('vectorize')

test('a whole batch takes one embedding and one upsert', async () => {
  const { world } = await waitingFor('vectorize', 30)
  const asked = world.ai.requests.length
  await world.deliver('vectorize')
  expect(world.ai.requests).toHaveLength(asked + 1)
  expect(world.vectorize.requests).toBe(1)
  expect(world.vectorize.index.size).toBe(30)
})

test('a record that became shorter leaves no stale chunk', async () => {
  const [short] = textMessages(1)
  const long = saying(short!, 'It goes on and on about the reader. '.repeat(60))
  const world = await newWorld({ textMessages: [long] })
  await world.backfill()
  expect(world.vectorize.index.size).toBeGreaterThan(3)

  world.advance(360 * MINUTE)
  await world.change({ textMessages: [saying(long, 'Never mind.')] })
  await world.backfill()
  expect(world.vectorize.index.size).toBe(1)
})

test('a sender that died after its upsert leaves no stale chunk either', async () => {
  const [short] = textMessages(1)
  const world = await newWorld({ textMessages: [short!] })
  await world.backfill()
  world.advance(360 * MINUTE)
  const long = saying(short!, 'It goes on and on about the reader. '.repeat(60), 1)
  await world.change({ textMessages: [long] })
  world.crash.planAt('after', 'upsert')
  await expect(world.backfill()).rejects.toThrow(Crashed)
  expect(world.vectorize.index.size).toBeGreaterThan(3)

  await world.change({ textMessages: [saying(short!, 'Never mind.', 2)] })
  world.advance(MINUTE)
  await world.backfill()
  await world.minutes(2, 11 * MINUTE)
  expect(world.vectorize.index.size).toBe(1)
  expect(await world.owed()).toEqual([])
})

test('a call is found by OpenPhone’s summary of it too, in a passage of its own', async () => {
  const world = await newWorld({ calls: [spokenCall({ id: 'AC1' })] })
  await world.backfill()
  expect(world.vectorize.index.size).toBe(2)
  const [found] = await findPassages(world.texts, ['asked', 'terminal'], {}, 1)
  expect(found).toMatchObject({ kind: 'call', id: 'AC1', nth: 1 })
})

test('what has not changed is not embedded again', async () => {
  const { world } = await waitingFor('vectorize', 1)
  await world.drain()
  await world.db.prepare(`UPDATE work SET wanted = wanted + 1, due_at = ?1`).bind(Date.now()).run()
  const asked = world.ai.requests.length + world.vectorize.requests
  await world.minutes(1)
  expect(await world.owed()).toEqual([])
  expect(world.ai.requests.length + world.vectorize.requests).toBe(asked)
})

test('late in its lease nothing is sent: another may hold the record soon', async () => {
  const { world } = await waitingFor('vectorize', 1)
  world.gate.meanwhile = async () => world.advance(9 * MINUTE)
  expect(await world.deliver('vectorize')).toEqual({ acked: 1, retried: [] })
  expect(world.vectorize.requests).toBe(0)
  await world.minutes(2)
  expect(world.vectorize.index.size).toBe(1)
  expect(await world.owed()).toEqual([])
})

describe('the index', () => {
  test('an outage, which its probe sees too, parks it and nothing else', async () => {
    const { world } = await waitingFor('vectorize', 12)
    world.vectorize.fail(1000)
    expect(await world.deliver('vectorize')).toEqual({ acked: 12, retried: [] })
    expect(await world.parked()).toEqual(['vectorize'])
    expect(new Set((await owedBy(world, 'vectorize')).map(({ tries }) => tries))).toEqual(
      new Set([0]),
    )
    expect(await world.pages('message')).toHaveLength(12)

    world.vectorize.fail(0)
    world.advance(MINUTE)
    await world.cron('minute')
    expect(world.queues.of('vectorize')).toHaveLength(10)
    await world.minutes(2)
    expect(await world.owed()).toEqual([])
    expect(world.vectorize.index.size).toBe(12)
  })

  test('a fault that its probe does not see is the batch’s try', async () => {
    const { world } = await waitingFor('vectorize', 3)
    world.vectorize.fail(1)
    expect(await world.deliver('vectorize')).toMatchObject({ acked: 0, retried: [{}, {}, {}] })
    expect(await world.parked()).toEqual([])
    expect((await owedBy(world, 'vectorize')).map(({ tries }) => tries)).toEqual([1, 1, 1])
    await world.minutes(1)
    expect(world.vectorize.index.size).toBe(3)
  })

  test('after a failed try each record is worked alone: one bad text harms no other', async () => {
    const { world } = await waitingFor('vectorize', 3)
    world.ai.refuse('reader number 1')
    await world.deliver('vectorize')
    await world.minutes(1)
    expect(world.vectorize.index.size).toBe(2)
    expect(await owedBy(world, 'vectorize')).toEqual([])
    expect(await world.letters()).toMatchObject([
      { stage: 'vectorize', id: 'ACT1', reason: expect.stringContaining('refused'), attempts: 2 },
    ])
    expect(await world.pages('message')).toHaveLength(3)
  })
})

describe('the model', () => {
  test('a 429 is waited for, no try burnt', async () => {
    const { world } = await waitingFor('vectorize', 2)
    world.ai.fail(429, 'too many requests')
    const { retried } = await world.deliver('vectorize')
    expect(retried.map(({ delaySeconds }) => delaySeconds)).toEqual([10, 10])
    expect((await owedBy(world, 'vectorize')).map(({ tries }) => tries)).toEqual([0, 0])
    await world.minutes(1)
    expect(world.vectorize.index.size).toBe(2)
  })

  test('a spent budget parks it until midnight UTC, and pages go on', async () => {
    const { world } = await waitingFor('vectorize', 2)
    world.ai.fail(3036, 'you have used up your daily free allocation', 100)
    await world.drain()
    expect(await world.parked()).toEqual(['workers-ai'])
    expect(await world.pages('message')).toHaveLength(2)

    world.ai.recover()
    world.advance(Date.parse('2026-11-25T00:00:00Z') - Date.now())
    await world.minutes(2)
    expect(world.vectorize.index.size).toBe(2)
    expect(await world.totals()).toMatchObject({ synced: 2, complete: true })
  })

  test('vectors of another length are not written', async () => {
    const { world } = await waitingFor('vectorize', 1)
    world.ai.shorten(1)
    expect(await world.deliver('vectorize')).toMatchObject({ retried: [{}] })
    expect(world.vectorize.index.size).toBe(0)
    await world.minutes(1)
    expect(world.vectorize.index.size).toBe(1)
  })
})

describe('the text index', () => {
  test('a record is found by its words while model and index are out', async () => {
    const { world } = await waitingFor('vectorize', 2)
    world.ai.fail(3036, 'you have used up your daily free allocation', 100)
    await world.drain()
    expect(await world.parked()).toEqual(['workers-ai'])
    expect(await idsFor(world, 'reader')).toHaveLength(2)
    expect(world.vectorize.index.size).toBe(0)
  })

  test('its words change there while it waits for a parked model', async () => {
    const [one] = textMessages(1)
    const world = await newWorld({ textMessages: [one!] }, { INCLUDE_AI: 'false' })
    world.ai.fail(3036, 'you have used up your daily free allocation', 100)
    await world.backfill()
    expect(await idsFor(world, 'reader')).toEqual([one!.id])

    world.advance(360 * MINUTE)
    await world.change({ textMessages: [saying(one!, 'Never mind.', 1)] })
    await world.backfill()
    expect(await idsFor(world, 'reader')).toEqual([])
    expect(await idsFor(world, 'mind')).toEqual([one!.id])
    expect((await owedBy(world, 'vectorize')).map(({ parkedOn }) => parkedOn)).toEqual([
      'workers-ai',
    ])
  })

  test('where it does not answer nothing is embedded, and all is tried again', async () => {
    const { world } = await waitingFor('vectorize', 2)
    world.textIndex.fail(/INTO passages/)
    await world.deliver('vectorize')
    expect(world.vectorize.index.size).toBe(0)
    await world.minutes(6)
    expect(world.vectorize.index.size).toBe(2)
    expect(await idsFor(world, 'reader')).toHaveLength(2)
    expect(await world.owed()).toEqual([])
  })

  test('an answer of the model that comes late changes what a record is narrowed by', async () => {
    const { world } = await waitingFor('vectorize', 1)
    await world.drain()
    const [found] = await findPassages(world.texts, ['reader'], { sentiment: 'positive' }, 1)
    expect(found).toBeDefined()
    await world.db.prepare(`UPDATE analyses SET body = replace(body, 'positive', 'negative')`).run()
    await world.db
      .prepare(`UPDATE work SET wanted = wanted + 1, due_at = ?1`)
      .bind(Date.now())
      .run()
    await world.minutes(1)
    expect(await findPassages(world.texts, ['reader'], { sentiment: 'positive' }, 1)).toEqual([])
    expect(await findPassages(world.texts, ['reader'], { sentiment: 'negative' }, 1)).toHaveLength(
      1,
    )
  })
})

async function idsFor(world: TestWorld, word: string): Promise<string[]> {
  return (await findPassages(world.texts, [word], {}, 50)).map(({ id }) => id)
}
