/**
 * The one place that sends: gate first, then headers, time-out, retries. Every try passes the gate
 * again.
 *
 * A 429 holds everyone and is asked again a few times; a 5xx, a broken connection or a time-out
 * twice, where it was a read: a change may have been made unseen, so it is never sent twice. What is
 * left after that is the harness's to put off.
 */
import { StageError, toFailure } from '@switchboard/shared/failure'
import type { Outside } from '@switchboard/shared/gate'
import type { Scope } from '@switchboard/shared/kinds'
import pRetry from 'p-retry'
import { refusal } from './refusal.ts'

/**
 * The port: how OpenPhone is reached. `baseUrl` is an origin, `apiKey` is sent as it is; `scope` is
 * what is parked where this key is refused, all of OpenPhone if it is not told.
 */
export type OpenPhone = Outside & { baseUrl: string; apiKey: string; scope?: Scope }

export interface Request {
  path: string
  query?: Record<string, string>
  /** Of a list: null for its first page. What is no list has none, and no page size. */
  cursor?: string | null
  /** Statuses that the caller understands: they come back as an answer without a body. */
  expected?: readonly number[]
}

/** A change; `body` is sent as JSON. */
export interface Change extends Omit<Request, 'cursor'> {
  method: 'POST' | 'PATCH' | 'DELETE'
  body?: object
}

export interface Answer {
  status: number
  body: unknown
}

const API_VERSION = '2026-03-30' // required; there is no default
const PAGE_SIZE = '50' // the most a page may hold, and what the rate-limits page advises
const TIMEOUT_MS = 60_000
const READ_RETRIES = { 'upstream.throttled': 4, 'upstream.unavailable': 2 }
const CHANGE_RETRIES = { 'upstream.throttled': 4, 'upstream.unavailable': 0 }
// No header is documented: the budget opens again with the next second.
const LEAST_HOLD_MS = 1000
const LONGEST_HOLD_MS = 3_600_000 // a nonsensical header must not stop us for days

/**
 * GET, answered with parsed JSON.
 * @throws StageError upstream.*, gate.later, record.refused
 */
export async function get(api: OpenPhone, request: Request): Promise<Answer> {
  return ask(api, request, READ_RETRIES)
}

/**
 * POST, PATCH or DELETE, answered with parsed JSON, or null where the answer has no body.
 * @throws StageError upstream.*, gate.later, record.refused; upstream.unavailable leaves open
 *   whether the change was made
 */
export async function change(api: OpenPhone, request: Change): Promise<Answer> {
  return ask(api, request, CHANGE_RETRIES)
}

async function ask(
  api: OpenPhone,
  request: Request | Change,
  retries: typeof READ_RETRIES,
): Promise<Answer> {
  const left = { ...retries }
  return pRetry(() => attempt(api, request), {
    retries: left['upstream.throttled'] + left['upstream.unavailable'],
    minTimeout: 1000,
    maxTimeout: 4000,
    randomize: true, // jitter: one to two times as long
    shouldRetry: ({ error }) => {
      const { kind } = toFailure(error)
      if (kind !== 'upstream.throttled' && kind !== 'upstream.unavailable') return false
      left[kind] -= 1
      return left[kind] >= 0
    },
  })
}

async function attempt(api: OpenPhone, request: Request | Change): Promise<Answer> {
  await api.pace.acquire()
  const { status, headers, text } = await send(api, request)
  if (status >= 200 && status < 300)
    return { status, body: 'method' in request && text === '' ? null : json(status, text) }
  if (request.expected?.includes(status)) return { status, body: null }

  const askedMs = retryAfterMs(headers.get('Retry-After'), api.now())
  const holdMs = Math.min(Math.max(askedMs ?? 0, LEAST_HOLD_MS), LONGEST_HOLD_MS)
  if (status === 429 || (status === 503 && askedMs !== null)) await api.pace.hold(holdMs)
  const withCursor = typeof cursorOf(request) === 'string'
  throw refusal({ status, text, path: request.path, withCursor, retryAfterMs: holdMs }, api)
}

interface Sent {
  status: number
  headers: Headers
  text: string
}

async function send(api: OpenPhone, request: Request | Change): Promise<Sent> {
  const { fetch } = api // the platform's own refuses to be called as a method
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS)
  try {
    const body = 'method' in request ? request.body : undefined
    const response = await fetch(urlOf(api, request), {
      method: 'method' in request ? request.method : 'GET',
      headers: {
        Accept: 'application/json',
        Authorization: api.apiKey, // raw: with `Bearer` it is a 401
        'Quo-Api-Version': API_VERSION,
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: abort.signal,
    })
    return { status: response.status, headers: response.headers, text: await response.text() }
  } catch (cause) {
    const detail = abort.signal.aborted
      ? `no answer within ${TIMEOUT_MS / 1000} s`
      : `the connection to ${api.baseUrl} failed`
    throw unavailable(null, detail, cause)
  } finally {
    clearTimeout(timer)
  }
}

function urlOf(api: OpenPhone, request: Request | Change): string {
  const url = new URL(request.path, api.baseUrl)
  const cursor = cursorOf(request)
  const query = { ...(cursor === undefined ? {} : { limit: PAGE_SIZE }), ...request.query }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
  if (typeof cursor === 'string') url.searchParams.set('after', cursor)
  return url.href
}

function cursorOf(request: Request | Change): string | null | undefined {
  return 'cursor' in request ? request.cursor : undefined
}

function json(status: number, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw unavailable(status, 'the answer is no JSON', cause)
  }
}

/** `Retry-After` comes in seconds or as an HTTP date. */
function retryAfterMs(header: string | null, now: number): number | null {
  if (header === null) return null
  const text = header.trim()
  if (/^\d+(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000)
  const at = Date.parse(text)
  return Number.isNaN(at) ? null : Math.max(0, at - now)
}

function unavailable(status: number | null, detail: string, cause: unknown): StageError {
  return new StageError(
    { kind: 'upstream.unavailable', api: 'openphone', status, detail },
    { cause },
  )
}
