/**
 * The edge of a queue: every body passes its schema once. One that does not decode becomes a dead
 * letter at once, and the batch goes on; one of a newer release is left for it.
 */
import * as v from 'valibot'
import { QUEUE_MESSAGE_VERSION, QueueMessage, isNewer } from '@switchboard/shared/queue-message'
import type { UnreadableMessage } from '@switchboard/shared/queue-message'
import { log } from '@switchboard/shared/log'

const MOST_CHARACTERS = 30_000 // escaped and in UTF-8 still below a queue message's 128,000 bytes

/** A queue message whose body was read. */
export interface Decoded {
  body: QueueMessage
  ack(): void
  retry(options?: QueueRetryOptions): void
}

/** The readable ones of a batch; the others are settled here. */
export async function decodeBatch(
  messages: readonly Message[],
  stage: string,
  letters: Queue,
): Promise<Decoded[]> {
  const decoded: Decoded[] = []
  for (const message of messages) {
    const parsed = v.safeParse(QueueMessage, message.body)
    if (parsed.success)
      decoded.push({
        body: parsed.output,
        ack: () => message.ack(),
        retry: (options) => message.retry(options),
      })
    else if (isNewer(message.body)) message.retry()
    else
      await fileUnreadable(
        message,
        stage,
        letters,
        `${v.getDotPath(parsed.issues[0]) ?? 'body'}: ${parsed.issues[0].message}`,
      )
  }
  return decoded
}

async function fileUnreadable(
  message: Message,
  stage: string,
  letters: Queue,
  reason: string,
): Promise<void> {
  const body: UnreadableMessage = {
    v: QUEUE_MESSAGE_VERSION,
    unreadable: {
      queueMessageId: message.id,
      body: (JSON.stringify(message.body) ?? 'undefined').slice(0, MOST_CHARACTERS),
      reason,
      attempts: message.attempts,
    },
  }
  await letters.send(body)
  message.ack()
  log.warn('message.unreadable', { stage, attempt: message.attempts, outcome: 'deadLetter' })
}
