/**
 * The queue harness: decode, claim the batch, run the stage per record, finish in one D1 batch,
 * settle every queue message. It never throws: locally a throw undoes the acks already given. What
 * a failure leads to is said by `disposition` (shared/failure.ts) and carried out here alone.
 *
 * A message whose row is not claimed is acknowledged unworked: duplicate, old, or in other hands.
 * Only the token's holder writes; docs/protocols.md#owed-work has the interleavings.
 */
import * as v from 'valibot'
import { StageError, describe, disposition, toFailure } from '@switchboard/shared/failure'
import type { Disposition, Failure } from '@switchboard/shared/failure'
import type { RecordKey, Scope, Stage } from '@switchboard/shared/kinds'
import { log, logId } from '@switchboard/shared/log'
import { patternOf } from '@switchboard/shared/pattern'
import type { QueueMessage } from '@switchboard/shared/queue-message'
import { decodeBatch } from './decode.ts'
import type { Decoded } from './decode.ts'
import type { Claim, Finish, Ledger, Outbox, Outcome, Queues, StageEvent } from './ports.ts'
import { sendOwed } from './send-owed.ts'
import type { Tally } from './tally.ts'

/** The queue's own delay is not known here; the row's due time must lie beyond it. */
const RETRY_MARGIN_MS = 5 * 60_000
/** Rows tried before are worked alone, one after another, while there is time. */
const ALONE_UNTIL_MS = 5 * 60_000
const FINISH_TRIES = 3

/** A stage as the harness runs it. `Owed` is a claim with all that was loaded for it. */
export interface StageWork<Owed extends { claim: Claim }, Result> {
  stage: Stage
  maxTries: number
  hashKey: string
  ledger: Ledger & Outbox
  queues: Queues
  letters: Queue
  tally: Tally
  now: () => number
  newToken: () => string
  /** Statements that load what the stage needs, in the claim's own round trip. */
  loads(keys: RecordKey[]): D1PreparedStatement[]
  /** Puts claims and loaded rows together. */
  gather(claims: Claim[], loaded: unknown[][]): Owed[]
  /** One outcome for each owed row, in order. May throw: then every row fails alike. */
  run(owed: Owed[]): Promise<Outcome<Result>[]>
  /** What is saved for rows that are done (or saved and still owed). */
  saves(
    results: { claim: Claim; result: Result }[],
    held: { stage: Stage; token: string },
  ): D1PreparedStatement[]
  /** The stages that owe this record work now. */
  next(claim: Claim, result: Result): readonly Stage[]
  /** Whether an outside system answers after all. A system's fault parks only what fails here too. */
  probe(scope: Scope, failure: Failure): Promise<boolean>
}

type Settled = { message: Decoded; verdict: { do: 'ack' } | { do: 'retry'; delaySeconds?: number } }

/**
 * A Worker's queue handler.
 * @param open builds the stage from the Worker's environment; a setting that is missing leaves all
 *   messages in the queue
 */
export function consume<Env, Owed extends { claim: Claim }, Result>(
  open: (env: Env) => StageWork<Owed, Result>,
): ExportedHandlerQueueHandler<Env> {
  return async (batch, env) => {
    try {
      const work = open(env)
      const decoded = await decodeBatch(batch.messages, work.stage, work.letters)
      for (const { message, verdict } of await handle(work, decoded)) {
        if (verdict.do === 'ack') message.ack()
        else
          message.retry(
            verdict.delaySeconds === undefined ? {} : { delaySeconds: verdict.delaySeconds },
          )
      }
    } catch (error) {
      // D1, a queue or a setting failed us. Rows that were claimed come back when their lease lapses.
      // One by one: what is settled stays settled, which `retryAll` undoes on a local runtime.
      log.error('batch.failed', {
        stage: batch.queue,
        failure: toFailure(error).kind,
        error: errorText(error),
      })
      for (const message of batch.messages) message.retry()
    }
  }
}

