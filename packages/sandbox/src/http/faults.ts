/**
 * Failures that are ordered: ahead of time for the next requests that match, or standing until they
 * are called off; answered with an error, before or after they took effect, or not at all. No I/O.
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
  /** What a refusal says, where the stand-in lets it be said. */
  message?: string
}

export class Faults {
  private planned: { matches: (request: HttpRequest) => boolean; fault: Fault; left: number }[] = []
  private readonly standing = new Map<
    string,
    { matches: (request: HttpRequest) => boolean; fault: Fault }
  >()

  /** A bare number is a status answered before any effect. */
  plan(matcher: Matcher, fault: number | Fault, times = 1): void {
    this.planned.push({ matches: toPredicate(matcher), fault: toFault(fault), left: times })
  }

  /** From now on every request that matches is answered so. */
  stand(name: string, matcher: Matcher, fault: number | Fault): void {
    this.standing.set(name, { matches: toPredicate(matcher), fault: toFault(fault) })
  }

  /** Ends what stands under this name. */
  callOff(name: string): void {
    this.standing.delete(name)
  }

  /** The fault due for this request; one that was planned is used up by asking. */
  next(request: HttpRequest): Fault | undefined {
    const due = this.planned.find((plan) => plan.matches(request))
    if (!due) return [...this.standing.values()].find(({ matches }) => matches(request))?.fault
    due.left--
    if (due.left <= 0) this.planned = this.planned.filter((plan) => plan !== due)
    return due.fault
  }

  clear(): void {
    this.planned = []
  }
}

function toFault(fault: number | Fault): Fault {
  return typeof fault === 'number' ? { answer: fault } : fault
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
