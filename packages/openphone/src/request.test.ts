/** What an answer leads to: retries behind the gate, holds, time-outs, failures. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StageError } from '@switchboard/shared/failure'
import { answer, fakeOpenPhone, KEY, NOW, refused } from '../test/fake-openphone.ts'
import type { Fake, Reply } from '../test/fake-openphone.ts'
import { isExpiredCursor } from './refusal.ts'
import { get } from './request.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const LIST = { path: '/calls' }
const ASKED = ['acquire', '/calls']

const never: Reply = (_url, init) =>
  new Promise((_resolve, reject) => {
    init.signal?.addEventListener('abort', () => reject(new Error('aborted')))
  })

const stalling: Reply = async (_url, init) =>
  new Response(
    new ReadableStream({
      start: (controller) =>
        init.signal?.addEventListener('abort', () => controller.error(new Error('aborted'))),
    }),
  )

/** Runs one request with all its waiting done at once. */
async function run(fake: Fake, request: Parameters<typeof get>[1] = LIST): Promise<unknown> {
  const outcome = get(fake.api, request).then(
    ({ body }) => body,
    (error: unknown) => error,
  )
  await vi.runAllTimersAsync()
  return outcome
}

async function failureOf(reply: Reply, request = LIST): Promise<unknown> {
  const error = await run(fakeOpenPhone(reply), request)
  return error instanceof StageError ? error.failure : error
}

test('a 429 holds everyone for a second and is asked again behind the gate', async () => {
  const fake = fakeOpenPhone(refused(429, 'slow down'), answer({ ok: true }))
  expect(await run(fake)).toEqual({ ok: true })
  expect(fake.log).toEqual([...ASKED, 'hold 1000', ...ASKED])
})

test.each([
  ['7', 7000],
  ['0', 1000],
  ['0.2', 1000],
  [new Date(NOW + 90_000).toUTCString(), 90_000],
  [new Date(NOW - 90_000).toUTCString(), 1000],
  ['soon', 1000],
  ['99999999999', 3_600_000],
])('Retry-After: %s holds everyone for %i ms', async (header, ms) => {
  const fake = fakeOpenPhone(refused(429, 'slow down', { 'Retry-After': header }), answer({}))
  await run(fake)
  expect(fake.log).toEqual([...ASKED, `hold ${ms}`, ...ASKED])
})

test('after five 429 in a row the caller hears how long to wait', async () => {
  const throttled = Array.from({ length: 9 }, () =>
    refused(429, 'slow down', { 'Retry-After': '3' }),
  )
  const fake = fakeOpenPhone(...throttled)
  expect(await run(fake)).toMatchObject({
    failure: { kind: 'upstream.throttled', api: 'openphone', retryAfterMs: 3000 },
  })
  expect(fake.requests).toHaveLength(5)
})

test('a 5xx or a broken connection is asked again, twice at most', async () => {
  const broken = new TypeError('socket hang up +14155550142')
  const recovered = fakeOpenPhone(refused(502, 'bad gateway'), broken, answer({ ok: true }))
  expect(await run(recovered)).toEqual({ ok: true })
  expect(recovered.log).toEqual([...ASKED, ...ASKED, ...ASKED])

  const down = fakeOpenPhone(broken, refused(500, 'oops'), new Response('<html>', { status: 200 }))
  expect(await run(down)).toMatchObject({
    failure: {
      kind: 'upstream.unavailable',
      api: 'openphone',
      status: 200,
      detail: 'the answer is no JSON',
    },
  })
})

test('a 503 that asks to wait holds everyone too', async () => {
  const fake = fakeOpenPhone(refused(503, 'deploying', { 'Retry-After': '20' }), answer({}))
  await run(fake)
  expect(fake.log).toEqual([...ASKED, 'hold 20000', ...ASKED])
})

test('an answer that does not come is given up after 60 s and asked for again', async () => {
  const started = Date.now()
  const fake = fakeOpenPhone(never, never, never)
  expect(await run(fake)).toMatchObject({
    failure: { kind: 'upstream.unavailable', status: null, detail: 'no answer within 60 s' },
  })
  expect(fake.requests).toHaveLength(3)
  expect(Date.now() - started).toBeGreaterThanOrEqual(180_000) // the fake clock's
})

test('a body that stalls is given up as well', async () => {
  expect(await run(fakeOpenPhone(stalling, answer({ ok: true })))).toEqual({ ok: true })
})

test.each([401, 402, 403])('HTTP %i is about our credentials', async (status) => {
  expect(await failureOf(refused(status, 'no such key'))).toEqual({
    kind: 'upstream.unauthorized',
    api: 'openphone',
    detail: 'Refused; no such key',
  })
})

test('a 404 is about the record, or about the base URL where a list is missing', async () => {
  expect(await failureOf(refused(404, 'gone'), { path: '/calls/AC1' })).toMatchObject({
    kind: 'record.refused',
    status: 404,
  })
  expect(await failureOf(refused(404, 'gone'))).toMatchObject({
    kind: 'upstream.misconfigured',
    detail: expect.stringMatching(/^OPENPHONE_BASE_URL leads to no \//) as string,
    scope: 'openphone',
  })
})

test.each([400, 422])('HTTP %i to a cursor can be told from any other', async (status) => {
  const old = await run(fakeOpenPhone(refused(status, 'invalid cursor')), { ...LIST, cursor: 'c1' })
  expect(isExpiredCursor(old)).toBe(true)
  expect(old).toMatchObject({ failure: { kind: 'record.refused', status } })
  const wrong = await run(fakeOpenPhone(refused(status, 'invalid filter')))
  expect(isExpiredCursor(wrong)).toBe(false)
  expect(wrong).toMatchObject({ failure: { kind: 'record.refused', status } })
})

test('both error bodies are read, and nothing of a person or the key gets through', async () => {
  const observed = { error: { message: `bad key ${KEY}`, key: 'unauthorized', trace: '1' } }
  expect(await failureOf(answer(observed, 401))).toMatchObject({
    detail: 'unauthorized: bad key [key]',
  })
  const documented = {
    title: 'Bad Request',
    message: 'jo@shop.example may not call +1 (415) 555-0142',
    errors: [{ path: '/participant', message: 'no: 14155550142', value: '+14155550142' }],
  }
  expect(await failureOf(answer(documented, 400))).toMatchObject({
    detail: 'Bad Request; [address] may not call [number]; /participant: no: [number]',
  })
  expect(await failureOf(new Response('<h1>nginx</h1>', { status: 400 }))).toMatchObject({
    detail: 'HTTP 400',
  })
})

test('a full line at the gate goes up at once', async () => {
  const fake = fakeOpenPhone()
  const later = new StageError({ kind: 'gate.later', api: 'openphone', notBefore: NOW })
  fake.api.pace.acquire = () => Promise.reject(later)
  expect(await run(fake)).toBe(later)
})