/** Works a batch. @returns what becomes of each queue message */
async function handle<Owed extends { claim: Claim }, Result>(
  work: StageWork<Owed, Result>,
  messages: Decoded[],
): Promise<Settled[]> {
  if (messages.length === 0) return []
  const startedAt = work.now()
  const byId = Map.groupBy(messages, ({ body }) => `${body.kind}/${body.id}`)
  const keys = [...byId.values()].map(([first]) => keyOf(first!.body))
  const settled = new Map<Decoded, Settled['verdict']>()

  const together = await workClaimed(work, byId, keys, false)
  const outOfTime: RecordKey[] = []
  for (const key of together.triedBefore) {
    if (work.now() - startedAt > ALONE_UNTIL_MS) outOfTime.push(key)
    else {
      const alone = await workClaimed(work, byId, [key], true)
      for (const [id, verdict] of alone.verdicts) together.verdicts.set(id, verdict)
    }
  }
  for (const key of outOfTime) together.verdicts.set(idOf(key), { do: 'retry' })
  for (const [id, copies] of byId) {
    const verdict = together.verdicts.get(id) ?? { do: 'ack' }
    // Of several copies one comes back.
    copies.forEach((message, nth) => settled.set(message, nth === 0 ? verdict : { do: 'ack' }))
  }
  return [...settled].map(([message, verdict]) => ({ message, verdict }))
}

/** Claims, runs and finishes these records under one token. */
async function workClaimed<Owed extends { claim: Claim }, Result>(
  work: StageWork<Owed, Result>,
  byId: Map<string, Decoded[]>,
  keys: RecordKey[],
  alone: boolean,
): Promise<{ triedBefore: RecordKey[]; verdicts: Map<string, Settled['verdict']> }> {
  const token = work.newToken()
  const claimedAt = work.now()
  const { claims, triedBefore, loaded } = await work.ledger.claim(
    { stage: work.stage, keys, token, now: claimedAt, alone },
    work.loads(keys),
  )
  const verdicts = new Map<string, Settled['verdict']>()
  if (claims.length === 0) return { triedBefore, verdicts }

  const outcomes = await attempt(work, claims, loaded)
  const parked = await parkFaulty(work, outcomes)
  const finish: Finish = {
    stage: work.stage,
    token,
    saves: [],
    next: [],
    done: [],
    postponed: [],
    failed: [],
    events: [],
    requests: [],
  }
  const saved: { claim: Claim; result: Result }[] = []
  const now = work.now()
  claims.forEach((claim, at) => {
    const outcome = outcomes[at] ?? bug('the stage gave no outcome')
    const step = placed(outcome, parked)
    if (outcome.ok) saved.push({ claim, result: outcome.result })
    const attempts = Math.min(claim.tries, work.maxTries) // giving up is none
    verdicts.set(idOf(claim), write(finish, claim, attempts, outcome, step, now))
    const [first] = byId.get(idOf(claim)) ?? []
    finish.events.push(event(claim, outcome, step, first?.body, now))
  })
  finish.saves = work.saves(saved, { stage: work.stage, token })
  finish.next = nextOf(work, saved)
  finish.requests = work.tally.take()

  const anew = await finishSurely(work, finish)
  await sendLetters(work, finish, claims)
  // What told of more while a record was held found it in our hands and was acknowledged unworked.
  const goOn = finish.next.length > 0 ? saved.map(({ claim }) => keyOf(claim)) : []
  const toSend = [...goOn, ...anew]
  if (toSend.length > 0) await sendOwed(work.ledger, work.queues, { keys: toSend }, work.now)
  for (const line of finish.events)
    log.info('message.handled', {
      stage: line.stage,
      kind: line.kind,
      recordId: await logId(work.hashKey, line),
      runId: line.runId,
      lane: line.lane,
      attempt: line.attempt,
      outcome: line.outcome,
      waitedMs: line.waitedMs,
      durationMs: line.workedMs,
    })
  return { triedBefore, verdicts }
}

/** Which stages owe which of these records work now. */
function nextOf<Owed extends { claim: Claim }, Result>(
  work: StageWork<Owed, Result>,
  saved: { claim: Claim; result: Result }[],
): Finish['next'] {
  const owed = saved.flatMap(({ claim, result }) =>
    work.next(claim, result).map((stage) => ({ stage, key: keyOf(claim) })),
  )
  return [...Map.groupBy(owed, ({ stage }) => stage)].map(([stage, rows]) => ({
    stage,
    keys: rows.map(({ key }) => key),
  }))
}

