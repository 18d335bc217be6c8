/** Who may: tokens, sessions, origins, and what each leaves in the audit. */
import { describe, expect, test } from 'vitest'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'
import { ROUTES } from '../api/routes.ts'

const ADMIN = { Authorization: 'Bearer admin-token' }
const READER = { Authorization: 'Bearer read-only-token' }
const HERE = 'https://door.test'

const closed = ROUTES.map(({ operation }) => operation).filter(({ access }) => access !== 'open')

function call(world: TestWorld, of: (typeof closed)[number], headers: Record<string, string>) {
  const path = of.path.replaceAll(/:(\w+)/g, (_, name: string) => (name === 'kind' ? 'call' : 'x'))
  return world.fetch(path, {
    method: of.method,
    headers,
    ...(of.method === 'POST' && { body: '{}' }),
  })
}

async function signIn(world: TestWorld, body: unknown, headers: Record<string, string> = {}) {
  return world.fetch('/api/session', {
    method: 'POST',
    headers: { Origin: HERE, ...headers },
    body: JSON.stringify(body),
  })
}

/** What a browser would send back. */
function cookieOf(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? ''
}

test.each(closed.map((one) => [`${one.method} ${one.path}`, one] as const))(
  '%s is refused to whoever may not',
  async (_name, one) => {
    const world = await newWorld()
    expect((await call(world, one, {})).status).toBe(401)
    expect((await call(world, one, { Authorization: 'Bearer guess' })).status).toBe(401)
    if (one.access !== 'act') return
    expect((await call(world, one, READER)).status).toBe(403)
    expect((await call(world, one, { ...ADMIN, Origin: 'https://elsewhere.test' })).status).toBe(
      403,
    )
    expect(await world.rows(`SELECT * FROM audit`)).toEqual([])
  },
)

describe('a session', () => {
  test('is opened by a token, may what the token may, and says who acted', async () => {
    const world = await newWorld()
    const opened = await signIn(world, { token: 'admin-token', name: 'Dana' })
    expect(await opened.json()).toMatchObject({ role: 'admin', name: 'Dana', sandbox: false })
    for (const word of ['HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/', 'Max-Age=43200'])
      expect(opened.headers.get('set-cookie')).toContain(word)
    const Cookie = cookieOf(opened)
    const acts = (headers: Record<string, string>) =>
      world.fetch('/api/canvas/vanished', {
        method: 'POST',
        headers: { Cookie, ...headers },
        body: '{"drop":true}',
      })
    expect((await acts({})).status, 'a browser names its origin').toBe(403)
    expect((await acts({ Origin: 'https://elsewhere.test' })).status).toBe(403)
    expect((await acts({ Origin: HERE })).status, 'allowed; there is nothing to drop').toBe(409)
    const audit = await world.fetch('/api/audit', { headers: { Cookie } })
    expect(await audit.json()).toMatchObject({
      items: [
        {
          actor: 'Dana',
          role: 'admin',
          action: 'dropVanished',
          detail: { drop: true },
          status: 409,
        },
        { actor: 'Dana', action: 'signIn', status: 200 },
      ],
      nextCursor: null,
    })
  })

  test('of the read-only token only reads', async () => {
    const world = await newWorld()
    const Cookie = cookieOf(await signIn(world, { token: 'read-only-token' }))
    expect((await world.fetch('/api/status', { headers: { Cookie } })).status).toBe(200)
    const act = { method: 'POST', headers: { Cookie, Origin: HERE }, body: '{}' }
    expect((await world.fetch('/api/runs', act)).status).toBe(403)
  })

  test('ends with its time, and with a new token', async () => {
    const world = await newWorld()
    const Cookie = cookieOf(await signIn(world, { token: 'admin-token' }))
    const status = async () => (await world.fetch('/api/session', { headers: { Cookie } })).status
    expect(await status()).toBe(200)
    world.advance(12 * 60 * 60 * 1000 + 1000)
    expect(await status()).toBe(401)
    const again = await signIn(world, { token: 'admin-token' })
    world.env['ADMIN_TOKEN'] = 'another-token'
    const headers = { Cookie: cookieOf(again) }
    expect((await world.fetch('/api/session', { headers })).status).toBe(401)
  })

  test('is not to be had by guessing', async () => {
    const world = await newWorld()
    for (let nth = 0; nth < 10; nth++)
      expect((await signIn(world, { token: `guess ${nth}` })).status).toBe(401)
    const refused = await signIn(world, { token: 'admin-token' })
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '600'])
    world.advance(11 * 60 * 1000)
    expect((await signIn(world, { token: 'admin-token' })).status).toBe(200)
  })

  test('is not opened for another page, and is closed on the way out', async () => {
    const world = await newWorld()
    const elsewhere = { Origin: 'https://elsewhere.test' }
    expect((await signIn(world, { token: 'admin-token' }, elsewhere)).status).toBe(403)
    const out = await world.fetch('/api/session', { method: 'DELETE' })
    expect([out.status, out.headers.get('set-cookie')]).toEqual([
      204,
      expect.stringContaining('Max-Age=0'),
    ])
  })
})

test('what has not moved is not sent again', async () => {
  const world = await newWorld()
  const first = await world.fetch('/api/audit', { headers: ADMIN })
  const etag = first.headers.get('etag') ?? ''
  const again = await world.fetch('/api/audit', { headers: { ...ADMIN, 'If-None-Match': etag } })
  expect([again.status, await again.text()]).toEqual([304, ''])
})

test('the document describes every operation', async () => {
  const world = await newWorld()
  const response = await world.fetch('/api/openapi.json', { headers: READER })
  const { openapi, paths } = await response.json<{
    openapi: string
    paths: Record<string, Record<string, { operationId: string }>>
  }>()
  expect(openapi).toBe('3.1.0')
  const described = Object.values(paths).flatMap((path) =>
    Object.values(path).map(({ operationId }) => operationId),
  )
  const declared = ROUTES.map(({ operation }) => operation.name)
  expect(described.toSorted()).toEqual(declared.toSorted())
  expect(new Set(declared).size).toBe(declared.length)
})

test('every page carries a policy that runs nothing foreign', async () => {
  const world = await newWorld()
  for (const path of ['/', '/letters', '/records/call/AC1', '/merchants/x?kind=call']) {
    const page = await world.fetch(path)
    expect([page.status, page.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringMatching(/^default-src 'none'; script-src 'self'; style-src 'self'/),
    ])
  }
  expect((await world.fetch('/api/nothing')).status).toBe(401)
})
