/**
 * What an answer that is no success means: one place from HTTP status to failure. The detail is the
 * API's own words without anything that looks like a number, an address or the key.
 */
import { StageError } from '@switchboard/shared/failure'
import type { Scope } from '@switchboard/shared/kinds'
import * as v from 'valibot'

/** A 400 or 422 to a request that carried a cursor: most likely the cursor is too old. */
export class ExpiredCursorError extends StageError {
  override readonly name = 'ExpiredCursorError'
}

/** Whether a listing can go on only by time, from a fresh first page: cursors are short-lived. */
export function isExpiredCursor(error: unknown): error is ExpiredCursorError {
  return error instanceof ExpiredCursorError
}

/** What is answered of one object that OpenPhone does not know: 400 and 422 where the id is none. */
export const NOT_KNOWN: readonly number[] = [400, 404, 422]

export interface Refused {
  status: number
  text: string // the body
  path: string
  withCursor: boolean
  retryAfterMs: number
}

/** The failure that a status leads to. Spec: Quo 2026-03-30, errors and rate limits. */
export function refusal(
  refused: Refused,
  { apiKey, scope }: { apiKey: string; scope?: Scope },
): StageError {
  const { status } = refused
  const detail = detailOf(refused.text, apiKey) ?? `HTTP ${status}`
  if (status === 401 || status === 402 || status === 403)
    return new StageError({
      kind: 'upstream.unauthorized',
      api: 'openphone',
      ...(scope === undefined ? {} : { scope }),
      detail,
    })
  if (status === 404 && !namesRecord(refused.path))
    return new StageError({
      kind: 'upstream.misconfigured',
      scope: 'openphone',
      detail: `OPENPHONE_BASE_URL leads to no ${refused.path}: ${detail}`,
    })
  if (status === 429)
    return new StageError({
      kind: 'upstream.throttled',
      api: 'openphone',
      retryAfterMs: refused.retryAfterMs,
    })
  if (status === 408 || status >= 500)
    return new StageError({ kind: 'upstream.unavailable', api: 'openphone', status, detail })
  const failure = { kind: 'record.refused', api: 'openphone', status, detail } as const
  return refused.withCursor && (status === 400 || status === 422)
    ? new ExpiredCursorError(failure)
    : new StageError(failure)
}

// `/calls/AC1/transcripts` is about one record, `/calls` about the workspace: a workspace's list
// that is not there means that the base URL is wrong.
function namesRecord(path: string): boolean {
  return path.split('/').length > 2
}

// The documented form, and the one the API has been seen to answer with.
const Documented = v.object({
  title: v.optional(v.string()),
  message: v.string(),
  errors: v.optional(v.array(v.object({ path: v.string(), message: v.string() }))),
})
const Observed = v.object({
  error: v.object({ message: v.string(), key: v.optional(v.string()) }),
})

function detailOf(text: string, apiKey: string): string | null {
  const body = v.safeParse(v.pipe(v.string(), v.parseJson(), v.union([Documented, Observed])), text)
  if (!body.success) return null
  const words = 'error' in body.output ? observed(body.output) : documented(body.output)
  return redact(words, apiKey).slice(0, 300)
}

function documented({ title, message, errors }: v.InferOutput<typeof Documented>): string {
  const places = (errors ?? []).map((error) => `${error.path}: ${error.message}`)
  return [title, message, ...places].filter((part) => part !== undefined).join('; ')
}

function observed({ error }: v.InferOutput<typeof Observed>): string {
  return error.key === undefined ? error.message : `${error.key}: ${error.message}`
}

function redact(words: string, apiKey: string): string {
  return words
    .slice(0, 1000)
    .replaceAll(apiKey || '\0', '[key]')
    .replaceAll(/[^\s@<>"']+@[^\s@<>"']+/g, '[address]')
    .replaceAll(/\+?\d(?:[\s().-]*\d){6,}/g, '[number]')
}
