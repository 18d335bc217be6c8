/**
 * The Mail database, where another tool files mails: its pages become their records', nothing of
 * theirs is changed, and one mail has one page whichever way told of it first. And the mailbox, asked
 * beside the runs.
 */
import { mailAt } from '@switchboard/sandbox/http/small-world'
import { describe, expect, test } from 'vitest'
import { newWorld, textOf } from '../../testing/world.ts'
import type { NotionPage, TestWorld } from '../../testing/world.ts'

const AT = '2026-11-24T08:59:00.000Z'
const ID = 'one@bakery.example'
const RAW = [
  'From: Corner Bakery <owner@bakery.example>',
  'To: hello@ours.example',
  'Subject: Our statement',
  'Date: Tue, 24 Nov 2026 08:59:00 +0000',
  `Message-ID: <${ID}>`,
  '',
  'The fees of last month look high.',
].join('\r\n')

const text = (content: string) => ({ rich_text: [{ text: { content } }] })

/** What another tool writes. */
const THEIRS: Record<string, unknown> = {
  Subject: { title: [{ text: { content: 'Our statement' } }] },
  'MIME Message ID': text(`<${ID}>`),
  From: { email: 'owner@bakery.example' },
  'Created At': { date: { start: AT } },
  Direction: { select: { name: 'Inbound' } },
  Body: text('The fees of last month look high. Regards'),
}

const makePage = (world: TestWorld, properties: Record<string, unknown> = THEIRS) =>
  world.outside<NotionPage>('notion', 'createAsPerson', world.databaseId('mail'), properties)

async function standing(world: TestWorld): Promise<NotionPage[]> {
  return (await world.pages('mail')).filter((page) => !page.in_trash)
}

/** The values of these properties, as Notion tells them. */
function valuesOf(page: NotionPage | undefined, names: readonly string[]) {
  return Object.fromEntries(names.map((name) => [name, page?.properties[name]]))
}

/** A workspace in which everything is known, and a minute has passed. */
async function begun(over: Parameters<typeof newWorld>[0] = {}): Promise<TestWorld> {
  const world = await newWorld(over, {}, 'test')
  await world.backfill()
  await pass(world, 1)
  return world
}

/** Minutes, for the outside world, too. */
async function pass(world: TestWorld, count: number): Promise<void> {
  for (let nth = 0; nth < count; nth++) {
    world.advance(60_000)
    await world.outsideClock()
    await world.cron('minute')
    await world.drain()
  }
}

const WAYS = {
  routed: (world: TestWorld) => world.routeMail(RAW),
  mailbox: (world: TestWorld) => world.change({ mails: [mailAt(AT, { messageId: ID })] }),
  page: (world: TestWorld) => makePage(world).then(() => {}),
}
type Way = keyof typeof WAYS
const ORDERS: Way[][] = [
  ['routed', 'mailbox', 'page'],
  ['routed', 'page', 'mailbox'],
  ['mailbox', 'routed', 'page'],
  ['mailbox', 'page', 'routed'],
  ['page', 'routed', 'mailbox'],
  ['page', 'mailbox', 'routed'],
]

describe('one mail by three ways', () => {
  test.each(ORDERS)(
    '%s, then %s, then %s: the page is the other tool’s, as it left it',
    async (...order) => {
      const world = await begun()
      const before = new Map<string, NotionPage>()
      for (const way of order) {
        await WAYS[way](world)
        if (way === 'page') for (const page of await standing(world)) before.set(page.id, page)
        await world.drain()
        await pass(world, 7) // longer than any sweep's interval
      }
      const pages = await standing(world)
      expect(pages).toHaveLength(1)
      const [page] = pages
      const names = Object.keys(THEIRS)
      expect(valuesOf(page, names)).toEqual(valuesOf(before.get(page?.id ?? ''), names))
      expect(textOf(page, 'MIME Message ID')).toBe(`<${ID}>`) // it is theirs
      expect(textOf(page, 'AI Summary')).not.toBe('')
      expect(page?.properties['Canvas']?.['relation']).toHaveLength(1)
      expect(await world.rows(`SELECT id FROM records`)).toEqual([{ id: ID }])
      expect(await world.owed()).toEqual([])
    },
  )

  test.each(ORDERS)('%s, %s and %s at once: one page', async (...order) => {
    const world = await begun()
    for (const way of order) await WAYS[way](world)
    await pass(world, 15)
    expect(await standing(world)).toHaveLength(1)
    expect(await world.rows(`SELECT id FROM records`)).toEqual([{ id: ID }])
    expect(await world.owed()).toEqual([])
  })

  test('without another tool’s page it is ours', async () => {
    const world = await begun()
    await WAYS.mailbox(world)
    await pass(world, 2)
    await WAYS.routed(world)
    await pass(world, 8)
    expect((await standing(world)).map((page) => textOf(page, 'MIME Message ID'))).toEqual([ID])
  })
})

