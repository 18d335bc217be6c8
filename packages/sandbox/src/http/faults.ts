/**
 * Failures a test orders ahead of time: the next requests that match are answered with an error,
 * before or after they took effect, or not at all. No I/O.
 */
import type { HttpRequest } from './server.ts'

/** A string is looked for in, a RegExp tested against, `METHOD /path`. */
export type Matcher = string | RegExp | ((request: HttpRequest) => boolean)

export interface Fault {
  /** A status; `hang`: no answer ever comes; `drop`: the connection breaks. */
  answer: number | 'hang' | 'drop'
  /** `after`: the request takes effect all the same. Default `before`. */
  when?: 'before' | 'after'
  /** For 429 and 529. */
  retryAfterSeconds?: number
}

export class Faults {
  private planned: { matches: (request: HttpRequest) => boolean; fault: Fault; left: number }[] = []

  /** A bare number is a status answered before any effect. */
  plan(matcher: Matcher, fault: number | Fault, times = 1): void {
    this.planned.push({
      matches: toPredicate(matcher),
      fault: typeof fault === 'number' ? { answer: fault } : fault,
      left: times,
    })
  }

  /** The fault due for this request, used up by asking. */
  next(request: HttpRequest): Fault | undefined {
    if (this.planned.length === 0) return undefined
    const due = this.planned.find((plan) => plan.matches(request))
    if (!due) return undefined
    due.left--
    if (due.left <= 0) this.planned = this.planned.filter((plan) => plan !== due)
    return due.fault
  }

  clear(): void {
    this.planned = []
  }
}

function toPredicate(matcher: Matcher): (request: HttpRequest) => boolean {
  if (typeof matcher === 'function') return matcher
  return typeof matcher === 'string'
    ? (request) => line(request).includes(matcher)
    : (request) => matcher.test(line(request))
}

function line(request: HttpRequest): string {
  return `${request.method} ${request.path}`
}
