/** Records at the door: found by whatever is known of them, looked at whole, exported, worked again. */
import { callAt, mailAt, merchant, textAt } from '@switchboard/sandbox/http/small-world'
import type { RecordAnswer, RecordRow } from '@switchboard/shared/api/records'
import { describe, expect, test } from 'vitest'
import { later, oneOfEach, spokenCall, textMessages } from '../../testing/scenes.ts'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'
import { csvLine } from './csv.ts'

const READER = { Authorization: 'Bearer read-only-token' }
const ADMIN = { Authorization: 'Bearer admin-token' }

interface List {
  items: RecordRow[]
  nextCursor: string | null
}

async function list(world: TestWorld, query: string): Promise<List> {
  const response = await world.fetch(`/api/records?${query}`, { headers: READER })
  expect(response.status, await response.clone().text()).toBe(200)
  return response.json()
}

const ids = async (world: TestWorld, query: string) =>
  (await list(world, query)).items.map(({ id }) => id)

async function record(world: TestWorld, kind: string, id: string): Promise<RecordAnswer> {
  const path = `/api/records/${kind}/${encodeURIComponent(id)}`
  const response = await world.fetch(path, { headers: READER })
  expect(response.status, await response.clone().text()).toBe(200)
  return response.json()
}

const two = () =>
  newWorld({
    calls: [callAt(later(0), { id: 'AC1' })],
    textMessages: [textAt(later(1), { id: 'ACT1', from: '+12125550199' })],
    mails: [mailAt(later(2), { id: 'M1' })],
    merchants: [merchant('Corner Bakery')],
  })

describe('a record is found', () => {
  test.each([
    ['its id', 'q=AC1', ['AC1']],
    ['the beginning of its id', 'q=ACT1', ['ACT1']],
    ['a number as people write it', 'q=(212) 555-0199', ['ACT1']],
    ['a number in E.164', 'q=%2B12125550199', ['ACT1']],
    ['an address', 'q=Owner@Bakery.example', ['M1@bakery.example']],
    ['a merchant', 'q=corner bakery', ['M1@bakery.example', 'AC1']],
    ['a merchant with a typo', 'q=Corner Bakry', ['M1@bakery.example', 'AC1']],
    ['its party', 'party=212.555.0199', ['ACT1']],
    ['its kind', 'kind=call,mail', ['M1@bakery.example', 'AC1']],
    ['its state', 'state=filed', ['M1@bakery.example', 'ACT1', 'AC1']],
    ['its link', 'link=unmatched', ['ACT1']],
    ['its link and state', 'link=linked&state=stuck', []],
    ['its day', 'from=2026-11-23&to=2026-11-23', ['M1@bakery.example', 'ACT1', 'AC1']],
    ['another day', 'from=2026-11-24', []],
    ['nothing', 'q=nobody at all', []],
  ])('by %s', async (_by, query, expected) => {
    const world = await two()
    await world.backfill()
    expect(await ids(world, query.replaceAll(' ', '%20'))).toEqual(expected)
  })

  test('by its merchant’s page', async () => {
    const world = await two()
    await world.backfill()
    const { items } = await list(world, 'kind=call')
    expect(await ids(world, `merchant=${items[0]?.merchant?.id}`)).toEqual([
      'M1@bakery.example',
      'AC1',
    ])
  })

  test.each([
    ['kind=fax', 'kind.0', 'must be call, message or mail'],
    ['state=lost', 'state.0', 'must be a state of records, several with commas between'],
    ['state=parked,filed', 'state', 'parked stands alone'],
    ['from=yesterday', 'from', expect.any(String) as string],
    ['sentiment=angry', 'sentiment', 'must be a sentiment, or none'],
    ['category=weather', 'category', 'must be a category of calls or of texts'],
    ['state=parked&sentiment=negative', 'sentiment', 'does not narrow parked'],
    ['state=missing&from=2026-11-23&q=bakery', 'q', 'does not narrow missing'],
    ['cursor=x', 'cursor', 'is no cursor of this list'],
    ['limit=0', 'limit', 'must be 1 or more'],
  ])('not by %s', async (query, path, detail) => {
    const world = await newWorld()
    const response = await world.fetch(`/api/records?${query}`, { headers: READER })
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { errors: [{ path, detail }] },
    ])
  })
})

