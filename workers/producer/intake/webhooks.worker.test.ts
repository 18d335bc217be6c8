/** The webhook door in workerd: its answers, what it stores, what it never loses. */
import { describe, expect, test, vi } from 'vitest'
import { EXAMPLES } from '../../../packages/openphone/fixtures/webhook/examples.ts'
import vectors from '../../../packages/openphone/fixtures/webhook/signature-vectors.json' with { type: 'json' }
import { textAt } from '@switchboard/sandbox/http/small-world'
import { completed, received, ringing } from '../../testing/events.ts'
import { YESTERDAY, spokenCall } from '../../testing/scenes.ts'
import { LEGACY_SECRET, SECRET, delivery, legacyDelivery } from '../../testing/webhook.ts'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

const PATH = '/webhooks/openphone'
const SECRETS = { OPENPHONE_WEBHOOK_SECRETS: `${SECRET}, ${LEGACY_SECRET}` }

const worldWith = (over: Parameters<typeof newWorld>[0] = {}) => newWorld(over, SECRETS)

/** Everything but what files owe: the examples' links lead out into the world. */
const work = (world: TestWorld) => world.drain(['archive'])

async function owed(world: TestWorld): Promise<object[]> {
  return (await world.owed()).filter(({ stage }) => stage !== 'archive')
}

/** Delivers, and reads the answer. */
async function post(world: TestWorld, payload: unknown, over: Parameters<typeof delivery>[1] = {}) {
  const response = await world.fetch(PATH, await delivery(payload, over))
  return { status: response.status, ...(await response.json<{ outcome?: string }>()) }
}

describe('the answers', () => {
  test('without a secret it is closed', async () => {
    const world = await newWorld()
    expect(await post(world, completed(spokenCall()))).toMatchObject({ status: 503 })
    expect(await world.rows(`SELECT * FROM deliveries`)).toEqual([])
  })

  test('a secret that is none closes it, and the answer does not tell it', async () => {
    const world = await newWorld({}, { OPENPHONE_WEBHOOK_SECRETS: 'whsec_****' })
    const lines = vi.spyOn(console, 'error').mockImplementation(() => {})
    const answer = await post(world, {})
    const logged = JSON.stringify(lines.mock.calls)
    lines.mockRestore()
    expect(answer).toMatchObject({ status: 503 })
    expect(logged).toContain('OPENPHONE_WEBHOOK_SECRETS: secret number 1 is not base64')
    expect(JSON.stringify(answer) + logged).not.toContain('****')
  })

  test.each([
    ['no signature', async () => ({ method: 'POST', body: '{}' })],
    ['a forged one', () => delivery({}, { secret: 'whsec_AAAA' })],
    ['one that is six minutes old', () => delivery({}, { atMs: Date.now() - 360_000 })],
    ['one of the legacy generation with another key', () => legacyDelivery({}, { secret: 'AAAA' })],
    [
      'one over other bytes',
      async () => ({ ...(await delivery({ type: 'a' })), body: '{"type":"b"}' }),
    ],
  ])('%s is a 401', async (_what, request) => {
    const world = await worldWith()
    const response = await world.fetch(PATH, await request())
    expect(response.status).toBe(401)
    expect(await world.rows(`SELECT * FROM deliveries`)).toEqual([])
  })

  test('more than a megabyte is a 413, announced or not', async () => {
    const world = await worldWith()
    const { headers } = await delivery({})
    const body = 'x'.repeat(1_048_577)
    expect((await world.fetch(PATH, { method: 'POST', headers, body })).status).toBe(413)
    const chunk = new TextEncoder().encode('x'.repeat(100_000))
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1
        controller.enqueue(chunk)
      },
    })
    expect((await world.fetch(PATH, { method: 'POST', headers, body: endless })).status).toBe(413)
    expect(sent).toBeLessThan(20)
  })

  test('a megabyte is taken in', async () => {
    const world = await worldWith()
    const textMessage = textAt(YESTERDAY, { text: '"\\'.repeat(250_000) })
    expect(await post(world, received(textMessage))).toMatchObject({ outcome: 'stored' })
    await work(world)
    expect(await world.pages('message')).toHaveLength(1)
  })

  test('what is not JSON is a 400', async () => {
    const world = await worldWith()
    expect(await post(world, null, { body: '{"type": "call.comp' })).toMatchObject({ status: 400 })
    expect(await post(world, null, { body: '' })).toMatchObject({ status: 400 })
  })

  test('D1 that does not answer is a 503, and the delivery is taken in when it comes again', async () => {
    const world = await worldWith()
    world.d1.fail(/INSERT INTO deliveries/)
    const payload = received(textAt(YESTERDAY))
    expect(await post(world, payload, { id: 'msg_again' })).toMatchObject({ status: 503 })
    expect(await post(world, payload, { id: 'msg_again' })).toMatchObject({ outcome: 'stored' })
  })

  test('either secret and either generation opens it, by the clock of the vectors', async () => {
    const { standardWebhooksPublished: standard, legacyAsciiKey: legacy } = vectors
    const world = await newWorld(
      {},
      { OPENPHONE_WEBHOOK_SECRETS: `${SECRET} ${standard.secret} ${legacy.key}` },
    )
    vi.setSystemTime(Number(standard.ts) * 1000)
    const published = {
      method: 'POST',
      headers: {
        'webhook-id': standard.id,
        'webhook-timestamp': standard.ts,
        'webhook-signature': `v1,AAAA ${standard.expectHeader}`,
      },
      body: standard.body,
    }
    expect((await world.fetch(PATH, published)).status).toBe(200)
    vi.setSystemTime(Number(legacy.timestampMs))
    const old = {
      method: 'POST',
      headers: { 'openphone-signature': legacy['openphone-signature'] },
      body: legacy.body,
    }
    const response = await world.fetch(PATH, old)
    expect(await response.json()).toEqual({ outcome: 'stored' })
    await work(world)
    expect(await world.pages('message')).toHaveLength(1)
  })

  test('a legacy key with bytes of 0x80 and above', async () => {
    const world = await worldWith()
    const request = await legacyDelivery(EXAMPLES['legacy-v2.message.received'])
    expect((await world.fetch(PATH, request)).status).toBe(200)
  })
})