/** Runs the stage; rows that have failed too often are given up without another try. */
async function attempt<Owed extends { claim: Claim }, Result>(
  work: StageWork<Owed, Result>,
  claims: Claim[],
  loaded: unknown[][],
): Promise<Outcome<Result>[]> {
  const fresh = claims.filter((claim) => claim.tries <= work.maxTries)
  const outcomes = await run(work, fresh, loaded)
  const byClaim = new Map(fresh.map((claim, at) => [claim, outcomes[at]]))
  return claims.map(
    (claim) => byClaim.get(claim) ?? { ok: false, failure: givenUp(claim, work.maxTries) },
  )
}

/** A Worker that dies each time never gets to say why. */
function givenUp({ error }: Claim, maxTries: number): Failure {
  const last = v.safeParse(v.object({ reason: v.string() }), JSON.parse(error ?? 'null'))
  const reason = last.success ? last.output.reason : 'the Worker died each time'
  const detail = `given up after ${maxTries} failed tries: ${reason}`
  return { kind: 'record.invalid', field: 'tries', detail }
}

async function run<Owed extends { claim: Claim }, Result>(
  work: StageWork<Owed, Result>,
  claims: Claim[],
  loaded: unknown[][],
): Promise<Outcome<Result>[]> {
  if (claims.length === 0) return []
  try {
    return await work.run(work.gather(claims, loaded))
  } catch (error) {
    return claims.map(() => ({ ok: false, failure: toFailure(error) }))
  }
}

/**
 * Probes each outside system that failed, once a batch, and parks those that fail again.
 * @returns the scopes that are parked now
 */
async function parkFaulty<Owed extends { claim: Claim }, Result>(
  work: StageWork<Owed, Result>,
  outcomes: Outcome<Result>[],
): Promise<Set<Scope>> {
  const suspects = new Map<Scope, { failure: Failure; until: number | null; proven: boolean }>()
  for (const outcome of outcomes) {
    const failure = outcome.ok ? outcome.stillOwed : outcome.failure
    if (failure === null) continue
    const suspect = suspectOf(failure)
    if (suspect && !(suspects.get(suspect.scope)?.proven ?? false))
      suspects.set(suspect.scope, { ...suspect, failure })
  }
  const parked = new Set<Scope>()
  await Promise.all(
    [...suspects].map(async ([scope, { failure, until, proven }]) => {
      if (!proven && (await work.probe(scope, failure))) return
      if (failure.kind !== 'scope.parked')
        await work.ledger.park(
          { scope, reason: describe(failure), until, failure: failure.kind },
          work.now(),
        )
      parked.add(scope)
    }),
  )
  return parked
}

function suspectOf(
  failure: Failure,
): { scope: Scope; until: number | null; proven: boolean } | null {
  const said = disposition(failure)
  if (said.do === 'park') return said
  // An outage looks like any failed try until the probe fails too. So does a write that nobody knows
  // of: were it not asked, an outage would leave each record in doubt, one by one.
  if (failure.kind === 'upstream.unavailable' || failure.kind === 'upstream.doubtful')
    return { scope: failure.api, until: null, proven: false }
  return null
}

/** What follows, with what the probes found: a fault of a system that answers is the try's. */
function placed<Result>(
  outcome: Outcome<Result>,
  parked: Set<Scope>,
): Disposition | { do: 'complete' } {
  if (outcome.ok && outcome.stillOwed === null) return { do: 'complete' }
  const failure = outcome.ok ? outcome.stillOwed! : outcome.failure
  const said = disposition(failure)
  const suspect = suspectOf(failure)
  if (suspect && parked.has(suspect.scope))
    return { do: 'park', scope: suspect.scope, until: suspect.until, proven: true }
  return said.do === 'park' ? { do: 'retry', delayMs: null, burnsTry: true } : said
}

