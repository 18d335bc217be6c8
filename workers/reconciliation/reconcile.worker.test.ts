/** Reconciliation's queue handler: Notion that refuses, is changed by people, or is set up otherwise. */
import { callAt, merchant, mailAt } from '@switchboard/sandbox/http/small-world'
import { KINDS } from '@switchboard/shared/kinds'
import { describe, expect, test } from 'vitest'
import { keepsTheRulesOfEveryStage, owedBy, waitingFor } from '../testing/every-stage.ts'
import { YESTERDAY, later, oneOfEach, saying, spokenCall, textMessages } from '../testing/scenes.ts'
import { newWorld, textOf } from '../testing/world.ts'
import type { NotionPage, TestWorld } from '../testing/world.ts'

const MINUTE = 60_000
const SCHEMA_FULL = {
  answer: 400,
  message: 'Database schema has exceeded the maximum size.',
} as const

keepsTheRulesOfEveryStage('reconcile')

/** A text message that is filed, and a second backfill's worth of time. */
async function filed() {
  const [original] = textMessages(1)
  const world = await newWorld({ textMessages: [original!] })
  await world.backfill()
  world.advance(360 * MINUTE)
  const [page] = await world.pages('message')
  return { world, textMessage: original!, pageId: page!.id }
}

function linked(page: NotionPage | undefined): unknown {
  return page?.properties['Canvas']?.['relation']
}

async function changeTo(world: TestWorld, textMessage: ReturnType<typeof saying>): Promise<void> {
  await world.change({ textMessages: [textMessage] })
  await world.backfill()
}

