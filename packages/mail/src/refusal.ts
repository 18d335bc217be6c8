/**
 * What a mailbox's "no" means: HTTP statuses, refused requests, and method errors, which come with
 * HTTP 200. Nothing we ask is about one mail, so a "no" is the system's fault, never a record's.
 * Spec: RFC 8620, sections 3.6.1 and 3.6.2.
 */
import { StageError } from '@switchboard/shared/failure'
import { reason } from '@switchboard/shared/issue'
import * as v from 'valibot'
import { WireMethodError, WireProblem } from './wire.ts'

/**
 * Whether the server asks for less haste, in either of its ways. A limit on what one request may
 * hold is none of haste. Spec: RFC 8620, section 3.6.1.
 */
export function isThrottling(status: number, text: string): boolean {
  if (status === 429) return true
  const problem = problemOf(text)
  if (problem?.type !== 'urn:ietf:params:jmap:error:limit') return false
  return problem.limit !== 'maxCallsInRequest' && problem.limit !== 'maxSizeRequest'
}

export interface Refused {
  status: number
  text: string // the body
  retryAfterMs: number
}

/** The failure that a refused HTTP request leads to. */
export function refusal({ status, text, retryAfterMs }: Refused, token: string): StageError {
  const detail = words(status, text, token)
  if (status === 401 || status === 402 || status === 403)
    return new StageError({ kind: 'upstream.unauthorized', api: 'mailbox', detail })
  if (isThrottling(status, text))
    return new StageError({ kind: 'upstream.throttled', api: 'mailbox', retryAfterMs })
  if (status === 408 || status >= 500) return unavailable(status, detail)
  return misconfigured(detail)
}

/** The server does not know any more what has changed since a state. Spec: RFC 8620, section 5.2. */
export class CannotCalculateChanges extends Error {
  override readonly name = 'CannotCalculateChanges'
}

/** The failure that a method's error leads to. */
export function methodRefusal(method: string, error: unknown, token: string): Error {
  const parsed = v.safeParse(WireMethodError, error)
  if (!parsed.success) return unavailable(200, `${method} failed without a reason`)
  const { type, description } = parsed.output
  const detail = redact(`${method}: ${[type, description].filter(Boolean).join(': ')}`, token)
  switch (type) {
    case 'serverUnavailable':
    case 'serverFail':
    case 'serverPartialFail':
      return unavailable(200, detail)
    case 'cannotCalculateChanges':
      return new CannotCalculateChanges()
    case 'forbidden':
      return new StageError({ kind: 'upstream.unauthorized', api: 'mailbox', detail })
    default: // a filter it does not take, an account it does not know: asking again changes nothing
      return misconfigured(detail)
  }
}

/** The failure that an answer of another shape than JMAP's leads to. */
export function oddAnswer(what: string, issue: v.BaseIssue<unknown>): StageError {
  return unavailable(200, `${what}: ${reason(issue)}`)
}

export function unavailable(status: number | null, detail: string, cause?: unknown): StageError {
  return new StageError({ kind: 'upstream.unavailable', api: 'mailbox', status, detail }, { cause })
}

export function misconfigured(detail: string): StageError {
  return new StageError({ kind: 'upstream.misconfigured', scope: 'mailbox', detail })
}

function problemOf(text: string): v.InferOutput<typeof WireProblem> | null {
  const parsed = v.safeParse(v.pipe(v.string(), v.parseJson(), WireProblem), text)
  return parsed.success ? parsed.output : null
}

function words(status: number, text: string, token: string): string {
  const problem = problemOf(text)
  const type = problem?.type === 'about:blank' ? null : problem?.type // says no more than the status
  const said = [type, problem?.limit, problem?.detail ?? problem?.title].filter(Boolean).join(': ')
  return redact(said || `HTTP ${status}`, token)
}

function redact(said: string, token: string): string {
  return said
    .slice(0, 1000)
    .replaceAll(token || '\0', '[token]')
    .replaceAll(/[^\s@<>"']+@[^\s@<>"']+/g, '[address]')
    .slice(0, 300)
}
