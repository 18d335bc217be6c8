/** What webhooks did not tell: failed deliveries are repaired, silence is noticed, a bulk key stands apart. */
import { describe, expect, test } from 'vitest'
import { callAt, textAt } from '@switchboard/sandbox/http/small-world'
import { completed, received } from '../../testing/events.ts'
import { YESTERDAY, spokenCall } from '../../testing/scenes.ts'
import { SECRET, delivery } from '../../testing/webhook.ts'
import { newWorld, textOf } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

const HOUR = 3_600_000
const NOW = Date.parse('2026-11-24T09:00:00Z')
const OURS = 'https://door.test/webhooks/openphone'
const OLD = '2026-10-01T10:00:00.000Z' // before what a backfill lists

async function register(world: TestWorld, url = OURS): Promise<string> {
  const { id } = await world.outside<{ id: string }>('openphone', 'registerWebhook', { url })
  return id
}

/** A delivery that OpenPhone gave up. */
function failed(
  world: TestWorld,
  webhookId: string,
  eventType: string,
  resourceId: string | null,
  over: { id?: string; createdAt?: number } = {},
): Promise<void> {
  return world.outside('openphone', 'noteDelivery', {
    id: `msg_${eventType}_${resourceId}`,
    webhookId,
    eventId: 'EV1',
    resourceId,
    eventType,
    body: '{}',
    status: 'failed',
    attempts: [],
    nextAttemptAt: null,
    createdAt: Date.now() - 29 * HOUR,
    ...over,
  })
}

const gaps = (world: TestWorld) =>
  world.rows<{ type: string; outcome: string }>(`SELECT type, outcome FROM gaps ORDER BY type`)

async function health(world: TestWorld) {
  const response = await world.fetch('/api/status', {
    headers: { Authorization: 'Bearer admin-token' },
  })
  return (await response.json<{ webhooks: object }>()).webhooks
}

describe('gap repair', () => {
  test('fetches by its id what was not delivered, and counts it once', async () => {
    const call = spokenCall({ id: 'ACmissed', createdAt: OLD })
    const textMessage = textAt(OLD, { id: 'ACtext' })
    const world = await newWorld({ calls: [call], textMessages: [textMessage] })
    const webhook = await register(world)
    await failed(world, webhook, 'call.completed', call.id)
    await failed(world, webhook, 'call.transcript.completed', call.id)
    await failed(world, webhook, 'message.received', textMessage.id)
    await world.backfill()
    const [page] = await world.pages('call')
    expect(textOf(page, 'Transcript')).toContain('The new reader is great')
    expect(await world.pages('message')).toHaveLength(1)
    expect(await world.requests('openphone', 'GET /calls/{id}')).toBe(1)
    expect(await health(world)).toMatchObject({
      missed: 3,
      recovered: 3,
      missedSince: NOW - 29 * HOUR,
    })

    world.advance(6 * HOUR)
    await world.backfill()
    expect(await world.requests('openphone', 'GET /calls/{id}')).toBe(1)
    expect(await health(world)).toMatchObject({ missed: 3, recovered: 3 })
    expect(await world.totals()).toMatchObject({ complete: true })
  })

  test('fetches whatever its id looks like', async () => {
    const call = spokenCall({ id: 'AC-call7', createdAt: OLD })
    const textMessage = textAt(OLD, { id: 'AC-message-3' })
    const world = await newWorld({ calls: [call], textMessages: [textMessage] })
    const webhook = await register(world)
    await failed(world, webhook, 'call.completed', call.id)
    await failed(world, webhook, 'message.received', textMessage.id)
    await world.backfill()
    expect(await gaps(world)).toEqual([
      { type: 'call.completed', outcome: 'recovered' },
      { type: 'message.received', outcome: 'recovered' },
    ])
    expect(await world.pages('call')).toHaveLength(1)
  })

  test('asks again for the transcript of a call that is known', async () => {
    const call = spokenCall({ id: 'ACknown' })
    const world = await newWorld({ calls: [{ ...call, transcripts: [], recordings: [] }] })
    const webhook = await register(world)
    await world.backfill()
    expect(textOf((await world.pages('call'))[0], 'Transcript')).toBe('')
    await world.change({ calls: [call] })
    await failed(world, webhook, 'call.transcript.completed', call.id)
    world.advance(6 * HOUR)
    await world.backfill()
    expect(textOf((await world.pages('call'))[0], 'Transcript')).toContain('The new reader')
  })

  test('asks OpenPhone to deliver again what cannot be fetched', async () => {
    const world = await newWorld()
    const webhook = await register(world)
    await failed(world, webhook, 'call.completed', 'ACunknown')
    await failed(world, webhook, 'contact.updated', '66d0')
    await failed(world, webhook, 'task.created', null)
    await world.backfill()
    expect(await gaps(world)).toEqual([
      { type: 'call.completed', outcome: 'asked' },
      { type: 'contact.updated', outcome: 'asked' },
      { type: 'task.created', outcome: 'asked' },
    ])
    const route = 'POST /webhooks/{id}/events/{deliveryId}/retry'
    expect(await world.requests('openphone', route)).toBe(3)
  })

  test('reads every page of every webhook of ours, and no other', async () => {
    const texts = Array.from({ length: 60 }, (_, nth) => textAt(OLD, { id: `ACT${nth}` }))
    const world = await newWorld({ textMessages: texts })
    const [first, second] = [await register(world), await register(world, `${OURS}/`)]
    const other = await register(world, 'https://elsewhere.test/hooks')
    for (const { id } of texts) await failed(world, first, 'message.received', id)
    await failed(world, second, 'message.received', 'ACT1', { id: 'msg_second' })
    await failed(world, other, 'message.received', 'ACT2', { id: 'msg_other' })
    await world.backfill()
    expect(await world.pages('message')).toHaveLength(60)
    expect(await gaps(world)).toHaveLength(61)
  })

  test('goes on where a page was read twice, and where a cursor has expired', async () => {
    const texts = Array.from({ length: 60 }, (_, nth) => textAt(OLD, { id: `ACT${nth}` }))
    const world = await newWorld({ textMessages: texts })
    const webhook = await register(world)
    for (const { id } of texts) await failed(world, webhook, 'message.received', id)
    world.d1.fail(/INSERT INTO gaps/)
    await world.cron('backfill')
    while ((await gaps(world)).length === 0) {
      await world.deliver('sweep')
      world.advance(10_000)
    }
    expect(await gaps(world)).toHaveLength(50)
    await world.fail('openphone', '/events', 400)
    await world.drain()
    expect(await gaps(world)).toHaveLength(60)
    expect(await world.totals()).toMatchObject({ complete: true })
  })

  test.each([403, 404])('a key or plan without webhooks (%d) has no gaps', async (status) => {
    const world = await newWorld({ calls: [spokenCall()] })
    await world.fail('openphone', '/webhooks', status)
    await world.backfill()
    expect(await world.parked()).toEqual([])
    expect(await world.totals()).toMatchObject({ synced: 1, complete: true })
    expect(await world.letters()).toEqual([])
  })
})

