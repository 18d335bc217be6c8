/** Notion's webhooks: who is let in, and what a merchant's change leads to. */
import { merchant, textAt } from '@switchboard/sandbox/http/small-world'
import { describe, expect, test } from 'vitest'
import { countQueries } from '../../testing/queries.ts'
import { YESTERDAY } from '../../testing/scenes.ts'
import { newWorld, textOf } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

const TOKEN = 'secret_Notion-Token'
const CANVAS = '5a0c0000-0000-4000-8000-00000000da01'

async function signature(body: string, token = TOKEN): Promise<string> {
  const bytes = new TextEncoder()
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes.encode(token), algorithm, false, ['sign'])
  const mac = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(body)))
  return `sha256=${Array.from(mac, (byte) => byte.toString(16).padStart(2, '0')).join('')}`
}

/** @param signed null: no signature */
async function post(world: TestWorld, body: string, signed?: string | null) {
  const header = signed === undefined ? await signature(body) : signed
  const response = await world.fetch('/webhooks/notion', {
    method: 'POST',
    body,
    headers: header === null ? {} : { 'X-Notion-Signature': header },
  })
  return { status: response.status, body: await response.json<Record<string, unknown>>() }
}

function event(pageId: string | undefined, over: object = {}): string {
  return JSON.stringify({
    id: 'e1',
    timestamp: '2026-11-24T09:00:00Z',
    type: 'page.properties_updated',
    entity: { id: pageId, type: 'page' },
    data: { parent: { id: CANVAS, type: 'data_source', data_source_id: CANVAS } },
    ...over,
  })
}

const phone = (number: string | null) => ({ properties: { Phone: { phone_number: number } } })

/** A text message of nobody's, filed; the merchant's page of Canvas. */
async function filed(settings: Record<string, string> = { NOTION_WEBHOOK_TOKEN: TOKEN }) {
  const world = await newWorld(
    {
      textMessages: [textAt(YESTERDAY, { id: 'T1', from: '+12125550177' })],
      merchants: [
        merchant('Corner Bakery'),
        merchant('Cafe', { phone: '310 555 0188', email: '' }),
      ],
    },
    settings,
  )
  await world.backfill()
  const [bakery] = await world.pages('canvas')
  return { world, pageId: bakery?.id ?? '' }
}

async function linked(world: TestWorld): Promise<unknown> {
  const [page] = await world.pages('message')
  return page?.properties['Canvas']?.['relation']
}

describe('the door', () => {
  test('closed without a token', async () => {
    const { world, pageId } = await filed({})
    expect(await post(world, event(pageId))).toMatchObject({ status: 503 })
  })

  test('no signature, a wrong one, one of another token, one of another body: 401', async () => {
    const { world, pageId } = await filed()
    const body = event(pageId)
    const wrong = [
      null,
      '',
      'sha256=00',
      await signature(body, 'other'),
      await signature(`${body} `),
    ]
    for (const signed of wrong)
      expect(await post(world, body, signed), String(signed)).toMatchObject({ status: 401 })
    expect(await world.rows(`SELECT * FROM canvas_changes`)).toEqual([])
  })

  test('what is rightly signed and unknown to us is taken and ignored', async () => {
    const { world } = await filed()
    expect(await post(world, '{')).toMatchObject({ status: 400 })
    for (const body of ['[]', '{"type":"comment.created","entity":{"id":"c","type":"comment"}}'])
      expect(await post(world, body)).toEqual({ status: 200, body: { outcome: 'ignored' } })
  })
})

