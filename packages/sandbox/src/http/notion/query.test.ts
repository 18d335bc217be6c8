import { afterEach, test } from 'vitest'
import type { Json, JsonObject } from '../json.ts'
import type { NotionOptions } from '../notion.ts'
import { queryPages } from './query.ts'
import { NotionStore } from './store.ts'
import { type Notion, field, inSource, startSeeded, text, title } from './testing.ts'
import {
  CALLS_DATA_SOURCE_ID,
  CANVAS_DATA_SOURCE_ID,
  MAIL_DATA_SOURCE_ID,
  merchantPageId,
} from './workspace.ts'

const open: Notion[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((door) => door.close()))
})

async function start(over: Partial<NotionOptions> = {}): Promise<Notion> {
  const door = await startSeeded(over)
  open.push(door)
  return door
}

const NOW = Date.parse('2026-11-24T09:00:30.000Z')
const CALLS: JsonObject[] = [
  {
    'Call ID': title('AC1'),
    Summary: text('Asked for a terminal.'),
    Duration: { number: 60 },
    Direction: { select: { name: 'incoming' } },
    Keywords: { multi_select: [{ name: 'terminal' }, { name: 'fees' }] },
    'Created At': { date: { start: '2026-11-20T23:30:00Z' } },
    'Has Recording': { checkbox: true },
    From: { phone_number: '+13105550123' },
    Canvas: { relation: [{ id: merchantPageId(0) }] },
  },
  {
    'Call ID': title('AC2'),
    Duration: { number: 5 },
    Direction: { select: { name: 'outgoing' } },
    Keywords: { multi_select: [{ name: 'fees' }] },
    'Created At': { date: { start: '2026-11-21T00:30:00Z' } },
  },
  { 'Call ID': title('AC3') },
]

async function withCalls(over: Partial<NotionOptions> = {}): Promise<Notion> {
  const door = await start({ clock: () => NOW, ...over })
  for (const properties of CALLS) {
    await door.call('POST', '/v1/pages', inSource(CALLS_DATA_SOURCE_ID, properties))
  }
  return door
}

async function query(door: Notion, body: JsonObject, source = CALLS_DATA_SOURCE_ID) {
  const answer = await door.call('POST', `/v1/data_sources/${source}/query`, body)
  const results = (answer.body['results'] ?? []) as {
    id: string
    properties: { 'Call ID'?: { title: { plain_text: string }[] } }
  }[]
  return {
    ...answer,
    names: results.map(({ properties }) => properties['Call ID']?.title[0]?.plain_text),
    ids: results.map(({ id }) => id),
  }
}

