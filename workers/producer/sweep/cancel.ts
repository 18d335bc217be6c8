/**
 * A run that was cancelled or resumed: what it owes is held back or let go, a page at a time, through
 * the sweep queue. What a queue loses of it the minute cron sends again.
 */
import { sendOwed } from '@switchboard/consumer/send-owed'
import { log } from '@switchboard/shared/log'
import { QUEUE_MESSAGE_VERSION } from '@switchboard/shared/queue-message'
import { shiftPage, shiftingRuns } from '@switchboard/store/run-control'
import type { Ports } from '../ports.ts'

const PAGES_AT_ONCE = 5

/** Has the sweep queue go on with every run whose owed work is being shifted. */
export async function shiftRuns(ports: Ports): Promise<void> {
  for (const runId of await shiftingRuns(ports.db)) await sendShift(ports, runId)
}

export async function sendShift(ports: Ports, runId: string): Promise<void> {
  const enqueuedAt = ports.now()
  await ports.sweepQueue.send({ v: QUEUE_MESSAGE_VERSION, shiftRun: runId, enqueuedAt })
}

/** A few pages; then the queue is asked to go on. */
export async function shiftRun(ports: Ports, runId: string): Promise<void> {
  for (let page = 0; page < PAGES_AT_ONCE; page++) {
    const freed = await shiftPage(ports.db, runId, ports.now())
    if (freed === null) {
      log.info('run.shifted', { runId, outcome: 'through' })
      return
    }
    if (freed.length > 0) await sendOwed(ports.ledger, ports.queues, { keys: freed }, ports.now)
  }
  await sendShift(ports, runId)
}