describe('the handshake', () => {
  test('is answered without a token set, shown to the operator, and trusted by nobody', async () => {
    const { world, pageId } = await filed({})
    const body = JSON.stringify({ verification_token: TOKEN })
    expect(await post(world, body, null)).toMatchObject({ status: 200 })
    expect(await handshake(world)).toMatchObject({ token: TOKEN })
    expect(await post(world, event(pageId))).toMatchObject({ status: 503 })

    world.env['NOTION_WEBHOOK_TOKEN'] = TOKEN
    expect(await post(world, event(pageId))).toMatchObject({ status: 200 })
    expect(await handshake(world)).toBeNull()
  })

  test('of somebody else changes nothing for the token that is set', async () => {
    const { world, pageId } = await filed()
    const body = JSON.stringify({ verification_token: 'secret_other' })
    expect(await post(world, body, null)).toMatchObject({ status: 200 })
    const signed = await signature(event(pageId), 'secret_other')
    expect(await post(world, event(pageId), signed)).toMatchObject({ status: 401 })
  })
})

describe("a merchant's change", () => {
  test('is read on the live lane after the answer, and its records follow', async () => {
    const { world, pageId } = await filed()
    await world.outside('notion', 'editAsPerson', pageId, phone('212 555 0177'))
    const asked = await world.requests('notion')
    expect(await post(world, event(pageId))).toEqual({ status: 200, body: { outcome: 'noted' } })
    expect(await world.requests('notion')).toBe(asked)
    await world.drain()
    expect(await linked(world)).toEqual([{ id: pageId }])
    expect(await world.requests('notion', 'GET /v1/pages/{id}')).toBe(1)
    expect(await world.rows(`SELECT * FROM canvas_changes`)).toEqual([])
  })

  test('that was trashed takes its links away', async () => {
    const { world, pageId } = await filed()
    await world.outside('notion', 'editAsPerson', pageId, phone('212 555 0177'))
    await post(world, event(pageId))
    await world.drain()
    await world.outside('notion', 'editAsPerson', pageId, { in_trash: true })
    await post(world, event(pageId, { type: 'page.deleted', data: {} }))
    await world.drain()
    expect(await world.rows(`SELECT name FROM merchants`)).toEqual([{ name: 'Cafe' }])
    expect(await linked(world)).toEqual([])
  })

  test('counts only if a phone, mail or title property changed', async () => {
    const { world, pageId } = await filed()
    const [{ watched } = { watched: '[]' }] = await world.rows<{ watched: string }>(
      `SELECT watched FROM canvas_mirror`,
    )
    const ids = JSON.parse(watched) as string[]
    expect(ids).toHaveLength(5)
    const parent = { data_source_id: CANVAS }
    const changed = (updated: string[]) =>
      post(world, event(pageId, { data: { parent, updated_properties: updated } }))
    expect(await changed(['stage'])).toMatchObject({ body: { outcome: 'ignored' } })
    for (const id of ids)
      expect(await changed(['stage', decodeURIComponent(id)])).toMatchObject({
        body: { outcome: 'noted' },
      })
    const elsewhere = { parent: { data_source_id: '5a0c0000-0000-4000-8000-00000000da02' } }
    expect(await post(world, event(pageId, { data: elsewhere }))).toMatchObject({
      body: { outcome: 'ignored' },
    })
  })

  test('survives a lost queue and an outage: the minute cron reads it', async () => {
    const { world, pageId } = await filed()
    await world.outside('notion', 'editAsPerson', pageId, phone('212 555 0177'))
    await post(world, event(pageId))
    world.queues.lose()
    await world.fail('notion', 'GET /v1/pages', 500, 3)
    await world.minutes(1)
    expect(await linked(world)).toEqual([])
    await world.minutes(4)
    expect(await linked(world)).toEqual([{ id: pageId }])
  })
})

async function handshake(world: TestWorld): Promise<unknown> {
  const response = await world.fetch('/api/status', {
    headers: { Authorization: 'Bearer admin-token' },
  })
  return (await response.json<{ canvas: { webhookHandshake: unknown } }>()).canvas.webhookHandshake
}

function by(type: 'person' | 'bot', over: object = {}) {
  return {
    authors: [{ id: 'u1', type }],
    data: { parent: { id: 'd', type: 'data_source', data_source_id: 'd' } },
    ...over,
  }
}

/** A text message, filed an hour ago. */
async function filedAnHourAgo() {
  const { world } = await filed()
  const [page] = await world.pages('message')
  world.advance(60 * 60_000)
  return { world, pageId: page?.id ?? '' }
}