test.each<[Json, string[]]>([
  [{ property: 'Call ID', title: { equals: 'AC1' } }, ['AC1']],
  [{ property: 'Call ID', rich_text: { equals: 'AC1' } }, ['AC1']],
  [{ property: 'Call ID', title: { does_not_equal: 'AC1' } }, ['AC3', 'AC2']],
  [{ property: 'Call ID', title: { starts_with: 'AC' } }, ['AC3', 'AC2', 'AC1']],
  [{ property: 'Call ID', title: { equals: 'ac1' } }, []],
  [{ property: 'Summary', rich_text: { contains: 'terminal' } }, ['AC1']],
  [{ property: 'Summary', rich_text: { is_empty: true } }, ['AC3', 'AC2']],
  [{ property: 'Duration', number: { greater_than: 5 } }, ['AC1']],
  [{ property: 'Duration', number: { less_than_or_equal_to: 5 } }, ['AC2']],
  [{ property: 'Duration', number: { is_not_empty: true } }, ['AC2', 'AC1']],
  [{ property: 'Direction', select: { equals: 'incoming' } }, ['AC1']],
  [{ property: 'Direction', select: { equals: ['incoming', 'outgoing'] } }, ['AC2', 'AC1']],
  [{ property: 'Direction', select: { does_not_equal: 'incoming' } }, ['AC3', 'AC2']],
  [{ property: 'Keywords', multi_select: { contains: 'terminal' } }, ['AC1']],
  [{ property: 'Keywords', multi_select: { does_not_contain: 'terminal' } }, ['AC3', 'AC2']],
  [{ property: 'Has Recording', checkbox: { equals: false } }, ['AC3', 'AC2']],
  [{ property: 'From', phone_number: { ends_with: '0123' } }, ['AC1']],
  [{ property: 'Canvas', relation: { contains: merchantPageId(0) } }, ['AC1']],
  [{ property: 'Canvas', relation: { is_empty: true } }, ['AC3', 'AC2']],
  [{ property: 'Created At', date: { on_or_after: '2026-11-21' } }, ['AC2']],
  [{ property: 'Created At', date: { equals: '2026-11-20' } }, ['AC1']],
  [{ property: 'Created At', date: { before: '2026-11-21T00:30:00Z' } }, ['AC1']],
  [{ property: 'Created At', date: { past_week: {} } }, ['AC2', 'AC1']],
  [{ property: 'Created At', date: { past_month: {} } }, ['AC2', 'AC1']],
  [
    { timestamp: 'created_time', created_time: { equals: '2026-11-24T09:00:00Z' } },
    ['AC3', 'AC2', 'AC1'],
  ],
  [{ timestamp: 'last_edited_time', last_edited_time: { after: '2026-11-24T09:00:00Z' } }, []],
  [
    {
      or: [
        { property: 'Call ID', title: { equals: 'AC3' } },
        {
          and: [
            { property: 'Duration', number: { equals: 60 } },
            { property: 'Has Recording', checkbox: { equals: true } },
          ],
        },
      ],
    },
    ['AC3', 'AC1'],
  ],
])('filter %j', async (filter, names) => {
  const answer = await query(await withCalls(), { filter })
  const got = JSON.stringify(answer.names)
  if (answer.status !== 200 || got !== JSON.stringify(names)) {
    throw new Error(`got ${answer.status} ${got} ${JSON.stringify(answer.body['message'])}`)
  }
})

const NAME = { property: 'Call ID', title: { equals: 'x' } }

test.each<[JsonObject, string]>([
  [
    { filter: { property: 'Colour', select: { equals: 'red' } } },
    'Could not find property with name or id: Colour',
  ],
  [
    { filter: { property: 'Duration', rich_text: { equals: '5' } } },
    'The property type in the database does not match the property type of the filter provided: database property number does not match filter rich_text',
  ],
  [
    { filter: { property: 'Duration', number: { equals: '5' } } },
    'body failed validation: body.filter.number.equals should be a number, instead was `"5"`.',
  ],
  [
    { filter: { property: 'Call ID', title: { resembles: 'x' } } },
    'body failed validation: body.filter.title.resembles should be not present, instead was `"x"`.',
  ],
  [
    { filter: { property: 'Call ID', title: { is_empty: false } } },
    'body failed validation: body.filter.title.is_empty should be `true`, instead was `false`.',
  ],
  [
    { filter: { and: [{ or: [{ and: [NAME] }] }] } },
    'body failed validation: body.filter.and[0].or[0].and should be not present, instead was `[{"property":"Call ID","title":{"equals":"x"}}]`.',
  ],
  [
    { filter: { property: 'Created At', date: { before: 'soon' } } },
    'body failed validation: body.filter.date.before should be a valid ISO 8601 date string, instead was `"soon"`.',
  ],
  [
    { sorts: [{ property: 'Colour', direction: 'ascending' }] },
    'Could not find sort property with name or id: Colour',
  ],
  [
    { page_size: 101 },
    'body failed validation: body.page_size should be ≤ `100` or `undefined`, instead was `101`.',
  ],
  [
    { start_cursor: 'next' },
    'body failed validation: body.start_cursor should be a valid uuid or `undefined`, instead was `"next"`.',
  ],
  [
    { start_cursor: merchantPageId(0) },
    `The start_cursor provided is invalid: ${merchantPageId(0)}`,
  ],
  [
    { archived: true },
    'body failed validation: body.archived should be not present, instead was `true`.',
  ],
])('query %j is refused', async (body, message) => {
  const answer = await query(await start(), body)
  if (answer.status !== 400 || answer.body['message'] !== message) {
    throw new Error(`got ${answer.status} ${JSON.stringify(answer.body['message'])}`)
  }
})