describe('a delivery', () => {
  test('is stored and sent live before the answer, and nobody outside is asked', async () => {
    const world = await worldWith()
    expect(await post(world, completed(spokenCall()))).toEqual({ status: 200, outcome: 'stored' })
    expect(await world.asked()).toBe(0)
    expect(world.queues.of('enrich')).toMatchObject([
      { body: { kind: 'call', lane: 'live', cause: 'webhook' } },
    ])
    expect(await world.owed()).toMatchObject([{ stage: 'enrich', tries: 0 }])
  })

  test('that comes again does nothing', async () => {
    const world = await worldWith()
    const payload = received(textAt(YESTERDAY))
    await post(world, payload, { id: 'msg_1' })
    const before = await world.rows(`SELECT * FROM work, parts, event_counts`)
    expect(await post(world, payload, { id: 'msg_1' })).toEqual({ status: 200, outcome: 'seen' })
    expect(await world.rows(`SELECT * FROM work, parts, event_counts`)).toEqual(before)
    expect(world.queues.of('enrich')).toHaveLength(1)
  })

  test('is remembered for 28 hours', async () => {
    const world = await worldWith()
    await post(world, received(textAt(YESTERDAY)), { id: 'msg_1' })
    world.advance(27.9 * 3_600_000)
    await world.cron('backfill')
    expect(await world.rows(`SELECT id FROM deliveries`)).toEqual([{ id: 'msg_1' }])
    await work(world)
    world.advance(0.2 * 3_600_000)
    await world.cron('backfill')
    expect(await world.rows(`SELECT id FROM deliveries`)).toEqual([])
  })

  test('of another endpoint with the same event adds nothing', async () => {
    const world = await worldWith()
    await post(world, received(textAt(YESTERDAY)))
    await post(world, received(textAt(YESTERDAY)))
    expect(await world.rows(`SELECT wanted FROM work WHERE stage = 'enrich'`)).toEqual([
      { wanted: 1 },
    ])
    expect(await world.rows(`SELECT type, outcome, count FROM event_counts`)).toEqual([
      { type: 'message.received', outcome: 'stored', count: 2 },
    ])
  })

  test('that is stale undoes nothing', async () => {
    const call = spokenCall()
    const world = await worldWith({ calls: [call] })
    await post(world, completed(call))
    await work(world)
    await post(world, ringing(call))
    await work(world)
    const [page] = await world.pages('call')
    expect(page?.properties['Status']).toMatchObject({ select: { name: 'completed' } })
    expect(await world.rows(`SELECT revision FROM records`)).toHaveLength(1)
  })

  test('makes live what waits in bulk', async () => {
    const call = spokenCall()
    const world = await worldWith({ calls: [call] })
    await world.cron('backfill')
    await world.drain(['enrich-bulk', 'archive'])
    expect(world.queues.of('enrich-bulk')).toHaveLength(1)
    await post(world, completed(call))
    expect(world.queues.of('enrich')).toMatchObject([{ body: { id: call.id, lane: 'live' } }])
    expect(await world.deliver('enrich')).toMatchObject({ acked: 1 })
    const asked = await world.asked()
    await world.deliver('enrich-bulk')
    expect(await world.asked()).toBe(asked)
    expect(world.queues.of('reconcile')).toHaveLength(1)
  })

  test('whose queue does not answer is owed, and the minute cron sends it', async () => {
    const world = await worldWith()
    world.env.ENRICH = { ...world.env.ENRICH, sendBatch: () => Promise.reject(new Error('queue')) }
    expect(await post(world, received(textAt(YESTERDAY)))).toMatchObject({ outcome: 'stored' })
    world.env.ENRICH = world.queues.binding('enrich')
    await world.minutes(1)
    expect(await world.pages('message')).toHaveLength(1)
  })

  test('needs no other setting than its own', async () => {
    const world = await worldWith()
    Reflect.deleteProperty(world.env, 'NOTION_TOKEN')
    expect(await post(world, received(textAt(YESTERDAY)))).toMatchObject({ outcome: 'stored' })
  })
})

