/**
 * Every way a stage can fail, and the one total function that says what follows. A record's fault
 * is a dead letter at once; a system's fault is a pause; waiting never burns a try. The harness
 * (packages/consumer) is the one place that carries a disposition out.
 */
import type { Api, Scope } from './kinds.ts'

export type Failure =
  /** The record cannot be read or written as it is; `field` names the place. */
  | { kind: 'record.invalid'; field: string; detail: string }
  /** An outside system refused this very record (a value too long, say). */
  | { kind: 'record.refused'; api: Api; status: number; detail: string }
  | { kind: 'upstream.throttled'; api: Api; retryAfterMs: number }
  /** 5xx, network, time-out of something that may safely be asked again. */
  | { kind: 'upstream.unavailable'; api: Api; status: number | null; detail: string }
  /** A write whose effect is unknown; nothing may be sent before `notBefore` (ms since epoch). */
  | { kind: 'upstream.doubtful'; api: Api; notBefore: number; detail: string }
  /** `scope`: where it is one of several keys that is refused. */
  | { kind: 'upstream.unauthorized'; api: Api; scope?: Scope; detail: string }
  /** A budget is spent until `until` (ms since epoch); `scope`: that of a part of the system. */
  | { kind: 'upstream.exhausted'; api: Api; scope?: Scope; until: number; detail: string }
  /** The outside system is set up otherwise than we write: a renamed property, a lost share. */
  | { kind: 'upstream.misconfigured'; scope: Scope; detail: string }
  /** Known to be parked already: nothing was sent. */
  | { kind: 'scope.parked'; scope: Scope; detail: string }
  /** The gate's line was too long; `notBefore` is ms since epoch. */
  | { kind: 'gate.later'; api: Api; notBefore: number }
  /** Another holder has the row, or the lease is nearly over: send nothing more. */
  | { kind: 'lease.lost' }
  /** Too early by protocol (a create that is still settling); ms since epoch. */
  | { kind: 'not.yet'; notBefore: number }
  /** A setting is missing or wrong: everything that needs it waits. */
  | { kind: 'config.invalid'; setting: string; detail: string }
  /** Ours. */
  | { kind: 'bug'; detail: string }

export type Disposition =
  | { do: 'deadLetter' }
  /** Come back after `delayMs`, or the queue's own delay if null; `burnsTry`: it counts. */
  | { do: 'retry'; delayMs: number | null; burnsTry: boolean }
  /** The minute cron sends it again once due; the queue message is done with. */
  | { do: 'putOff'; until: number; burnsTry: boolean }
  /** Owed until the scope reopens. `until`: no probe before. `proven`: no probe is needed to park. */
  | { do: 'park'; scope: Scope; until: number | null; proven: boolean }
  /** Leave the row to whoever holds it. */
  | { do: 'release' }

/** A new kind does not compile until it is placed here. */
export function disposition(failure: Failure): Disposition {
  switch (failure.kind) {
    case 'record.invalid':
    case 'record.refused':
      return { do: 'deadLetter' }
    case 'upstream.throttled':
      return { do: 'retry', delayMs: failure.retryAfterMs, burnsTry: false }
    case 'upstream.unavailable':
    case 'bug':
      return { do: 'retry', delayMs: null, burnsTry: true }
    case 'upstream.doubtful':
      return { do: 'putOff', until: failure.notBefore, burnsTry: true }
    case 'not.yet':
    case 'gate.later':
      return { do: 'putOff', until: failure.notBefore, burnsTry: false }
    case 'upstream.unauthorized':
      return { do: 'park', scope: failure.scope ?? failure.api, until: null, proven: false }
    case 'upstream.exhausted':
      return { do: 'park', scope: failure.scope ?? failure.api, until: failure.until, proven: true }
    case 'upstream.misconfigured':
      return { do: 'park', scope: failure.scope, until: null, proven: false }
    case 'scope.parked':
      return { do: 'park', scope: failure.scope, until: null, proven: true }
    case 'config.invalid':
      return { do: 'retry', delayMs: null, burnsTry: false }
    case 'lease.lost':
      return { do: 'release' }
  }
}

/** A failure on its way to the harness. `cause` keeps the original error. */
export class StageError extends Error {
  readonly failure: Failure

  constructor(failure: Failure, options?: { cause?: unknown }) {
    super(describe(failure), options)
    this.name = 'StageError'
    this.failure = failure
  }
}

/** Any thrown value as a failure: what is not ours is a bug and is tried again. */
export function toFailure(thrown: unknown): Failure {
  if (thrown instanceof StageError) return thrown.failure
  return {
    kind: 'bug',
    detail: thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown),
  }
}

/** One line for an operator; never holds a body, a number or an address of a record. */
export function describe(failure: Failure): string {
  switch (failure.kind) {
    case 'record.invalid':
      return `${failure.field}: ${failure.detail}`
    case 'record.refused':
      return `${failure.api} refused the record (${failure.status}): ${failure.detail}`
    case 'upstream.throttled':
      return `${failure.api} asks to wait ${Math.ceil(failure.retryAfterMs / 1000)} s`
    case 'upstream.unavailable':
      return `${failure.api} is not available (${failure.status ?? 'no answer'}): ${failure.detail}`
    case 'upstream.doubtful':
      return `${failure.api} may or may not have written it: ${failure.detail}`
    case 'upstream.unauthorized':
      return `${failure.scope ?? failure.api} refuses our credentials: ${failure.detail}`
    case 'upstream.exhausted':
      return `${failure.scope ?? failure.api} has no budget left until ${new Date(failure.until).toISOString()}: ${failure.detail}`
    case 'upstream.misconfigured':
      return `${failure.scope} is not set up as expected: ${failure.detail}`
    case 'scope.parked':
      return `${failure.scope} is parked: ${failure.detail}`
    case 'gate.later':
      return `no slot at the ${failure.api} gate in time`
    case 'not.yet':
      return `not before ${new Date(failure.notBefore).toISOString()}`
    case 'config.invalid':
      return `${failure.setting}: ${failure.detail}`
    case 'lease.lost':
      return 'another holder has it'
    case 'bug':
      return failure.detail
  }
}
