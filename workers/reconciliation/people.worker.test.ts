/** People win: what they change in Notion stands, whatever we have to say later. */
import { textAt } from '@switchboard/sandbox/http/small-world'
import { fileAgain, listCorrections, release } from '@switchboard/store/held'
import { describe, expect, test } from 'vitest'
import { countQueries } from '../testing/queries.ts'
import { later, oneOfEach, saying, textMessages } from '../testing/scenes.ts'
import { newWorld, textOf } from '../testing/world.ts'
import type { TestWorld } from '../testing/world.ts'

const MINUTE = 60_000
const BY_HAND = { Category: { select: { name: 'by hand' } } }
const [ORIGINAL] = textMessages(1)

/** A text message that is filed, and a second backfill's worth of time. */
async function filed() {
  const world = await newWorld({ textMessages: [ORIGINAL!] })
  await world.backfill()
  world.advance(360 * MINUTE)
  const [page] = await world.pages('message')
  return { world, pageId: page!.id }
}

function edit(world: TestWorld, pageId: string, properties: object): Promise<unknown> {
  return world.outside('notion', 'editAsPerson', pageId, { properties })
}

function heldIn(world: TestWorld): Promise<{ property: string; value: string }[]> {
  return world.rows(`SELECT property, value FROM held ORDER BY property`)
}

/** Everything is analysed again, as by another model, and says something else. */
async function reanalyse(world: TestWorld): Promise<void> {
  await world.db.batch([
    world.db.prepare(
      `UPDATE analyses SET body = json_set(body, '$.summary', 'said anew',
         '$.category', json('{"label":"request","quote":"q"}'),
         '$.sentiment', json('{"label":"negative","quote":"q","confidence":0.25}'),
         '$.actionItems', json('[{"text":"do it anew","quote":"q"}]'),
         '$.keywords', json('["anew"]'), '$.leadScore', 7) WHERE body IS NOT NULL`,
    ),
    world.db
      .prepare(
        `UPDATE work SET wanted = wanted + 1, due_at = ?1, cause = 'replay', lane = 'bulk'
          WHERE stage = 'reconcile'`,
      )
      .bind(Date.now() - MINUTE),
  ])
  await world.minutes(2)
}

describe('a field that a person changed', () => {
  test('is kept, though we have something new for it: bulk, by an edit pass', async () => {
    const { world, pageId } = await filed()
    await edit(world, pageId, { ...BY_HAND, 'AI Summary': { rich_text: [] } })
    world.advance(2 * MINUTE)
    const read = await world.requests('notion', 'GET /v1/pages/{id}')
    await reanalyse(world)
    const [page] = await world.pages('message')
    expect(page?.properties['Category']).toMatchObject({ select: { name: 'by hand' } })
    expect(textOf(page, 'AI Summary')).toBe('')
    expect(textOf(page, 'Action Items')).toContain('do it anew')
    expect(await heldIn(world)).toEqual([
      { property: 'AI Summary', value: '""' },
      { property: 'Category', value: '"by hand"' },
    ])
    expect(await world.requests('notion', 'GET /v1/pages/{id}')).toBe(read)
    expect(
      await world.rows(
        `SELECT error FROM stage_events WHERE stage = 'reconcile' ORDER BY at DESC LIMIT 1`,
      ),
    ).toEqual([{ error: expect.stringMatching(/kept as a person left it: .*Category/) }])
  })

  test('is kept: live, by reading the page first', async () => {
    const { world, pageId } = await filed()
    await edit(world, pageId, BY_HAND)
    await world.db
      .prepare(
        `UPDATE analyses SET body = json_set(body, '$.category', json('{"label":"request","quote":"q"}'))`,
      )
      .run()
    await world.db
      .prepare(
        `UPDATE work SET wanted = wanted + 1, due_at = ?1, lane = 'live' WHERE stage = 'reconcile'`,
      )
      .bind(Date.now() - MINUTE)
      .run()
    const queries = await countQueries(world, ['message'])
    await world.minutes(1)
    const [page] = await world.pages('message')
    expect(page?.properties['Category']).toMatchObject({ select: { name: 'by hand' } })
    expect(queries()).toEqual({ message: 0 })
    expect(await world.owed()).toEqual([])
  })

  test('is counted once for each change', async () => {
    const { world, pageId } = await filed()
    for (const name of ['one', 'two']) {
      await edit(world, pageId, { Category: { select: { name } } })
      world.advance(10 * MINUTE)
      await world.change({
        textMessages: [saying(ORIGINAL!, `And ${name}?`, name.length + (name === 'two' ? 5 : 0))],
      })
      await world.backfill()
      world.advance(360 * MINUTE)
    }
    expect(await listCorrections(world.db)).toEqual([
      expect.objectContaining({ kind: 'message', property: 'Category', count: 2 }),
    ])
  })

  test('is ours again when it is released', async () => {
    const { world, pageId } = await filed()
    const before = (await world.pages('message'))[0]?.properties['Category']
    await edit(world, pageId, BY_HAND)
    world.advance(10 * MINUTE)
    await world.change({ textMessages: [saying(ORIGINAL!, 'Never mind.')] })
    await world.backfill()
    expect(await heldIn(world)).toHaveLength(1)

    const key = { kind: 'message', id: 'ACT0' } as const
    expect(await release(world.db, key, 'Sentiment', Date.now())).toBe(false)
    expect(await release(world.db, key, 'Category', Date.now())).toBe(true)
    await world.minutes(2)
    expect(await heldIn(world)).toEqual([])
    const after = (await world.pages('message'))[0]
    expect(after?.properties['Category']?.['select']).not.toMatchObject({ name: 'by hand' })
    expect(Object.keys(after?.properties['Category'] ?? {})).toEqual(Object.keys(before ?? {}))
    expect(await world.owed()).toEqual([])
  })
})

