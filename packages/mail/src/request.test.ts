/** What a mailbox's answer leads to: retries behind the gate, holds, time-outs, failures. */
import { StageError } from '@switchboard/shared/failure'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import {
  answer,
  fakeJmap,
  mailboxesAnswer,
  mailsAnswer,
  methodError,
  NOW,
  sessionAnswer,
  TOKEN,
} from '../test/fake-jmap.ts'
import type { Fake, Reply } from '../test/fake-jmap.ts'
import { jmapSource, probe } from './jmap.ts'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const ASKED = ['acquire', 'GET /jmap/session']
const window = { since: new Date(NOW - 1000), until: new Date(NOW), cursor: null }

const never: Reply = (init) =>
  new Promise((_resolve, reject) => {
    init.signal?.addEventListener('abort', () => reject(new Error('aborted')))
  })

/** How something ends, with all its waiting done at once: a failure, any other error, or null. */
async function failureOf(asking: Promise<unknown>): Promise<unknown> {
  const outcome = asking.then(
    () => null,
    (error: unknown) => (error instanceof StageError ? error.failure : error),
  )
  await vi.runAllTimersAsync()
  return outcome
}

const probed = (fake: Fake) => failureOf(probe(fake.api))
const listed = (...replies: Reply[]) =>
  failureOf(jmapSource(fakeJmap(sessionAnswer(), mailboxesAnswer(), ...replies).api).list(window))

test.each([
  [undefined, 1000],
  ['7', 7000],
  [new Date(NOW + 90_000).toUTCString(), 90_000],
])('a 429 with Retry-After %s holds everyone for %i ms and is asked again', async (header, ms) => {
  const headers: Record<string, string> = header === undefined ? {} : { 'Retry-After': header }
  const fake = fakeJmap(answer({}, 429, headers), sessionAnswer())
  expect(await probed(fake)).toBe(null)
  expect(fake.log).toEqual([...ASKED, `hold ${ms}`, ...ASKED])
})

test('a server’s limit on requests is a wish for less haste, too', async () => {
  const problem = { type: 'urn:ietf:params:jmap:error:limit', status: 400 }
  const fake = fakeJmap(...Array.from({ length: 9 }, () => answer(problem, 400)))
  expect(await probed(fake)).toEqual({
    kind: 'upstream.throttled',
    api: 'mailbox',
    retryAfterMs: 1000,
  })
  expect(fake.requests).toHaveLength(5)
  expect(fake.log).toContain('hold 1000')
})

test('a limit on what one request may hold is no matter of haste', async () => {
  const type = 'urn:ietf:params:jmap:error:limit'
  const problem = { type, limit: 'maxCallsInRequest', status: 400 }
  expect(await probed(fakeJmap(answer(problem, 400)))).toEqual({
    kind: 'upstream.misconfigured',
    scope: 'mailbox',
    detail: `${type}: maxCallsInRequest`,
  })
})

test('a 5xx or a broken connection is asked again, twice at most', async () => {
  const recovered = fakeJmap(answer({}, 500), new TypeError('reset'), sessionAnswer())
  expect(await probed(recovered)).toBe(null)
  expect(recovered.log).toEqual([...ASKED, ...ASKED, ...ASKED])
  const down = fakeJmap(answer({}, 500), answer({}, 502), answer({}, 503), sessionAnswer())
  expect(await probed(down)).toEqual({
    kind: 'upstream.unavailable',
    api: 'mailbox',
    status: 503,
    detail: 'HTTP 503',
  })
})

test('an answer that does not come is given up after 60 s', async () => {
  expect(await probed(fakeJmap(never, never, never))).toMatchObject({
    kind: 'upstream.unavailable',
    status: null,
    detail: 'no answer within 60 s',
  })
})

test('a refusal is about our credentials or about how the mailbox is set up', async () => {
  expect(
    await probed(fakeJmap(answer({ type: 'about:blank', detail: 'no such token' }, 401))),
  ).toMatchObject({
    kind: 'upstream.unauthorized',
    detail: 'no such token',
  })
  expect(await probed(fakeJmap(answer({}, 404)))).toMatchObject({ kind: 'upstream.misconfigured' })
  const type = 'urn:ietf:params:jmap:error:unknownCapability'
  const detail = `${TOKEN} of jo@shop.example may not`
  expect(await probed(fakeJmap(answer({ type, detail }, 400)))).toEqual({
    kind: 'upstream.misconfigured',
    scope: 'mailbox',
    detail: `${type}: [token] of [address] may not`,
  })
})

test('where no session is, the setting is named', async () => {
  expect(await probed(fakeJmap(answer({}, 404)))).toEqual({
    kind: 'upstream.misconfigured',
    scope: 'mailbox',
    detail: 'JMAP_SESSION_URL leads to no session: HTTP 404',
  })
  const pages = Array.from({ length: 3 }, () => new Response('<html>'))
  expect(await probed(fakeJmap(...pages))).toMatchObject({
    kind: 'upstream.unavailable',
    detail: 'JMAP_SESSION_URL leads to no session: the answer is no JSON',
  })
})

test('a method that says "not now" is asked again', async () => {
  expect(await listed(methodError('serverUnavailable'), mailsAnswer({ ids: [] }, []))).toBe(null)
  const down = Array.from({ length: 3 }, () => methodError('serverFail', 'disk'))
  expect(await listed(...down)).toEqual({
    kind: 'upstream.unavailable',
    api: 'mailbox',
    status: 200,
    detail: 'Email/query: serverFail: disk',
  })
})

test('a method that says no is not asked again', async () => {
  expect(await listed(methodError('forbidden'))).toMatchObject({ kind: 'upstream.unauthorized' })
  expect(await listed(methodError('unsupportedFilter'))).toEqual({
    kind: 'upstream.misconfigured',
    scope: 'mailbox',
    detail: 'Email/query: unsupportedFilter',
  })
})

test('an answer of another shape is the system’s fault', async () => {
  const odd = Array.from({ length: 3 }, () => answer({ methodResponses: [] }))
  expect(await listed(...odd)).toEqual({
    kind: 'upstream.unavailable',
    api: 'mailbox',
    status: 200,
    detail: 'Email/query: is missing',
  })
})

test('a full line at the gate goes up at once', async () => {
  const fake = fakeJmap()
  const later = { kind: 'gate.later', api: 'mailbox', notBefore: NOW } as const
  fake.api.pace.acquire = () => Promise.reject(new StageError(later))
  expect(await probed(fake)).toEqual(later)
})