describe('an edit of a page that we filed', () => {
  const CATEGORY = { properties: { Category: { select: { name: 'by hand' } } } }
  test('is known within a minute, by one query however often it is told', async () => {
    const { world, pageId } = await filedAnHourAgo()
    await world.outside('notion', 'editAsPerson', pageId, CATEGORY)
    const queries = await countQueries(world, ['message'])
    for (let nth = 0; nth < 20; nth++)
      expect(await post(world, event(pageId, by('person')))).toEqual({
        status: 200,
        body: { outcome: 'noted' },
      })
    expect(queries()).toEqual({ message: 0 })
    await world.minutes(1)
    expect(queries()).toEqual({ message: 1 })
    expect(await world.rows(`SELECT kind, property, value FROM held`)).toEqual([
      { kind: 'message', property: 'Category', value: '"by hand"' },
    ])
    // A query may have left out what had just been done: once more, and then it rests.
    await world.minutes(6)
    expect(queries()).toEqual({ message: 2 })
    expect(await world.rows(`SELECT * FROM told_edits`)).toEqual([])
  })

  test('of our own is none', async () => {
    const { world } = await filed()
    const [page] = await world.pages('message')
    const queries = await countQueries(world, ['message'])
    for (const type of ['page.created', 'page.properties_updated', 'page.content_updated'])
      expect(await post(world, event(page?.id, by('bot', { type })))).toMatchObject({
        body: { outcome: 'ignored' },
      })
    await world.minutes(3)
    expect(queries()).toEqual({ message: 0 })
  })

  test('of another bot, later, is one', async () => {
    const { world, pageId } = await filedAnHourAgo()
    expect(await post(world, event(pageId, by('bot')))).toMatchObject({
      body: { outcome: 'noted' },
    })
  })

  test('of a page that is none of ours is ignored', async () => {
    const { world } = await filedAnHourAgo()
    const strange = '5a0c0000-0000-4000-8000-0000000000ff'
    expect(await post(world, event(strange, by('person')))).toMatchObject({
      body: { outcome: 'ignored' },
    })
  })

  test('that removes it is told, and that puts it back too', async () => {
    const { world, pageId } = await filedAnHourAgo()
    const removed = () => world.rows(`SELECT removed_at IS NOT NULL AS removed FROM pages`)
    await world.outside('notion', 'editAsPerson', pageId, { in_trash: true })
    await post(world, event(pageId, by('person', { type: 'page.deleted' })))
    await world.minutes(1)
    expect(await removed()).toEqual([{ removed: 1 }])

    await world.change({
      textMessages: [
        textAt(YESTERDAY, {
          id: 'T1',
          from: '+12125550177',
          text: 'Never mind.',
          updatedAt: '2026-11-24T08:00:00.000Z',
        }),
      ],
    })
    await world.backfill()
    world.advance(10 * 60_000)
    await world.outside('notion', 'editAsPerson', pageId, { in_trash: false })
    await post(world, event(pageId, by('person', { type: 'page.undeleted' })))
    await world.minutes(2)
    expect(await removed()).toEqual([{ removed: 0 }])
    const [page] = await world.pages('message')
    expect(textOf(page, 'Content')).toBe('Never mind.')
    expect(await world.owed()).toEqual([])
  })

  test('waits while Notion is parked', async () => {
    const { world, pageId } = await filedAnHourAgo()
    await world.outside('notion', 'editAsPerson', pageId, CATEGORY)
    await post(world, event(pageId, by('person')))
    await world.outside('notion', 'setToken', 'another')
    await world.db
      .prepare(`INSERT INTO parked (scope, reason, since) VALUES ('notion', 'x', 0)`)
      .run()
    await world.minutes(2)
    await world.outside('notion', 'setToken', world.env['NOTION_TOKEN'])
    await world.minutes(6)
    expect(await world.rows(`SELECT property FROM held`)).toEqual([{ property: 'Category' }])
  })
})