describe('Notion refuses', () => {
  test('a 429 holds the gate and comes back after as long, no try burnt', async () => {
    const { world } = await waitingFor('reconcile', 2)
    await world.fail('notion', 'POST /v1/pages', { answer: 429, retryAfterSeconds: 17 })
    const delivery = await world.deliver('reconcile-bulk')
    expect(delivery).toMatchObject({ acked: 1, retried: [{ delaySeconds: 17 }] })
    expect(world.gate.holds).toEqual([17_000])
    expect(await world.rows(`SELECT sent_at FROM pages WHERE page_id IS NULL`)).toEqual([
      { sent_at: null },
    ])
    expect((await owedBy(world, 'reconcile')).map(({ tries }) => tries)).toEqual([0])
    await world.minutes(1)
    expect(await world.pages('message')).toHaveLength(2)
  })

  test('an expired token parks it: no try is burnt, and what is owed goes out again, ten first', async () => {
    const { world } = await waitingFor('reconcile', 25)
    await world.outside('notion', 'revokeToken')
    expect(await world.deliver('reconcile-bulk', undefined, 25)).toEqual({ acked: 25, retried: [] })
    expect(await world.parked()).toEqual(['notion'])
    const owed = await owedBy(world, 'reconcile')
    expect(owed).toHaveLength(25)
    expect(new Set(owed.map(({ tries }) => tries))).toEqual(new Set([0]))
    await world.minutes(2)
    expect(world.queues.of('reconcile-bulk')).toEqual([])

    await world.outside('notion', 'setToken', world.env['NOTION_TOKEN'])
    world.advance(MINUTE)
    await world.cron('minute')
    expect(world.queues.of('reconcile-bulk')).toHaveLength(10)
    await world.drain()
    world.advance(MINUTE)
    await world.cron('minute')
    expect(world.queues.of('reconcile-bulk')).toHaveLength(15)
    await world.drain()
    expect(await world.owed()).toEqual([])
    expect(await world.pages('message')).toHaveLength(25)
  })

  test('an outage parks it at the first write that nobody knows of, and not when all are in doubt', async () => {
    const { world } = await waitingFor('reconcile', 30)
    await world.fail('notion', '/v1/', 503, 1000)
    await world.deliver('reconcile-bulk', undefined, 10)
    expect(await world.parked()).toEqual(['notion'])
    await world.drain()
    expect(await world.requests('notion', 'POST /v1/pages')).toBe(10)
    expect(new Set((await owedBy(world, 'reconcile')).map(({ tries }) => tries))).toEqual(
      new Set([0]),
    )
    expect(
      await world.rows(`SELECT count(*) AS doubtful FROM pages WHERE sent_at IS NOT NULL`),
    ).toEqual([{ doubtful: 10 }])
  })

  test('a write that nobody knows of is waited for where Notion answers', async () => {
    const { world } = await waitingFor('reconcile', 2)
    await world.fail('notion', 'POST /v1/pages', { answer: 504, when: 'after' })
    await world.deliver('reconcile-bulk', undefined, 2)
    expect(await world.parked()).toEqual([])
    await world.minutes(5)
    expect(await world.pages('message')).toHaveLength(2)
    expect(await world.owed()).toEqual([])
  })

  test('a capability that is missing parks it, though all can be read: no try is burnt', async () => {
    const { world } = await waitingFor('reconcile', 12)
    const refused = { answer: 403, message: 'Insufficient permissions for this endpoint.' } as const
    await world.fail('notion', 'POST /v1/pages', refused, 22)
    expect(await world.deliver('reconcile-bulk', undefined, 12)).toEqual({ acked: 12, retried: [] })
    expect(await world.parked()).toEqual(['notion'])

    // Each minute ten try; none of them is the worse for it.
    await world.minutes(1)
    expect(await world.parked()).toEqual(['notion'])
    expect(new Set((await owedBy(world, 'reconcile')).map(({ tries }) => tries))).toEqual(
      new Set([0]),
    )
    await world.minutes(3)
    expect(await world.pages('message')).toHaveLength(12)
    expect(await world.letters()).toEqual([])
    expect(await world.parked()).toEqual([])
  })

  test('a database that takes no new options gets its records without keywords', async () => {
    const world = await newWorld(oneOfEach())
    await world.cron('backfill')
    await world.drain(['reconcile-bulk'])
    await world.fail('notion', 'POST /v1/pages', SCHEMA_FULL)
    expect(await world.deliver('reconcile-bulk', undefined, 1)).toEqual({ acked: 1, retried: [] })
    const pages = (await Promise.all(KINDS.map((kind) => world.pages(kind)))).flat()
    expect(pages).toHaveLength(1)
    expect(pages[0]?.properties['Keywords']).toMatchObject({ multi_select: [] })
    expect(
      await world.rows(`SELECT error FROM stage_events WHERE stage = 'reconcile' AND error <> ''`),
    ).toEqual([{ error: expect.stringContaining('without keywords') }])
    await world.drain()
    expect(await world.letters()).toEqual([])
  })

  test('where it takes nothing at all, its database is parked', async () => {
    const world = await newWorld({ calls: [spokenCall()] })
    await world.cron('backfill')
    await world.drain(['reconcile-bulk'])
    await world.fail('notion', 'POST /v1/pages', SCHEMA_FULL, 2)
    await world.drain()
    expect(await world.parked()).toEqual(['notion:call'])
    await world.minutes(20)
    expect(await world.pages('call')).toHaveLength(1)
    expect(await world.parked()).toEqual([])
  })

  test('a value it does not take is the record’s fault: nine pages, one letter', async () => {
    const { world } = await waitingFor('reconcile', 10)
    await world.fail('notion', 'POST /v1/pages', 400)
    expect(await world.deliver('reconcile-bulk')).toEqual({ acked: 10, retried: [] })
    await world.drain()
    expect(await world.pages('message')).toHaveLength(9)
    expect(await world.letters()).toEqual([
      expect.objectContaining({ stage: 'reconcile', failure: 'record.refused', attempts: 1 }),
    ])
    expect(await world.totals()).toMatchObject({ synced: 9, failed: 1, complete: true })
  })

  test('a success later closes the letter', async () => {
    const { world } = await waitingFor('reconcile', 1)
    await world.fail('notion', 'POST /v1/pages', 400)
    await world.drain()
    expect(await world.letters()).toHaveLength(1)

    world.advance(360 * MINUTE)
    await changeTo(world, saying(textMessages(1)[0]!, 'Shorter.'))
    expect(await world.letters()).toEqual([])
    expect(await world.pages('message')).toHaveLength(1)
    expect(await world.totals()).toMatchObject({ synced: 1, complete: true })
  })
})

