/** Starts a backfill run, or continues the one that still lists; tidies what is old. */
import { sendOwed } from '@switchboard/consumer/send-owed'
import { log } from '@switchboard/shared/log'
import { QUEUE_MESSAGE_VERSION, replayCause } from '@switchboard/shared/queue-message'
import type { Cause } from '@switchboard/shared/queue-message'
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind, SweepKind } from '@switchboard/shared/kinds'
import { raiseAwaited } from '@switchboard/store/awaited'
import { tidy } from '@switchboard/store/events'
import { dueSweeps, foldRuns, markSweepSent, startRun } from '@switchboard/store/runs'
import { fileNotedMails, mailPortsOf } from '../mail/mail.ts'
import type { Run } from '@switchboard/store/runs'
import * as v from 'valibot'
import type { Ports } from '../ports.ts'

const DAY_MS = 86_400_000
const FOLD_AFTER_MS = 7 * DAY_MS

/** What a run was asked for, as it is kept with it. */
export const Asked = v.object({
  days: v.optional(v.number()),
  kinds: v.optional(v.array(v.picklist(KINDS))),
  fetchAnew: v.optional(v.boolean()),
  withoutAi: v.optional(v.boolean()),
  again: v.optional(v.picklist(['analyse', 'embed'])),
  actor: v.optional(v.string()),
})
export type Asked = v.InferOutput<typeof Asked>

/**
 * A run over the last `DAYS_BACK` days. Its upper bound is fixed now, so that pages do not shift.
 * @param id `cron:<scheduledTime>`: the same cron twice is one run
 * @param asked what it is to do otherwise than the cron's runs do
 * @returns the id of the run that lists now
 */
export async function startBackfill(ports: Ports, id: string, asked: Asked = {}): Promise<string> {
  const now = ports.now()
  const { again = null, days = again === null ? ports.settings.DAYS_BACK : null } = asked
  const run = {
    id,
    // What is in D1 is worked again however old it is.
    since: days === null ? 0 : now - days * DAY_MS,
    until: now,
    sweeps: again === null ? sweepsOf(ports, asked) : [...(asked.kinds ?? KINDS)],
    asked: { ...asked, ...(days !== null && { days }) },
    whole: isWhole(ports, asked),
    joins: Object.keys(asked).every((name) => name === 'actor'),
    again,
  }
  const runId = await startRun(ports.db, run, now)
  log.info('run.started', { runId, outcome: runId === id ? 'started' : 'continued' })
  await sendSweeps(ports)
  if (runId === id) await recheckAwaited(ports, 'all')
  await fileNotedMails(mailPortsOf(ports))
  await foldRuns(ports.db, now - FOLD_AFTER_MS)
  await tidy(ports.db, now)
  return runId
}

/** Whether it looks at no less than the cron's runs: these need not run beside it. */
function isWhole(
  { settings }: Ports,
  { days, kinds, fetchAnew, withoutAi, again }: Asked,
): boolean {
  return (
    again === undefined &&
    fetchAnew !== true &&
    withoutAi !== true &&
    (days === undefined || days >= settings.DAYS_BACK) &&
    (kinds === undefined || KINDS.every((kind) => kinds.includes(kind)))
  )
}

/** Canvas first; then what this company has. */
function sweepsOf(ports: Ports, asked: Asked): SweepKind[] {
  const kinds: readonly Kind[] = asked.kinds ?? KINDS
  const calls = ports.openphone(null) === null ? [] : kinds.filter((kind) => kind !== 'mail')
  const whole = KINDS.every((kind) => kinds.includes(kind))
  return [
    'canvas',
    ...(calls.length === 0 ? [] : (['directory'] as const)),
    ...(calls.length === 0 || !whole ? [] : (['deliveries'] as const)),
    ...calls,
    ...(kinds.includes('mail') && ports.mail(null) !== null ? (['mail'] as const) : []),
  ]
}

/** Whether anything that holds such records is connected. */
export function listsRecords(ports: Ports, asked: Asked): boolean {
  if (asked.again !== undefined) return true
  return sweepsOf(ports, asked).some((sweep) => KINDS.some((kind) => kind === sweep))
}

/** With what options the run's records are worked, and whether all of them are, changed or not. */
export function workedBy({ asked }: Pick<Run, 'asked'>): { cause: Cause; all: boolean } {
  const { fetchAnew = false, withoutAi = false } = v.parse(Asked, JSON.parse(asked))
  return {
    cause: fetchAnew || withoutAi ? replayCause({ fetchAnew, withoutAi }) : 'backfill',
    all: fetchAnew,
  }
}

/** Asks again for late artefacts: all of them, or those whose time has come. */
export async function recheckAwaited(ports: Ports, which: 'due' | 'all'): Promise<void> {
  if (ports.openphone(null) === null) return
  const keys = await raiseAwaited(ports.db, which, ports.now())
  if (keys.length > 0) await sendOwed(ports.ledger, ports.queues, { keys }, ports.now)
}

/** Sends the next page of every listing that is due. */
export async function sendSweeps(ports: Ports): Promise<void> {
  for (const page of await dueSweeps(ports.db, ports.now())) {
    await ports.sweepQueue.send({ v: QUEUE_MESSAGE_VERSION, ...page, enqueuedAt: ports.now() })
    await markSweepSent(ports.db, page, ports.now())
  }
}
