/** What stands on top of a call's page follows its record, until a person touches it. */
import { describe, expect, test } from 'vitest'
import { spokenCall } from '../testing/scenes.ts'
import { newWorld, textOf } from '../testing/world.ts'
import type { TestWorld } from '../testing/world.ts'

const MINUTE = 60_000

interface ShownBlock {
  id: string
  paragraph: { rich_text: { plain_text: string; href: string | null }[] }
}

async function blocksOf(world: TestWorld): Promise<ShownBlock[]> {
  const [page] = await world.pages('call')
  return world.outside<ShownBlock[]>('notion', 'blocks', page?.id)
}

async function topLines(world: TestWorld): Promise<string[]> {
  const [top] = await blocksOf(world)
  return (top?.paragraph.rich_text ?? [])
    .map((piece) => piece.plain_text)
    .join('')
    .split('\n')
}

/** Another analysis, of which the action items' words are told on top only. */
async function reanalyse(world: TestWorld, summary: string, quote: string): Promise<void> {
  await world.db.batch([
    world.db
      .prepare(
        `UPDATE analyses SET body = json_set(body, '$.summary', ?1, '$.actionItems',
           json_array(json_object('text', 'Send it', 'quote', ?2)))`,
      )
      .bind(summary, quote),
    world.db
      .prepare(
        `UPDATE work SET wanted = wanted + 1, due_at = ?1, cause = 'replay', lane = 'bulk'
          WHERE stage = 'reconcile'`,
      )
      .bind(Date.now() - MINUTE),
  ])
  await world.minutes(2)
}

async function filed(talk?: string[]) {
  const world = await newWorld({ calls: [spokenCall({}, talk)] })
  await world.backfill()
  await world.minutes(2)
  world.advance(60 * MINUTE)
  return world
}

const rewrites = (world: TestWorld) => world.requests('notion', 'PATCH /v1/blocks/{id}')

describe('what stands on top', () => {
  test('is made with the page, in its one request', async () => {
    const world = await filed()
    expect(await topLines(world)).toEqual([
      'Listen to the call',
      expect.stringMatching(/^AI summary: About: /),
      'Action items:',
      expect.stringMatching(/^- Answer: “.*” \(at 00:06\)$/),
    ])
    expect(await world.requests('notion', 'POST /v1/pages')).toBe(1)
    expect(await world.requests('notion', 'PATCH /v1/blocks/{id}/children')).toBe(0)
  })

  test('follows a later analysis, also where only the words differ', async () => {
    const world = await filed()
    await reanalyse(world, 'Wants a second reader.', 'The new reader is great')
    expect(await topLines(world)).toEqual([
      'Listen to the call',
      'AI summary: Wants a second reader.',
      'Action items:',
      '- Send it: “The new reader is great” (at 00:06)',
    ])
    expect(await rewrites(world)).toBe(1)
    await reanalyse(world, 'Wants a second reader.', 'this is Ana')
    expect((await topLines(world)).at(-1)).toBe('- Send it: “this is Ana” (at 00:00)')
    expect(await rewrites(world)).toBe(2)
    expect(await blocksOf(world)).toHaveLength(1)
    expect(await world.owed()).toEqual([])
  })

  test('is not written again where only properties change', async () => {
    const world = await filed()
    const reads = await world.requests('notion', 'GET /v1/blocks/{id}/children')
    await world.change({
      calls: [{ ...spokenCall(), status: 'archived', updatedAt: '2026-11-24T10:00:00.000Z' }],
    })
    await world.backfill()
    await world.minutes(2)
    const [page] = await world.pages('call')
    expect(page?.properties['Status']).toMatchObject({ select: { name: 'archived' } })
    expect(await rewrites(world)).toBe(0)
    expect(await world.requests('notion', 'GET /v1/blocks/{id}/children')).toBe(reads)
  })

  test('stays as a person left it', async () => {
    const world = await filed()
    const [top] = await blocksOf(world)
    const byHand = { paragraph: { rich_text: [{ text: { content: 'Call him again.' } }] } }
    await world.outside('notion', 'editBlockAsPerson', top?.id, byHand)
    world.advance(10 * MINUTE)
    for (const words of ['one', 'two']) await reanalyse(world, words, 'this is Ana')
    expect(await topLines(world)).toEqual(['Call him again.'])
    expect(await rewrites(world)).toBe(0)
    const [page] = await world.pages('call')
    expect(textOf(page, 'AI Summary')).toBe('two')
    expect(
      await world.rows(
        `SELECT error FROM stage_events WHERE stage = 'reconcile' AND error LIKE '%on top'`,
      ),
    ).toEqual([{ error: 'kept as a person left it: the text on top' }])
    expect(await world.owed()).toEqual([])
  })

  test.each([
    ['before', { answer: 500 }],
    ['after', { answer: 500, when: 'after' }],
  ] as const)('is right in the end when a rewrite fails %s its effect', async (_when, fault) => {
    const world = await filed()
    await world.fail('notion', 'PATCH /v1/blocks', fault)
    await reanalyse(world, 'first', 'this is Ana')
    await reanalyse(world, 'second', 'this is Ana')
    await world.minutes(8)
    expect((await topLines(world))[1]).toBe('AI summary: second')
    expect(await world.owed()).toEqual([])
  })

  test('follows above a long talk, which stays as it is', async () => {
    const talk = Array.from({ length: 300 }, (_, nth) => `${nth} ${'so it goes '.repeat(90)}end`)
    const world = await newWorld({ calls: [spokenCall({}, talk)] })
    await world.backfill()
    await world.minutes(2)
    world.advance(60 * MINUTE)
    const blocks = await blocksOf(world)
    expect(blocks).toHaveLength(301)
    await reanalyse(world, 'It goes so.', '0 so it goes')
    expect((await topLines(world))[1]).toBe('AI summary: It goes so.')
    expect((await blocksOf(world)).slice(1)).toEqual(blocks.slice(1))
  })
})
