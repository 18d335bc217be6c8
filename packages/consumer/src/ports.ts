/**
 * What the harness needs of the world, as small as its use. A Worker fills it in: the ledger is
 * packages/store's, the queues and the statements are the platform's.
 */
import type { Api, Lane, RecordKey, Scope, Stage } from '@switchboard/shared/kinds'
import type { Failure } from '@switchboard/shared/failure'
import type { Cause, QueueMessage, QueueName } from '@switchboard/shared/queue-message'

/** A row of owed work that this invocation holds. */
export interface Claim extends RecordKey {
  stage: Stage
  lane: Lane
  cause: Cause
  runId: string | null
  wanted: number
  tries: number // this one included
  error: string | null // why the try before failed, JSON as in `Finish`
  token: string
  claimedAt: number
}

export interface DueRow extends RecordKey {
  stage: Stage
  lane: Lane
  cause: Cause
  runId: string | null
  dueAt: number
}

/** What one batch leaves behind; see packages/store ledger.ts. */
export interface Finish {
  stage: Stage
  token: string
  saves: D1PreparedStatement[]
  next: { stage: Stage; keys: RecordKey[] }[]
  done: (RecordKey & { wanted: number })[]
  postponed: (RecordKey & {
    dueAt: number
    burnsTry: boolean
    error: string | null
    parkedOn: Scope | null
  })[]
  failed: (RecordKey & { wanted: number; error: string })[]
  events: StageEvent[]
  requests: { runId: string; api: Api; count: number }[]
}

export interface StageEvent extends RecordKey {
  stage: Stage
  runId: string | null
  lane: Lane
  attempt: number
  outcome: string
  waitedMs: number
  workedMs: number
  error: string | null
}

export interface Ledger {
  claim(
    request: { stage: Stage; keys: RecordKey[]; token: string; now: number; alone: boolean },
    loads: D1PreparedStatement[],
  ): Promise<{ claims: Claim[]; triedBefore: RecordKey[]; loaded: unknown[][] }>
  /** @returns what is owed anew: more came while it was worked */
  finish(finish: Finish, now: number): Promise<RecordKey[]>
  park(
    parked: { scope: Scope; reason: string; until: number | null; failure: Failure['kind'] },
    now: number,
  ): Promise<void>
}

/** What sending owed work needs of the ledger. */
export interface Outbox {
  due(
    filter: { keys: RecordKey[] } | { before: number },
    now: number,
    limit: number,
  ): Promise<DueRow[]>
  markSent(rows: DueRow[], now: number): Promise<void>
}

/** The queues a Worker can send to. A row whose queue is not here is left to the cron's Worker. */
export type Queues = Partial<Record<QueueName, Queue<QueueMessage>>>

/**
 * How an attempt ends. `stillOwed`: saved what there is, and the row waits for a system. `note`: what
 * the record's journey shall say of it, never a word of the record.
 */
export type Outcome<Result> =
  | { ok: true; result: Result; skipped: boolean; stillOwed: Failure | null; note: string | null }
  | { ok: false; failure: Failure }

/** A stage that has what it was to do. */
export function done<Result>(
  result: Result,
  more: { skipped?: boolean; stillOwed?: Failure | null; note?: string | null } = {},
): Outcome<Result> {
  const { skipped = false, stillOwed = null, note = null } = more
  return { ok: true, result, skipped, stillOwed, note }
}
