/** The minute cron: each of its steps has its turn, whatever becomes of the others. */
import { expect, test } from 'vitest'
import { textMessages } from '../testing/scenes.ts'
import { newWorld } from '../testing/world.ts'

test.each([
  ['letting go of what waited', /SET parked_on = NULL/],
  ['the listings', /FROM sweeps/],
  ['replays', /FROM replays/],
])('%s fail, and what is owed is sent all the same', async (_, statement) => {
  const world = await newWorld({ textMessages: textMessages(2) })
  await world.cron('backfill')
  await world.drain(['enrich-bulk'])
  world.queues.lose()
  world.advance(13 * 3_600_000)
  world.d1.fail(statement)
  await expect(world.cron('minute')).rejects.toThrow('the database does not answer')
  expect(world.queues.of('enrich-bulk')).toHaveLength(2)
})
