import { afterEach, beforeEach, describe, test, vi } from 'vitest'
import * as v from 'valibot'
import { StageError } from '@switchboard/shared/failure'
import { BOT_ID } from '../test/notion-pages.ts'
import { newWorld, NOW, refusal } from '../test/world.ts'
import type { World } from '../test/world.ts'
import { read, write } from './client.ts'

const Named = v.object({ id: v.string() })
const fine = { body: { id: BOT_ID } }

const ask = ({ notion }: World) => read(notion, 'call', Named, (client) => client.users.me({}))
const send = ({ notion }: World) =>
  write(notion, { role: 'call', sentAt: NOW, settleMs: 150_000 }, Named, (client) =>
    client.pages.update({ page_id: 'p', properties: {} }),
  )

/** Runs the pauses between tries out. */
async function settled<T>(running: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [result] = await Promise.all([
    Promise.allSettled([running]),
    vi.advanceTimersByTimeAsync(4000),
  ])
  return result[0]
}
const failureOf = (result: PromiseSettledResult<unknown>) =>
  result.status === 'rejected' && result.reason instanceof StageError ? result.reason.failure : null

describe('a request', () => {
  test('carries the token, the version and a signal', async ({ expect }) => {
    const world = newWorld([fine])
    await ask(world)
    const [request] = world.requests
    expect(request?.path).toBe('/v1/users/me')
    expect(request?.headers.get('authorization')).toBe('Bearer secret')
    expect(request?.headers.get('notion-version')).toBe('2026-03-11')
  })

  test('that gets no answer in time is ended by its signal', async ({ expect }) => {
    const world = newWorld(['silence'], { timeoutMs: 5 })
    await expect(send(world)).rejects.toMatchObject({
      failure: { kind: 'upstream.doubtful', detail: 'it did not answer in time' },
    })
  })
})

describe('a read', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  test('takes the gate before every try', async ({ expect }) => {
    const world = newWorld([refusal(503, 'service_unavailable', 'later'), 'broken', fine])
    const result = await settled(ask(world))
    expect(result).toEqual({ status: 'fulfilled', value: { id: BOT_ID } })
    expect(world.events.filter((event) => event === 'acquire')).toHaveLength(3)
  })

  test('holds everyone when Notion asks for it, then asks again', async ({ expect }) => {
    const world = newWorld([refusal(429, 'rate_limited', 'slow down', '7'), fine])
    expect(await settled(ask(world))).toMatchObject({ status: 'fulfilled' })
    expect(world.events).toEqual([
      'acquire',
      'GET /v1/users/me',
      'hold 7000',
      'acquire',
      'GET /v1/users/me',
    ])
  })

  test('gives up after two more tries', async ({ expect }) => {
    const conflict = refusal(409, 'conflict_error', 'collision')
    const world = newWorld([conflict, conflict, { text: '<html>' }, fine])
    expect(failureOf(await settled(ask(world)))).toEqual({
      kind: 'upstream.unavailable',
      api: 'notion',
      status: null,
      detail: 'its answer is no JSON',
    })
    expect(world.requests).toHaveLength(3)
  })

  test('does not ask again after a refusal', async ({ expect }) => {
    const world = newWorld([refusal(401, 'unauthorized', 'API token is invalid.'), fine])
    expect(failureOf(await settled(ask(world)))?.kind).toBe('upstream.unauthorized')
    expect(world.requests).toHaveLength(1)
  })

  test('sends nothing when the gate has no slot', async ({ expect }) => {
    const world = newWorld([fine])
    const later = new StageError({ kind: 'gate.later', api: 'notion', notBefore: NOW + 60_000 })
    world.notion.outside.pace.acquire = () => Promise.reject(later)
    expect(failureOf(await settled(ask(world)))).toBe(later.failure)
    expect(world.requests).toEqual([])
  })
})

describe('a write', () => {
  test('takes no gate and is sent once', async ({ expect }) => {
    const world = newWorld([refusal(500, 'internal_server_error', 'oops'), fine])
    await expect(send(world)).rejects.toMatchObject({
      failure: { kind: 'upstream.doubtful', notBefore: NOW + 150_000 },
    })
    expect(world.events).toEqual(['PATCH /v1/pages/p'])
  })

  test('holds everyone when Notion asks for it', async ({ expect }) => {
    const world = newWorld([refusal(529, 'service_overload', 'overload')])
    await expect(send(world)).rejects.toMatchObject({
      failure: { kind: 'upstream.throttled', retryAfterMs: 1000 },
    })
    expect(world.events).toEqual(['PATCH /v1/pages/p', 'hold 1000'])
  })

  test('is doubtful when its answer cannot be read', async ({ expect }) => {
    const world = newWorld([{ body: { object: 'page' } }])
    await expect(send(world)).rejects.toMatchObject({
      failure: { kind: 'upstream.doubtful', detail: 'its answer is not as documented at id' },
    })
  })
})
