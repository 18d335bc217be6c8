import { afterEach, test } from 'vitest'
import type { JsonObject } from '../json.ts'
import type { NotionOptions } from '../notion.ts'
import { type Notion, field, inSource, startSeeded, text, title } from './testing.ts'
import {
  BOT_ID,
  CALLS_DATABASE_ID,
  CALLS_DATA_SOURCE_ID,
  CANVAS_DATABASE_ID,
  CANVAS_DATA_SOURCE_ID,
  PERSON_ID,
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

const create = (door: Notion, properties: JsonObject, more: JsonObject = {}) =>
  door.call('POST', '/v1/pages', inSource(CALLS_DATA_SOURCE_ID, properties, more))

const NOW = Date.parse('2026-11-24T09:00:42.500Z')

test('a page comes back in full form, times cut to the minute', async ({ expect }) => {
  const door = await start({ clock: () => NOW })
  const { status, body } = await create(door, {
    'Call ID': title('AC1'),
    Direction: { select: { name: 'incoming' } },
    Duration: { number: 61.5 },
    From: { phone_number: '+13105550123' },
    'Created At': { date: { start: '2026-11-24T08:59:01.5Z' } },
    'Has Recording': { checkbox: true },
    'Recording URL': { url: 'https://media.example/1' },
    Transcript: text('a'.repeat(2000), 'b'),
    Keywords: { multi_select: [{ name: 'fees' }, { name: 'terminal' }, { name: 'fees' }] },
    Canvas: { relation: [{ id: merchantPageId(0).replaceAll('-', '') }] },
  })
  expect(status).toBe(200)
  const { properties, ...page } = body as { properties: Record<string, JsonObject> }
  expect(page).toMatchObject({
    object: 'page',
    created_time: '2026-11-24T09:00:00.000Z',
    last_edited_time: '2026-11-24T09:00:00.000Z',
    created_by: { object: 'user', id: BOT_ID },
    parent: {
      type: 'data_source_id',
      data_source_id: CALLS_DATA_SOURCE_ID,
      database_id: CALLS_DATABASE_ID,
    },
    in_trash: false,
    url: expect.stringMatching(/^https:\/\/www\.notion\.so\/AC1-[0-9a-f]{32}$/),
  })
  expect(properties['Call ID']).toEqual({
    id: 'title',
    type: 'title',
    title: [
      {
        type: 'text',
        text: { content: 'AC1', link: null },
        annotations: {
          bold: false,
          italic: false,
          strikethrough: false,
          underline: false,
          code: false,
          color: 'default',
        },
        plain_text: 'AC1',
        href: null,
      },
    ],
  })
  expect(properties).toMatchObject({
    Direction: { type: 'select', select: { name: 'incoming', color: expect.any(String) } },
    'Created At': {
      date: { start: '2026-11-24T08:59:01.500+00:00', end: null, time_zone: null },
    },
    Keywords: { multi_select: [{ name: 'fees' }, { name: 'terminal' }] },
    Canvas: { type: 'relation', relation: [{ id: merchantPageId(0) }], has_more: false },
    Summary: { type: 'rich_text', rich_text: [] },
    'Answered At': { type: 'date', date: null },
    'Has Voicemail': { type: 'checkbox', checkbox: false },
  })
  expect(Object.keys(properties)).toHaveLength(29)
  expect((await door.call('GET', `/v1/pages/${field(body)}`)).body).toEqual(body)
})

const X = 'x'.repeat(2001)
const MISSING = '00000000-0000-4000-8000-000000000099'

test.each<[string, JsonObject, string]>([
  [
    'text of 2,001 characters',
    { 'Call ID': title(X) },
    'body failed validation: body.properties.Call ID.title[0].text.content.length should be ≤ `2000`, instead was `2001`.',
  ],
  [
    '101 elements',
    { Transcript: text(...Array<string>(101).fill('a')) },
    'body failed validation: body.properties.Transcript.rich_text.length should be ≤ `100`, instead was `101`.',
  ],
  [
    'an unknown property and a wrong type',
    { Colour: text('x'), Summary: { number: 1 }, Status: { status: { name: 'x' } } },
    'Colour is not a property that exists. Summary is expected to be rich_text. Status is expected to be select.',
  ],
  [
    'a comma in an option',
    { Category: { select: { name: 'sales, support' } } },
    'Invalid select option, commas not allowed: sales, support',
  ],
  [
    'a comma among keywords',
    { Keywords: { multi_select: [{ name: 'a' }, { name: 'b,c' }] } },
    'Invalid select option, commas not allowed: b,c',
  ],
  [
    'a number as text',
    { Duration: { number: 'five' } },
    'body failed validation: body.properties.Duration.number should be a number or `null`, instead was `"five"`.',
  ],
  [
    'a date that is none',
    { 'Created At': { date: { start: '2026-13-01' } } },
    'body failed validation: body.properties.Created At.date.start should be a valid ISO 8601 date string, instead was `"2026-13-01"`.',
  ],
  [
    'a long phone number',
    { From: { phone_number: '1'.repeat(201) } },
    'body failed validation: body.properties.From.phone_number.length should be ≤ `200`, instead was `201`.',
  ],
  [
    'an empty URL',
    { 'Recording URL': { url: '' } },
    'body failed validation: body.properties.Recording URL.url should be populated or `null`, instead was `""`.',
  ],
  [
    'a long URL',
    { 'Recording URL': { url: `https://${'a'.repeat(2000)}` } },
    'body failed validation: body.properties.Recording URL.url.length should be ≤ `2000`, instead was `2008`.',
  ],
  [
    '101 keywords',
    { Keywords: { multi_select: Array.from({ length: 101 }, (_, n) => ({ name: `k${n}` })) } },
    'body failed validation: body.properties.Keywords.multi_select.length should be ≤ `100`, instead was `101`.',
  ],
  [
    '101 relations',
    { Canvas: { relation: Array.from({ length: 101 }, () => ({ id: merchantPageId(0) })) } },
    'body failed validation: body.properties.Canvas.relation.length should be ≤ `100`, instead was `101`.',
  ],
  [
    'an id that is none',
    { Canvas: { relation: [{ id: 'bakery' }] } },
    'body failed validation: body.properties.Canvas.relation[0].id should be a valid uuid, instead was `"bakery"`.',
  ],
  [
    'two faults of shape',
    { Duration: { number: true }, 'Has Recording': { checkbox: 'yes' } },
    'body failed validation. Fix one:\nbody.properties.Duration.number should be a number or `null`, instead was `true`.\nbody.properties.Has Recording.checkbox should be a boolean, instead was `"yes"`.',
  ],
  [
    'another shape of text',
    { Summary: { rich_text: [{ text: 'plain' }] } },
    'body failed validation: body.properties.Summary.rich_text[0].text should be an object, instead was `"plain"`.',
  ],
])('%s is refused in Notion’s words', async (_name, properties, message) => {
  const door = await start()
  const { status, body } = await create(door, properties)
  const right = status === 400 && body['code'] === 'validation_error' && body['message'] === message
  if (!right) throw new Error(`got ${status} ${JSON.stringify(body)}`)
  if (typeof body['request_id'] !== 'string') throw new Error('no request_id')
  if (door.pages(CALLS_DATABASE_ID).length !== 0) throw new Error('a refused page was kept')
})

test('a value names its types where it has none', async ({ expect }) => {
  const { body } = await create(await start(), { Summary: { text: 'x' } })
  expect(body['message']).toMatch(
    /^body failed validation. Fix one:\nbody.properties.Summary.text should be not present, instead was `"x"`.\nbody.properties.Summary.title should be defined, instead was `undefined`.\n/,
  )
})

test('a relation needs a page that is there, not trashed, and in the related source', async ({
  expect,
}) => {
  const door = await start()
  const relate = (id: string) => create(door, { Canvas: { relation: [{ id }] } })
  const missing = await relate(MISSING)
  expect([missing.status, missing.body['code']]).toEqual([404, 'object_not_found'])
  expect(missing.body['message']).toMatch(`Could not find page with ID: ${MISSING}. Make sure`)
  await door.call('PATCH', `/v1/pages/${merchantPageId(1)}`, { in_trash: true })
  expect((await relate(merchantPageId(1))).body['code']).toBe('object_not_found')
  const call = await create(door, { 'Call ID': title('AC1') })
  expect((await relate(field(call.body))).body['code']).toBe('validation_error')
})

test('a page’s answer lists 25 relations, the property endpoint all of them', async ({
  expect,
}) => {
  const door = await start()
  const ids: string[] = []
  for (let n = 0; n < 30; n++) {
    ids.push(field(door.createAsPerson(CANVAS_DATABASE_ID, { Name: title(`M${n}`) })))
  }
  const page = await create(door, { Canvas: { relation: ids.map((id) => ({ id })) } })
  const { Canvas } = page.body['properties'] as {
    Canvas: { id: string; relation: []; has_more: true }
  }
  expect([Canvas.relation.length, Canvas.has_more]).toEqual([25, true])
  const path = `/v1/pages/${field(page.body)}/properties/${Canvas.id}`
  const first = await door.call('GET', `${path}?page_size=20`)
  expect(first.body).toMatchObject({
    object: 'list',
    type: 'property_item',
    has_more: true,
    property_item: { id: Canvas.id, type: 'relation', relation: {} },
  })
  const next = field(first.body, 'next_cursor')
  const second = await door.call('GET', `${path}?page_size=20&start_cursor=${next}`)
  const all = [first, second].flatMap(
    ({ body }) => body['results'] as { relation: { id: string } }[],
  )
  expect(all.map(({ relation }) => relation.id)).toEqual(ids)
  expect(
    (await door.call('GET', `/v1/pages/${field(page.body)}/properties/title`)).body,
  ).toMatchObject({ object: 'list', results: [] })
})

test('a patch changes what it names, replaces arrays and clears by null', async ({ expect }) => {
  let now = NOW
  const door = await start({ clock: () => now })
  const { body } = await create(door, {
    'Call ID': title('AC1'),
    Duration: { number: 5 },
    Keywords: { multi_select: [{ name: 'a' }, { name: 'b' }] },
  })
  const path = `/v1/pages/${field(body)}`
  now += 60_000
  const patched = await door.call('PATCH', path, {
    properties: { Duration: { number: null }, Keywords: { multi_select: [{ name: 'c' }] } },
  })
  expect(patched.body).toMatchObject({
    created_time: '2026-11-24T09:00:00.000Z',
    last_edited_time: '2026-11-24T09:01:00.000Z',
    properties: {
      'Call ID': { title: [{ plain_text: 'AC1' }] },
      Duration: { number: null },
      Keywords: { multi_select: [{ name: 'c' }] },
    },
  })
})

test('a trashed page takes nothing but its restoring', async ({ expect }) => {
  const door = await start()
  const { body } = await create(door, { 'Call ID': title('AC1') })
  const path = `/v1/pages/${field(body)}`
  const archived = "Can't edit block that is archived. You must unarchive the block before editing."
  expect((await door.call('PATCH', path, { in_trash: true })).body['in_trash']).toBe(true)
  const edit = await door.call('PATCH', path, { properties: { Duration: { number: 1 } } })
  expect([edit.status, edit.body['code'], edit.body['message']]).toEqual([
    400,
    'validation_error',
    archived,
  ])
  expect((await door.call('PATCH', path, { in_trash: true })).body['message']).toBe(archived)
  expect((await door.call('GET', path)).body['in_trash']).toBe(true)
  const back = await door.call('PATCH', path, {
    in_trash: false,
    properties: { Duration: { number: 1 } },
  })
  expect(back.body).toMatchObject({ in_trash: false, properties: { Duration: { number: 1 } } })
})

test('the old word `archived` and unknown keys are refused', async ({ expect }) => {
  const door = await start()
  const answer = await door.call('PATCH', `/v1/pages/${merchantPageId(0)}`, { archived: true })
  expect(answer.body['message']).toBe(
    'body failed validation: body.archived should be not present, instead was `true`.',
  )
  const none = await door.call('POST', '/v1/pages', { properties: {} })
  expect(none.body['message']).toBe(
    'body failed validation: body.parent should be defined, instead was `undefined`.',
  )
  const nowhere = await door.call('POST', '/v1/pages', inSource(MISSING, {}))
  expect(nowhere.body['message']).toMatch(`Could not find data_source with ID: ${MISSING}.`)
  const path = await door.call('GET', '/v1/pages/bakery')
  expect(path.body['message']).toBe(
    'path failed validation: path.page_id should be a valid uuid, instead was `"bakery"`.',
  )
})

test('only the named properties are answered', async ({ expect }) => {
  const door = await start()
  const source = await door.call('GET', `/v1/data_sources/${CANVAS_DATA_SOURCE_ID}`)
  const { Phone } = source.body['properties'] as { Phone: { id: string } }
  const page = await door.call(
    'GET',
    `/v1/pages/${merchantPageId(0)}?filter_properties=${Phone.id}&filter_properties=title`,
  )
  expect(Object.keys(page.body['properties'] as JsonObject)).toEqual(['Phone', 'Name'])
})

test('a person’s edits carry the person', async ({ expect }) => {
  const door = await start()
  const { body } = await create(door, { 'Call ID': title('AC1') })
  const id = field(body)
  door.editAsPerson(id, { properties: { Category: { select: { name: 'sales' } } } })
  expect((await door.call('GET', `/v1/pages/${id}`)).body).toMatchObject({
    created_by: { id: BOT_ID },
    last_edited_by: { id: PERSON_ID },
    properties: { Category: { select: { name: 'sales' } } },
  })
})

test('a body over 500 KB is refused', async ({ expect }) => {
  const door = await start()
  const large = text(...Array<string>(100).fill('é'.repeat(2000)))
  const fits = await create(door, { Transcript: large })
  expect(fits.status).toBe(200)
  const answer = await create(door, { Transcript: large, Summary: large })
  expect([answer.status, answer.body['code']]).toEqual([400, 'validation_error'])
  expect(answer.body['message']).toMatch(/body\.length should be ≤ `500000`/)
})