test.each([
  '',
  'state=filed',
  'party=%2B13105550123',
  'kind=message',
  'link=linked&state=filed',
  'sentiment=positive&kind=message&state=filed,way',
])('a list by pages holds each record once: %s', async (query) => {
  const world = await newWorld({
    textMessages: textMessages(7).map((one, nth) => ({ ...one, createdAt: later(nth >> 1) })),
    calls: [0, 1, 2].map((nth) => callAt(later(nth), { id: `AC${nth}` })),
  })
  await world.backfill()
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: List = await list(world, `${query}&limit=2&cursor=${cursor}`)
    seen.push(...page.items.map(({ at, id }) => `${at} ${id}`))
    cursor = page.nextCursor
  }
  const all = (await list(world, `${query}&limit=200`)).items.map(({ at, id }) => `${at} ${id}`)
  expect(seen).toEqual(all)
  expect(new Set(seen).size).toBe(query.includes('kind') ? 7 : 10)
  const times = seen.map((line) => line.slice(0, 24))
  expect(times).toEqual(times.toSorted((a, b) => (a < b ? 1 : -1)))
})

describe('what was said of it finds a record', () => {
  test.each([
    ['sentiment=positive', ['ACT1', 'ACT0', 'AC1']],
    ['sentiment=negative', []],
    ['sentiment=none', ['AC2']],
    ['category=sales&kind=call', ['AC1']],
    ['category=sales&kind=message,mail', []],
    ['category=question', ['ACT1', 'ACT0']],
    ['category=question&sentiment=positive&link=linked&state=filed', ['ACT1', 'ACT0']],
    ['category=question&state=stuck,way', []],
    ['q=(310) 555-0123&sentiment=none', ['AC2']],
  ])('%s', async (query, expected) => {
    const world = await newWorld({
      calls: [spokenCall({ id: 'AC1' }), callAt(later(-60), { id: 'AC2' })],
      textMessages: [0, 1].map((nth) => textAt(later(5 + nth), { id: `ACT${nth}` })),
      merchants: [merchant('Corner Bakery')],
    })
    await world.backfill()
    expect(await ids(world, query.replaceAll(' ', '%20'))).toEqual(expected)
  })
})

test('what is parked or tried again is listed as such', async () => {
  const world = await newWorld({ textMessages: textMessages(2) })
  await world.fail('notion', 'POST /v1/pages', 401, 2)
  await world.fail('notion', 'GET /v1/databases', 401, 20)
  await world.fail('notion', 'GET /v1/data_sources', 401, 20)
  await world.backfill()
  const { items } = await list(world, 'state=parked')
  expect(items.length).toBeGreaterThan(0)
  expect(items.every(({ state, doing }) => state === 'way' && doing === 'parked')).toBe(true)
  expect(await ids(world, 'state=way')).toEqual(expect.arrayContaining(items.map(({ id }) => id)))
})

