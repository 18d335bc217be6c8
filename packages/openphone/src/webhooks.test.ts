/** Webhooks and their delivery log, against the documented shapes; what a change may cost. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { answer, fakeOpenPhone, refused } from '../test/fake-openphone.ts'
import type { Fake } from '../test/fake-openphone.ts'
import { getTextMessage } from './messages.ts'
import {
  createWebhook,
  deleteWebhook,
  listAttempts,
  listDeliveries,
  listFailedEvents,
  listWebhooks,
  retryEvent,
  rotateKey,
  sendTestEvent,
  updateWebhook,
} from './webhooks.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const WEBHOOK = {
  id: '4711',
  orgId: 'OR1',
  label: null,
  status: 'enabled',
  url: 'https://switchboard.example/webhooks/openphone',
  apiVersion: '2026-03-30',
  events: ['call.completed'],
  resourceIds: ['*'],
  createdAt: '2026-11-24T09:00:00.000Z',
  updatedAt: '2026-11-24T09:00:00.000Z',
}
const DELIVERY = {
  id: 'whd_1',
  eventId: 'EV1',
  resourceId: 'AC1',
  eventType: 'call.completed',
  status: 'failed',
  nextAttemptAt: null,
  createdAt: '2026-11-24T09:00:00.000Z',
}
const since = new Date('2026-11-23T09:00:00Z')

const asked = ({ requests }: Fake) =>
  requests.map(({ method, url }) => `${method} ${url.pathname}${decodeURIComponent(url.search)}`)

/** The failure of a request, all its waiting done at once. */
async function failureOf(request: Promise<unknown>): Promise<unknown> {
  const failed = request.then(
    () => null,
    (error: unknown) => error,
  )
  await vi.runAllTimersAsync()
  return failed
}

test('the list of webhooks has no pages, so no page size is sent', async () => {
  const fake = fakeOpenPhone(answer({ data: [WEBHOOK, { id: 7 }] }))
  const page = await listWebhooks(fake.api)
  expect(page?.rows).toEqual([
    {
      id: '4711',
      url: WEBHOOK.url,
      status: 'enabled',
      label: null,
      events: ['call.completed'],
      resourceIds: ['*'],
    },
  ])
  expect(page?.unreadable).toMatchObject([{ field: 'data[1].id' }])
  expect(asked(fake)).toEqual(['GET /webhooks'])
})

test.each([403, 404])('a plan or key without webhooks (%i) is an answer', async (status) => {
  const none = () => fakeOpenPhone(refused(status, 'no')).api
  expect(await listWebhooks(none())).toBeNull()
  expect(await listDeliveries(none(), '1', { cursor: null })).toBeNull()
  expect(await listFailedEvents(none(), '1', since)).toBeNull()
  expect(await retryEvent(none(), '1', 'whd_1')).toBe(false)
})

test('a webhook is made, changed, given a new key and deleted', async () => {
  const fake = fakeOpenPhone(
    answer({ data: { ...WEBHOOK, key: 'whsec_first' } }, 201),
    answer({ data: { ...WEBHOOK, status: 'disabled' } }),
    answer({ data: { key: 'whsec_second' } }),
    new Response(null, { status: 204 }),
  )
  const wanted = { url: WEBHOOK.url, events: ['call.completed'], label: 'Switchboard' }
  expect(await createWebhook(fake.api, wanted)).toMatchObject({ id: '4711', key: 'whsec_first' })
  expect(await updateWebhook(fake.api, '4711', { status: 'disabled' })).toMatchObject({
    status: 'disabled',
  })
  expect(await rotateKey(fake.api, '4711')).toBe('whsec_second')
  await deleteWebhook(fake.api, '4711')
  expect(asked(fake)).toEqual([
    'POST /webhooks',
    'PATCH /webhooks/4711',
    'POST /webhooks/4711/rotate',
    'DELETE /webhooks/4711',
  ])
  expect(fake.requests.map(({ body }) => body)).toEqual([
    wanted,
    { status: 'disabled' },
    null,
    null,
  ])
  expect(fake.requests[0]?.headers.get('Content-Type')).toBe('application/json')
})