test('sorts, with empty ones last either way', async ({ expect }) => {
  const door = await withCalls()
  const by = async (sort: JsonObject) => (await query(door, { sorts: [sort] })).names
  expect(await by({ property: 'Duration', direction: 'ascending' })).toEqual(['AC2', 'AC1', 'AC3'])
  expect(await by({ property: 'Duration', direction: 'descending' })).toEqual(['AC1', 'AC2', 'AC3'])
  expect(await by({ property: 'Call ID', direction: 'ascending' })).toEqual(['AC1', 'AC2', 'AC3'])
  expect(await by({ timestamp: 'created_time', direction: 'ascending' })).toHaveLength(3)
})

test('pages by cursor, which outlives the page it names', async ({ expect }) => {
  const door = await withCalls()
  const first = await query(door, { page_size: 1 })
  expect(first.names).toEqual(['AC3'])
  expect(first.body).toMatchObject({
    object: 'list',
    type: 'page_or_data_source',
    has_more: true,
    request_status: { type: 'complete' },
  })
  const cursor = field(first.body, 'next_cursor')
  await door.call('PATCH', `/v1/pages/${cursor}`, { in_trash: true })
  const second = await query(door, { page_size: 1, start_cursor: cursor })
  expect([second.names, second.body['has_more']]).toEqual([['AC1'], false])
  expect((await query(door, { in_trash: true })).names).toEqual(['AC2'])
})

test('a new page is found by its id at once, by a query only later', async ({ expect }) => {
  let now = NOW
  const door = await start({ clock: () => now, visibilityMs: 2000 })
  const filter = { property: 'Call ID', title: { equals: 'AC1' } }
  const properties = { 'Call ID': title('AC1') }
  const made = await door.call('POST', '/v1/pages', inSource(CALLS_DATA_SOURCE_ID, properties))
  const id = field(made.body)
  expect((await door.call('GET', `/v1/pages/${id}`)).status).toBe(200)
  now += 1999
  expect((await query(door, { filter })).ids).toEqual([])
  now += 1
  expect((await query(door, { filter })).ids).toEqual([id])
  expect((await query(door, {}, CANVAS_DATA_SOURCE_ID)).ids).toHaveLength(2)
})

test('an external id in a text property', async ({ expect }) => {
  const door = await start()
  const properties = { Subject: title('Hello'), 'Message ID': text('M1@x.example') }
  await door.call('POST', '/v1/pages', inSource(MAIL_DATA_SOURCE_ID, properties))
  const filter = { property: 'Message ID', rich_text: { equals: 'M1@x.example' } }
  expect((await query(door, { filter }, MAIL_DATA_SOURCE_ID)).ids).toHaveLength(1)
})

test('a query ends silently after 10,000 results and says so', ({ expect }) => {
  const store = new NotionStore(':memory:')
  const source = {
    id: 's',
    databaseId: 'd',
    name: '',
    properties: [],
    createdAt: 0,
    editedAt: 0,
  }
  const times = { createdAt: 0, editedAt: 0, visibleAt: 0 }
  store.transaction(() => {
    for (let n = 0; n < 10_001; n++) {
      const id = `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
      const rest = { values: new Map(), inTrash: false, createdBy: '', editedBy: '' }
      store.addPage({ id, dataSourceId: 's', ...times, ...rest })
    }
  })
  const cursor = '00000000-0000-4000-8000-000000000101'
  const last = queryPages(store.pagesOf('s'), source, { start_cursor: cursor, page_size: 100 }, 1)
  expect([last.pages.length, last.nextCursor, last.incomplete]).toEqual([
    100,
    cursor.replace('101', '001'),
    false,
  ])
  const end = queryPages(
    store.pagesOf('s'),
    source,
    { start_cursor: last.nextCursor, page_size: 100 },
    1,
  )
  expect([end.pages.length, end.nextCursor, end.incomplete]).toEqual([1, null, true])
  store.close()
})