describe('Notion is set up otherwise', () => {
  test('a renamed property parks its data source only, and calls come after it is mended', async () => {
    const world = await newWorld(oneOfEach())
    await world.cron('backfill')
    await world.drain(['reconcile-bulk'])
    const calls = world.databaseId('call')
    await world.outside('notion', 'renameProperty', calls, 'Lead Score', 'Score')
    await world.drain()
    expect(await world.parked()).toEqual(['notion:call'])
    expect(await owedBy(world, 'reconcile')).toEqual([
      expect.objectContaining({ tries: 0, parkedOn: 'notion:call' }),
    ])
    expect(await world.pages('mail')).toHaveLength(1)
    expect(await world.pages('message')).toHaveLength(1)

    await world.minutes(2)
    expect(await world.pages('call')).toEqual([])
    await world.outside('notion', 'renameProperty', calls, 'Score', 'Lead Score')
    await world.minutes(2)
    expect(await world.pages('call')).toHaveLength(1)
    expect(await world.owed()).toEqual([])
  })

  test('Notion reopens though one database is not shared any more', async () => {
    const { world } = await waitingFor('reconcile', 1)
    await world.outside('notion', 'revokeToken')
    await world.drain()
    expect(await world.parked()).toEqual(['notion'])

    await world.outside('notion', 'setToken', world.env['NOTION_TOKEN'])
    world.env['NOTION_CALLS_DATABASE_ID'] = '00000000-0000-4000-8000-000000000000'
    await world.minutes(2)
    expect(await world.parked()).toEqual([])
    expect(await world.pages('message')).toHaveLength(1)
  })
})

describe('merchants', () => {
  test('one that was trashed meanwhile is dropped from the mirror, and the record filed without it', async () => {
    const { world } = await waitingFor('reconcile', 1)
    const [bakery] = await world.pages('canvas')
    await world.outside('notion', 'editAsPerson', bakery?.id, { in_trash: true })
    await world.drain()
    const [page] = await world.pages('message')
    expect(page?.properties['Canvas']).toMatchObject({ relation: [] })
    expect(await world.rows(`SELECT * FROM merchants`)).toEqual([])
    expect(await world.owed()).toEqual([])
    expect(await world.letters()).toEqual([])
  })

  test('one whose page was moved out of Canvas is dropped alike, where a link to it is refused', async () => {
    const { world } = await waitingFor('reconcile', 1)
    const moved = await world.outside<{ id: string }>(
      'notion',
      'createAsPerson',
      world.databaseId('mail'),
      {},
    )
    await world.db.batch([
      world.db
        .prepare(
          `INSERT INTO merchants SELECT ?1, name, url, edited_at, seen_at FROM merchants LIMIT 1`,
        )
        .bind(moved.id),
      world.db.prepare(`UPDATE merchant_keys SET merchant_id = ?1`).bind(moved.id),
      world.db.prepare(`DELETE FROM merchants WHERE id <> ?1`).bind(moved.id),
    ])
    await world.fail('notion', 'POST /v1/pages', { answer: 400, message: 'No page of Canvas.' })
    await world.drain()
    const [page] = await world.pages('message')
    expect(linked(page)).toEqual([])
    expect(await world.rows(`SELECT * FROM merchants`)).toEqual([])
    expect(await world.letters()).toEqual([])
  })

  test('every merchant who holds the number of any outside party is linked', async () => {
    const calls = [
      callAt(YESTERDAY, {
        participants: [
          { phoneNumber: '+13105550123', actorId: null },
          { phoneNumber: '+14155550100', actorId: 'US1' },
          { phoneNumber: '+13105550124', actorId: null },
        ],
      }),
    ]
    const mails = [mailAt(YESTERDAY, { cc: [{ name: null, email: 'Pat@Cafe.example' }] })]
    const merchants = [
      merchant('Corner Bakery'),
      merchant('Its sister', { phone: '310 555 0123 / 310 555 0199', email: '' }),
      merchant('Cafe', { phone: '+1 310 555 0124', email: 'pat@cafe.example' }),
      merchant('Another', { phone: '310 555 0777', email: 'other@else.example' }),
    ]
    const world = await newWorld({ calls, mails, merchants })
    await world.backfill()
    const [bakery, sister, cafe] = (await world.pages('canvas')).map(({ id }) => ({ id }))
    const [call] = await world.pages('call')
    const [mail] = await world.pages('mail')
    expect(linked(call)).toHaveLength(3)
    expect(linked(call)).toEqual(expect.arrayContaining([bakery, sister, cafe]))
    expect(linked(mail)).toHaveLength(2)
    expect(linked(mail)).toEqual(expect.arrayContaining([bakery, cafe]))
  })
})

