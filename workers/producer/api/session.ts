/** Signing in and out, and who is signed in. Refused sign-ins are counted for each address. */
import { readSession, signIn, signOut } from '@switchboard/shared/api/session'
import type { Session } from '@switchboard/shared/api/session'
import { readSettings } from '@switchboard/shared/config'
import { keyedHash } from '@switchboard/shared/hash'
import { beginAudit, countLoginFailure, endAudit, loginFailures } from '@switchboard/store/audit'
import { NO_SESSION, SESSION_MS, isOpen, roleOf, sessionCookie } from '../door/access.ts'
import type { Env } from '../ports.ts'
import { problem } from '../door/problem.ts'
import { fromHere } from './origin.ts'
import { route } from './route.ts'

const MOST_FAILURES = 10
const FAILURES_WITHIN_MS = 10 * 60 * 1000

export const SESSION_ROUTES = [
  route(signIn, async ({ body: { token, name }, env, request }) => {
    if (!isOpen(env)) return problem(503, 'The API is closed: ADMIN_TOKEN is not set.')
    if (!fromHere(request, env, null)) return problem(403, 'Sign in on our own page.')
    const now = Date.now()
    const address = await addressOf(request, env)
    if ((await loginFailures(env.DB, address, now - FAILURES_WITHIN_MS)) >= MOST_FAILURES)
      return problem(429, 'Too many sign-ins failed. Try again in ten minutes.', {
        'retry-after': String(FAILURES_WITHIN_MS / 1000),
      })
    const role = await roleOf(token, env)
    if (role === null) {
      await countLoginFailure(env.DB, address, now)
      return problem(401, 'This token is not known.')
    }
    const person = { role, name: name === undefined || name === '' ? null : name }
    const row = await beginAudit(env.DB, {
      actor: person.name ?? (role === 'admin' ? 'admin token' : 'read-only token'),
      role,
      action: signIn.name,
      target: signIn.path,
      detail: {},
      at: now,
    })
    await endAudit(env.DB, row, 200)
    return Response.json(sessionFor(person, now + SESSION_MS, env), {
      headers: { 'set-cookie': await sessionCookie(person, env, now), 'cache-control': 'no-store' },
    })
  }),

  route(readSession, ({ actor, env }) =>
    sessionFor(actor ?? { role: 'reader', name: null }, actor?.expiresAt ?? null, env),
  ),

  route(signOut, () => new Response(null, { status: 204, headers: { 'set-cookie': NO_SESSION } })),
]

function sessionFor(
  { role, name }: Pick<Session, 'role' | 'name'>,
  expiresAt: number | null,
  env: Env,
): Session {
  const { SANDBOX_URL } = readSettings(env, ['SANDBOX_URL'])
  return {
    role,
    name,
    expiresAt: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    sandbox: SANDBOX_URL !== undefined,
  }
}

/** Cloudflare names who connects; on one machine there is one address. */
function addressOf(request: Request, env: Env): Promise<string> {
  const { HASH_KEY } = readSettings(env, ['HASH_KEY'])
  return keyedHash(HASH_KEY, request.headers.get('CF-Connecting-IP') ?? 'local')
}
