/** The HTTP door: health for everybody, the API for who holds a token, errors that name the field. */
import { describe, expect, test } from 'vitest'
import { oneOfEach, textMessages } from '../../testing/scenes.ts'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

const ADMIN = { Authorization: 'Bearer admin-token' }
const READER = { Authorization: 'Bearer read-only-token' }

async function ask(
  world: TestWorld,
  path: string,
  init?: RequestInit<IncomingRequestCfProperties>,
): Promise<{ status: number; body: unknown }> {
  const response = await world.fetch(path, init)
  return { status: response.status, body: await response.json() }
}

const start = (body: string, headers: Record<string, string> = ADMIN) => ({
  method: 'POST',
  headers,
  body,
})

test('health is open, and asks nobody', async () => {
  const world = await newWorld({}, { ADMIN_TOKEN: '', NOTION_TOKEN: '' })
  expect(await ask(world, '/health')).toEqual({
    status: 200,
    body: { ok: true, name: 'switchboard' },
  })
  expect(world.d1.trips).toEqual({ batch: 0, single: 0 })
})

describe('the API', () => {
  test.each([
    ['no token', {}, 401],
    ['a wrong token', { Authorization: 'Bearer of-bad-news' }, 401],
    ['another scheme', { Authorization: 'Basic admin-token' }, 401],
    ['the read-only token', READER, 200],
    ['the admin token', ADMIN, 200],
  ] as const)('answers %s', async (_what, headers, status) => {
    const world = await newWorld()
    expect(await ask(world, '/api/status', { headers })).toMatchObject({ status })
  })

  test('is closed while no admin token is set', async () => {
    const world = await newWorld({}, { ADMIN_TOKEN: '' })
    for (const headers of [{}, ADMIN, READER])
      expect(await ask(world, '/api/status', { headers })).toMatchObject({ status: 503 })
  })

  test('lets a read-only token only read', async () => {
    const world = await newWorld()
    expect(await ask(world, '/api/runs', start('{}', READER))).toMatchObject({ status: 403 })
    expect(await world.rows(`SELECT * FROM runs`)).toEqual([])
  })

  test('without a read-only token knows only the admin’s', async () => {
    const world = await newWorld({}, { READ_ONLY_TOKEN: '' })
    expect(await ask(world, '/api/status', { headers: READER })).toMatchObject({ status: 401 })
  })

  test('starts a run and tells how far it is', async () => {
    const world = await newWorld(oneOfEach())
    const started = await ask(world, '/api/runs', start('{"days": 7}'))
    const { id } = started.body as { id: string }
    expect(started).toEqual({ status: 202, body: { id: expect.stringMatching(/^manual:/) } })
    const path = `/api/runs/${encodeURIComponent(id)}`
    expect(await ask(world, path, { headers: READER })).toMatchObject({
      body: { id, state: 'running', complete: false },
    })
    await world.drain()
    await world.minutes(1)
    expect(await ask(world, path, { headers: READER })).toMatchObject({
      status: 200,
      body: { state: 'completed', complete: true, kinds: { call: { synced: 1, listing: 'done' } } },
    })
    expect(await ask(world, '/api/runs', { headers: READER })).toMatchObject({
      body: { items: [{ id, state: 'completed' }] },
    })
    const [run] = await world.rows<{ since: number; until: number }>(
      `SELECT since, until FROM runs`,
    )
    expect(run!.until - run!.since).toBe(7 * 86_400_000)
  })

  test('tells what is owed, parked and dead', async () => {
    const world = await newWorld({ textMessages: textMessages(2) })
    await world.fail('notion', 'POST /v1/pages', 400, 1)
    await world.backfill()
    expect(await ask(world, '/api/status', { headers: READER })).toMatchObject({
      status: 200,
      body: {
        owed: [],
        parked: [],
        deadLetters: [expect.objectContaining({ stage: 'reconcile', failure: 'record.refused' })],
      },
    })
  })

  test.each([
    ['{"days": "many"}', /^days: /],
    ['{"days": 0}', /^days: /],
    ['{"days"', /not JSON/],
  ])('refuses %s and names the place', async (body, detail) => {
    const world = await newWorld()
    const response = await world.fetch('/api/runs', start(body))
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ detail: expect.stringMatching(detail) })
  })

  test('names the setting that keeps it from starting a run', async () => {
    const world = await newWorld({}, { NOTION_TOKEN: '' })
    expect(await ask(world, '/api/runs', start('{}'))).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining('NOTION_TOKEN') },
    })
  })

  test('says what is not there', async () => {
    const world = await newWorld()
    for (const path of ['/wp-login.php', '/api/runs/none', '/api/runs/%E0%A4', '/api/nothing'])
      expect(await ask(world, path, { headers: ADMIN })).toMatchObject({ status: 404 })
  })
})
