import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, test } from 'vitest'
import type { JsonObject } from './json.ts'
import type { NotionOptions } from './notion.ts'
import {
  type Notion,
  TOKEN,
  call,
  field,
  inSource,
  startSeeded,
  text,
  title,
} from './notion/testing.ts'
import {
  CALLS_DATABASE_ID,
  CALLS_DATA_SOURCE_ID,
  CANVAS_DATABASE_ID,
  CANVAS_DATA_SOURCE_ID,
  MAIL_DATABASE_ID,
  MESSAGES_DATABASE_ID,
  ROOT_PAGE_ID,
  merchantPageId,
} from './notion/workspace.ts'
import { merchant, smallWorld } from './small-world.ts'

const open: Notion[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((door) => door.close()))
})

async function start(over: Partial<NotionOptions> = {}): Promise<Notion> {
  const door = await startSeeded(over)
  open.push(door)
  return door
}

const create = (door: Notion, name: string, more: JsonObject = {}) =>
  door.call('POST', '/v1/pages', inSource(CALLS_DATA_SOURCE_ID, { 'Call ID': title(name) }, more))

const paragraph = (content: string): JsonObject => ({
  object: 'block',
  type: 'paragraph',
  paragraph: text(content),
})

const toggleOf = (children: JsonObject[]): JsonObject => ({
  toggle: { ...text('t'), children },
})

async function code(answer: Promise<{ status: number; body: JsonObject }>) {
  const { status, body } = await answer
  return [status, body['code'], body['message']]
}

function contents(list: JsonObject) {
  const blocks = list['results'] as Record<string, { rich_text: { plain_text: string }[] }>[]
  return blocks.map((block) => (block['paragraph'] ?? block['toggle'])?.rich_text[0]?.plain_text)
}

