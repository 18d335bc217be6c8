import { describe, test } from 'vitest'
import { MERCHANT_ID, page, query, titled } from '../test/notion-pages.ts'
import { newWorld, refusal } from '../test/world.ts'
import { listMerchants, merchantState } from './canvas.ts'

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
    expect(world.requests.map(({ body }) => body)).toEqual([
      { sorts: [{ timestamp: 'created_time', direction: 'ascending' }], page_size: 100 },
      {
        sorts: [{ timestamp: 'created_time', direction: 'ascending' }],
        page_size: 100,
        start_cursor: 'c1',
      },
    ])
  })

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
    expect(world.requests[1]?.body).toMatchObject({
      filter: { timestamp: 'created_time', created_time: { on_or_after: last } },
    })
    const third = await listMerchants(world.notion, SOURCE, second.cursor)
    expect(world.requests[2]?.body).toMatchObject({
      filter: { timestamp: 'created_time', created_time: { on_or_after: last } },
      start_cursor: 'c1',
    })
    expect(third).toMatchObject({ cursor: null, complete: false }) // no way on
  })
})

test('merchantState tells what has become of a page', async ({ expect }) => {
  const world = newWorld([
    { body: page({}) },
    { body: page({}, { in_trash: true }) },
    refusal(404, 'object_not_found', `Could not find page with ID: ${MERCHANT_ID}.`),
  ])
  expect(await merchantState(world.notion, MERCHANT_ID)).toBe('present')
  expect(await merchantState(world.notion, MERCHANT_ID)).toBe('trashed')
  expect(await merchantState(world.notion, MERCHANT_ID)).toBe('missing')
})
