/**
 * The HTTP door. `/health` is open and asks nobody, so that it answers while everything else is
 * busy. The API is closed without an admin token; a read-only token reads. Errors are problem+json
 * (RFC 9457) and name the field.
 */
import { AutoRouter } from 'itty-router'
import type { IRequest } from 'itty-router'
import * as v from 'valibot'
import { readSettings } from '@switchboard/shared/config'
import { StageError } from '@switchboard/shared/failure'
import { webhookHealth } from '@switchboard/store/deliveries'
import { allowVanished } from '@switchboard/store/canvas-mirror'
import { listCorrections } from '@switchboard/store/held'
import { openLetters } from '@switchboard/store/letters'
import { listParked } from '@switchboard/store/parked'
import { listRuns, runProgress } from '@switchboard/store/runs'
import type { Run } from '@switchboard/store/runs'
import { owedByStage } from '@switchboard/store/work'
import { bearerOf, holderOf } from './access.ts'
import { startBackfill } from './backfill.ts'
import { canvasStatus } from './canvas-changes.ts'
import { notionWebhook } from './notion-webhook.ts'
import { serveFile } from './files.ts'
import { open } from './ports.ts'
import type { Env } from './ports.ts'
import { Release, pageAgain, releaseProperty } from './people.ts'
import { problem } from './problem.ts'
import { openphoneWebhook, replayKept } from './webhooks.ts'

const MOST_LISTED = 100

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
  .all('/api/*', authorize)
  .get('/api/status', async (_request, env) => ({
    owed: await owedByStage(env.DB),
    parked: await listParked(env.DB),
    deadLetters: await openLetters(env.DB, MOST_LISTED),
    webhooks: await webhookHealth(env.DB, Date.now()),
    canvas: await canvasStatus(
      env.DB,
      readSettings(env, ['NOTION_WEBHOOK_TOKEN']).NOTION_WEBHOOK_TOKEN,
      Date.now(),
    ),
  }))
  .get('/api/runs', async (_request, env) => ({
    items: (await listRuns(env.DB, MOST_LISTED)).map((run) => ({ ...run, state: stateOf(run) })),
    nextCursor: null,
  }))
  .get('/api/runs/:id', async ({ params }, env) => {
    const progress = await runProgress(env.DB, decoded(params['id']))
    if (progress === null) return problem(404, 'There is no such run.')
    const { run, ...rest } = progress
    return { ...run, state: stateOf(run), ...rest }
  })
  .get('/api/corrections', async (_request, env) => ({ items: await listCorrections(env.DB) }))
  .post('/api/records/:kind/:id/release', async (request, env) =>
    releaseProperty(request, await body(request, Release), env),
  )
  .post('/api/records/:kind/:id/page', pageAgain)
  .post('/api/canvas/vanished', async (request, env) => {
    await body(request, DropVanished)
    return (await allowVanished(env.DB))
      ? { dropped: 'with the next listing of Canvas' }
      : problem(409, 'Nothing that vanished from Canvas is held back.')
  })
  .post('/api/deliveries/:id/replay', ({ params }, env) => replayKept(decoded(params['id']), env))
  .post('/api/runs', async (request, env) => {
    const { days } = await body(request, StartRun)
    const id = await startBackfill(open(env), `manual:${crypto.randomUUID()}`, days)
    return Response.json({ id }, { status: 202 })
  })

/** An operator says that merchants and numbers that vanished at once are meant to go. */
const DropVanished = v.object({ drop: v.literal(true) })

const StartRun = v.object({
  days: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(3650))),
})

/** Answers one request. */
export function door(request: Request, env: Env): Promise<Response> {
  return router.fetch(request, env)
}

/** A part of the path as it was before a client escaped it; what cannot be read names nothing. */
function decoded(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? '')
  } catch {
    return ''
  }
}

function stateOf(run: Run): 'running' | 'completed' {
  return run.finishedAt === null ? 'running' : 'completed'
}

/** Lets through whoever holds a token; an answer ends the request. */
async function authorize(request: IRequest, env: Env): Promise<Response | undefined> {
  if (readSettings(env, ['ADMIN_TOKEN']).ADMIN_TOKEN === undefined)
    return problem(503, 'The API is closed: ADMIN_TOKEN is not set.')
  const token = bearerOf(request)
  if (token === null) return problem(401, 'Authorization: Bearer <token> is missing.')
  const holder = await holderOf(token, env)
  if (holder === null) return problem(401, 'This token is not known.')
  const reads = request.method === 'GET'
  return holder === 'admin' || reads ? undefined : problem(403, 'This token may only read.')
}

class BadRequest extends Error {}

async function body<S extends v.GenericSchema>(
  request: IRequest,
  schema: S,
): Promise<v.InferOutput<S>> {
  const text = await request.text()
  let json: unknown = {}
  try {
    if (text !== '') json = JSON.parse(text)
  } catch {
    throw new BadRequest('The body is not JSON.')
  }
  const parsed = v.safeParse(schema, json)
  if (parsed.success) return parsed.output
  const [issue] = parsed.issues
  throw new BadRequest(`${v.getDotPath(issue) ?? 'body'}: ${issue.message}`)
}

function failed(error: unknown): Response {
  if (error instanceof BadRequest) return problem(400, error.message)
  if (error instanceof StageError && error.failure.kind === 'config.invalid')
    return problem(503, `A setting is wrong: ${error.message}`)
  console.error(JSON.stringify({ level: 'error', event: 'door.failed', error: String(error) }))
  return problem(500, 'Something went wrong; the log has it.')
}
