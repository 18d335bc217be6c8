/** Numbers and addresses that belong to no merchant: ranked, found, linked, set aside. */
import { mailAt, merchant, textAt } from '@switchboard/sandbox/http/small-world'
import { describe, expect, test } from 'vitest'
import type { PartyAnswer, PartyRow, UnmatchedList } from '@switchboard/shared/api/unmatched'
import { YESTERDAY, later, spokenCall } from '../../testing/scenes.ts'
import { newWorld } from '../../testing/world.ts'
import type { NotionPage, TestWorld } from '../../testing/world.ts'
import { beginnings } from '../api/unmatched.ts'

const ADMIN = { Authorization: 'Bearer admin-token' }
const OFTEN = '+12125550177'
const ONCE = '+12125550188'
const WRITER = 'office@lantern.example'

async function get<T>(world: TestWorld, path: string): Promise<T> {
  return (await world.fetch(path, { headers: ADMIN })).json<T>()
}

async function post(world: TestWorld, party: string, act: string, body: object = {}) {
  const response = await world.fetch(`/api/unmatched/${encodeURIComponent(party)}/${act}`, {
    method: 'POST',
    headers: ADMIN,
    body: JSON.stringify(body),
  })
  return { status: response.status, body: await response.json<Record<string, unknown>>() }
}

const listed = (world: TestWorld, query = '') => get<UnmatchedList>(world, `/api/unmatched${query}`)
const one = (world: TestWorld, party: string) =>
  get<PartyAnswer>(world, `/api/unmatched/${encodeURIComponent(party)}`)

function from(number: string, count: number, prefix: string) {
  return Array.from({ length: count }, (_, nth) =>
    textAt(later(nth), { id: `${prefix}${nth}`, from: number, text: `${prefix} says ${nth}` }),
  )
}

/** Three text messages and a call of one stranger, one text message of another, a mail of a third. */
function strangers() {
  return {
    calls: [
      spokenCall({
        participants: [
          { phoneNumber: OFTEN, actorId: null },
          { phoneNumber: '+14155550100', actorId: 'US1' },
        ],
      }),
    ],
    textMessages: [...from(OFTEN, 3, 'ACO'), ...from(ONCE, 1, 'ACN')],
    mails: [mailAt(YESTERDAY, { from: [{ name: 'Lantern', email: WRITER }], subject: 'March' })],
  }
}

async function filed(over: Parameters<typeof newWorld>[0] = {}) {
  const world = await newWorld({ ...strangers(), ...over })
  await world.backfill()
  await world.minutes(1)
  return world
}

async function merchantId(world: TestWorld, name = 'Corner Bakery'): Promise<string> {
  const [row] = await world.rows<{ id: string }>(`SELECT id FROM merchants WHERE name = ?1`, name)
  return row?.id ?? ''
}

const linkedPages = async (world: TestWorld, role: 'call' | 'message' | 'mail') =>
  (await world.pages(role)).filter((page) => relation(page).length > 0).length

function relation(page: NotionPage): unknown[] {
  const held = page.properties['Canvas']?.['relation']
  return Array.isArray(held) ? held : []
}

const names = ({ items }: { items: PartyRow[] }) => items.map(({ party }) => party)

describe('the list', () => {
  test('has who talks most first, with kinds, the last contact and its words', async () => {
    const world = await filed()
    const { items, counts } = await listed(world)
    expect(items).toMatchObject(
      [
        { party: OFTEN, state: 'open', talks: 4, calls: 1, messages: 3, mails: 0 },
        { party: WRITER, talks: 1, mails: 1, last: { kind: 'mail', words: 'March' } },
        { party: ONCE, talks: 1, messages: 1, last: { kind: 'message', words: 'ACN says 0' } },
      ].toSorted((a, b) => b.talks - a.talks || (a.party < b.party ? 1 : -1)),
    )
    expect(items[0]).toMatchObject({
      firstAt: YESTERDAY,
      lastAt: later(2),
      last: { kind: 'message', id: 'ACO2', words: 'ACO says 2' },
    })
    expect(counts.open).toEqual({ parties: 3, talks: 6 })
  })

  test('has nobody whom a merchant holds, and pages by rank', async () => {
    const world = await filed({ merchants: [merchant('Lantern Optical', { email: WRITER })] })
    const first = await listed(world, '?limit=1')
    expect(names(first)).toEqual([OFTEN])
    const second = await listed(world, `?limit=1&cursor=${first.nextCursor}`)
    expect(names(second)).toEqual([ONCE])
    expect(second.nextCursor).toBeNull()
    expect(first.counts).toMatchObject({ open: { parties: 2 }, matched: { parties: 1, talks: 1 } })
  })

  test('finds by the beginning of a number, an address, or a name in the contacts', async () => {
    const world = await filed()
    await world.db.batch([
      world.db.prepare(`INSERT INTO contacts VALUES ('c', 'Rosa (salon)', 1, 0)`),
      world.db.prepare(`INSERT INTO contact_keys VALUES (?1, 'c')`).bind(ONCE),
    ])
    const found = async (q: string) => names(await listed(world, `?q=${encodeURIComponent(q)}`))
    expect(await found('(212) 555-0177')).toEqual([OFTEN])
    expect((await found('212 555')).toSorted((a, b) => (a < b ? -1 : 1))).toEqual([OFTEN, ONCE])
    expect(await found('Office@')).toEqual([WRITER])
    expect(await found('rosa')).toEqual([ONCE])
    expect(await found('nobody')).toEqual([])
    const { items } = await listed(world, '?q=rosa')
    expect(items[0]).toMatchObject({ name: 'Rosa (salon)' })
  })

  test('counts nothing twice, whatever comes again, and forgets who is gone', async () => {
    const world = await filed()
    await world.rows(
      `UPDATE work SET wanted = wanted + 1, due_at = 0 WHERE stage = 'reconcile' RETURNING 1`,
    )
    await world.minutes(1)
    expect((await listed(world)).items[0]).toMatchObject({ talks: 4 })
    await world.db.prepare(`DELETE FROM record_parties WHERE id = 'ACO2'`).run()
    expect((await listed(world)).items[0]).toMatchObject({ talks: 3, lastAt: later(1) })
    await world.db.prepare(`DELETE FROM record_parties WHERE party = ?1`).bind(ONCE).run()
    expect((await listed(world)).counts.open).toEqual({ parties: 2, talks: 4 })
  })
})

