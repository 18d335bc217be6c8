/**
 * Sends what is owed and due, then marks it sent (docs/protocols.md#owed-work). Best effort: a
 * crash between the two sends it twice, and the second copy finds nothing owed.
 */
import { QUEUE_MESSAGE_VERSION, queueName } from '@switchboard/shared/queue-message'
import type { QueueMessage, QueueName } from '@switchboard/shared/queue-message'
import type { RecordKey } from '@switchboard/shared/kinds'
import type { DueRow, Outbox, Queues } from './ports.ts'

const MOST_A_SEND = 100 // what sendBatch takes
const ROWS_A_ROUND = 500

/**
 * Sends due rows: of these records, or all that came due before a time.
 * @param now ms since epoch
 * @returns how many queue messages were sent
 */
export async function sendOwed(
  outbox: Outbox,
  queues: Queues,
  filter: { keys: RecordKey[] } | { before: number },
  now: () => number,
): Promise<number> {
  let sent = 0
  for (;;) {
    const due = await outbox.due(filter, now(), ROWS_A_ROUND)
    const mine = due.filter((row) => queues[queueName(row.stage, row.lane)] !== undefined)
    if (mine.length > 0) {
      await send(queues, mine, now())
      await outbox.markSent(mine, now())
    }
    sent += mine.length
    if (due.length < ROWS_A_ROUND || mine.length === 0) return sent
  }
}

async function send(queues: Queues, rows: DueRow[], now: number): Promise<void> {
  const byQueue = Map.groupBy(rows, (row): QueueName => queueName(row.stage, row.lane))
  await Promise.all(
    [...byQueue].map(async ([name, waiting]) => {
      for (let at = 0; at < waiting.length; at += MOST_A_SEND) {
        const batch = waiting.slice(at, at + MOST_A_SEND)
        await queues[name]?.sendBatch(batch.map((row) => ({ body: queueMessage(row, now) })))
      }
    }),
  )
}

function queueMessage(row: DueRow, now: number): QueueMessage {
  return {
    v: QUEUE_MESSAGE_VERSION,
    kind: row.kind,
    id: row.id,
    lane: row.lane,
    cause: row.cause,
    ...(row.runId === null ? {} : { runId: row.runId }),
    enqueuedAt: now,
  }
}