describe('people', () => {
  test('an update sends what differs, and leaves what a person changed, every time', async () => {
    const { world, textMessage, pageId } = await filed()
    await world.outside('notion', 'editAsPerson', pageId, {
      properties: { Category: { select: { name: 'by hand' } } },
    })
    await changeTo(world, saying(textMessage, 'Has the reader left?', 1))
    world.advance(360 * MINUTE)
    await changeTo(world, saying(textMessage, 'Will it ever come?', 2))

    const pages = await world.pages('message')
    expect(pages).toHaveLength(1)
    expect(textOf(pages[0], 'Content')).toBe('Will it ever come?')
    expect(pages[0]?.properties['Category']).toMatchObject({ select: { name: 'by hand' } })
    expect(await world.requests('notion', 'PATCH /v1/pages/{id}')).toBe(2)
  })

  test('a page that a person moved to another database is left there', async () => {
    const { world, textMessage } = await filed()
    const elsewhere = await world.outside<{ id: string }>(
      'notion',
      'createAsPerson',
      world.databaseId('mail'),
      {},
    )
    await world.db.prepare(`UPDATE pages SET page_id = ?1`).bind(elsewhere.id).run()
    await changeTo(world, saying(textMessage, 'Has the reader left?'))
    expect(await world.letters()).toEqual([])
    expect(await world.owed()).toEqual([])
    expect(await world.parked()).toEqual([])
    expect(await world.rows(`SELECT removed_at IS NOT NULL AS removed FROM pages`)).toEqual([
      { removed: 1 },
    ])
    expect(await world.pages('message')).toHaveLength(1)
  })

  test('a page that a person trashed is not made again', async () => {
    const { world, textMessage, pageId } = await filed()
    await world.outside('notion', 'editAsPerson', pageId, { in_trash: true })
    await changeTo(world, saying(textMessage, 'Has the reader left?'))
    expect(await world.pages('message')).toEqual([
      expect.objectContaining({ id: pageId, in_trash: true }),
    ])
    expect(await world.owed()).toEqual([])
    expect(await world.letters()).toEqual([])
    expect(await world.totals()).toMatchObject({ synced: 0, skipped: 1, complete: true })
    const asked = await world.asked()
    world.advance(360 * MINUTE)
    await world.backfill()
    expect(await world.asked()).toBeGreaterThan(asked)
    expect(await world.totals()).toMatchObject({ skipped: 1, complete: true })
  })

  test('another’s page for the same record wins over a create of unknown outcome', async () => {
    const { world } = await waitingFor('reconcile', 1)
    await world.fail('notion', 'POST /v1/pages', 500)
    await world.drain()
    const theirs = await world.outside<{ id: string }>(
      'notion',
      'createAsPerson',
      world.databaseId('message'),
      {
        'Message ID': { title: [{ text: { content: 'ACT0' } }] },
        Category: { select: { name: 'by hand' } },
      },
    )
    await world.minutes(3, 2 * MINUTE)
    const pages = await world.pages('message')
    expect(pages.map(({ id }) => id)).toEqual([theirs.id])
    expect(pages[0]?.properties['Category']).toMatchObject({ select: { name: 'by hand' } })
    expect(textOf(pages[0], 'Content')).toContain('reader number 0')

    world.advance(360 * MINUTE)
    await changeTo(world, saying(textMessages(1)[0]!, 'Will it ever come?'))
    const [page] = await world.pages('message')
    expect(page?.properties['Category']).toMatchObject({ select: { name: 'by hand' } })
    expect(textOf(page, 'Content')).toBe('Will it ever come?')
  })
})

