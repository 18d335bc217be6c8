/**
 * The one way to the API: the session's cookie goes along, answers carry an ETag that is asked with
 * again, and what is refused becomes an `ApiError` made of its problem details (RFC 9457).
 */

import { eventsIn } from './events.ts'
import type { ServerEvent } from './events.ts'

/** A field of the input that was refused, by its path. */
export interface FieldError {
  path: string
  detail: string
}

export class ApiError extends Error {
  readonly status: number // 0: nothing answered
  readonly errors: FieldError[]

  constructor(status: number, detail: string, errors: FieldError[] = []) {
    super(detail)
    this.status = status
    this.errors = errors
  }
}

interface Kept {
  etag: string
  answer: unknown
}

/** What has not answered by then does not answer. */
const GIVEN_UP_MS = 30_000
/** How many answers are kept to be asked for by their ETag. */
const MOST_KEPT = 60
const kept = new Map<string, Kept>()

let onSignedOut = () => {}

/** Who is told when the API no longer knows the session. */
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener
}

/** What stood at this path when it was last read; undefined: it never was. */
export function lastAnswer<T>(path: string): T | undefined {
  return kept.get(path)?.answer as T | undefined
}

/** Forgets every answer: someone else may sign in. */
export function forgetAnswers(): void {
  kept.clear()
}

/**
 * Reads. The same object comes back where nothing changed (304).
 * @throws ApiError what the API refuses, status 0 where it does not answer
 */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  const known = kept.get(path)
  const response = await send(path, {
    headers: known === undefined ? {} : { 'if-none-match': known.etag },
    signal: givenUp(signal),
  })
  if (response.status === 304 && known !== undefined) return known.answer as T
  const answer = await read<T>(response)
  const etag = response.headers.get('etag')
  kept.delete(path)
  if (etag !== null) kept.set(path, { etag, answer })
  const [oldest] = kept.keys()
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
  return answer
}

/** Acts, or asks a question that needs a body. @throws ApiError */
export async function act<T = null>(
  method: 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<T> {
  const response = await send(path, {
    method,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal ?? null,
  })
  return read<T>(response)
}

/**
 * Asks something that is answered step by step.
 * @param onStep each step as it comes @throws ApiError, also when the answer breaks off
 */
export async function askInSteps(
  path: string,
  body: unknown,
  onStep: (step: ServerEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify(body),
    signal,
  })
  if (!response.ok || response.body === null) return read(response)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      const { events, rest } = eventsIn(text + value)
      text = rest
      for (const step of events) onStep(step)
    }
  } catch (error) {
    if (signal.aborted) throw error
    throw new ApiError(0, 'The answer broke off.')
  }
}

/** Of whoever no longer wants the answer, and of the clock. */
function givenUp(signal: AbortSignal | undefined): AbortSignal {
  const clock = AbortSignal.timeout(GIVEN_UP_MS)
  return signal === undefined ? clock : AbortSignal.any([signal, clock])
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { ...init, credentials: 'same-origin', cache: 'no-store' })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'Switchboard does not answer.')
  }
}

async function read<T>(response: Response): Promise<T> {
  if (response.status === 204) return null as T
  const text = await response.text()
  const json = parsed(text)
  if (response.ok) {
    if (json === undefined) throw new ApiError(response.status, 'The answer is not JSON.')
    return json as T
  }
  if (response.status === 401) onSignedOut()
  const { detail, errors } = (json ?? {}) as { detail?: string; errors?: FieldError[] }
  throw new ApiError(response.status, detail ?? `It answered ${response.status}.`, errors ?? [])
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
