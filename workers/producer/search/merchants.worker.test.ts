/** Merchants through the API: everything about one, its pages and figures, and finding one. */
import { mailAt, merchant, textAt } from '@switchboard/sandbox/http/small-world'
import type { World } from '@switchboard/sandbox/world'
import type { Everything } from '@switchboard/shared/api/merchants'
import { describe, expect, test } from 'vitest'
import { YESTERDAY, later, saying, spokenCall } from '../../testing/scenes.ts'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'
import { statisticsOf } from './merchant.ts'

const HEADERS = { Authorization: 'Bearer read-only-token' }

function talk(): Partial<World> {
  return {
    merchants: [
      merchant('Corner Bakery'),
      merchant('Golden Wok', { phone: '(212) 555-0100', email: 'chef@wok.example' }),
    ],
    calls: [spokenCall({ id: 'AC1' })],
    textMessages: [
      saying(textAt(later(10), { id: 'ACT1' }), 'Is the reader on its way?'),
      saying(
        textAt(later(25), {
          id: 'ACT2',
          direction: 'outgoing',
          from: '+14155550100',
          to: ['+13105550123'],
        }),
        'It is.',
      ),
      saying(textAt(later(30), { id: 'ACTnone', from: '+19175550000' }), 'wrong number'),
    ],
    mails: [mailAt(later(40))],
  }
}

async function talked(over: Partial<World> = {}): Promise<TestWorld> {
  const world = await newWorld({ ...talk(), ...over })
  await world.backfill()
  return world
}

async function ask(world: TestWorld, by: string, body: object, status = 200): Promise<Everything> {
  const response = await world.fetch(`/api/merchant/${by}`, {
    method: 'POST',
    headers: HEADERS,
    body: JSON.stringify(body),
  })
  const answer = await response.json()
  expect(response.status, JSON.stringify(answer)).toBe(status)
  return answer as Everything
}

async function list(world: TestWorld, query: string): Promise<string[]> {
  const response = await world.fetch(`/api/merchants?${query}`, { headers: HEADERS })
  const { items } = await response.json<{ items: { name: string }[] }>()
  return items.map(({ name }) => name)
}

