/**
 * The sweep queue: one page of one listing a message. The same rules as the stages' harness
 * (packages/consumer), over the `sweeps` row: what a failure leads to is said by `disposition`.
 */
import * as v from 'valibot'
import { describe, disposition, toFailure } from '@switchboard/shared/failure'
import type { Disposition, Failure } from '@switchboard/shared/failure'
import type { Pause, Scope, SweepKind } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import {
  CanvasMessage,
  QUEUE_MESSAGE_VERSION,
  ReplayMessage,
  RunMessage,
  SweepMessage,
  isNewer,
} from '@switchboard/shared/queue-message'
import { fileSweepStatement } from '@switchboard/store/letters'
import { listParked, park } from '@switchboard/store/parked'
import { listPauses, pauseOf } from '@switchboard/store/pauses'
import {
  SWEEP_LEASE_MS,
  beginPage,
  countRequestsStatement,
  endSweepStatement,
  postponePage,
} from '@switchboard/store/runs'
import type { Run } from '@switchboard/store/runs'
import { countPageStatement } from '@switchboard/store/statistics'
import { sendSweeps } from './backfill.ts'
import { readChanges } from '../canvas/canvas-changes.ts'
import { answers } from '../minute.ts'
import { shiftRun } from './cancel.ts'
import { open } from '../ports.ts'
import type { Env, Ports } from '../ports.ts'
import { handleReplay } from '../letters/replays.ts'
import { readPage } from './sweep.ts'

/** Never throws: a throw would undo acks. */
export async function handlePages(batch: MessageBatch, env: Env): Promise<void> {
  for (const message of batch.messages) {
    try {
      await handlePage(message, open(env))
    } catch (error) {
      const failure = toFailure(error)
      log.error('page.failed', {
        stage: 'sweep',
        failure: failure.kind,
        // A setting's name is no secret; other details may quote a record.
        ...(failure.kind === 'config.invalid' ? { error: describe(failure) } : {}),
      })
      message.retry()
    }
  }
}

async function handlePage(message: Message, ports: Ports): Promise<void> {
  if (v.is(ReplayMessage, message.body)) {
    await handleReplay(ports, message.body)
    return message.ack()
  }
  if (v.is(CanvasMessage, message.body)) {
    await readChanges(ports)
    return message.ack()
  }
  if (v.is(RunMessage, message.body)) {
    await shiftRun(ports, message.body.shiftRun)
    return message.ack()
  }
  const parsed = v.safeParse(SweepMessage, message.body)
  if (!parsed.success) {
    if (isNewer(message.body)) return message.retry()
    const [issue] = parsed.issues
    await ports.sweepLetters.send({
      v: QUEUE_MESSAGE_VERSION,
      unreadable: {
        queueMessageId: message.id,
        body: JSON.stringify(message.body) ?? 'undefined',
        reason: `${v.getDotPath(issue) ?? 'body'}: ${issue.message}`,
        attempts: message.attempts,
      },
    })
    return message.ack()
  }
  const startedAt = ports.now()
  const page = parsed.output
  const begun = await beginPage(ports.db, page, startedAt)
  // Another message has read this page, or the run is over.
  if (begun === null) return message.ack()

  let outcome = 'done'
  let failure: Failure | null = null
  try {
    const { MAX_TRIES } = ports.settings
    if (begun.sweep.tries > MAX_TRIES)
      await giveUp(ports, page, begun.sweep.tries, begun.sweep.error)
    else {
      const scope = await closedScope(ports, page.sweep, begun.run)
      if (scope === null) await readPage(ports, begun.run, begun.sweep)
      else {
        outcome = 'park'
        await postponePage(ports.db, page, {
          dueAt: startedAt,
          parkedOn: scope,
          burnsTry: false,
          error: 'parked',
        })
      }
    }
    message.ack()
  } catch (error) {
    failure = toFailure(error)
    outcome = await postpone(message, ports, page, failure)
  }
  const waitedMs = Math.max(0, startedAt - page.enqueuedAt)
  const workedMs = ports.now() - startedAt
  const requests = ports.tally.take()
  await ports.db.batch([
    countPageStatement(ports.db, { sweep: page.sweep, outcome, waitedMs, workedMs }, startedAt),
    ...(requests.length > 0 ? [countRequestsStatement(ports.db, requests)] : []),
  ])
  await sendSweeps(ports)
  log.info('page.handled', {
    stage: 'sweep',
    sweep: page.sweep,
    page: page.page,
    runId: page.runId,
    attempt: begun.sweep.tries,
    outcome,
    ...(failure === null ? {} : { failure: failure.kind }),
    waitedMs,
    durationMs: workedMs,
  })
}