describe('a long transcript', () => {
  const talk = Array.from({ length: 300 }, (_, nth) => `${nth} ${'so it goes '.repeat(90)}end`)

  test('goes into the body, and no utterance is cut or spread over two blocks', async () => {
    const world = await newWorld({ calls: [spokenCall({}, talk)] })
    await world.backfill()
    const [page] = await world.pages('call')
    expect(textOf(page, 'Transcript')).toMatch(/stands in the page itself/)
    expect(page?.properties['Has Transcript']).toMatchObject({ checkbox: true })
    const blocks = await world.outside<{ paragraph: { rich_text: { plain_text: string }[] } }[]>(
      'notion',
      'blocks',
      page?.id,
    )
    const [top, ...transcript] = blocks
    expect(top?.paragraph.rich_text[0]?.plain_text).toBe('Listen to the call')
    const lines = transcript.flatMap(({ paragraph }) =>
      paragraph.rich_text
        .map((piece) => piece.plain_text)
        .join('')
        .split('\n'),
    )
    const speakers = ['Ana Lima', '+13105550123']
    expect(lines).toEqual(talk.map((said, nth) => `${speakers[nth % 2]}: ${said}`))
    expect(await world.owed()).toEqual([])
    expect(await world.totals()).toMatchObject({ synced: 1, complete: true })
  })

  test('an append of unknown outcome is neither lost nor doubled', async () => {
    const world = await newWorld({ calls: [spokenCall({}, talk)] })
    await world.fail('notion', 'PATCH /v1/blocks', { answer: 500, when: 'after' })
    await world.backfill()
    await world.minutes(3, 2 * MINUTE)
    const [page] = await world.pages('call')
    const blocks = await world.outside<object[]>('notion', 'blocks', page?.id)
    expect(blocks).toHaveLength(301) // what stands on top, then the transcript
    expect(await world.owed()).toEqual([])
  })
})

test('a batch of long transcripts is saved, though no parameter of D1 holds all of it', async () => {
  const talk = Array.from({ length: 150 }, (_, nth) => `${nth} ${'so it goes '.repeat(90)}end`)
  const calls = Array.from({ length: 16 }, (_, nth) =>
    spokenCall({ id: `AC${nth}`, createdAt: later(nth) }, talk),
  )
  const world = await newWorld({ calls })
  await world.backfill()
  world.advance(360 * MINUTE)
  await world.change({
    calls: calls.map((call) => ({ ...call, status: 'archived', updatedAt: later(60) })),
  })
  await world.cron('backfill')
  await world.drain(['reconcile-bulk'])
  expect(await world.deliver('reconcile-bulk', undefined, 16)).toEqual({ acked: 16, retried: [] })
  expect(await world.owed()).toEqual([])
  expect(await world.totals()).toMatchObject({ synced: 16, complete: true })
})

test('links switched off: pages are written without them, and Canvas is not asked', async () => {
  const world = await newWorld(oneOfEach(), { RECONCILE_CANVAS: 'false' })
  await world.backfill()
  const [page] = await world.pages('call')
  expect(page?.properties['Canvas']).toMatchObject({ relation: [] })
  expect(await world.rows(`SELECT * FROM canvas_mirror`)).toEqual([])
  expect(await world.rows(`SELECT * FROM notion_sources WHERE role = 'canvas'`)).toEqual([])
  expect(await world.totals()).toMatchObject({ synced: 3, complete: true })
})

test('the same content twice asks Notion once', async () => {
  const { world } = await waitingFor('reconcile', 1)
  await world.drain()
  await world.db
    .prepare(`UPDATE work SET wanted = wanted + 1, due_at = ?1`)
    .bind(Date.now() - MINUTE)
    .run()
  const asked = async () => [await world.requests('notion'), world.ai.requests.length]
  const before = await asked()
  await world.cron('minute')
  await world.drain()
  expect(await world.owed()).toEqual([])
  expect(await asked()).toEqual(before)
})