test('what failed since is read to its last page, the bound counting in', async () => {
  const fake = fakeOpenPhone(
    answer({ data: [DELIVERY], nextCursor: 'c1' }),
    answer({ data: [{ ...DELIVERY, id: 'whd_2', resourceId: null }], nextCursor: null }),
  )
  const failed = await listFailedEvents(fake.api, '4711', since)
  expect(failed?.rows).toEqual([DELIVERY, { ...DELIVERY, id: 'whd_2', resourceId: null }])
  const query = 'limit=50&status=failed&createdAt[gt]=2026-11-23T08:59:59.999Z'
  expect(asked(fake)).toEqual([
    `GET /webhooks/4711/events?${query}`,
    `GET /webhooks/4711/events?${query}&after=c1`,
  ])
})

test('a retry is asked for, a test event ordered', async () => {
  const fake = fakeOpenPhone(answer({}, 202), answer({ id: 'EV0', type: 'call.completed' }))
  expect(await retryEvent(fake.api, '4711', 'whd/1')).toBe(true)
  await sendTestEvent(fake.api, '4711', 'call.completed')
  expect(asked(fake)).toEqual([
    'POST /webhooks/4711/events/whd%2F1/retry',
    'POST /webhooks/4711/events/test',
  ])
  expect(fake.requests[1]?.body).toEqual({ eventType: 'call.completed' })
})

test('the tries of a delivery tell how the door answered', async () => {
  const attempts = [
    { id: 'a2', timestamp: '2026-11-24T09:00:05.000Z', status: 'failed', responseStatusCode: 401 },
    { id: 'a1', timestamp: '2026-11-24T09:00:00.000Z', status: 'failed', responseStatusCode: 0 },
  ]
  const fake = fakeOpenPhone(answer({ data: { ...DELIVERY, attempts } }), refused(404, 'no'))
  expect(await listAttempts(fake.api, '4711', 'whd_1')).toEqual([
    { at: '2026-11-24T09:00:05.000Z', responseStatusCode: 401 },
    { at: '2026-11-24T09:00:00.000Z', responseStatusCode: 0 },
  ])
  expect(await listAttempts(fake.api, '4711', 'whd_1')).toEqual([])
})

test('a change of unknown outcome is never sent twice; a throttled one is', async () => {
  const wanted = { url: WEBHOOK.url, events: ['call.completed'], label: 'Switchboard' }
  const broken = fakeOpenPhone(new TypeError('socket hang up'))
  expect(await failureOf(createWebhook(broken.api, wanted))).toMatchObject({
    failure: { kind: 'upstream.unavailable' },
  })
  expect(broken.requests).toHaveLength(1)

  const throttled = fakeOpenPhone(refused(429, 'slow down'), answer({}, 202))
  const retried = retryEvent(throttled.api, '1', 'whd_1')
  await vi.runAllTimersAsync()
  expect(await retried).toBe(true)
  expect(throttled.requests).toHaveLength(2)
})

test('a webhook without its key, or one refused, names the place or the reason', async () => {
  const wanted = { url: 'ftp://x', events: [], label: '' }
  expect(
    await failureOf(createWebhook(fakeOpenPhone(answer({ data: WEBHOOK }, 201)).api, wanted)),
  ).toMatchObject({ failure: { kind: 'record.invalid', field: 'data.key' } })
  expect(
    await failureOf(createWebhook(fakeOpenPhone(refused(400, 'url')).api, wanted)),
  ).toMatchObject({ failure: { kind: 'record.refused', status: 400 } })
})

test('one text message, or null where it is not known', async () => {
  const row = {
    id: 'AC1',
    from: '+13105550123',
    to: ['+14155550100'],
    text: 'Hello',
    conversationId: 'CN1',
    direction: 'incoming',
    status: 'received',
    createdAt: '2026-11-24T09:00:00.000Z',
    updatedAt: '2026-11-24T09:00:00.000Z',
    media: [],
  }
  const fake = fakeOpenPhone(answer({ data: row }), refused(404, 'no'))
  expect(await getTextMessage(fake.api, 'AC1')).toMatchObject({ id: 'AC1', text: 'Hello' })
  expect(await getTextMessage(fake.api, 'AC1')).toBeNull()
  expect(asked(fake)).toEqual(['GET /messages/AC1', 'GET /messages/AC1'])
})
