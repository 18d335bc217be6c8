/** Registration, what is sent, and the log of it, over HTTP; time is turned by hand. */
import { createHmac } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import { type OpenPhoneOptions, type OpenPhoneStandIn, startOpenPhone } from '../openphone.ts'
import { MERCHANT_NUMBER, OWN_NUMBER, callAt, smallWorld, textAt } from '../small-world.ts'
import type { Happened } from './happened.ts'

const KEY = 'key-1'
const NOW = Date.parse('2026-11-24T09:00:00Z')
const ends: (() => unknown)[] = []

afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
})

/** Timers that run when they are told to, and the clock that goes with them. */
class Hand {
  now = NOW
  private timers: { at: number; run: () => void }[] = []

  readonly after = (ms: number, run: () => void) => {
    const timer = { at: this.now + ms, run }
    this.timers.push(timer)
    return () => {
      this.timers = this.timers.filter((one) => one !== timer)
    }
  }

  /** Runs what is due within so many ms, in order, waiting for what each sets off. */
  async turn(ms: number, door: OpenPhoneStandIn): Promise<void> {
    const until = this.now + ms
    for (;;) {
      const due = this.timers.filter(({ at }) => at <= until).toSorted((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.timers = this.timers.filter((one) => one !== due)
      this.now = Math.max(this.now, due.at)
      due.run()
      await door.webhooks.settled()
    }
    this.now = until
  }
}

interface Heard {
  headers: IncomingHttpHeaders
  body: string
}

/** A receiver that answers in turn; 200 once it has run out of answers. */
async function receiver(...statuses: number[]): Promise<{ url: string; heard: Heard[] }> {
  const heard: Heard[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      heard.push({ headers: request.headers, body })
      response.statusCode = statuses.shift() ?? 200
      response.end('thanks')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ends.push(() => server.close())
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { url: `http://127.0.0.1:${address.port}/webhooks/openphone`, heard }
}

async function start(
  hand: Hand,
  webhooks: OpenPhoneOptions['webhooks'] = {},
  over: Partial<OpenPhoneOptions> = {},
): Promise<OpenPhoneStandIn> {
  const world = smallWorld({ textMessages: [textAt('2026-11-20T10:00:00Z')] })
  const door = await startOpenPhone({
    world: () => world,
    key: KEY,
    limits: false,
    clock: () => hand.now,
    webhooks: { after: hand.after, ...webhooks },
    ...over,
  })
  ends.push(() => door.close())
  return door
}

interface Answer {
  status: number
  body: {
    data: Row & Row[]
    nextCursor: string | null
    errors: { path: string }[]
  }
}
interface Row {
  id: string
  status: string
  key: string
  resourceId: string | null
}

async function ask(
  door: OpenPhoneStandIn,
  method: string,
  path: string,
  body?: object,
): Promise<Answer> {
  const response = await fetch(`${door.url}${path}`, {
    method,
    headers: { authorization: KEY, 'quo-api-version': '2026-03-30' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const answered = await response.text()
  return {
    status: response.status,
    body: (answered === '' ? null : JSON.parse(answered)) as Answer['body'],
  }
}

const completed: Happened = {
  type: 'call.completed',
  call: callAt('2026-11-24T08:58:00.000Z', { id: 'AC1' }),
}

describe('registration', () => {
  test('the key is told once; what is changed is changed, the rest stands', async () => {
    const door = await start(new Hand())
    const made = await ask(door, 'POST', '/webhooks', {
      url: 'https://switchboard.example/webhooks/openphone',
      events: ['call.completed', 'message.received'],
      label: 'Switchboard',
    })
    expect(made.status).toBe(201)
    expect(made.body.data).toMatchObject({
      id: '1001',
      status: 'enabled',
      resourceIds: ['*'],
      apiVersion: '2026-03-30',
      key: expect.stringMatching(/^whsec_/) as string,
    })
    const { key, ...shown } = made.body.data
    expect((await ask(door, 'GET', '/webhooks')).body).toEqual({ data: [shown] })
    const changed = await ask(door, 'PATCH', '/webhooks/1001', {
      events: ['call.ringing'],
      resourceIds: null,
      label: null,
    })
    expect(changed.body).toMatchObject({
      data: { events: ['call.ringing'], resourceIds: ['*'], label: null, status: 'enabled' },
    })
    const rotated = await ask(door, 'POST', '/webhooks/1001/rotate')
    expect(rotated.body.data.key).toMatch(/^whsec_/)
    expect(rotated.body.data.key).not.toBe(key)
    const gone = await ask(door, 'DELETE', '/webhooks/1001')
    expect([gone.status, gone.body]).toEqual([204, null])
    expect((await ask(door, 'GET', '/webhooks/1001')).status).toBe(404)
  })

  test.each([
    [{ events: ['call.completed'] }, '/body/url'],
    [{ url: 'switchboard', events: ['call.completed'] }, '/body/url'],
    [{ url: 'https://x.example', events: [] }, '/body/events'],
    [{ url: 'https://x.example', events: ['call.exploded'] }, '/body/events'],
    [
      { url: 'https://x.example', events: ['call.completed'], resourceIds: ['US1'] },
      '/body/resourceIds',
    ],
    [{ url: 'https://x.example', events: ['call.completed'], name: 'x' }, '/body/name'],
  ])('a wrong registration names its field: %o', async (body, path) => {
    const refused = await ask(await start(new Hand()), 'POST', '/webhooks', body)
    expect([refused.status, refused.body.errors[0]?.path]).toEqual([400, path])
  })

  test('registrations, and what waits to be sent, survive a restart', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'switchboard-webhooks-'))
    ends.push(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'openphone.sqlite')
    const { url, heard } = await receiver(500)
    const hand = new Hand()
    const first = await start(hand, { file })
    const { key } = first.webhooks.ensure('door', { url })
    first.webhooks.emit(completed)
    await hand.turn(0, first)
    await first.close()
    ends.pop()

    const second = await start(hand, { file })
    expect(second.webhooks.ensure('door', { url }).key).toBe(key)
    await hand.turn(5000, second)
    expect(heard.map(({ headers }) => headers['webhook-id'])).toEqual([
      heard[0]?.headers['webhook-id'],
      heard[0]?.headers['webhook-id'],
    ])
  })
})

describe('sending', () => {
  test('a delivery is signed over its raw body by the Standard Webhooks rule', async () => {
    const hand = new Hand()
    const door = await start(hand)
    const { url, heard } = await receiver()
    const { key } = door.webhooks.register({ url })
    door.webhooks.emit(completed)
    await hand.turn(0, door)
    const [{ headers, body }] = heard as [Heard]
    const id = headers['webhook-id'] as string
    expect(headers['webhook-timestamp']).toBe(String(NOW / 1000))
    const expected = createHmac('sha256', Buffer.from(key.slice('whsec_'.length), 'base64'))
      .update(`${id}.${NOW / 1000}.${body}`)
      .digest('base64')
    expect(headers['webhook-signature']).toBe(`v1,${expected}`)
    expect(JSON.parse(body)).toMatchObject({
      apiVersion: '2026-03-30',
      type: 'call.completed',
      data: {
        resource: { id: 'AC1', status: 'answered', duration: 60, hasVoicemail: false },
        context: {
          phoneNumberId: 'PN1',
          conversationId: 'CN1', // that of the parties' text messages
          participants: { workspace: [OWN_NUMBER], external: [MERCHANT_NUMBER] },
        },
      },
    })
  })

  test('only what a webhook asked for, of the numbers it asked for; contacts to all', async () => {
    const hand = new Hand()
    const door = await start(hand)
    const { url, heard } = await receiver()
    const events = ['call.completed', 'contact.updated']
    door.webhooks.register({ url, events, resourceIds: ['PN2'] })
    door.webhooks.register({ url, events: ['message.received'] })
    door.webhooks.register({ url, events, status: 'disabled' })
    door.webhooks.emit(completed)
    door.webhooks.emit({
      type: 'contact.updated',
      contact: {
        id: 'CT1',
        firstName: 'Dana',
        lastName: null,
        company: null,
        emails: [],
        phoneNumbers: [MERCHANT_NUMBER],
        createdAt: '2026-11-24T08:00:00.000Z',
        updatedAt: '2026-11-24T08:00:00.000Z',
      },
    })
    await hand.turn(0, door)
    expect(heard.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual([
      'contact.updated',
    ])
  })

  test('eight tries at the documented distances, then failed, and only then listed so', async () => {
    const hand = new Hand()
    const door = await start(hand)
    const { url, heard } = await receiver(...Array.from({ length: 8 }, () => 503))
    const { id } = door.webhooks.register({ url })
    door.webhooks.emit(completed)
    await hand.turn(0, door)
    expect((await ask(door, 'GET', `/webhooks/${id}/events`)).body.data[0]).toMatchObject({
      status: 'sending',
      resourceId: 'AC1',
      nextAttemptAt: new Date(NOW + 5000).toISOString(),
    })
    expect((await ask(door, 'GET', `/webhooks/${id}/events?status=failed`)).body.data).toEqual([])
    await hand.turn(27 * 3_600_000 + 36 * 60_000, door)
    const seconds = heard.map(({ headers }) => Number(headers['webhook-timestamp']) - NOW / 1000)
    expect(seconds).toEqual([0, 5, 305, 2105, 9305, 27305, 63305, 99305])
    const failed = await ask(door, 'GET', `/webhooks/${id}/events?status=failed`)
    expect(failed.body.data).toMatchObject([{ status: 'failed', nextAttemptAt: null }])

    const delivery = failed.body.data[0]?.id
    const path = `/webhooks/${id}/events/${delivery}`
    expect((await ask(door, 'POST', `${path}/retry`)).status).toBe(202)
    await hand.turn(0, door)
    expect(heard).toHaveLength(9)
    expect((await ask(door, 'GET', path)).body).toMatchObject({
      data: {
        resourceId: 'AC1',
        requestBody: { type: 'call.completed' },
        attempts: [
          { triggerType: 'manual', status: 'success', responseStatusCode: 200 },
          { triggerType: 'scheduled', status: 'failed', responseStatusCode: 503 },
          ...Array.from({ length: 7 }, () => ({ responseStatusCode: 503 })),
        ],
      },
    })
    expect((await ask(door, 'GET', `/webhooks/${id}/events?status=failed`)).body.data).toEqual([])
  })

  test('no answer is a failed try of status 0', async () => {
    const hand = new Hand()
    const door = await start(hand, { againAfterMs: [] })
    const { id } = door.webhooks.register({ url: 'http://127.0.0.1:9/' })
    door.webhooks.emit(completed)
    await hand.turn(0, door)
    expect(door.webhooks.deliveries(id)).toMatchObject([
      { status: 'failed', attempts: [{ responseStatusCode: 0 }] },
    ])
  })

  test('what a disabled webhook still has to hear waits until it is enabled', async () => {
    const hand = new Hand()
    const door = await start(hand)
    const { url, heard } = await receiver()
    const { id } = door.webhooks.register({ url })
    door.webhooks.emit(completed)
    await ask(door, 'PATCH', `/webhooks/${id}`, { status: 'disabled' })
    await hand.turn(60_000, door)
    expect(heard).toEqual([])
    await ask(door, 'PATCH', `/webhooks/${id}`, { status: 'enabled' })
    await hand.turn(0, door)
    expect(heard).toHaveLength(1)
  })

  test('events may overtake each other and come twice, the id of a delivery standing', async () => {
    const hand = new Hand()
    const draws = [0.9, 0, 0.1, 0] // waits of the two, then both come again
    const door = await start(hand, {
      jitterMs: 1000,
      duplicates: 0.5,
      random: () => draws.shift() ?? 0.9,
    })
    const { url, heard } = await receiver()
    door.webhooks.register({ url })
    door.webhooks.emit({ ...completed, type: 'call.ringing' })
    door.webhooks.emit(completed)
    await hand.turn(2000, door)
    const types = heard.map(({ body }) => (JSON.parse(body) as { type: string }).type)
    expect(types).toEqual(['call.completed', 'call.completed', 'call.ringing', 'call.ringing'])
    expect(new Set(heard.map(({ headers }) => headers['webhook-id'])).size).toBe(2)
  })

  test('a test event is signed and about nobody; the log says neither event nor record', async () => {
    const hand = new Hand()
    const door = await start(hand)
    const { url, heard } = await receiver()
    const { id } = door.webhooks.register({ url, events: ['call.completed'] })
    for (const eventType of ['call.voicemail.completed', 'message.failed', 'contact.deleted'])
      expect(await ask(door, 'POST', `/webhooks/${id}/events/test`, { eventType })).toMatchObject({
        status: 200,
        body: { type: eventType, data: { resource: {} } },
      })
    await hand.turn(0, door)
    expect(heard).toHaveLength(3)
    const log = await ask(door, 'GET', `/webhooks/${id}/events?status=success`)
    expect(log.body.data).toMatchObject([
      { eventId: null, resourceId: null },
      { eventId: null },
      { eventId: null },
    ])
    const unknown = await ask(door, 'POST', `/webhooks/${id}/events/test`, { eventType: 'x' })
    expect(unknown.status).toBe(400)
  })
})

test('the log is paged, newest first, and filtered by type, record and time', async () => {
  const hand = new Hand()
  const door = await start(hand)
  const { url } = await receiver()
  const { id } = door.webhooks.register({ url })
  for (let nth = 0; nth < 12; nth++) {
    hand.now = NOW + nth * 1000
    const call = callAt('2026-11-24T08:58:00.000Z', { id: `AC${nth}` })
    door.webhooks.emit({ type: nth % 2 === 0 ? 'call.ringing' : 'call.completed', call })
  }
  const log = async (query: Record<string, string>) => {
    const path = `/webhooks/${id}/events?${new URLSearchParams(query).toString()}`
    return (await ask(door, 'GET', path)).body
  }
  const first = await log({})
  expect(first.data.map(({ resourceId }) => resourceId)).toEqual(
    [11, 10, 9, 8, 7, 6, 5, 4, 3, 2].map((nth) => `AC${nth}`),
  )
  expect((await log({ after: first.nextCursor ?? '' })).data).toHaveLength(2)
  expect((await log({ eventType: 'call.ringing' })).data).toHaveLength(6)
  expect((await log({ resourceId: 'AC3' })).data).toHaveLength(1)
  const since = new Date(NOW + 9000).toISOString()
  expect((await log({ 'createdAt[gt]': since })).data).toHaveLength(2)
})