describe('one record', () => {
  test('is told whole, with its journey in the order of time', async () => {
    const world = await newWorld({ ...oneOfEach(), calls: [spokenCall({ id: 'AC1' })] })
    await world.backfill()
    const { record: told, journey } = await record(world, 'call', 'AC1')
    expect(told).toMatchObject({
      kind: 'call',
      id: 'AC1',
      state: 'filed',
      title: 'Call with Corner Bakery',
      people: [{ party: '+13105550123', merchants: [{ name: 'Corner Bakery' }] }],
      page: { url: expect.stringMatching(/^https:\/\/www\.notion\.so\/\w{32}$/) as string },
      vectors: { chunks: expect.any(Number) as number },
      keeps: [],
      letters: [],
    })
    expect(told.facts).toContainEqual({ name: 'From', value: '+13105550123' })
    expect(told.work.every(({ state }) => state === 'done')).toBe(true)
    expect(told.analysis?.summary).toEqual(expect.any(String))
    expect(journey.map(({ where }) => where)).toEqual(
      expect.arrayContaining(['source', 'enrich', 'vectorize', 'reconcile']),
    )
    const times = journey.map(({ at }) => at)
    expect(times).toEqual(times.toSorted((a, b) => (a < b ? -1 : 1)))
    expect(journey.find(({ where }) => where === 'source')).toMatchObject({
      revision: 1,
      what: expect.stringContaining('the record itself, completed') as string,
    })
    expect(journey.find(({ where }) => where === 'reconcile')).toMatchObject({
      state: 'done',
      detail: 'linked to Corner Bakery',
      waitedMs: expect.any(Number) as number,
      workedMs: expect.any(Number) as number,
    })
  })

  test('says what each revision brought', async () => {
    const world = await newWorld({ textMessages: textMessages(1) })
    await world.backfill()
    world.advance(3_600_000)
    const [first] = textMessages(1)
    await world.change({
      textMessages: [{ ...first!, text: 'Other words', updatedAt: later(30) }],
    })
    await world.backfill()
    const { record: told, journey } = await record(world, 'message', 'ACT0')
    expect(told.revision).toBe(2)
    expect(
      journey.filter(({ where }) => where === 'source').map(({ revision }) => revision),
    ).toEqual([1, 2])
    expect(journey.filter(({ where }) => where === 'reconcile').at(-1)?.revision).toBe(2)
  })

  test('that failed tells why, and what was done about it', async () => {
    const world = await newWorld({ textMessages: textMessages(1) })
    await world.fail('notion', 'POST /v1/pages', 400)
    await world.backfill()
    const failed = await record(world, 'message', 'ACT0')
    expect(failed.record).toMatchObject({
      state: 'stuck',
      letters: [{ stage: 'reconcile', open: true }],
    })
    expect(failed.journey.at(-1)).toMatchObject({ where: 'letter', state: 'failed' })

    const again = await world.fetch('/api/records/message/ACT0/again', {
      method: 'POST',
      headers: ADMIN,
      body: '{}',
    })
    expect([again.status, await again.json()]).toEqual([202, { kind: 'message', id: 'ACT0' }])
    await world.drain()
    const mended = await record(world, 'message', 'ACT0')
    expect(mended.record).toMatchObject({ state: 'filed', letters: [{ open: false }] })
    expect(mended.journey.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'admin token: had it worked again',
        'The dead letter of reconcile is settled: a later try succeeded',
      ]),
    )
  })

  test('that waits says for what, and until when', async () => {
    const world = await newWorld({ textMessages: textMessages(1) })
    await world.cron('backfill')
    await world.drain(['enrich-bulk'])
    const { record: told, journey } = await record(world, 'message', 'ACT0')
    expect(told).toMatchObject({ state: 'way', work: [{ stage: 'enrich', state: 'waiting' }] })
    expect(journey.at(-1)).toMatchObject({ where: 'wait', what: 'enrich: waits its turn' })
  })

  test.each([
    ['GET', '', READER],
    ['POST', '/again', ADMIN],
  ])('that is not known: %s%s', async (method, path, headers) => {
    const world = await newWorld()
    const response = await world.fetch(`/api/records/call/ACnone${path}`, {
      method,
      headers,
      ...(method === 'POST' && { body: '{}' }),
    })
    expect(response.status).toBe(404)
  })
})

describe('the export', () => {
  test('is the list, and no spreadsheet runs it', async () => {
    const world = await newWorld({
      textMessages: [
        textAt(later(0), { id: 'ACT1', text: '=HYPERLINK("http://x.example","click")' }),
        textAt(later(1), { id: 'ACT2', text: 'one, "two"\nthree' }),
      ],
    })
    world.env['INCLUDE_AI'] = 'false'
    await world.backfill()
    const response = await world.fetch('/api/records.csv?kind=message', { headers: READER })
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/csv; charset=utf-8',
    ])
    const lines = (await response.text()).split('\r\n')
    expect(lines[0]).toMatch(/^Kind,Id,Time \(UTC\),State/)
    expect(lines).toHaveLength(4)
    expect(lines[1]).toContain(`"one, ""two"" three"`)
    expect(lines[2]).toContain(`"'=HYPERLINK(""http://x.example"",""click"")"`)
    expect(lines[2]).toContain(`'+13105550123`)
  })

  test('refuses what the list refuses', async () => {
    const world = await newWorld()
    const response = await world.fetch('/api/records.csv?state=lost', { headers: READER })
    expect(response.status).toBe(400)
  })

  test.each([
    ['=1+1', `'=1+1`],
    ['+1', `'+1`],
    ['-1', `'-1`],
    ['@SUM(A1)', `'@SUM(A1)`],
    ['\t=1', `'\t=1`],
    [' =1', `' =1`],
    ['＝1', `'＝1`],
    ['\r=1', `"'\r=1"`],
    ['a=1', 'a=1'],
    [null, ''],
    [-1, '-1'],
  ])('cell %j', (cell, written) => {
    expect(csvLine([cell])).toBe(`${written}\r\n`)
  })
})
