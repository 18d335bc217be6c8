import { describe, test } from 'vitest'
import { MERCHANT_ID, page, query, titled, worded } from '../test/notion-pages.ts'
import { newWorld, refusal } from '../test/world.ts'
import { listMerchants, readMerchant } from './canvas.ts'
import type { MerchantListing } from './canvas.ts'

const SOURCE = '44444444-4444-4444-8444-444444444444'
const merchant = (createdAt: string) =>
  page(
    {
      Name: titled('Blue Door Café'),
      Mobile: { type: 'phone_number', phone_number: '(415) 555-0100 / 415-555-0101' },
      Office: { type: 'phone_number', phone_number: null },
      Mail: { type: 'email', email: 'Ann@Blue-Door.test' },
      Stage: { type: 'status', status: { name: 'Open' } },
    },
    { id: MERCHANT_ID, created_time: createdAt },
  )

const rollup = (array: unknown[]) => ({ type: 'rollup', rollup: { type: 'array', array } })
const string = (text: string | null) => ({
  type: 'formula',
  formula: { type: 'string', string: text },
})
const home = (parent: object) => page({ Name: titled('Ann') }, { parent })
const since = (time: string) => ({
  timestamp: 'created_time',
  created_time: { on_or_after: time },
})

describe('listMerchants', () => {
  test('gives phone and mail fields as typed, page by page', async ({ expect }) => {
    const world = newWorld([
      { body: query([merchant('2026-01-01T00:00:00.000Z')], 'c1') },
      { body: query([]) },
    ])
    const first = await listMerchants(world.notion, SOURCE, null)
    expect(first.merchants).toEqual([
      {
        id: MERCHANT_ID,
        name: 'Blue Door Café',
        url: expect.any(String),
        phoneFields: ['(415) 555-0100 / 415-555-0101'],
        mailFields: ['Ann@Blue-Door.test'],
        editedAt: '2026-11-24T08:00:00.000Z',
      },
    ])
    expect(await listMerchants(world.notion, SOURCE, first.cursor)).toEqual({
      merchants: [],
      cursor: null,
      complete: true,
    })
    const sorts = [{ timestamp: 'created_time', direction: 'ascending' }]
    expect(world.requests.map(({ body }) => body)).toEqual([
      { sorts, page_size: 100 },
      { sorts, page_size: 100, filter: since('2026-01-01T00:00:00.000Z') },
    ])
  })

  test('goes on by the last row, never by a cursor whose row may move, but within one minute', async ({
    expect,
  }) => {
    const [early, late] = ['2026-02-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z'] as const
    const world = newWorld([
      { body: query([merchant(early), merchant(late)], 'c1') },
      { body: query([merchant(late)], 'c2') },
      { body: query([merchant(late)], null) },
    ])
    let cursor: string | null = null
    do {
      const listed: MerchantListing = await listMerchants(world.notion, SOURCE, cursor)
      expect(listed.complete).toBe(true)
      cursor = listed.cursor
    } while (cursor !== null)
    expect(world.requests.map(({ body }) => body)).toMatchObject([
      { page_size: 100 },
      { filter: since(late) },
      { filter: since(late), start_cursor: 'c2' },
    ])
    expect(world.requests[1]?.body).not.toHaveProperty('start_cursor')
  })

  test('begins its window anew where Notion refuses a cursor, and gives up at the second time', async ({
    expect,
  }) => {
    const at = '2026-02-01T00:00:00.000Z'
    const refused = refusal(400, 'validation_error', 'The start_cursor provided is invalid: c1')
    const full = { body: query([merchant(at)], 'c1') }
    const world = newWorld([full, full, refused, full, refused])
    const next = async (cursor: string | null) =>
      (await listMerchants(world.notion, SOURCE, cursor)).cursor
    const again = await next(await next(await next(null)))
    const more = await next(again)
    expect(world.requests.map(({ body }) => Object.keys(body as object).toSorted())).toEqual([
      ['page_size', 'sorts'],
      ['filter', 'page_size', 'sorts'],
      ['filter', 'page_size', 'sorts', 'start_cursor'],
      ['filter', 'page_size', 'sorts'],
    ])
    await expect(next(more)).rejects.toThrow('refused')
  })

  test.for([
    ['in no order', ['2026-03-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'], null],
    ['from before the window', ['2026-02-01T00:00:00.000Z'], '2026-04-01T00:00:00.000Z '],
  ] as const)(
    'goes on by cursors alone where rows come %s',
    async ([, times, from], { expect }) => {
      const rows = times.map(merchant)
      const world = newWorld([
        { body: query(rows, 'c1') },
        { body: query([merchant('2026-05-01T00:00:00.000Z')], 'c2') },
        { body: query([], null) },
      ])
      let cursor: string | null = from
      do ({ cursor } = await listMerchants(world.notion, SOURCE, cursor))
      while (cursor !== null)
      expect(
        world.requests.map(({ body }) => (body as Record<string, unknown>)['start_cursor']),
      ).toEqual([undefined, 'c1', 'c2'])
    },
  )

  test('goes on in a new window where a query ends at its limit', async ({ expect }) => {
    const last = '2026-03-01T00:00:00.000Z'
    const world = newWorld([
      { body: query([merchant(last)], null, 'incomplete') },
      { body: query([merchant(last)], 'c1') },
      { body: query([merchant(last)], null, 'incomplete') },
    ])
    const first = await listMerchants(world.notion, SOURCE, null)
    expect(first).toMatchObject({ complete: true })
    const second = await listMerchants(world.notion, SOURCE, first.cursor)
    expect(world.requests[1]?.body).toMatchObject({ filter: since(last) })
    const third = await listMerchants(world.notion, SOURCE, second.cursor)
    expect(world.requests[2]?.body).toMatchObject({ filter: since(last), start_cursor: 'c1' })
    expect(third).toMatchObject({ cursor: null, complete: false }) // no way on
  })

  test('takes an answer with a page that cannot be read for a broken one, not for a shorter list', async ({
    expect,
  }) => {
    const broken = { body: query([merchant('2026-01-01T00:00:00.000Z'), { object: 'page' }]) }
    const wiki = { object: 'data_source', id: SOURCE }
    const world = newWorld([broken, broken, broken, { body: query([wiki]) }])
    await expect(listMerchants(world.notion, SOURCE, null)).rejects.toThrow('not as documented')
    expect(await listMerchants(world.notion, SOURCE, null)).toMatchObject({ merchants: [] })
  })

  test('reads numbers and addresses of other types where the property’s name says so', async ({
    expect,
  }) => {
    const world = newWorld([
      {
        body: query([
          page({
            Name: titled('Blue Door Café'),
            'Other phone': worded('415-555-0102'),
            'Mobile (formula)': string('+1 415 555 0103'),
            'Contact phones': rollup([
              { type: 'phone_number', phone_number: '415-555-0104' },
              { type: 'rich_text', rich_text: worded('415-555-0105').rich_text },
              { type: 'number', number: null },
            ]),
            Tel: { type: 'number', number: 4155550106 },
            'Billing e-mail': worded('bill@blue-door.test'),
            // These say something else.
            Notes: worded('Call 415-555-0190'),
            'Last phone call': worded('with 415-555-0191'),
            'Phone calls': rollup([{ type: 'phone_number', phone_number: '415-555-0192' }]),
            Hotel: worded('415-555-0193'),
            'Empty phone': string(null),
          }),
        ]),
      },
    ])
    const { merchants } = await listMerchants(world.notion, SOURCE, null)
    expect(merchants).toMatchObject([
      {
        phoneFields: [
          '415-555-0102',
          '+1 415 555 0103',
          '415-555-0104\n415-555-0105',
          '4155550106',
        ],
        mailFields: ['bill@blue-door.test'],
      },
    ])
  })
})

describe('readMerchant', () => {
  const told = `Could not find page with ID: ${MERCHANT_ID}.`
  test.for([
    ['is in the trash', { body: page({}, { in_trash: true }) }],
    ['is gone', refusal(404, 'object_not_found', told)],
    ['was moved to another database', { body: home({ data_source_id: MERCHANT_ID }) }],
    ['was moved out of any database', { body: home({ page_id: MERCHANT_ID }) }],
  ] as const)('knows no merchant whose page %s', async ([, answer], { expect }) => {
    const world = newWorld([answer])
    expect(await readMerchant(world.notion, SOURCE, MERCHANT_ID)).toBeNull()
  })

  test('reads one that is in Canvas, however its id is written', async ({ expect }) => {
    const world = newWorld([{ body: home({ data_source_id: SOURCE.replaceAll('-', '') }) }])
    expect(await readMerchant(world.notion, SOURCE, MERCHANT_ID)).toMatchObject({ name: 'Ann' })
  })
})
