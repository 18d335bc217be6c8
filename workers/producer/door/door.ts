/**
 * The HTTP door. `/health` is open and asks nobody, so that it answers while everything else is
 * busy. The API (../api/routes.ts) is closed without an admin token. Errors are problem+json (RFC 9457)
 * and name the field.
 */
import { AutoRouter } from 'itty-router'
import type { IRequest } from 'itty-router'
import { StageError } from '@switchboard/shared/failure'
import { log } from '@switchboard/shared/log'
import { actorOf, isOpen } from './access.ts'
import { insideOf } from '../api/inside.ts'
import { ROUTES } from '../api/routes.ts'
import { serveFile } from './files.ts'
import { serveMcp } from '../search/mcp.ts'
import { notionWebhook } from '../intake/notion-webhook.ts'
import type { Env } from '../ports.ts'
import { BadInput, FAILED, Refused, outageOf, problem } from './problem.ts'
import { servePage } from './site.ts'
import { openphoneWebhook } from '../intake/webhooks.ts'

const router = AutoRouter<IRequest, [Env]>({
  catch: (error: unknown) => failed(error),
  missing: () => problem(404, 'There is nothing here.'),
})

router
  .get('/health', () => ({ ok: true, name: 'switchboard' }))
  .post('/webhooks/openphone', openphoneWebhook)
  .post('/webhooks/notion', notionWebhook)
  .all('/recordings/*', serveFile)
  .all('/media/*', serveFile)

for (const { operation, answer } of ROUTES)
  router[operation.method === 'GET' ? 'get' : operation.method === 'POST' ? 'post' : 'delete'](
    operation.path,
    (request: IRequest, env: Env) => answer(request, env, insideOf(request, env, door)),
  )

router
  .all('/mcp', (request, env) => serveMcp(request, env, insideOf(request, env, door)))
  .all('/api/*', nothing)
  .get('*', servePage)

/** Answers one request. */
export function door(request: Request, env: Env): Promise<Response> {
  return router.fetch(request, env)
}

/** What the API lacks is told to those only who may ask. */
async function nothing(request: Request, env: Env): Promise<Response> {
  if (!isOpen(env)) return problem(503, 'The API is closed: ADMIN_TOKEN is not set.')
  return (await actorOf(request, env)) === null
    ? problem(401, 'A bearer token or a session is needed.')
    : problem(404, 'There is nothing here.')
}

function failed(error: unknown): Response {
  if (error instanceof BadInput) return problem(400, error.message, {}, error.errors)
  if (error instanceof Refused) return problem(error.status, error.message)
  if (error instanceof StageError && error.failure.kind === 'config.invalid')
    return problem(503, `A setting is wrong: ${error.message}`)
  const outage = outageOf(error)
  if (outage !== null) return problem(503, outage)
  log.error('door.failed', { error: String(error) })
  return problem(500, FAILED)
}
