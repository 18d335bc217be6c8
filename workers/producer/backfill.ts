/** Starts a backfill run, or continues the one that still lists; tidies what is old. */
import { sendOwed } from '@switchboard/consumer/send-owed'
import { log } from '@switchboard/shared/log'
import { QUEUE_MESSAGE_VERSION } from '@switchboard/shared/queue-message'
import type { SweepKind } from '@switchboard/shared/kinds'
import { raiseAwaited } from '@switchboard/store/awaited'
import { tidy } from '@switchboard/store/events'
import { dueSweeps, foldRuns, markSweepSent, startRun } from '@switchboard/store/runs'
import { fileNotedMails, mailPortsOf } from './mail.ts'
import type { Ports } from './ports.ts'

const DAY_MS = 86_400_000
const FOLD_AFTER_MS = 7 * DAY_MS

/**
 * A run over the last `DAYS_BACK` days. Its upper bound is fixed now, so that pages do not shift.
 * @param id `cron:<scheduledTime>`: the same cron twice is one run
 * @returns the id of the run that lists now
 */
export async function startBackfill(ports: Ports, id: string, days?: number): Promise<string> {
  const now = ports.now()
  const since = now - (days ?? ports.settings.DAYS_BACK) * DAY_MS
  const runId = await startRun(ports.db, { id, since, until: now, sweeps: sweepsOf(ports) }, now)
  log.info('run.started', { runId, outcome: runId === id ? 'started' : 'continued' })
  await sendSweeps(ports)
  if (runId === id) await recheckAwaited(ports, 'all')
  await fileNotedMails(mailPortsOf(ports))
  await foldRuns(ports.db, now - FOLD_AFTER_MS)
  await tidy(ports.db, now)
  return runId
}

/** Canvas first; then what this company has. */
function sweepsOf(ports: Ports): SweepKind[] {
  return [
    'canvas',
    ...(ports.openphone(null) === null
      ? []
      : (['directory', 'deliveries', 'call', 'message'] as const)),
    ...(ports.mail(null) === null ? [] : (['mail'] as const)),
  ]
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