async function heard(world: TestWorld): Promise<void> {
  const request = await delivery(received(textAt(YESTERDAY)))
  expect((await world.fetch('/webhooks/openphone', request)).status).toBe(200)
}

describe('silence', () => {
  const secret = { OPENPHONE_WEBHOOK_SECRETS: SECRET }

  test('of four hours, in which a listing found something, is noticed; a delivery ends it', async () => {
    const world = await newWorld({}, secret)
    await heard(world)
    expect(await health(world)).toMatchObject({ heardAt: NOW, silentSince: null })
    world.advance(5 * HOUR)
    await world.change({ calls: [callAt(new Date(NOW + 2 * HOUR).toISOString())] })
    await world.backfill()
    expect(await health(world)).toMatchObject({ silentSince: NOW, untold: 1 })
    await heard(world)
    expect(await health(world)).toMatchObject({ silentSince: null, untold: 0 })
  })

  test.each([
    ['where nothing has happened', 5, null],
    ['where what has happened may still be on its way', 5, 4.9],
    ['of three hours', 3, 2],
  ])('%s is none', async (_what, hours, callAfter) => {
    const world = await newWorld({}, secret)
    await heard(world)
    world.advance(hours * HOUR)
    const calls = callAfter === null ? [] : [callAt(new Date(NOW + callAfter * HOUR).toISOString())]
    await world.change({ calls })
    await world.backfill()
    expect(await health(world)).toMatchObject({ silentSince: null })
  })

  test('of webhooks that never spoke counts from the first run', async () => {
    const world = await newWorld({ calls: [spokenCall()] }, secret)
    await world.backfill()
    expect(await health(world)).toMatchObject({ heardAt: null, silentSince: null })
    world.advance(6 * HOUR)
    await world.change({ calls: [callAt(new Date(NOW + HOUR).toISOString())] })
    await world.backfill()
    expect(await health(world)).toMatchObject({ silentSince: NOW, untold: 1 })
  })

  test('is not looked for where no webhook is set up', async () => {
    const world = await newWorld()
    await world.backfill()
    world.advance(6 * HOUR)
    await world.change({ calls: [callAt(new Date(NOW + HOUR).toISOString())] })
    await world.backfill()
    expect(await health(world)).toMatchObject({ silentSince: null })
  })
})

describe('a key for bulk work', () => {
  test('is what listings and bulk records ask with, at a gate of its own', async () => {
    const { world, gates, live, told } = await worldWithTwoKeys()
    await world.outside('openphone', 'setKey', 'the bulk key')
    await world.backfill()
    expect(await world.pages('call')).toHaveLength(1)
    expect(gates.size).toBe(1)
    const [bulk] = gates

    gates.clear()
    await world.outside('openphone', 'setKey', live)
    await told()
    await world.db.prepare(`DELETE FROM parts WHERE part = 'recordings'`).run()
    await world.drain()
    expect(await world.owed()).toEqual([])
    expect(gates.size).toBe(1)
    expect(gates).not.toContain(bulk)
  })

  test('that is refused stops backfills and no live call', async () => {
    const { world, told } = await worldWithTwoKeys()
    await world.cron('backfill')
    await world.drain()
    expect(await world.parked()).toEqual(['openphone:bulk'])
    await told()
    await world.drain()
    expect(await world.pages('call')).toHaveLength(1)
    await world.minutes(1)
    expect(await world.parked()).toEqual(['openphone:bulk'])

    await world.outside('openphone', 'setKey', 'the bulk key')
    await world.minutes(2)
    expect(await world.parked()).toEqual([])
    expect(await world.totals()).toMatchObject({ complete: true })
  })
})

/** The gates that were asked, by the hash of their key. */
async function worldWithTwoKeys() {
  const call = spokenCall()
  const world = await newWorld({ calls: [call] }, { OPENPHONE_WEBHOOK_SECRETS: SECRET })
  const live = String(world.env['OPENPHONE_API_KEY'])
  const gates = new Set<string>()
  const { GATE } = world.env
  const watched = {
    getByName(name: string) {
      if (name.startsWith('openphone:')) gates.add(name)
      return GATE.getByName(name)
    },
  }
  Object.assign(world.env, { GATE: watched, OPENPHONE_BULK_API_KEY: 'the bulk key' })
  const told = async () => {
    const request = await delivery(completed(call))
    await world.fetch('/webhooks/openphone', request)
  }
  return { world, live, gates, told }
}
