/**
 * Files dead letters. A dead-letter queue message tells neither its reason nor its attempts: both
 * stand in the work row, written by the harness as it went (docs/protocols.md#dead-letters). Where
 * that row has no failed input, the platform moved a message whose record is still owed: there is
 * nothing to file, the minute cron sends it again.
 *
 * Letters are never lost: what D1 does not take stays in the queue and is tried again.
 */
import * as v from 'valibot'
import { sendOwed } from '@switchboard/consumer/send-owed'
import type { Outbox, Queues } from '@switchboard/consumer/ports'
import { toFailure } from '@switchboard/shared/failure'
import { STAGES } from '@switchboard/shared/kinds'
import type { RecordKey, Stage } from '@switchboard/shared/kinds'
import { log, logId } from '@switchboard/shared/log'
import {
  QueueMessage,
  SweepMessage,
  UnreadableMessage,
  isNewer,
} from '@switchboard/shared/queue-message'

export interface LetterPorts {
  /** False: this input has not failed, nothing was filed. */
  fileLetter(
    letter: RecordKey & { stage: Stage; queueMessage: string; runId: string | null },
  ): Promise<boolean>
  fileUnreadable(letter: {
    stage: string
    queueMessageId: string
    queueMessage: string
    reason: string
    attempts: number
  }): Promise<void>
  /** Has an owed row that lost its queue message sent again soon. */
  wakeOwed(row: RecordKey & { stage: Stage }): Promise<void>
  outbox: Outbox
  queues: Queues
  hashKey: string
  now: () => number
}

/**
 * Never throws; each letter is settled by itself.
 * @param open may throw: then all letters stay in the queue
 */
export async function file(batch: MessageBatch, open: () => LetterPorts): Promise<void> {
  const queue = batch.queue.replace(/-dlq$/, '')
  for (const message of batch.messages) {
    try {
      if (isNewer(message.body)) message.retry()
      else {
        await fileOne(message, queue, open())
        message.ack()
      }
    } catch (error) {
      log.error('letter.failed', {
        stage: queue,
        attempt: message.attempts,
        failure: toFailure(error).kind,
      })
      message.retry()
    }
  }
}

async function fileOne(message: Message, queue: string, ports: LetterPorts): Promise<void> {
  const unreadable = v.safeParse(UnreadableMessage, message.body)
  if (unreadable.success) {
    const { queueMessageId, body, reason, attempts } = unreadable.output.unreadable
    return ports.fileUnreadable({
      stage: queue,
      queueMessageId,
      queueMessage: body,
      reason,
      attempts,
    })
  }
  // A page of a listing is owed in `sweeps`: the producer sends it again, and gives it up itself.
  if (queue === 'sweep' && v.is(SweepMessage, message.body)) return

  const stage = STAGES.find((name) => name === queue)
  const parsed = v.safeParse(QueueMessage, message.body)
  const queueMessage = JSON.stringify(message.body) ?? 'undefined'
  if (!parsed.success || stage === undefined)
    return ports.fileUnreadable({
      stage: queue,
      queueMessageId: message.id,
      queueMessage,
      reason: parsed.success
        ? `there is no stage ${queue}`
        : `${v.getDotPath(parsed.issues[0]) ?? 'body'}: ${parsed.issues[0].message}`,
      attempts: message.attempts,
    })
  const { kind, id, runId = null } = parsed.output
  const filed = await ports.fileLetter({ kind, id, stage, queueMessage, runId })
  if (!filed) await ports.wakeOwed({ kind, id, stage })
  // Newer input of this record, and the stages that go on without an analysis.
  await sendOwed(ports.outbox, ports.queues, { keys: [{ kind, id }] }, ports.now)
  log.info('letter.handled', {
    stage,
    kind,
    recordId: await logId(ports.hashKey, { kind, id }),
    runId,
    outcome: filed ? 'filed' : 'still owed',
  })
}
