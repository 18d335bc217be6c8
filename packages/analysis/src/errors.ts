/**
 * What an error of Workers AI means. How it carries its code is not documented: we read `code`, else
 * the number that its message begins with.
 * Codes: https://developers.cloudflare.com/workers-ai/platform/errors/
 */
import { StageError } from '@switchboard/shared/failure'
import type { Failure } from '@switchboard/shared/failure'

const API = 'workers-ai'
const DAY_MS = 86_400_000
/** The budget is counted by the minute and comes back evenly: no need to wait for all of it. */
const THROTTLED_MS = 10_000

/** 4006 is not in the table, but it is what accounts are told. */
const QUOTA_SPENT = [3036, 4006]
const UNAVAILABLE = new Map([
  [3040, 'no capacity'],
  [3007, 'time-out'],
  [3008, 'the request was aborted'],
])
/** None of these ends by asking again. */
const MISCONFIGURED = new Map([
  [5007, 'there is no such model'],
  [3042, 'there is no such model'],
  [5035, 'the model needs a paid plan'],
  [5016, "the model's terms have not been agreed to"],
  [5018, 'the account may not use this model'],
  [3041, 'the account may not use this model'],
  [3023, 'the account is blocked'],
])

/**
 * A thrown value as the failure of a stage; `unusable` where it is about this one text: the model
 * could not answer in our JSON, or the text is too large. A StageError (the gate's, say) stays what
 * it is. Details name the code, never the record's text.
 * @param now ms since epoch
 */
export function modelFailure(error: unknown, now: number): StageError | 'unusable' {
  if (error instanceof StageError) return error
  const message = messageOf(error)
  if (isTooLarge(error) || /JSON mode couldn.t be met/i.test(message)) return 'unusable'
  return new StageError(failureOf(codeOf(error), message, now), { cause: error })
}

/** Whether the text does not fit, so that asking again is of no use. */
export function isTooLarge(error: unknown): boolean {
  return codeOf(error) === 3006
}

function failureOf(code: number | null, message: string, now: number): Failure {
  if (code === null) return unavailable(null, message.slice(0, 120)) // the platform's, not a model's
  if (QUOTA_SPENT.includes(code)) {
    const until = (Math.floor(now / DAY_MS) + 1) * DAY_MS // it counts from 00:00 UTC
    return { kind: 'upstream.exhausted', api: API, until, detail: `the daily quota (${code})` }
  }
  const misconfigured = MISCONFIGURED.get(code)
  if (misconfigured !== undefined) {
    const detail = `${misconfigured} (${code})`
    return { kind: 'upstream.misconfigured', scope: API, detail }
  }
  if (code === 429) return { kind: 'upstream.throttled', api: API, retryAfterMs: THROTTLED_MS }
  const known = UNAVAILABLE.get(code) ?? 'error'
  return unavailable(code < 600 ? code : null, `${known} (${code})`)
}

function unavailable(status: number | null, detail: string): Failure {
  return { kind: 'upstream.unavailable', api: API, status, detail }
}

/** A field of the error, else `3040: ...` or `AiError: 5007: ...` in its message. */
function codeOf(error: unknown): number | null {
  const fields: Partial<Record<'code' | 'status', unknown>> =
    typeof error === 'object' && error !== null ? error : {}
  const code = Number(fields.code)
  if (code >= 100) return code // a DOMException's code is smaller and says nothing here
  const leading = /^(?:\w+: )*(\d{3,5})\b/.exec(messageOf(error))
  if (leading !== null) return Number(leading[1])
  const status = Number(fields.status)
  return status >= 100 ? status : null
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
