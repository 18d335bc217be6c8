/** The sandbox's operations at a door that has none. */
import { expect, test } from 'vitest'
import { newWorld } from '../testing/world.ts'

const ADMIN = { Authorization: 'Bearer admin-token' }

test('where the outside world is real there is no sandbox', async () => {
  const world = await newWorld()
  expect((await world.fetch('/api/sandbox', { headers: ADMIN })).status).toBe(404)
  const order = { method: 'POST', headers: ADMIN, body: '{"faults":{"notion":{"down":true}}}' }
  expect((await world.fetch('/api/sandbox', order)).status).toBe(404)
})

test('an order is checked before it is handed on', async () => {
  const world = await newWorld()
  const body = '{"faults":{"notion":{"throttled":2}},"happen":{"kind":"fax"}}'
  const answer = await world.fetch('/api/sandbox', { method: 'POST', headers: ADMIN, body })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({
    errors: [
      { path: 'happen.kind', detail: 'must be call, message or mail' },
      { path: 'faults.notion.throttled', detail: 'must be 1 or less' },
    ],
  })
})
