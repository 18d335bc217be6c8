/** The canvas sweep: the schema at a run's start, the mirror, and the records that follow it. */
import { OWN_NUMBER, callAt, mailAt, merchant, textAt } from '@switchboard/sandbox/http/small-world'
import { KINDS } from '@switchboard/shared/kinds'
import { describe, expect, test } from 'vitest'
import { countQueries } from '../../testing/queries.ts'
import { later, oneOfEach } from '../../testing/scenes.ts'
import { newWorld as newTestWorld, textOf } from '../../testing/world.ts'
import type { NotionPage, TestWorld } from '../../testing/world.ts'

const newWorld = (...[over, settings]: Parameters<typeof newTestWorld>) =>
  newTestWorld(over, settings, 'test')

const SIX_HOURS = 6 * 3_600_000
const DAY = 86_400_000
const STRANGER = '+12125550177'

function textsFrom(number: string, count: number, prefix: string) {
  return Array.from({ length: count }, (_, nth) =>
    textAt(later(nth), { id: `${prefix}${nth}`, from: number }),
  )
}

/** So many merchants, each with a number of its own; the first is the Corner Bakery. */
function manyMerchants(count: number) {
  return Array.from({ length: count }, (_, nth) =>
    nth === 0
      ? merchant('Corner Bakery')
      : merchant(`Merchant ${nth}`, { phone: `+1 310 555 02${10 + nth}`, email: '' }),
  )
}

async function run(world: TestWorld, afterMs: number): Promise<void> {
  world.advance(afterMs)
  await world.outsideClock()
  await world.backfill()
  await world.minutes(2)
}

async function edit(world: TestWorld, page: NotionPage | undefined, body: object): Promise<void> {
  await world.outsideClock()
  await world.outside('notion', 'editAsPerson', page?.id, body)
}

const phone = (number: string | null, property = 'Phone') => ({
  properties: { [property]: { phone_number: number } },
})

async function links(world: TestWorld): Promise<Record<string, number>> {
  const pages = await world.pages('message')
  return Object.fromEntries(
    pages.map((page) => [textOf(page, 'Message ID'), relationOf(page).length]),
  )
}

function relationOf(page: NotionPage): unknown[] {
  const relation = page.properties['Canvas']?.['relation']
  return Array.isArray(relation) ? relation : []
}

const merchants = (world: TestWorld) =>
  world.rows<{ name: string }>(`SELECT name FROM merchants ORDER BY name`)

async function notionCalls(world: TestWorld): Promise<{ updates: number; reads: number }> {
  return {
    updates: await world.requests('notion', 'PATCH /v1/pages/{id}'),
    reads: await world.requests('notion', 'GET /v1/pages/{id}'),
  }
}

