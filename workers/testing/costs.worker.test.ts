/**
 * What a record costs beyond its batch: round trips to D1 are the narrowest place of one machine, so
 * all that can is done a batch at a time.
 */
import { mailAt } from '@switchboard/sandbox/http/small-world'
import { expect, test } from 'vitest'
import { later, saying, spokenCall, textMessages } from './scenes.ts'
import { newWorld } from './world.ts'
import type { TestWorld } from './world.ts'

const MINUTE = 60_000

/** In the order of a record's way, so that each is delivered once. */
const STAGE_QUEUES = ['enrich-bulk', 'vectorize', 'archive', 'reconcile-bulk'] as const

/** So many records of each kind, all of which fit into one page and one batch. */
function outsideWorld(ofEach: number) {
  const nths = Array.from({ length: ofEach }, (_, nth) => nth)
  return {
    calls: nths.map((nth) => spokenCall({ id: `AC${nth}`, createdAt: later(nth) })),
    textMessages: textMessages(ofEach),
    mails: nths.map((nth) => mailAt(later(nth))),
  }
}

/** A run in which each queue is worked in one batch. @returns the round trips to D1 */
async function tripsOf(world: TestWorld, ofEach: number): Promise<number> {
  const before = { ...world.d1.trips }
  await world.cron('backfill')
  await world.drain([...STAGE_QUEUES])
  for (const queue of STAGE_QUEUES) await world.deliver(queue, undefined, 3 * ofEach)
  await world.drain()
  expect(await world.owed()).toEqual([])
  return world.d1.trips.batch - before.batch + world.d1.trips.single - before.single
}

/** What each record of a larger run adds to the trips of a small one. */
async function tripsARecord(
  run: (ofEach: number) => Promise<number>,
  [few, many]: [number, number] = [1, 10],
): Promise<number> {
  return ((await run(many)) - (await run(few))) / (3 * (many - few))
}

test('a new record takes at most three round trips to D1 of its own, over all stages', async () => {
  const trips = await tripsARecord(async (ofEach) =>
    tripsOf(await newWorld(outsideWorld(ofEach)), ofEach),
  )
  expect(trips).toBeLessThanOrEqual(3)
})

test('a changed one too', async () => {
  const trips = await tripsARecord(async (ofEach) => {
    const before = outsideWorld(ofEach)
    const world = await newWorld(before)
    await world.backfill()
    world.advance(360 * MINUTE)
    const textMessagesNow = before.textMessages.map((one, nth) =>
      saying(one, `Other words ${nth}.`),
    )
    await world.change({ textMessages: textMessagesNow })
    return tripsOf(world, ofEach)
  })
  expect(trips).toBeLessThanOrEqual(1) // one in three has changed
})

test('an unchanged one takes none', async () => {
  const trips = await tripsARecord(async (ofEach) => {
    const world = await newWorld(outsideWorld(ofEach))
    await world.backfill()
    world.advance(360 * MINUTE)
    return tripsOf(world, ofEach)
  })
  expect(trips).toBe(0)
})
