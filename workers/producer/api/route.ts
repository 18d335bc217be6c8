/**
 * From a declared operation to an answer: who asks, may they, does the input fit, then the handler;
 * what acts leaves a row in the audit before it acts and its outcome after. Lists and figures carry
 * an ETag, so that looking again costs nothing where nothing moved.
 */
import type { IRequest } from 'itty-router'
import * as v from 'valibot'
import type { Operation } from '@switchboard/shared/api/operation'
import { sha256 } from '@switchboard/shared/hash'
import { beginAudit, endAudit } from '@switchboard/store/audit'
import { actorOf, isOpen } from '../door/access.ts'
import type { Actor } from '../door/access.ts'
import type { Env } from '../ports.ts'
import { BadInput, Refused, problem } from '../door/problem.ts'
import type { FieldError } from '../door/problem.ts'
import type { Inside } from './inside.ts'
import { fromHere } from './origin.ts'

/** What a handler is given. */
export interface Asked<O extends Operation> {
  params: v.InferOutput<O['params']>
  query: v.InferOutput<O['query']>
  body: v.InferOutput<O['body']>
  env: Env
  /** Null only where the operation is open. */
  actor: Actor | null
  request: Request
  /** Asks other operations as whoever asked this one. */
  inside: Inside
}

/** A handler answers with the operation's answer, or with a response of its own. */
export type Handler<O extends Operation> = (
  asked: Asked<O>,
) => Promise<v.InferInput<O['answer']> | Response> | v.InferInput<O['answer']> | Response

export interface Route {
  operation: Operation
  answer: (request: IRequest, env: Env, inside: Inside) => Promise<Response>
}

/** Binds a handler to its operation. */
export function route<O extends Operation>(operation: O, handle: Handler<O>): Route {
  return {
    operation,
    answer: async (request, env, inside) => {
      const actor = operation.access === 'open' ? null : await actorOf(request, env)
      if (operation.access !== 'open') {
        const refused = refusal(operation, actor, request, env)
        if (refused !== null) return refused
      }
      const input = await read(operation, request)
      const asked: Asked<O> = { ...input, env, actor, request, inside }
      if (operation.access !== 'act' || actor === null) return reply(operation, handle, asked)
      const row = await beginAudit(env.DB, {
        actor: actor.name ?? (actor.role === 'admin' ? 'admin token' : 'read-only token'),
        role: actor.role,
        action: operation.name,
        target: new URL(request.url).pathname,
        detail: operation.quiet === true ? {} : (asked.body as Record<string, unknown>),
        at: Date.now(),
      })
      const response = await reply(operation, handle, asked).catch(async (error: unknown) => {
        await endAudit(env.DB, row, statusOf(error))
        throw error
      })
      await endAudit(env.DB, row, response.status)
      return response
    },
  }
}

function statusOf(error: unknown): number {
  if (error instanceof Refused) return error.status
  return error instanceof BadInput ? 400 : 500
}

/** Why this request goes no further; null: it may. */
function refusal(
  { access }: Operation,
  actor: Actor | null,
  request: Request,
  env: Env,
): Response | null {
  if (!isOpen(env)) return problem(503, 'The API is closed: ADMIN_TOKEN is not set.')
  if (actor === null)
    return problem(401, 'A bearer token or a session is needed, and this request has none we know.')
  if (access !== 'act') return null
  if (actor.role !== 'admin') return problem(403, 'This token may only read.')
  return fromHere(request, env, actor)
    ? null
    : problem(403, 'Only pages of Switchboard itself may act: the Origin is another.')
}

async function reply<O extends Operation>(
  operation: O,
  handle: Handler<O>,
  asked: Asked<O>,
): Promise<Response> {
  const answer = await handle(asked)
  if (answer instanceof Response) return answer
  if (operation.status === 204) return new Response(null, { status: 204 })
  const text = JSON.stringify(answer)
  const headers = { 'content-type': 'application/json', 'cache-control': 'private, no-cache' }
  if (operation.method !== 'GET') return new Response(text, { status: operation.status, headers })
  const etag = `W/"${(await sha256(text)).slice(0, 24)}"`
  const known = asked.request.headers.get('If-None-Match')
  return known === etag
    ? new Response(null, { status: 304, headers: { ...headers, etag } })
    : new Response(text, { status: operation.status, headers: { ...headers, etag } })
}

async function read<O extends Operation>(operation: O, request: IRequest) {
  const params = fits<O['params']>(operation.params, unescaped(request.params))
  const query = fits<O['query']>(operation.query, request.query)
  const reads = operation.method === 'POST' || operation.method === 'DELETE'
  const body = fits<O['body']>(operation.body, reads ? await json(request) : {})
  return { params, query, body }
}

/** @throws BadInput that names every field at fault by its path */
export function fits<S extends v.GenericSchema>(schema: S, value: unknown): v.InferOutput<S> {
  const parsed = v.safeParse(schema, value)
  if (parsed.success) return parsed.output
  const errors = parsed.issues.map((issue): FieldError => ({
    path: v.getDotPath(issue) ?? 'body',
    detail:
      issue.kind === 'schema' && issue.received === 'undefined' ? 'is missing' : issue.message,
  }))
  throw new BadInput(errors)
}

/** Path parameters as they were before a client escaped them; what cannot be read names nothing. */
function unescaped(params: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => {
      try {
        return [name, decodeURIComponent(value)]
      } catch {
        return [name, '']
      }
    }),
  )
}

async function json(request: IRequest): Promise<unknown> {
  const text = await request.text()
  try {
    return text === '' ? {} : (JSON.parse(text) as unknown)
  } catch {
    throw new BadInput([{ path: 'body', detail: 'is not JSON' }])
  }
}