describe('a page of another tool’s', () => {
  test('is looked for before one is made, where there may be any', async () => {
    const world = await newWorld({}, {}, 'test')
    await makePage(world, { ...THEIRS, 'MIME Message ID': text('<another@bakery.example>') })
    await world.backfill() // the sweep meets one
    const { id } = await makePage(world)
    await WAYS.routed(world)
    await world.drain()
    const pages = await world.pages('mail')
    expect(pages.map((page) => page.id)).toContain(id)
    expect(pages).toHaveLength(2) // none of ours, not even in the trash
    expect(textOf(pages[1], 'Body')).toBe('The fees of last month look high. Regards')
    await pass(world, 7)
    expect(await world.pages('mail')).toHaveLength(2)
    expect(await world.owed()).toEqual([])
  })

  test('is not looked for where none was ever met', async () => {
    const world = await begun()
    const query = 'POST /v1/data_sources/{id}/query'
    const asked = await world.requests('notion', query)
    expect(asked).toBeGreaterThan(0)
    await WAYS.routed(world)
    await world.drain()
    expect(await world.requests('notion', query)).toBe(asked)
    expect(await standing(world)).toHaveLength(1)
  })

  test('is enriched in place, and our own edits of it are no changes', async () => {
    const world = await begun()
    const { id } = await makePage(world)
    await pass(world, 7)
    const [page] = await standing(world)
    expect(page?.id).toBe(id)
    expect(textOf(page, 'AI Summary')).not.toBe('')
    expect(textOf(page, 'Conversation ID')).toMatch(/^thread:/)
    const edits = await world.requests('notion', 'PATCH /v1/pages/{id}')
    expect(edits).toBe(1)
    const revision = await world.rows('SELECT revision FROM records')
    await pass(world, 20)
    expect(await world.requests('notion', 'PATCH /v1/pages/{id}')).toBe(edits)
    expect(await world.rows('SELECT revision FROM records')).toEqual(revision)
  })

  test('that is edited later is read again, where only the page tells of the mail', async () => {
    const world = await begun()
    const { id } = await makePage(world, { ...THEIRS, Body: text('') })
    await pass(world, 7)
    expect(textOf((await standing(world))[0], 'AI Summary')).toContain('not analysed')
    await world.outside('notion', 'editAsPerson', id, {
      properties: { Body: text('Please call me about the terminal.') },
    })
    await pass(world, 7)
    const parts = await world.rows<{ body: string }>(`SELECT body FROM parts`)
    expect(parts.map(({ body }) => JSON.parse(body) as { text: string })).toMatchObject([
      { text: 'Please call me about the terminal.' },
    ])
    expect(textOf((await standing(world))[0], 'Body')).toBe('Please call me about the terminal.')
  })

  test('whose mail stands on the page itself is read there, and nothing is added to it', async () => {
    const world = await begun()
    const lines = ['Hello,', 'please call me about the terminal.']
    const children = lines.map((line) => ({
      type: 'paragraph',
      paragraph: { rich_text: [{ text: { content: line } }] },
    }))
    const { Body: _none, ...rest } = THEIRS
    const { id } = await world.outside<NotionPage>(
      'notion',
      'createAsPerson',
      world.databaseId('mail'),
      rest,
      children,
    )
    await pass(world, 7)
    const [part] = await world.rows<{ body: string }>(`SELECT body FROM parts`)
    expect(JSON.parse(part?.body ?? '{}')).toMatchObject({ text: lines.join('\n') })
    expect(textOf((await standing(world))[0], 'AI Summary')).not.toContain('not analysed')
    expect(await world.outside<unknown[]>('notion', 'blocks', id)).toHaveLength(2)
  })

  test('that is no mail is left alone until somebody makes it one', async () => {
    const world = await begun()
    const note = { Subject: { title: [{ text: { content: 'To do' } }] } }
    const { id } = await makePage(world, note)
    await pass(world, 7)
    expect(await world.rows('SELECT id FROM records')).toEqual([])
    await world.outside('notion', 'editAsPerson', id, {
      properties: { From: { email: 'owner@bakery.example' } },
    })
    await pass(world, 7)
    expect(await world.rows('SELECT id FROM records')).toEqual([
      { id: expect.stringMatching(/^hash:/) },
    ])
    expect((await standing(world)).map((page) => page.id)).toEqual([id])
  })

  test('with a known Message-ID and another sender is another mail’s', async () => {
    const world = await begun()
    await WAYS.routed(world)
    await pass(world, 2)
    const { id } = await makePage(world, { ...THEIRS, From: { email: 'owner@evil.example' } })
    await pass(world, 7)
    expect(await standing(world)).toHaveLength(2)
    const pages = await world.rows<{ id: string; page_id: string }>(
      'SELECT id, page_id FROM pages ORDER BY id',
    )
    expect(pages).toMatchObject([{ id: expect.stringMatching(/^hash:/), page_id: id }, { id: ID }])
    expect(textOf((await standing(world))[0], 'Subject')).toBe('Our statement')
  })

  test('comes after a person has touched ours: both stay, ours is the record’s', async () => {
    const world = await begun()
    await WAYS.routed(world)
    await pass(world, 2)
    const [ours] = await standing(world)
    await world.outside('notion', 'editAsPerson', ours?.id, {
      properties: { Category: { select: { name: 'Billing' } } },
    })
    await makePage(world)
    await pass(world, 10)
    expect(await standing(world)).toHaveLength(2)
    expect(await world.rows('SELECT page_id FROM pages')).toEqual([{ page_id: ours?.id }])
  })

  test('Notion is away: the sweep goes on where it was', async () => {
    const world = await begun()
    await makePage(world)
    await world.fail('notion', '/query', 503, 20)
    await pass(world, 12)
    expect(await world.parked()).toEqual([])
    expect(await world.rows(`SELECT id FROM records`)).toEqual([{ id: ID }])
  })
})