describe('a link', () => {
  test('is written to the merchant’s page, and the whole history follows', async () => {
    const world = await filed()
    const id = await merchantId(world)
    expect(await post(world, OFTEN, 'link', { merchantId: id })).toEqual({
      status: 202,
      body: {
        party: OFTEN,
        merchant: { id, name: 'Corner Bakery' },
        property: 'Second Phone',
        talks: 4,
      },
    })
    expect(await one(world, OFTEN)).toMatchObject({
      state: 'matched',
      merchants: [{ id, name: 'Corner Bakery' }],
      waiting: 4,
    })
    await world.drain()
    await world.minutes(1)
    expect([await linkedPages(world, 'call'), await linkedPages(world, 'message')]).toEqual([1, 3])
    expect(await one(world, OFTEN)).toMatchObject({ waiting: 0 })
    const [page] = await world.pages('canvas')
    expect(page?.properties).toMatchObject({
      Phone: { phone_number: '(310) 555-0123' },
      'Second Phone': { phone_number: OFTEN },
    })
  })

  test('asked for twice is written once', async () => {
    const world = await filed()
    const id = await merchantId(world)
    await post(world, OFTEN, 'link', { merchantId: id })
    const writes = await world.requests('notion', 'PATCH /v1/pages/{id}')
    expect(await post(world, OFTEN, 'link', { merchantId: id })).toMatchObject({
      status: 202,
      body: { property: null },
    })
    expect(await world.requests('notion', 'PATCH /v1/pages/{id}')).toBe(writes)
  })

  test('of an address goes into a mail property', async () => {
    const world = await filed()
    const body = { merchantId: await merchantId(world) }
    expect(await post(world, WRITER, 'link', body)).toMatchObject({
      status: 202,
      body: { property: 'Billing Email' },
    })
    await world.drain()
    await world.minutes(1)
    expect(await linkedPages(world, 'mail')).toBe(1)
  })

  test('overwrites nothing: where no property is empty it says what to do', async () => {
    const world = await filed({
      merchants: [merchant('Corner Bakery', { secondPhone: '310-555-0199' })],
    })
    const refused = await post(world, OFTEN, 'link', { merchantId: await merchantId(world) })
    expect(refused).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('no empty phone property') as string },
    })
    expect(await one(world, OFTEN)).toMatchObject({ state: 'open' })
  })

  test('to nobody, to another’s, or for nobody is refused', async () => {
    const world = await filed({
      merchants: [merchant('Corner Bakery'), merchant('Other', { phone: OFTEN, email: '' })],
    })
    const id = await merchantId(world)
    expect(await post(world, OFTEN, 'link', { merchantId: id })).toMatchObject({ status: 409 })
    expect(await post(world, ONCE, 'link', { merchantId: 'nobody' })).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'merchantId' }] },
    })
    expect(await post(world, '+12125550000', 'link', { merchantId: id })).toMatchObject({
      status: 404,
    })
  })

  test('while Notion refuses our token says so, and nothing is changed', async () => {
    const world = await filed()
    const id = await merchantId(world)
    await world.outside('notion', 'revokeToken')
    expect(await post(world, OFTEN, 'link', { merchantId: id })).toMatchObject({ status: 503 })
    expect(await one(world, OFTEN)).toMatchObject({ state: 'open', waiting: 0 })
  })
})

test('somebody who is never a merchant leaves the list until that is taken back', async () => {
  const world = await filed()
  expect(await post(world, OFTEN, 'never')).toEqual({
    status: 200,
    body: { party: OFTEN, state: 'never' },
  })
  expect(names(await listed(world))).not.toContain(OFTEN)
  expect((await listed(world, '?state=never')).items).toMatchObject([
    { party: OFTEN, state: 'never', neverBy: 'admin token' },
  ])
  expect(await post(world, OFTEN, 'never')).toMatchObject({ status: 409 })
  expect(await post(world, OFTEN, 'undo')).toMatchObject({ status: 200 })
  expect(names(await listed(world))).toContain(OFTEN)
  expect(await post(world, OFTEN, 'undo')).toMatchObject({ status: 409 })
})

test.each([
  ['(614) 555-01', ['+61455501', '+161455501']],
  ['+4930123', ['+4930123', '+14930123']],
  ['Office@Lantern', ['office@lantern']],
])('%s is looked for as a beginning', (sought, expected) => {
  expect(beginnings(sought, 'US').slice(-expected.length)).toEqual(expected)
})