/** Writes one row's ending into the finish. @returns what becomes of its queue message */
function write<Result>(
  finish: Finish,
  claim: Claim,
  attempts: number,
  outcome: Outcome<Result>,
  step: Disposition | { do: 'complete' },
  now: number,
): Settled['verdict'] {
  const key = keyOf(claim)
  const failure = outcome.ok ? outcome.stillOwed : outcome.failure
  const error = failure === null ? null : errorOf(failure, attempts)
  const postpone = (dueAt: number, burnsTry: boolean, parkedOn: Scope | null = null) =>
    finish.postponed.push({ ...key, dueAt, burnsTry, error, parkedOn })
  switch (step.do) {
    case 'complete':
      finish.done.push({ ...key, wanted: claim.wanted })
      return { do: 'ack' }
    case 'deadLetter':
      finish.failed.push({ ...key, wanted: claim.wanted, error: error ?? '{}' })
      return { do: 'ack' }
    case 'retry': {
      postpone(now + (step.delayMs ?? 0) + RETRY_MARGIN_MS, step.burnsTry)
      if (step.delayMs === null) return { do: 'retry' }
      return { do: 'retry', delaySeconds: Math.ceil(step.delayMs / 1000) }
    }
    case 'putOff':
      postpone(step.until, step.burnsTry)
      return { do: 'ack' }
    case 'park':
      postpone(now, false, step.scope)
      return { do: 'ack' }
    case 'release':
      postpone(now, false)
      return { do: 'ack' }
  }
}

/** What the work row, and the dead letter after it, say of a failure. */
function errorOf(failure: Failure, attempts: number): string {
  const reason = describe(failure)
  return JSON.stringify({ failure: failure.kind, reason, pattern: patternOf(reason), attempts })
}

/** A finish that D1 refuses once is offered again: its statements ask for the token themselves. */
async function finishSurely<Owed extends { claim: Claim }, Result>(
  work: StageWork<Owed, Result>,
  finish: Finish,
): Promise<RecordKey[]> {
  for (let nth = 1; ; nth++) {
    try {
      return await work.ledger.finish(finish, work.now())
    } catch (error) {
      if (nth === FINISH_TRIES) throw error
    }
  }
}

/** Letters have one writer: the reason is in D1, the stage's own dead-letter queue carries the news. */
async function sendLetters<Owed extends { claim: Claim }, Result>(
  work: StageWork<Owed, Result>,
  finish: Finish,
  claims: Claim[],
): Promise<void> {
  const failed = new Set(finish.failed.map(idOf))
  const bodies = claims
    .filter((claim) => failed.has(idOf(claim)))
    .map(({ kind, id, lane, cause, runId }): { body: QueueMessage } => ({
      body: {
        v: 1,
        kind,
        id,
        lane,
        cause,
        ...(runId === null ? {} : { runId }),
        enqueuedAt: work.now(),
      },
    }))
  if (bodies.length > 0) await work.letters.sendBatch(bodies)
}

function event<Result>(
  claim: Claim,
  outcome: Outcome<Result>,
  step: Disposition | { do: 'complete' },
  body: QueueMessage | undefined,
  now: number,
): StageEvent {
  const failure = outcome.ok ? outcome.stillOwed : outcome.failure
  return {
    stage: claim.stage,
    ...keyOf(claim),
    runId: claim.runId,
    lane: claim.lane,
    attempt: claim.tries,
    outcome:
      step.do === 'complete' ? (outcome.ok && outcome.skipped ? 'unchanged' : 'done') : step.do,
    waitedMs: body === undefined ? 0 : Math.max(0, claim.claimedAt - body.enqueuedAt),
    workedMs: now - claim.claimedAt,
    error: failure === null ? (outcome.ok ? outcome.note : null) : describe(failure),
  }
}

/** Runs a per-record stage over a batch, each record's failure its own. */
export async function each<Owed, Result>(
  owed: Owed[],
  stage: (one: Owed) => Promise<Outcome<Result>>,
  atOnce = owed.length,
): Promise<Outcome<Result>[]> {
  const outcomes: Outcome<Result>[] = []
  let next = 0
  const lane = async () => {
    for (let at = next++; at < owed.length; at = next++) {
      try {
        outcomes[at] = await stage(owed[at]!)
      } catch (error) {
        outcomes[at] = { ok: false, failure: toFailure(error) }
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(atOnce, owed.length) }, lane))
  return outcomes
}

function bug(detail: string): Outcome<never> {
  return { ok: false, failure: { kind: 'bug', detail } }
}

function keyOf({ kind, id }: RecordKey): RecordKey {
  return { kind, id }
}

function idOf({ kind, id }: RecordKey): string {
  return `${kind}/${id}`
}

function errorText(error: unknown): string {
  return error instanceof StageError
    ? error.message
    : error instanceof Error
      ? error.name
      : 'unknown'
}