describe('contacts', () => {
  const contact = EXAMPLES['new.contact.updated']
  const contactWith = (over: object, type = contact.type) => ({
    ...contact,
    type,
    data: { ...contact.data, resource: { ...contact.data.resource, ...over } },
  })
  const named = (firstName: string, updatedAt: string, number = '(310) 555-0123') =>
    contactWith({ firstName, lastName: null, updatedAt, phoneNumbers: [{ value: number }] })

  test('keep name and numbers; an older event undoes nothing, a deleted one stays away', async () => {
    const world = await worldWith()
    const contacts = () =>
      world.rows(
        `SELECT name, deleted, key FROM contacts LEFT JOIN contact_keys ON contact_id = id
          WHERE key IS NULL OR key LIKE '+%'`,
      )
    await post(world, named('Ana', '2026-11-24T08:00:00Z'))
    await post(world, named('Old', '2026-11-24T07:00:00Z', '+13105550199'))
    expect(await contacts()).toEqual([{ name: 'Ana', deleted: 0, key: '+13105550123' }])
    await post(world, contactWith({ updatedAt: '2026-11-24T08:30:00Z' }, 'contact.deleted'))
    await post(world, named('Late', '2026-11-24T08:10:00Z'))
    expect(await contacts()).toMatchObject([{ deleted: 1, key: null }])
    expect(world.queues.of('enrich')).toEqual([])
  })
})

describe('what nobody can read', () => {
  test('is kept raw as a letter that names the field, counted and answered 200', async () => {
    const world = await worldWith()
    const payload = completed(spokenCall())
    const broken = { ...payload, data: { ...payload.data, resource: { direction: 'incoming' } } }
    expect(await post(world, broken, { id: 'msg_x' })).toEqual({
      status: 200,
      outcome: 'unreadable',
    })
    expect(await world.letters()).toEqual([
      {
        stage: 'webhook',
        kind: 'call.completed',
        id: 'msg_x',
        failure: 'record.invalid',
        reason: 'data.resource.id: is missing',
        attempts: 1,
      },
    ])
    expect(await world.rows(`SELECT queue_message AS raw FROM dead_letters`)).toEqual([
      { raw: JSON.stringify(broken) },
    ])
  })

  test('of a type that we do not know is counted', async () => {
    const world = await worldWith()
    expect(await post(world, { type: 'task.created' })).toMatchObject({ outcome: 'unknown' })
    expect(await world.letters()).toEqual([])
    expect(await world.rows(`SELECT day, type, outcome, count FROM event_counts`)).toEqual([
      { day: '2026-11-24', type: 'task.created', outcome: 'unknown', count: 1 },
    ])
  })

  test('is taken in by a replay once the code can read it', async () => {
    const world = await worldWith()
    const payload = received(textAt(YESTERDAY))
    await post(world, { ...payload, data: {} }, { id: 'msg_x' })
    const replay = async () => {
      const headers = { Authorization: 'Bearer admin-token' }
      const path = '/api/deliveries/msg_x/replay'
      const response = await world.fetch(path, { method: 'POST', headers })
      return { status: response.status, ...(await response.json<{ outcome?: string }>()) }
    }
    expect(await replay()).toEqual({ status: 200, outcome: 'unreadable' })
    expect(await world.letters()).toMatchObject([{ id: 'msg_x', attempts: 2 }])

    // An older release could not read what this one can.
    await world.db
      .prepare(`UPDATE dead_letters SET queue_message = ?1`)
      .bind(JSON.stringify(payload))
      .run()
    expect(await replay()).toEqual({ status: 200, outcome: 'stored' })
    expect(await world.letters()).toEqual([])
    expect(await replay()).toMatchObject({ status: 404 })
    expect(world.queues.of('enrich')).toMatchObject([{ body: { cause: 'replay', lane: 'live' } }])
    await work(world)
    expect(await world.pages('message')).toHaveLength(1)
  })

  test('and is no object at all is kept too', async () => {
    const world = await worldWith()
    for (const payload of [null, 7, 'text', [], {}])
      expect(await post(world, payload)).toMatchObject({ outcome: 'unreadable' })
    expect(await world.letters()).toHaveLength(5)
  })
})

