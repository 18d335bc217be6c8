/** The way of a record through every Worker, step by step, with the queues in the test's hands. */
import { expect, test } from 'vitest'
import { oneOfEach } from './scenes.ts'
import { newWorld } from './world.ts'

test('a backfill files one call, one text message and one mail, each linked to its merchant', async () => {
  const world = await newWorld(oneOfEach())
  await world.backfill()
  const [merchant] = await world.pages('canvas')
  for (const kind of ['call', 'message', 'mail'] as const) {
    const pages = await world.pages(kind)
    expect(pages, kind).toHaveLength(1)
    expect(pages[0]?.properties['Canvas']).toMatchObject({ relation: [{ id: merchant?.id }] })
    expect(pages[0]?.properties['Sentiment']).toMatchObject({ select: { name: 'positive' } })
  }
  expect(await world.rows(`SELECT kind, outcome FROM run_records ORDER BY kind`)).toEqual([
    { kind: 'call', outcome: 'synced' },
    { kind: 'mail', outcome: 'synced' },
    { kind: 'message', outcome: 'synced' },
  ])
  expect(world.vectorize.index.size).toBe(3)
})