describe('everything about one', () => {
  test.for(['(310) 555-0123', '+13105550123', '310.555.0123', '1-310-555-0123'])(
    'by number, as people write it: %s',
    async (phoneNumber) => {
      const world = await talked()
      const [bakery] = await world.pages('canvas')
      const answer = await ask(world, 'phone', { phoneNumber })
      expect(answer.merchant).toMatchObject({
        id: bakery?.id,
        name: 'Corner Bakery',
        keys: ['+13105550123', 'owner@bakery.example'],
      })
      expect(answer.timeline.map(({ kind, id }) => `${kind} ${id}`)).toEqual([
        expect.stringContaining('mail'),
        'message ACT2',
        'message ACT1',
        'call AC1',
      ])
      expect(answer.timeline.at(-1)?.at).toBe(YESTERDAY)
      expect(answer.nextCursor).toBeNull()
    },
  )

  test('by address and by Canvas page the same', async () => {
    const world = await talked()
    const [bakery] = await world.pages('canvas')
    const { merchant: byPhone, ...phone } = await ask(world, 'phone', {
      phoneNumber: '+13105550123',
    })
    const email = await ask(world, 'email', { email: 'Owner@Bakery.example' })
    const canvas = await ask(world, 'canvas', { canvasId: bakery?.id.replaceAll('-', '') })
    const page = `https://www.notion.so/Corner-Bakery-${bakery?.id.replaceAll('-', '')}`
    expect(email).toEqual({ merchant: byPhone, ...phone })
    expect(canvas).toEqual(email)
    expect(await ask(world, 'canvas', { canvasId: page })).toEqual(email)
  })

  test('each record with what the analysis says and where it is filed', async () => {
    const world = await talked()
    const { calls, messages, mail } = await ask(world, 'phone', { phoneNumber: '+13105550123' })
    const [page] = await world.pages('call')
    expect(calls).toMatchObject([
      {
        kind: 'call',
        id: 'AC1',
        at: YESTERDAY,
        direction: 'incoming',
        parties: ['+13105550123'],
        sentiment: 'positive',
        category: 'sales',
        actionItems: [{ text: 'Answer' }],
        durationSeconds: 60,
        page: `https://www.notion.so/${page?.id.replaceAll('-', '')}`,
      },
    ])
    expect(messages.map(({ text, direction }) => [text, direction])).toEqual([
      ['It is.', 'outgoing'],
      ['Is the reader on its way?', 'incoming'],
    ])
    expect(mail).toMatchObject([{ kind: 'mail', direction: 'incoming' }])
  })

  test('what they say together', async () => {
    const world = await talked()
    const { statistics } = await ask(world, 'phone', { phoneNumber: '+13105550123' })
    expect(statistics).toMatchObject({
      counts: { calls: 1, messages: 2, mail: 1 },
      interactions: 4,
      firstContact: YESTERDAY,
      lastContact: later(40),
      sentiment: { trend: 'unknown', months: [{ month: '2026-11' }] },
      responseTimes: { answered: 1, unanswered: 0, medianSeconds: 900, p90Seconds: 900 },
    })
    expect(statistics.leadScore.latest).toBe(statistics.leadScore.mean)
    expect(statistics.openActionItems.at(-1)).toMatchObject({
      kind: 'call',
      id: 'AC1',
      text: 'Answer',
      quote: 'The new reader is great, please send me a second one by Friday.',
    })
  })

  test('page by page, the figures over all of them', async () => {
    const world = await talked()
    const ids: string[] = []
    let cursor: string | null = null
    do {
      const page: Everything = await ask(world, 'phone', {
        phoneNumber: '+13105550123',
        limit: 3,
        ...(cursor === null ? {} : { cursor }),
      })
      const shown = page.calls.length + page.messages.length + page.mail.length
      expect(shown).toBe(page.timeline.length)
      expect(page.statistics.interactions).toBe(4)
      ids.push(...page.timeline.map(({ id }) => id))
      cursor = page.nextCursor
    } while (cursor !== null)
    expect(ids).toHaveLength(4)
    expect(new Set(ids).size).toBe(4)
  })

  test('what Notion has not taken yet is here all the same', async () => {
    const world = await newWorld(talk())
    await world.cron('backfill')
    await world.drain(['reconcile-bulk'])
    const { timeline, calls } = await ask(world, 'phone', { phoneNumber: '+13105550123' })
    expect(timeline).toHaveLength(4)
    expect(calls[0]?.page).toBeNull()
  })

  test('a record whose enrichment was given up is here once it is filed', async () => {
    const world = await newWorld({ ...talk(), textMessages: [], mails: [] })
    await world.cron('backfill')
    await world.drain(['enrich-bulk'])
    await world.db.prepare(`UPDATE work SET tries = 50`).run()
    await world.drain()
    expect(await world.letters()).toMatchObject([{ stage: 'enrich' }])
    const { timeline } = await ask(world, 'phone', { phoneNumber: '+13105550123' })
    expect(timeline).toMatchObject([{ kind: 'call', id: 'AC1' }])
  })
})

