/**
 * The one place that sends: gate first, then headers, time-out, retries. Every try passes the gate
 * again. Only reads go through here, so asking twice is safe.
 *
 * A 429 holds everyone and is asked again a few times; a 5xx, a broken connection, a time-out or a
 * method that says "not now" twice. What is left after that is the harness's to put off.
 */
import { toFailure } from '@switchboard/shared/failure'
import type { Outside } from '@switchboard/shared/gate'
import pRetry from 'p-retry'
import { isThrottling, refusal, unavailable } from './refusal.ts'

/** The port: how a JMAP mailbox is reached. `token` is a bearer token. */
export type Jmap = Outside & { sessionUrl: string; token: string }

/** A GET, or a POST where there is a body. */
export interface Request {
  url: string
  body?: object
}

/** Parsed JSON, and where it came from after redirects. */
export interface Answer {
  url: string
  body: unknown
}

const TIMEOUT_MS = 60_000
const RETRIES = { 'upstream.throttled': 4, 'upstream.unavailable': 2 }
const LEAST_HOLD_MS = 1000
const LONGEST_HOLD_MS = 3_600_000 // a nonsensical header must not stop us for days

/**
 * Asks and reads the answer; what `read` throws is judged, and asked again, like an HTTP status.
 * @throws StageError upstream.*, gate.later
 */
export async function ask<T>(api: Jmap, request: Request, read: (answer: Answer) => T): Promise<T> {
  const left = { ...RETRIES }
  return pRetry(async () => read(await attempt(api, request)), {
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

async function attempt(api: Jmap, request: Request): Promise<Answer> {
  await api.pace.acquire()
  const { status, headers, text, url } = await send(api, request)
  if (status >= 200 && status < 300) return { url, body: json(status, text) }

  const askedMs = retryAfterMs(headers.get('Retry-After'), api.now())
  const holdMs = Math.min(Math.max(askedMs ?? 0, LEAST_HOLD_MS), LONGEST_HOLD_MS)
  if (isThrottling(status, text) || (status === 503 && askedMs !== null))
    await api.pace.hold(holdMs)
  throw refusal({ status, text, retryAfterMs: holdMs }, api.token)
}

interface Sent {
  url: string
  status: number
  headers: Headers
  text: string
}

async function send(api: Jmap, { url, body }: Request): Promise<Sent> {
  const { fetch } = api // the platform's own refuses to be called as a method
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS)
  const headers = { Accept: 'application/json', Authorization: `Bearer ${api.token}` }
  try {
    const response = await fetch(url, {
      ...(body === undefined
        ? { headers }
        : {
            method: 'POST',
            headers: { ...headers, 'Content-Type': 'application/json' },
            body: JSON.stringify(body),
          }),
      signal: abort.signal,
    })
    const text = await response.text()
    return { url: response.url || url, status: response.status, headers: response.headers, text }
  } catch (cause) {
    const detail = abort.signal.aborted
      ? `no answer within ${TIMEOUT_MS / 1000} s`
      : 'the connection failed'
    throw unavailable(null, detail, cause)
  } finally {
    clearTimeout(timer)
  }
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