describe('relinking', () => {
  test('a number added to a merchant updates exactly the records that waited for it', async () => {
    const textMessages = [...textsFrom(STRANGER, 7, 'W'), ...textsFrom('+12125550188', 3, 'O')]
    const world = await newWorld({ textMessages })
    await run(world, 0)
    expect(Object.values(await links(world))).toEqual(Array(10).fill(0))
    const updates = await world.requests('notion', 'PATCH /v1/pages/{id}')
    const queries = await countQueries(world, ['canvas', ...KINDS])

    const [bakery] = await world.pages('canvas')
    await edit(world, bakery, phone('212 555 0177', 'Second Phone'))
    await run(world, SIX_HOURS)
    expect(await links(world)).toMatchObject({ W0: 1, W6: 1, O0: 0, O2: 0 })
    expect((await world.requests('notion', 'PATCH /v1/pages/{id}')) - updates).toBe(7)
    // The merchants that were edited, and people's edits of text messages: two more than records.
    expect(queries()).toMatchObject({ canvas: 1, call: 0, message: 1 })
    expect(await world.owed()).toEqual([])
    const causes = await world.rows(
      `SELECT DISTINCT cause, lane FROM work WHERE stage = 'reconcile' AND id LIKE 'W%'`,
    )
    expect(causes).toEqual([{ cause: 'relink', lane: 'bulk' }])
  })

  test('costs a request a record, one a kind that waits, and the listing that each run makes', async () => {
    const strange = 'stranger@elsewhere.example'
    const world = await newWorld({
      calls: [0, 1].map((nth) =>
        callAt(later(nth), {
          id: `C${nth}`,
          participants: [
            { phoneNumber: STRANGER, actorId: null },
            { phoneNumber: OWN_NUMBER, actorId: 'US1' },
          ],
        }),
      ),
      textMessages: textsFrom(STRANGER, 3, 'W'),
      mails: [0, 1].map((nth) =>
        mailAt(later(nth), { id: `M${nth}`, from: [{ name: 'Somebody', email: strange }] }),
      ),
    })
    // Pages that were there before us are nobody's to be searched for edits of ours.
    for (let nth = 0; nth < 120; nth++)
      await world.outside('notion', 'createAsPerson', world.databaseId('message'), {
        Content: { rich_text: [{ text: { content: `before us ${nth}` } }] },
      })
    await run(world, 10 * 60_000)
    await run(world, SIX_HOURS)
    const before = await notionCalls(world)
    const queries = await countQueries(world, ['canvas', 'call', 'message'])
    const [bakery] = await world.pages('canvas')
    await edit(world, bakery, {
      properties: {
        'Second Phone': { phone_number: '212 555 0177' },
        'Billing Email': { email: strange },
      },
    })
    await run(world, SIX_HOURS)
    for (const kind of KINDS)
      for (const page of await world.pages(kind))
        if (
          !textOf(
            page,
            kind === 'mail' ? 'Body' : kind === 'call' ? 'Summary' : 'Content',
          ).startsWith('before us')
        )
          expect(relationOf(page)).toEqual([{ id: bakery?.id }])
    const after = await notionCalls(world)
    expect(after.updates - before.updates).toBe(7)
    expect(after.reads - before.reads).toBe(0)
    expect(queries()).toEqual({ canvas: 1, call: 1, message: 1 })
  })

  test('a number that moves to another merchant takes its records along', async () => {
    const world = await newWorld({
      textMessages: textsFrom('+13105550123', 2, 'B'),
      merchants: [
        merchant('Corner Bakery'),
        merchant('Its heir', { phone: '', email: 'a@b.example' }),
      ],
    })
    await run(world, 0)
    const [bakery, heir] = await world.pages('canvas')
    await edit(world, bakery, phone(null))
    await edit(world, heir, phone('(310) 555-0123'))
    await run(world, SIX_HOURS)
    const pages = await world.pages('message')
    expect(pages.map(({ properties }) => properties['Canvas']?.['relation'])).toEqual([
      [{ id: heir?.id }],
      [{ id: heir?.id }],
    ])
  })

  test('a number of more than 25 merchants links to none', async () => {
    const merchantsNow = Array.from({ length: 26 }, (_, nth) =>
      merchant(`Branch ${nth}`, { email: `branch${nth}@chain.example` }),
    )
    const world = await newWorld({
      textMessages: textsFrom('+13105550123', 1, 'B'),
      merchants: merchantsNow,
    })
    await run(world, 0)
    expect(await links(world)).toEqual({ B0: 0 })
    const [first] = await world.pages('canvas')
    await edit(world, first, phone(null))
    await run(world, SIX_HOURS)
    expect(await links(world)).toEqual({ B0: 25 })
  })

  test('records filed before it was noted who they are with are told of once', async () => {
    const world = await newWorld({ textMessages: textsFrom(STRANGER, 3, 'W') })
    await run(world, 0)
    await world.rows(`DELETE FROM record_parties`)
    await world.rows(`DELETE FROM canvas_mirror`)
    const updates = await world.requests('notion', 'PATCH /v1/pages/{id}')
    await run(world, SIX_HOURS)
    expect(await world.rows(`SELECT party, id FROM record_parties ORDER BY id`)).toEqual(
      ['W0', 'W1', 'W2'].map((id) => ({ party: STRANGER, id })),
    )
    expect(await world.requests('notion', 'PATCH /v1/pages/{id}')).toBe(updates)
  })
})

test('another country reads the numbers of Canvas anew, as operations.md has it', async () => {
  const world = await newWorld(
    {
      textMessages: textsFrom('+442079460958', 2, 'B'),
      merchants: [merchant('London Bakery', { phone: '020 7946 0958' })],
    },
    { DEFAULT_COUNTRY: 'US' },
  )
  await run(world, 0)
  expect(await links(world)).toEqual({ B0: 0, B1: 0 })
  world.env['DEFAULT_COUNTRY'] = 'GB'
  await world.rows(`UPDATE canvas_mirror SET listed_at = NULL`)
  await world.rows(
    `UPDATE work SET wanted = wanted + 1, lane = 'bulk', cause = 'relink', due_at = ?1
      WHERE token IS NULL AND stage IN ('reconcile', 'vectorize')`,
    Date.now(),
  )
  await run(world, 60_000)
  expect(await links(world)).toEqual({ B0: 1, B1: 1 })
  expect(await world.owed()).toEqual([])
})

test('links switched on again reach what was filed without them', async () => {
  const settings = { RECONCILE_CANVAS: 'true' }
  const world = await newWorld({ textMessages: textsFrom('+13105550123', 2, 'B') }, settings)
  await world.change({ textMessages: [] })
  await run(world, 0)
  world.env['RECONCILE_CANVAS'] = 'false'
  await world.change({ textMessages: textsFrom('+13105550123', 2, 'B') })
  await run(world, SIX_HOURS)
  expect(await links(world)).toEqual({ B0: 0, B1: 0 })
  world.env['RECONCILE_CANVAS'] = 'true'
  await run(world, SIX_HOURS)
  expect(await links(world)).toEqual({ B0: 1, B1: 1 })
})