test('the API hands back a field and a page, and tells what people correct', async () => {
  const { world, pageId } = await filed()
  const post = async (path: string, json: object = {}) => {
    const headers = { authorization: 'Bearer admin-token' }
    const init = { method: 'POST', headers, body: JSON.stringify(json) }
    return (await world.fetch(`/api/records/message/ACT0/${path}`, init)).status
  }
  await edit(world, pageId, BY_HAND)
  world.advance(10 * MINUTE)
  await world.change({ textMessages: [saying(ORIGINAL!, 'Never mind.')] })
  await world.backfill()
  const told = await world.fetch('/api/corrections', {
    headers: { authorization: 'Bearer read-only-token' },
  })
  expect(await told.json()).toEqual({
    items: [expect.objectContaining({ kind: 'message', property: 'Category', count: 1 })],
  })
  expect(await post('release', {})).toBe(400)
  expect(await post('release', { property: 'Status' })).toBe(404)
  expect(await post('release', { property: 'Category' })).toBe(202)
  await world.drain()
  expect(await heldIn(world)).toEqual([])
  const [released] = await world.pages('message')
  expect(released?.properties['Category']?.['select']).not.toMatchObject({ name: 'by hand' })

  expect(await post('page')).toBe(409)
  await world.outside('notion', 'editAsPerson', pageId, { in_trash: true })
  world.advance(360 * MINUTE)
  await world.change({ textMessages: [saying(ORIGINAL!, 'Or do.', 3)] })
  await world.backfill()
  expect(await post('page')).toBe(202)
  await world.drain()
  const pages = await world.pages('message')
  expect(pages.map((page) => page.in_trash)).toEqual([true, false])
})

test('fifty edits by hand over all fields stand when everything is analysed again', async () => {
  const texts = Array.from({ length: 50 }, (_, nth) =>
    textAt(later(nth), { id: `ACT${nth}`, text: `Please send reader ${nth} by Friday.` }),
  )
  const world = await newWorld({ ...oneOfEach(), textMessages: texts })
  await world.backfill()
  world.advance(60 * MINUTE)
  const edits = [
    { Category: { select: { name: 'by hand' } } },
    { Sentiment: { select: { name: 'by hand' } } },
    { 'AI Summary': { rich_text: [{ text: { content: 'by hand' } }] } },
    { 'Action Items': { rich_text: [{ text: { content: 'by hand' } }] } },
    { 'Sentiment Confidence': { number: 0.125 } },
    { Canvas: { relation: [] } },
    { Category: { select: null } },
    { 'AI Summary': { rich_text: [] } },
    { Content: { rich_text: [{ text: { content: 'by hand' } }] } },
    { Status: { select: { name: 'by hand' } } },
  ]
  const pages = await world.pages('message')
  expect(pages).toHaveLength(50)
  for (const [nth, { id }] of pages.entries()) await edit(world, id, edits[nth % edits.length]!)
  const byHand = await world.pages('message')
  world.advance(2 * MINUTE)
  await reanalyse(world)

  for (const [nth, page] of (await world.pages('message')).entries()) {
    const [property] = Object.keys(edits[nth % edits.length]!)
    expect(page.properties[property!]).toEqual(byHand[nth]?.properties[property!])
    if (property !== 'AI Summary') expect(textOf(page, 'AI Summary')).toBe('said anew')
    if (property !== 'Category')
      expect(page.properties['Category']).toMatchObject({ select: { name: 'request' } })
  }
  for (const kind of ['call', 'mail'] as const) {
    const [page] = await world.pages(kind)
    expect(textOf(page, 'AI Summary')).toBe('said anew')
  }
  expect(await world.rows(`SELECT count(*) AS held FROM held`)).toEqual([{ held: 50 }])
  expect(await world.owed()).toEqual([])
})