test.each(Object.entries(EXAMPLES))('%s passes', async (name, payload) => {
  const world = await worldWith()
  const request = await (name.startsWith('legacy') ? legacyDelivery : delivery)(payload)
  const response = await world.fetch(PATH, request)
  expect(await response.json()).toEqual({ outcome: 'stored' })
  await work(world)
  // OpenPhone knows none of them: a page where the payload alone makes a record.
  expect(await world.letters()).toEqual([])
  expect(await owed(world)).toEqual([])
  const gone = await world.rows(`SELECT type FROM event_counts WHERE outcome = 'gone'`)
  const pages = [...(await world.pages('call')), ...(await world.pages('message'))]
  expect(pages.length + gone.length).toBe(name.includes('contact') ? 0 : 1)
})

describe('every payload broken in every place', () => {
  test.each(Object.entries(EXAMPLES))('%s is never refused, never lost', async (name, payload) => {
    const world = await worldWith()
    const sign = name.startsWith('legacy') ? legacyDelivery : delivery
    const json = JSON.parse(JSON.stringify(payload)) as Json
    const broken = pathsOf(json).flatMap((path, nth) => [
      changed(json, path, () => undefined),
      changed(json, path, () => WRONG[nth % WRONG.length]),
      changed(json, path, cut),
    ])
    const outcomes = new Map<string, number>()
    for (const one of broken) {
      const response = await world.fetch(PATH, await sign(one))
      expect(response.status).toBe(200)
      const { outcome } = await response.json<{ outcome: string }>()
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    outcomes.delete('seen') // two mutations made the same legacy body
    const counted = await world.rows<{ outcome: string; count: number }>(
      `SELECT outcome, sum(count) AS count FROM event_counts GROUP BY outcome`,
    )
    expect(new Map(counted.map(({ outcome, count }) => [outcome, count]))).toEqual(outcomes)
    expect(await world.letters()).toHaveLength(outcomes.get('unreadable') ?? 0)
    // Nothing that was stored is stuck, whatever it says.
    await work(world)
    expect(await owed(world)).toEqual([])
    expect((await world.letters()).filter(({ stage }) => stage !== 'webhook')).toEqual([])
  })

  test.each(Object.entries(EXAMPLES))('%s cut off anywhere is a 400', async (name, payload) => {
    const world = await worldWith()
    const text = JSON.stringify(payload)
    for (let nth = 0; nth < 12; nth++) {
      const body = text.slice(0, Math.floor((text.length * nth) / 12))
      const response = await world.fetch(PATH, await delivery(null, { body }))
      expect(response.status, name).toBe(400)
    }
    expect(await world.rows(`SELECT * FROM deliveries`)).toEqual([])
  })
})

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Path = (string | number)[]

const WRONG: Json[] = [null, 7, true, '', 'x', '2026-02-30T25:00:00Z', [], [null], {}, { x: 1 }]

/** Every place of a value below its top. */
function pathsOf(json: Json): Path[] {
  if (json === null || typeof json !== 'object') return []
  const members: [string | number, Json][] = Array.isArray(json)
    ? [...json.entries()]
    : Object.entries(json)
  return members.flatMap(([key, member]) => [
    [key],
    ...pathsOf(member).map((path) => [key, ...path]),
  ])
}

/** A copy with one place changed; undefined takes the place away. */
function changed(json: Json, path: Path, change: (value: Json) => Json | undefined): Json {
  const copy = structuredClone(json)
  const holder = path.slice(0, -1).reduce<Json>((held, key) => at(held, key), copy)
  const key = path.at(-1)!
  const value = change(at(holder, key))
  if (Array.isArray(holder)) holder.splice(Number(key), 1, ...(value === undefined ? [] : [value]))
  else if (value === undefined) Reflect.deleteProperty(holder as object, key)
  else Reflect.set(holder as object, key, value)
  return copy
}

function at(json: Json, key: string | number): Json {
  return (json as Record<string | number, Json>)[key] ?? null
}

function cut(value: Json): Json {
  if (typeof value === 'string') return value.slice(0, Math.floor(value.length / 2))
  if (Array.isArray(value)) return value.slice(0, Math.floor(value.length / 2))
  if (typeof value === 'number') return Math.trunc(value / 2)
  if (value === null || typeof value === 'boolean') return value
  const members = Object.entries(value)
  return Object.fromEntries(members.slice(0, Math.floor(members.length / 2)))
}
