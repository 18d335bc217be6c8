/** The sandbox under `npm start`: orders are handed on to it. Elsewhere there is none. */
import {
  SandboxAnswer,
  SandboxState,
  orderSandbox,
  readSandbox,
} from '@switchboard/shared/api/sandbox'
import type { SandboxOrder } from '@switchboard/shared/api/sandbox'
import { readSettings } from '@switchboard/shared/config'
import * as v from 'valibot'
import type { Env } from '../ports.ts'
import { Refused } from '../door/problem.ts'
import { route } from './route.ts'

export const SANDBOX_ROUTES = [
  route(readSandbox, async ({ env }) => v.parse(SandboxState, await ask(env, null))),
  route(orderSandbox, async ({ body, env }) => v.parse(SandboxAnswer, await ask(env, body))),
]

/** @param order null: only tell what stands */
async function ask(env: Env, order: SandboxOrder | null): Promise<unknown> {
  const { SANDBOX_URL, ADMIN_TOKEN } = readSettings(env, ['SANDBOX_URL', 'ADMIN_TOKEN'])
  if (SANDBOX_URL === undefined) throw new Refused(404, 'There is no sandbox here.')
  const response = await fetch(SANDBOX_URL, {
    method: order === null ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN ?? ''}` },
    ...(order === null ? {} : { body: JSON.stringify(order) }),
  })
  if (!response.ok) throw new Refused(503, `The sandbox answers ${response.status}.`)
  return response.json()
}