describe('a page that a person removed', () => {
  test('is told as removed, and made again only when asked', async () => {
    const { world, pageId } = await filed()
    await world.outside('notion', 'editAsPerson', pageId, { in_trash: true })
    await world.change({ textMessages: [saying(ORIGINAL!, 'Never mind.')] })
    await world.backfill()
    expect(await world.letters()).toEqual([])
    expect(await world.rows(`SELECT removed_at IS NOT NULL AS removed FROM pages`)).toEqual([
      { removed: 1 },
    ])
    expect(
      await world.rows(
        `SELECT error FROM stage_events WHERE stage = 'reconcile' ORDER BY at DESC LIMIT 1`,
      ),
    ).toEqual([{ error: 'the page was removed by a person' }])

    expect(await fileAgain(world.db, { kind: 'message', id: 'ACT0' }, Date.now())).toBe(true)
    expect(await fileAgain(world.db, { kind: 'message', id: 'ACT0' }, Date.now())).toBe(false)
    await world.minutes(2)
    const pages = await world.pages('message')
    expect(pages.map((page) => [page.in_trash, textOf(page, 'Content')])).toEqual([
      [true, ORIGINAL!.text],
      [false, 'Never mind.'],
    ])
  })
})

test('a page in another database than the one of now is left alone, and the record filed anew', async () => {
  const { world, pageId } = await filed()
  await world.db.prepare(`UPDATE pages SET data_source_id = 'another'`).run()
  await world.change({ textMessages: [saying(ORIGINAL!, 'Never mind.')] })
  // As if that page lay elsewhere: our query for the record does not find it here.
  await edit(world, pageId, { 'Message ID': { title: [{ text: { content: 'elsewhere' } }] } })
  await world.backfill()
  await world.minutes(1)
  const pages = await world.pages('message')
  expect(pages.map((page) => textOf(page, 'Content'))).toEqual([ORIGINAL!.text, 'Never mind.'])
  expect(await world.rows(`SELECT page_id FROM pages`)).toEqual([{ page_id: pages[1]?.id }])
})

test('a property that was deleted and made anew is filled again: nobody has emptied it', async () => {
  const world = await newWorld({ textMessages: [ORIGINAL!] }, { NOTION_MANAGE_SCHEMA: 'true' })
  await world.backfill()
  world.advance(360 * MINUTE)
  await world.outside('notion', 'renameProperty', world.databaseId('message'), 'Direction', 'Old')
  await world.backfill()
  const direction = async () => (await world.pages('message'))[0]?.properties['Direction']
  expect(await direction()).toMatchObject({ select: null })

  world.advance(360 * MINUTE)
  const before = await world.requests('notion', 'PATCH /v1/pages/{id}')
  await reanalyse(world)
  expect(await direction()).toMatchObject({ select: { name: ORIGINAL?.direction } })
  expect(await heldIn(world)).toEqual([])
  expect(await listCorrections(world.db)).toEqual([])
  // The first answer shows what is empty, the second request fills it.
  expect(await world.requests('notion', 'PATCH /v1/pages/{id}')).toBe(before + 2)

  const [page] = await world.pages('message')
  await edit(world, page!.id, { Direction: { select: null } })
  world.advance(360 * MINUTE)
  await world.change({ textMessages: [saying(ORIGINAL!, 'Has the reader left?')] })
  await world.backfill()
  expect(await heldIn(world)).toEqual([{ property: 'Direction', value: 'null' }])
})