test('token, version, path and JSON are checked', async ({ expect }) => {
  const door = await start()
  expect(await code(door.call('GET', '/v1/users/me', undefined, { authorization: TOKEN }))).toEqual(
    [401, 'unauthorized', 'API token is invalid.'],
  )
  const other = { 'notion-version': '2025-09-03' }
  expect(await code(door.call('GET', '/v1/users/me', undefined, other))).toEqual([
    400,
    'validation_error',
    'Notion-Version header failed validation: Notion-Version header should be `"2026-03-11"`, instead was `"2025-09-03"`.',
  ])
  const bare = await fetch(`${door.url}/v1/users/me`, {
    headers: { authorization: `Bearer ${TOKEN}` },
  })
  expect(await bare.json()).toMatchObject({
    object: 'error',
    status: 400,
    code: 'missing_version',
    message:
      'Notion-Version header failed validation: Notion-Version header should be defined, instead was `undefined`.',
    request_id: expect.any(String),
  })
  expect(await code(door.call('GET', '/v1/nothing'))).toEqual([
    400,
    'invalid_request_url',
    'Invalid request URL.',
  ])
  const broken = await fetch(`${door.url}/v1/pages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'notion-version': '2026-03-11' },
    body: '{no',
  })
  expect(await broken.json()).toMatchObject({
    code: 'invalid_json',
    message: 'Error parsing JSON body.',
  })
  expect((await door.call('GET', '/v1/users/me')).body).toMatchObject({
    object: 'user',
    type: 'bot',
  })
})

test('the seed makes the four databases and the merchants, once', async ({ expect }) => {
  const door = await start()
  door.seed(
    smallWorld({ merchants: [merchant('Renamed'), merchant('Blue Cafe'), merchant('New Deli')] }),
  )
  for (const id of [
    CANVAS_DATABASE_ID,
    CALLS_DATABASE_ID,
    MESSAGES_DATABASE_ID,
    MAIL_DATABASE_ID,
  ]) {
    const { body } = await door.call('GET', `/v1/databases/${id}`)
    expect(body).toMatchObject({
      object: 'database',
      id,
      data_sources: [{ id: expect.any(String) }],
    })
  }
  const merchants = door.pages(CANVAS_DATABASE_ID) as { id: string; properties: JsonObject }[]
  expect(merchants.map(({ id }) => id)).toEqual([0, 1, 2].map(merchantPageId))
  expect(merchants[0]?.properties).toMatchObject({
    Name: { title: [{ plain_text: 'Corner Bakery' }] },
    Phone: { phone_number: '(310) 555-0123' },
    'Second Phone': { phone_number: null },
    Stage: { select: { name: 'Live' } },
    City: { rich_text: [{ plain_text: 'Los Angeles' }] },
  })
  const source = await door.call('GET', `/v1/data_sources/${CALLS_DATA_SOURCE_ID}`)
  expect(source.body['properties']).toMatchObject({
    'Call ID': { id: 'title', type: 'title' },
    Canvas: {
      type: 'relation',
      relation: {
        data_source_id: CANVAS_DATA_SOURCE_ID,
        database_id: CANVAS_DATABASE_ID,
        type: 'single_property',
      },
    },
  })
})

test('databases are made and their schema changed', async ({ expect }) => {
  const door = await start()
  const made = await door.call('POST', '/v1/databases', {
    parent: { type: 'page_id', page_id: ROOT_PAGE_ID },
    title: [{ text: { content: 'Notes' } }],
    initial_data_source: {
      properties: {
        Name: { title: {} },
        Kind: { select: { options: [{ name: 'one' }] } },
        Merchant: {
          relation: {
            data_source_id: CANVAS_DATA_SOURCE_ID,
            type: 'single_property',
            single_property: {},
          },
        },
      },
    },
  })
  expect(made.status).toBe(200)
  const [source] = made.body['data_sources'] as { id: string; name: string }[]
  expect(source?.name).toBe('Notes')
  const id = source?.id ?? ''
  const page = await door.call(
    'POST',
    '/v1/pages',
    inSource(id, { Name: title('A'), Kind: { select: { name: 'two' } } }),
  )
  const path = `/v1/data_sources/${id}`
  const changed = await door.call('PATCH', path, {
    properties: { Kind: { name: 'Sort' }, Merchant: null, Count: { number: {} } },
  })
  expect(changed.body['properties']).toMatchObject({
    Sort: { select: { options: [{ name: 'one' }, { name: 'two' }] } },
    Count: { type: 'number' },
  })
  expect(changed.body['properties']).not.toHaveProperty('Merchant')
  const kept = await door.call('GET', `/v1/pages/${field(page.body)}`)
  expect(kept.body['properties']).toMatchObject({
    Sort: { select: { name: 'two' } },
    Count: { number: null },
  })
  expect((await door.call('PATCH', path, { properties: { Name: null } })).status).toBe(400)
  expect((await door.call('PATCH', path, { properties: { Gone: null } })).body['message']).toBe(
    'Gone is not a property that exists.',
  )
})

test('blocks: appended in order, nested, paged, erased', async ({ expect }) => {
  const door = await start()
  const nested = { type: 'toggle', toggle: { ...text('more'), children: [paragraph('inside')] } }
  const { body } = await create(door, 'AC1', { children: [paragraph('one'), nested] })
  const id = field(body)
  const path = `/v1/blocks/${id}/children`
  const appended = await door.call('PATCH', path, {
    children: [paragraph('three')],
    position: { type: 'end' },
  })
  expect(appended.body).toMatchObject({
    object: 'list',
    results: [{ type: 'paragraph', has_children: false }],
  })
  await door.call('PATCH', path, { children: [paragraph('zero')], position: { type: 'start' } })
  const first = await door.call('GET', `${path}?page_size=3`)
  expect(contents(first.body)).toEqual(['zero', 'one', 'more'])
  const rest = await door.call('GET', `${path}?start_cursor=${field(first.body, 'next_cursor')}`)
  expect([contents(rest.body), rest.body['has_more']]).toEqual([['three'], false])
  const toggle = (first.body['results'] as { id: string; has_children: boolean }[])[2]
  expect(toggle?.has_children).toBe(true)
  expect(contents((await door.call('GET', `/v1/blocks/${toggle?.id}/children`)).body)).toEqual([
    'inside',
  ])
  const after = { type: 'after_block', after_block: { id: toggle?.id ?? '' } }
  await door.call('PATCH', path, { children: [paragraph('two')], position: after })
  expect(contents((await door.call('GET', path)).body)).toEqual([
    'zero',
    'one',
    'more',
    'two',
    'three',
  ])
  await door.call('DELETE', `/v1/blocks/${toggle?.id}`)
  expect(door.blocks(id)).toHaveLength(4)
  await door.call('PATCH', `/v1/pages/${id}`, { erase_content: true })
  expect(door.blocks(id)).toEqual([])
})

test('blocks: the limits', async ({ expect }) => {
  const door = await start()
  const { body } = await create(door, 'AC1')
  const path = `/v1/blocks/${field(body)}/children`
  const append = async (children: JsonObject[], more: JsonObject = {}) =>
    (await door.call('PATCH', path, { children, ...more })).body['message']
  expect(await append(Array.from({ length: 101 }, () => paragraph('x')))).toBe(
    'body failed validation: body.children.length should be ≤ `100`, instead was `101`.',
  )
  expect(await append([paragraph('x'.repeat(2001))])).toBe(
    'body failed validation: body.children[0].paragraph.rich_text[0].text.content.length should be ≤ `2000`, instead was `2001`.',
  )
  expect(await append([toggleOf([toggleOf([toggleOf([])])])])).toMatch(
    /^body failed validation: body.children\[0\].toggle.children\[0\].toggle.children\[0\].toggle.children should be not present/,
  )
  expect(await append([paragraph('x')], { after: ROOT_PAGE_ID })).toMatch(
    /body\.after should be not present/,
  )
  const wide = toggleOf(Array.from({ length: 50 }, () => paragraph('x')))
  expect(await append(Array.from({ length: 20 }, () => wide))).toBe(
    'body failed validation: body.children.length should be ≤ `1000`, instead was `1020`.',
  )
  expect(door.blocks(field(body))).toEqual([])
})

test('33 requests in ten seconds, then a Retry-After that holds', async ({ expect }) => {
  let now = 1_000_000
  const door = await start({ limits: true, clock: () => now })
  for (let n = 0; n < 33; n++) {
    expect((await door.call('GET', '/v1/users/me')).status).toBe(200)
    now += 100
  }
  const refused = await door.call('GET', '/v1/users/me')
  expect([refused.status, refused.body['code'], refused.headers.get('retry-after')]).toEqual([
    429,
    'rate_limited',
    '7',
  ])
  now += 7000
  expect((await door.call('GET', '/v1/users/me')).status).toBe(200)
  expect(door.requests.maxIn(10_000)).toBe(34)
  expect(door.requests.maxRefusedIn(10_000)).toBe(1)
})

test('faults before the effect and after it', async ({ expect }) => {
  const door = await start()
  const names = () => door.pages(CALLS_DATABASE_ID).length
  door.fail('POST /v1/pages', 500)
  expect([(await create(door, 'AC1')).status, names()]).toEqual([500, 0])
  door.fail('POST /v1/pages', { answer: 500, when: 'after' })
  expect([(await create(door, 'AC2')).status, names()]).toEqual([500, 1])
  door.fail('POST /v1/pages', 409)
  expect((await create(door, 'AC3')).body).toMatchObject({ code: 'conflict_error' })
  door.fail('POST /v1/pages', { answer: 429, retryAfterSeconds: 90 })
  const limited = await create(door, 'AC4')
  expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '90'])
  door.fail('POST /v1/pages', { answer: 'drop', when: 'after' })
  await expect(create(door, 'AC5')).rejects.toThrow()
  expect(names()).toBe(2)
  expect((await create(door, 'AC6')).status).toBe(200)
})

test('an answer that never comes, after the effect', async ({ expect }) => {
  const door = await start()
  door.fail('POST /v1/pages', { answer: 'hang', when: 'after' })
  const signal = AbortSignal.timeout(500)
  const request = fetch(`${door.url}/v1/pages`, {
    method: 'POST',
    signal,
    headers: { authorization: `Bearer ${TOKEN}`, 'notion-version': '2026-03-11' },
    body: JSON.stringify(inSource(CALLS_DATA_SOURCE_ID, { 'Call ID': title('AC1') })),
  })
  await expect(request).rejects.toThrow(/timeout/i)
  expect(door.pages(CALLS_DATABASE_ID)).toHaveLength(1)
})

test('a revoked token and a renamed property', async ({ expect }) => {
  const door = await start()
  door.renameProperty(CALLS_DATABASE_ID, 'Call ID', 'Call')
  expect((await create(door, 'AC1')).body['message']).toBe('Call ID is not a property that exists.')
  door.renameProperty(CALLS_DATABASE_ID, 'Call', 'Call ID')
  door.revokeToken()
  expect((await create(door, 'AC1')).status).toBe(401)
  door.setToken(TOKEN)
  expect((await create(door, 'AC1')).status).toBe(200)
})

// A process of its own, which runs the stand-in until it is killed.
const CHILD = `
  const { startSeeded } = await import(process.argv[1])
  const door = await startSeeded({ file: process.argv[2] })
  console.log(door.url)
`

test('what was answered for is there after a kill', async ({ expect }) => {
  const folder = mkdtempSync(join(tmpdir(), 'notion-'))
  const file = join(folder, 'notion.sqlite')
  const testing = new URL('./notion/testing.ts', import.meta.url).href
  const child = spawn(process.execPath, ['--input-type=module', '-e', CHILD, testing, file])
  try {
    const url = await new Promise<string>((resolve) => {
      child.stdout.once('data', (line: Buffer) => resolve(line.toString().trim()))
    })
    const first = { url }
    const made = await call(first, 'POST', '/v1/pages', {
      ...inSource(CALLS_DATA_SOURCE_ID, { 'Call ID': title('AC1') }),
      children: [paragraph('one')],
    })
    const id = field(made.body)
    const change = { properties: { Category: { select: { name: 'sales' } } } }
    const before = await call(first, 'PATCH', `/v1/pages/${id}`, change)
    const dead = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await dead
    const second = await start({ file })
    expect((await second.call('GET', `/v1/pages/${id}`)).body).toEqual(before.body)
    expect(second.blocks(id)).toHaveLength(1)
    expect(second.pages(CANVAS_DATABASE_ID)).toHaveLength(2)
    expect((await create(second, 'AC2')).status).toBe(200)
  } finally {
    child.kill('SIGKILL')
    rmSync(folder, { recursive: true })
  }
})
