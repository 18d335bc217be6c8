/** Action items through the API: listed, marked as done, opened again, and what goes by that. */
import { MERCHANT_NUMBER, textAt } from '@switchboard/sandbox/http/small-world'
import { describe, expect, test } from 'vitest'
import { YESTERDAY, later, saying } from '../../testing/scenes.ts'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

const READER = { Authorization: 'Bearer read-only-token' }
const ADMIN = { Authorization: 'Bearer admin-token' }
const WORDS = { text: 'Answer' } // every analysis of the tests' model has this one

/** Two text messages of one merchant, each with something to do. */
async function twoOpen(): Promise<TestWorld> {
  const world = await newWorld({
    textMessages: [textAt(YESTERDAY, { id: 'ACT1' }), textAt(later(1), { id: 'ACT2' })],
  })
  await world.backfill()
  return world
}

async function mark(
  world: TestWorld,
  path: string,
  body: unknown = WORDS,
  headers: Record<string, string> = ADMIN,
) {
  const init = { method: 'POST', headers, body: JSON.stringify(body) }
  const response = await world.fetch(`/api/records/message/${path}`, init)
  return { status: response.status, body: await response.json<Record<string, unknown>>() }
}

async function read<T>(world: TestWorld, path: string, body?: object): Promise<T> {
  const post = { method: 'POST', body: JSON.stringify(body) }
  const response = await world.fetch(path, { headers: READER, ...(body && post) })
  return response.json<T>()
}

interface Listed {
  items: { id: string; done: { at: string; by: string } | null }[]
  nextCursor: string | null
}

async function idsIn(world: TestWorld, query = ''): Promise<string[]> {
  const { items } = await read<Listed>(world, `/api/action-items${query}`)
  return items.map(({ id }) => id)
}

/** Ids of what the merchant's figures call open. */
async function openAtMerchant(world: TestWorld): Promise<string[]> {
  const { statistics } = await read<{ statistics: { openActionItems: { id: string }[] } }>(
    world,
    '/api/merchant/phone',
    { phoneNumber: MERCHANT_NUMBER },
  )
  return statistics.openActionItems.map(({ id }) => id)
}

describe('one that is done', () => {
  test('is open no more, and is listed as done with who did it', async () => {
    const world = await twoOpen()
    expect(await idsIn(world)).toEqual(['ACT2', 'ACT1'])
    const done = { at: expect.any(String), by: 'admin token' }
    expect(await mark(world, 'ACT1/action-items/done')).toEqual({
      status: 200,
      body: { kind: 'message', id: 'ACT1', ...WORDS, done },
    })
    expect(await idsIn(world)).toEqual(['ACT2'])
    expect(await openAtMerchant(world)).toEqual(['ACT2'])
    const all = await read<Listed>(world, '/api/action-items?state=all')
    expect(all.items).toMatchObject([
      { id: 'ACT2', done: null },
      { id: 'ACT1', done },
    ])
    expect(await idsIn(world, '?state=done')).toEqual(['ACT1'])
    const { record } = await read<{ record: unknown }>(world, '/api/records/message/ACT1')
    expect(record).toMatchObject({ analysis: { actionItems: [{ ...WORDS, done }] } })
  })

  test('waits for nobody on the overview', async () => {
    const world = await twoOpen()
    const waiting = async () =>
      (await read<{ needs: { items: { id: string }[] } }>(world, '/api/overview')).needs.items
        .map(({ id }) => id)
        .filter((id) => id !== null)
    expect(await waiting()).toEqual(['ACT2', 'ACT1'])
    await mark(world, 'ACT2/action-items/done')
    expect(await waiting()).toEqual(['ACT1'])
  })

  test('stays done when a new analysis words it the same', async () => {
    const world = await twoOpen()
    await mark(world, 'ACT1/action-items/done')
    const before = world.ai.analyses
    await world.change({
      textMessages: [
        saying(textAt(YESTERDAY, { id: 'ACT1' }), 'Something else.'),
        textAt(later(1), { id: 'ACT2' }),
      ],
    })
    world.advance(6 * 3_600_000)
    await world.backfill()
    expect(world.ai.analyses).toBe(before + 1)
    expect(await idsIn(world)).toEqual(['ACT2'])
    expect(await openAtMerchant(world)).toEqual(['ACT2'])
  })

  test('stays as it was noted first', async () => {
    const world = await twoOpen()
    const first = await mark(world, 'ACT1/action-items/done')
    world.advance(60_000)
    expect(await mark(world, 'ACT1/action-items/done')).toEqual(first)
  })

  test('opens again', async () => {
    const world = await twoOpen()
    await mark(world, 'ACT1/action-items/done')
    expect(await mark(world, 'ACT1/action-items/open')).toEqual({
      status: 200,
      body: { kind: 'message', id: 'ACT1', ...WORDS, done: null },
    })
    expect(await idsIn(world)).toEqual(['ACT2', 'ACT1'])
    expect(await openAtMerchant(world)).toEqual(['ACT2', 'ACT1'])
  })

  test('is in the record’s journey and the audit, without its words', async () => {
    const world = await twoOpen()
    await mark(world, 'ACT1/action-items/done')
    await mark(world, 'ACT1/action-items/open')
    expect(await world.rows(`SELECT action, target, detail, status FROM audit`)).toEqual([
      {
        action: 'finishActionItem',
        target: '/api/records/message/ACT1/action-items/done',
        detail: '{}',
        status: 200,
      },
      {
        action: 'reopenActionItem',
        target: '/api/records/message/ACT1/action-items/open',
        detail: '{}',
        status: 200,
      },
    ])
    const { journey } = await read<{ journey: { what: string }[] }>(
      world,
      '/api/records/message/ACT1',
    )
    expect(journey.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'admin token: marked an action item as done',
        'admin token: opened an action item again',
      ]),
    )
  })

  test('goes with the person who is forgotten', async () => {
    const world = await twoOpen()
    await mark(world, 'ACT1/action-items/done')
    const post = async (path: string, body: object) => {
      const init = { method: 'POST', headers: ADMIN, body: JSON.stringify(body) }
      return (await world.fetch(`/api/forget${path}`, init)).json<Record<string, unknown>>()
    }
    const { id } = await post('', { phone: MERCHANT_NUMBER })
    await post(`/${String(id)}/work`, { early: true })
    expect(await world.rows(`SELECT * FROM done_actions`)).toEqual([])
  })
})

describe('is refused', () => {
  test.for<[string, string, unknown, Record<string, string>, number]>([
    ['to who may only read', 'ACT1/action-items/done', WORDS, READER, 403],
    ['to whom nobody knows', 'ACT1/action-items/done', WORDS, {}, 401],
    ['words that it does not have', 'ACT1/action-items/done', { text: 'Dance' }, ADMIN, 404],
    ['a record that is not there', 'none/action-items/done', WORDS, ADMIN, 404],
    ['no words', 'ACT1/action-items/done', {}, ADMIN, 400],
    ['one that is open, to be opened', 'ACT1/action-items/open', WORDS, ADMIN, 409],
  ])('%s', async ([, path, body, headers, status]) => {
    const world = await twoOpen()
    expect((await mark(world, path, body, headers)).status).toBe(status)
    expect(await idsIn(world)).toEqual(['ACT2', 'ACT1'])
  })

  test('another state than there is', async () => {
    const world = await newWorld()
    expect(await read(world, '/api/action-items?state=lost')).toMatchObject({
      errors: [{ path: 'state', detail: 'must be open, done or all' }],
    })
  })
})