describe('who is not there', () => {
  test('a number with records that nobody in Canvas has', async () => {
    const world = await talked()
    const answer = await ask(world, 'phone', { phoneNumber: '917-555-0000' })
    expect(answer).toMatchObject({ merchant: null, merchants: [], timeline: [{ id: 'ACTnone' }] })
  })

  test('a merchant without records', async () => {
    const world = await talked()
    const answer = await ask(world, 'email', { email: 'chef@wok.example' })
    expect(answer).toMatchObject({
      merchant: { name: 'Golden Wok' },
      timeline: [],
      statistics: { interactions: 0, firstContact: null, leadScore: { mean: null } },
    })
  })

  test('a number that several have is asked for alone', async () => {
    const world = await talked({
      merchants: [
        merchant('Corner Bakery'),
        merchant('Bakery Two', { phone: '310-555-0123', email: '' }),
      ],
    })
    const answer = await ask(world, 'phone', { phoneNumber: '+13105550123' })
    expect(answer.merchants.map(({ name }) => name)).toEqual(['Bakery Two', 'Corner Bakery'])
    expect(answer.mail).toEqual([])
    expect(answer.timeline).toHaveLength(3)
  })

  test.for<[string, object, number, object]>([
    ['phone', { phoneNumber: '+19999999999' }, 404, { detail: /phoneNumber/ }],
    ['email', { email: 'no@body.example' }, 404, { detail: /email/ }],
    ['canvas', { canvasId: '0'.repeat(32) }, 404, { detail: /canvasId/ }],
    ['phone', { phoneNumber: 'call me' }, 400, { path: 'phoneNumber' }],
    ['phone', {}, 400, { path: 'phoneNumber' }],
    ['phone', { phoneNumber: 12345 }, 400, { path: 'phoneNumber' }],
    ['email', { email: 'not an address' }, 400, { path: 'email' }],
    ['canvas', { canvasId: 'x' }, 400, { path: 'canvasId' }],
    ['phone', { phoneNumber: '+13105550123', cursor: 'zz' }, 400, { path: 'cursor' }],
  ])('%s %j: %i', async ([by, body, status, said]) => {
    const world = await talked()
    const answer: object = await ask(world, by, body, status)
    if ('path' in said) expect(answer).toMatchObject({ errors: [{ path: said.path }] })
    else expect(answer).toMatchObject({ detail: expect.stringMatching(Object.values(said)[0]) })
  })

  test('without a token nothing is told', async () => {
    const world = await talked()
    const response = await world.fetch('/api/merchant/phone', { method: 'POST', body: '{}' })
    expect(response.status).toBe(401)
  })
})

describe('finding merchants', () => {
  test.for<[string, string[]]>([
    ['query=corner bakery', ['Corner Bakery']],
    ['query=cornr bakrey', ['Corner Bakery']],
    ['query=gold', ['Golden Wok']],
    ['query=(212) 555-0100', ['Golden Wok']],
    ['query=5550100', ['Golden Wok']],
    ['query=chef@wok.example', ['Golden Wok']],
    ['query=xyzzy', []],
    ['', ['Corner Bakery', 'Golden Wok']],
    ['limit=1', ['Corner Bakery']],
  ])('%s', async ([query, names]) => {
    const world = await talked()
    expect(await list(world, query.replace('+', '%2B'))).toEqual(names)
  })
})

describe('figures', () => {
  const NOTHING = {
    records: [],
    groups: [],
    latestLeadScore: null,
    latestSentiments: [],
    actions: [],
    waits: [],
    rowsRead: 0,
  }
  const DAY = 86_400_000

  test.for<[string, string[]]>([
    ['better', [...row('positive', 10), ...row('negative', 10)]],
    ['worse', [...row('negative', 10), ...row('neutral', 10)]],
    ['same', row('neutral', 20)],
    ['unknown', [...row('positive', 10), 'negative', 'negative']],
    ['unknown', []],
  ])('the trend is %s: %j', ([trend, latestSentiments]) => {
    expect(statisticsOf({ ...NOTHING, latestSentiments }, 0).sentiment.trend).toBe(trend)
  })

  test('who wrote this week may yet be answered; after a week nobody answered', () => {
    const now = 100 * DAY
    const waits = [
      { waitedSeconds: null, since: now - DAY },
      { waitedSeconds: null, since: now - 9 * DAY },
      { waitedSeconds: 8 * 86_400, since: now - 20 * DAY },
      ...[60, 120, 600].map((waitedSeconds) => ({ waitedSeconds, since: 0 })),
    ]
    expect(statisticsOf({ ...NOTHING, waits }, now).responseTimes).toEqual({
      answered: 3,
      unanswered: 2,
      medianSeconds: 120,
      p90Seconds: 600,
    })
  })
})

function row(label: string, count: number): string[] {
  return Array.from({ length: count }, () => label)
}