describe('the mirror', () => {
  test('a merchant that is trashed goes with the next full listing, and its links with it', async () => {
    const world = await newWorld({
      textMessages: textsFrom('+13105550123', 1, 'B'),
      merchants: manyMerchants(3),
    })
    await run(world, 0)
    expect(await links(world)).toEqual({ B0: 1 })
    const [bakery] = await world.pages('canvas')
    await edit(world, bakery, { in_trash: true })
    await run(world, SIX_HOURS)
    expect(await merchants(world)).toHaveLength(3)
    await run(world, DAY - SIX_HOURS)
    expect(await merchants(world)).toEqual([{ name: 'Merchant 1' }, { name: 'Merchant 2' }])
    expect(await links(world)).toEqual({ B0: 0 })
  })

  test('very many that vanish at once stay, and the operator is told', async () => {
    const world = await newWorld({ merchants: manyMerchants(20) })
    await run(world, 0)
    for (const page of (await world.pages('canvas')).slice(0, 6))
      await edit(world, page, { in_trash: true })
    await run(world, DAY)
    expect(await merchants(world)).toHaveLength(20)
    expect(await status(world)).toMatchObject({
      merchants: 20,
      vanished: { merchants: 6, numbers: 0 },
    })

    const allowed = await world.fetch('/api/canvas/vanished', {
      method: 'POST',
      headers: { Authorization: 'Bearer admin-token' },
      body: JSON.stringify({ drop: true }),
    })
    expect(allowed.status).toBe(200)
    await run(world, SIX_HOURS)
    expect(await merchants(world)).toHaveLength(14)
    expect(await status(world)).toMatchObject({ merchants: 14, vanished: null })
  })

  test('numbers that vanish at once stay too, as when a property is deleted', async () => {
    const world = await newWorld({
      merchants: manyMerchants(20),
      textMessages: textsFrom('+13105550123', 1, 'B'),
    })
    await run(world, 0)
    for (const page of await world.pages('canvas')) await edit(world, page, phone(null))
    await run(world, SIX_HOURS)
    expect(await links(world)).toEqual({ B0: 1 })
    expect(await status(world)).toMatchObject({ vanished: { merchants: 0, numbers: 20 } })
    const [bakery] = await world.pages('canvas')
    for (const page of await world.pages('canvas'))
      if (page.id !== bakery?.id) await edit(world, page, phone('+1 310 555 0999'))
    await run(world, SIX_HOURS)
    // As many are missing as before: it stays until an operator means it.
    expect(await links(world)).toEqual({ B0: 1 })
  })

  test('a page without number and address is no merchant', async () => {
    const world = await newWorld({
      merchants: [merchant('Corner Bakery'), merchant('Monday', { phone: '', email: '' })],
    })
    await run(world, 0)
    expect(await merchants(world)).toEqual([{ name: 'Corner Bakery' }])
  })

  test('lists all once a day, and otherwise what was edited', async () => {
    const world = await newWorld({ merchants: manyMerchants(5) })
    await run(world, 0)
    await run(world, SIX_HOURS)
    const [, second] = await world.pages('canvas')
    await edit(world, second, { properties: { Name: { title: [{ text: { content: 'Anew' } }] } } })
    await world.rows(`UPDATE merchants SET name = 'stale'`)
    await run(world, SIX_HOURS)
    expect(await merchants(world)).toEqual(
      ['Anew', 'stale', 'stale', 'stale', 'stale'].map((name) => ({ name })),
    )
    await run(world, DAY - 2 * SIX_HOURS)
    expect(await merchants(world)).not.toContainEqual({ name: 'stale' })
  })
})

describe('the schema at the start of a run', () => {
  test('a fault parks its database with what to do, before a record fails', async () => {
    const world = await newWorld(oneOfEach())
    await world.outside('notion', 'renameProperty', world.databaseId('mail'), 'Keywords', 'Tags')
    await world.cron('backfill')
    await world.drain(['reconcile-bulk', 'enrich-bulk', 'vectorize'])
    expect(await world.rows(`SELECT scope, reason FROM parked`)).toEqual([
      {
        scope: 'notion:mail',
        reason: expect.stringContaining(
          'Mail (NOTION_MAIL_DATABASE_ID): Keywords: there is no such property; add it as Multi-select',
        ),
      },
    ])
    await world.drain()
    expect(await world.pages('mail')).toEqual([])
    expect(await world.pages('call')).toHaveLength(1)
    await world.outside('notion', 'renameProperty', world.databaseId('mail'), 'Tags', 'Keywords')
    await world.minutes(2)
    expect(await world.pages('mail')).toHaveLength(1)
  })

  test('NOTION_MANAGE_SCHEMA adds what is missing', async () => {
    const world = await newWorld(oneOfEach(), { NOTION_MANAGE_SCHEMA: 'true' })
    await world.outside('notion', 'renameProperty', world.databaseId('mail'), 'Keywords', 'Tags')
    await world.backfill()
    expect(await world.parked()).toEqual([])
    const [page] = await world.pages('mail')
    expect(Object.keys(page?.properties ?? {})).toEqual(
      expect.arrayContaining(['Tags', 'Keywords']),
    )
  })
})

async function status(world: TestWorld): Promise<unknown> {
  const response = await world.fetch('/api/status', {
    headers: { Authorization: 'Bearer admin-token' },
  })
  return (await response.json<{ canvas: unknown }>()).canvas
}
