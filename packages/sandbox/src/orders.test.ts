/** What the console's strip can order of the sandbox. */
import { afterAll, beforeAll, describe, test } from 'vitest'
import type { SandboxAnswer, SandboxOrder } from '@switchboard/shared/api/sandbox'
import { startAi } from './ai/start.ts'
import type { AiStandIn } from './ai/start.ts'
import { CALLS_DATA_SOURCE_ID } from './http/notion/workspace.ts'
import { startOutside } from './http/outside.ts'
import type { Outside } from './http/outside.ts'
import { smallWorld } from './http/small-world.ts'
import { openOrders } from './orders.ts'
import type { OrdersDoor } from './orders.ts'

const TOKEN = 'the admin token'
const NOBODY_REAL = { openphone: false, notion: false, mailbox: false }
let outside: Outside
let ai: AiStandIn
let door: OrdersDoor

beforeAll(async () => {
  const world = smallWorld({})
  outside = await startOutside({ world: () => world, limits: false })
  ai = await startAi({ mode: 'light' })
  door = await openOrders({ outside, aiUrl: ai.url, token: TOKEN, real: NOBODY_REAL })
})

afterAll(async () => {
  await door.close()
  await Promise.all([ai.stop(), outside.close()])
})

async function order(body: SandboxOrder): Promise<SandboxAnswer> {
  const response = await fetch(door.url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(await response.text())
  return (await response.json()) as SandboxAnswer
}

function openphone(): Promise<Response> {
  const { OPENPHONE_BASE_URL, OPENPHONE_API_KEY } = outside.settings
  return fetch(`${OPENPHONE_BASE_URL}/calls`, {
    headers: { authorization: OPENPHONE_API_KEY ?? '', 'quo-api-version': '2026-03-30' },
  })
}

function newPage(title: string): Promise<Response> {
  return fetch(`${outside.settings['NOTION_BASE_URL']}/v1/pages`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${outside.settings['NOTION_TOKEN']}`,
      'notion-version': '2026-03-11',
      'content-type': 'application/json',
    },
    body: JSON.stringify({
      parent: { data_source_id: CALLS_DATA_SOURCE_ID },
      properties: { 'Call ID': { title: [{ text: { content: title } }] } },
    }),
  })
}

function mailbox(): Promise<Response> {
  return fetch(outside.settings['JMAP_SESSION_URL'] ?? '', {
    headers: { authorization: `Bearer ${outside.settings['JMAP_TOKEN']}` },
  })
}

function think(): Promise<Response> {
  const body = { model: '@cf/baai/bge-m3', input: { text: 'one' } }
  return fetch(`${ai.url}/run`, { method: 'POST', body: JSON.stringify(body) })
}

test('takes orders from nobody without the token', async ({ expect }) => {
  expect((await fetch(door.url)).status).toBe(401)
  const guess = { headers: { Authorization: 'Bearer the admin tokem' } }
  expect((await fetch(door.url, guess)).status).toBe(401)
  const refuse = { method: 'POST', body: JSON.stringify({ refuse: 3 }) }
  expect((await fetch(door.url, refuse)).status).toBe(401)
  const known = await fetch(door.url, { headers: { Authorization: `Bearer ${TOKEN}` } })
  expect(await known.json()).toMatchObject({ refusals: { left: 0 } })
})

describe('faults stand until they are called off', () => {
  test('an outage, a revoked key, a share of 429s', async ({ expect }) => {
    const state = await order({ faults: { openphone: { down: true } } })
    expect(state.faults.openphone).toEqual({ throttled: 0, down: true, revoked: false })
    expect((await openphone()).status).toBe(503)
    expect((await openphone()).status).toBe(503)
    await order({ faults: { openphone: { down: false, revoked: true } } })
    expect((await openphone()).status).toBe(401)
    await order({ faults: { openphone: { revoked: false, throttled: 0.5 } } })
    const seen = await Promise.all(Array.from({ length: 60 }, openphone))
    expect(new Set(seen.map(({ status }) => status))).toEqual(new Set([200, 429]))
    await order({ faults: { openphone: { throttled: 0 } } })
    expect((await openphone()).status).toBe(200)
  })

  test('Notion and the mailbox likewise', async ({ expect }) => {
    await order({ faults: { notion: { revoked: true }, mailbox: { down: true } } })
    expect([(await newPage('AC1')).status, (await mailbox()).status]).toEqual([401, 503])
    await order({ faults: { notion: { revoked: false }, mailbox: { down: false } } })
    expect([(await newPage('AC1')).status, (await mailbox()).status]).toEqual([200, 200])
  })

  test('Workers AI without an answer, or out of capacity', async ({ expect }) => {
    await order({ faults: { ai: { down: true } } })
    expect((await think()).status).toBe(500)
    await order({ faults: { ai: { down: false, throttled: 1 } } })
    expect(await (await think()).json()).toMatchObject({ error: { code: 3040 } })
    const { faults } = await order({ faults: { ai: { throttled: 0, slowMs: 5 } } })
    expect(faults.ai).toEqual({ throttled: 0, down: false, slowMs: 5 })
    expect((await think()).status).toBe(200)
  })
})

test('Notion refuses so many records, each at every try, until it is called off', async ({
  expect,
}) => {
  await order({ refuse: 1 })
  const refused = await newPage('AC2')
  expect(await refused.json()).toMatchObject({
    code: 'validation_error',
    message: expect.stringContaining('commas not allowed') as string,
  })
  expect((await newPage('AC3')).status).toBe(200)
  expect((await newPage('AC2')).status).toBe(400)
  expect((await order({})).refusals).toEqual({ left: 0, records: ['AC2'] })
  await order({ refuse: 0 })
  expect((await newPage('AC2')).status).toBe(200)
})

test('calls, text messages and mails happen now, none twice', async ({ expect }) => {
  const texts = (await order({ happen: { kind: 'message', count: 30 } })).made
  const [call] = (await order({ happen: { kind: 'call', count: 1 } })).made
  const [mail] = (await order({ happen: { kind: 'mail', count: 1 } })).made
  expect(new Set(texts.map(({ id }) => id)).size).toBe(30)
  const world = outside.live.world()
  expect(world.textMessages.map(({ id }) => id)).toEqual(texts.map(({ id }) => id))
  expect(world.calls.map(({ id }) => id)).toEqual([call?.id])
  expect(world.mails.map(({ messageId }) => messageId)).toEqual([mail?.id])
})

test('a system that is real takes no orders here', async ({ expect }) => {
  const real = { ...NOBODY_REAL, notion: true }
  const other = await openOrders({ outside, aiUrl: ai.url, token: TOKEN, real })
  const told = await fetch(other.url, { headers: { Authorization: `Bearer ${TOKEN}` } })
  expect(await told.json()).toMatchObject({ faults: { notion: null, openphone: { down: false } } })
  await other.close()
})