/** So many mails, ten a second. */
function mails(count: number) {
  return Array.from({ length: count }, (_, nth) =>
    mailAt(new Date(Date.parse('2026-11-24T09:00:01Z') + nth * 100).toISOString()),
  )
}

describe('a mailbox, asked beside the runs', () => {
  test('tells of a new mail within a minute, live', async () => {
    const world = await begun()
    await world.change({ mails: mails(1) })
    world.advance(60_000)
    await world.cron('minute')
    expect(world.queues.ready('enrich')).toHaveLength(1)
    await world.drain()
    expect(await standing(world)).toHaveLength(1)
  })

  test('of many changes is asked until all are told', async () => {
    const world = await begun()
    await world.change({ mails: mails(120) })
    await pass(world, 1)
    expect(await world.rows('SELECT count(*) AS n FROM records')).toEqual([{ n: 120 }])
  })

  test('that does not know its old state any more is listed by time, once', async () => {
    const world = await begun()
    await world.change({ mails: mails(3) })
    await world.db
      .prepare(
        `UPDATE mail_sources SET place = json_set(place, '$.state', 's999999')
          WHERE source LIKE 'mailbox:%'`,
      )
      .run()
    await pass(world, 4)
    expect(await world.rows('SELECT count(*) AS n FROM records')).toEqual([{ n: 3 }])
    const [place] = await world.rows<{ by: string }>(
      `SELECT place ->> 'by' AS by FROM mail_sources WHERE source LIKE 'mailbox:%'`,
    )
    expect(place).toEqual({ by: 'changes' })
  })

  test('tells of what is taken out of junk, and not of what goes there', async () => {
    const world = await begun({ mails: [mailAt(AT, { id: 'M1', mailbox: 'junk' })] })
    expect(await world.rows('SELECT id FROM records')).toEqual([])
    await world.change({
      mails: [mailAt(AT, { id: 'M1' }), mailAt(AT, { id: 'M2', mailbox: 'junk' })],
    })
    await pass(world, 1)
    expect(await world.rows('SELECT id FROM records')).toEqual([{ id: 'M1@bakery.example' }])
  })

  test('a mail in two mailboxes is one record that comes to rest', async () => {
    const twice = [
      mailAt(AT, { id: 'M1', messageId: ID }),
      mailAt(AT, {
        id: 'M2',
        messageId: ID,
        mailbox: 'sent',
        bcc: [{ name: null, email: 'x@y.example' }],
      }),
    ]
    const world = await begun({ mails: twice })
    const [first] = await world.rows<{ revision: number }>('SELECT revision FROM records')
    await world.backfill()
    world.advance(6 * 3_600_000)
    await world.backfill()
    expect(await world.rows('SELECT revision FROM records')).toEqual([first])
    expect(await standing(world)).toHaveLength(1)
  })

  test('that refuses our token is parked, and asked again once it takes it', async () => {
    const world = await begun()
    await world.outside('mailbox', 'setToken', 'another')
    await world.change({ mails: mails(1) })
    await pass(world, 2)
    expect(await world.parked()).toEqual(['mailbox'])
    world.env['JMAP_TOKEN'] = 'another'
    await pass(world, 3)
    expect(await world.parked()).toEqual([])
    expect(await standing(world)).toHaveLength(1)
  })
})