/** Carries out what a failure leads to. @returns its name for the log */
async function postpone(
  message: Message,
  ports: Ports,
  page: SweepMessage,
  failure: Failure,
): Promise<string> {
  const now = ports.now()
  const step = await placed(ports, failure)
  const error = describe(failure)
  switch (step.do) {
    case 'deadLetter':
      await giveUp(ports, page, 1, error)
      message.ack()
      break
    case 'retry': {
      const dueAt = now + (step.delayMs ?? 0) + SWEEP_LEASE_MS
      await postponePage(ports.db, page, { dueAt, parkedOn: null, burnsTry: step.burnsTry, error })
      message.retry(step.delayMs === null ? {} : { delaySeconds: Math.ceil(step.delayMs / 1000) })
      break
    }
    case 'putOff':
      await postponePage(ports.db, page, {
        dueAt: step.until,
        parkedOn: null,
        burnsTry: step.burnsTry,
        error,
      })
      message.ack()
      break
    case 'park':
      await park(
        ports.db,
        { scope: step.scope, reason: error, until: step.until, failure: failure.kind },
        now,
      )
      await postponePage(ports.db, page, {
        dueAt: now,
        parkedOn: step.scope,
        burnsTry: false,
        error,
      })
      message.ack()
      break
    case 'release':
      message.ack()
      break
  }
  return step.do
}

/** A system's fault parks only what fails its probe too. */
async function placed(ports: Ports, failure: Failure): Promise<Disposition> {
  const step = disposition(failure)
  const scope =
    step.do === 'park' ? step.scope : failure.kind === 'upstream.unavailable' ? failure.api : null
  if (scope === null || (step.do === 'park' && step.proven)) return step
  if (await answers(ports, scope)) return { do: 'retry', delayMs: null, burnsTry: true }
  return { do: 'park', scope, until: step.do === 'park' ? step.until : null, proven: true }
}

/** The listing cannot be finished: its run ends without it, and a dead letter says why. */
async function giveUp(
  ports: Ports,
  page: SweepMessage,
  attempts: number,
  reason: string | null,
): Promise<void> {
  const error = reason ?? 'given up'
  await ports.db.batch([
    endSweepStatement(ports.db, page, error),
    fileSweepStatement(
      ports.db,
      {
        runId: page.runId,
        sweep: page.sweep,
        failure: 'upstream.unavailable',
        reason: error,
        attempts,
      },
      ports.now(),
    ),
  ])
}

const NEEDS: Record<SweepKind, readonly Scope[]> = {
  canvas: ['notion', 'notion:canvas'],
  directory: ['openphone', 'openphone:bulk'],
  deliveries: ['openphone', 'openphone:bulk'],
  call: ['openphone', 'openphone:bulk'],
  message: ['openphone', 'openphone:bulk'],
  mail: ['mailbox'],
}

/** What this listing waits for, if anything: a parked scope that it needs, or a person. */
async function closedScope(
  ports: Ports,
  sweep: SweepKind,
  run: Run,
): Promise<Scope | Pause | null> {
  const paused = (await listPauses(ports.db)).some(({ stage }) => stage === 'sweep')
  if (paused) return pauseOf('sweep')
  if (run.again !== null) return null
  const parked = new Set((await listParked(ports.db)).map(({ scope }) => scope))
  return NEEDS[sweep].find((scope) => parked.has(scope)) ?? null
}
