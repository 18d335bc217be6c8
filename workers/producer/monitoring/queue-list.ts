/** The queues of the two toml files as an operator sees them: whose they are, what waits in them. */
import { stageQueues } from '@switchboard/consumer/stage-queues'
import type { StageQueues } from '@switchboard/consumer/stage-queues'
import { LANES, STAGES, WORKED_STAGES } from '@switchboard/shared/kinds'
import type { Lane, WorkedStage } from '@switchboard/shared/kinds'
import { queueName } from '@switchboard/shared/queue-message'
import type { QueueName } from '@switchboard/shared/queue-message'

export type LetterQueueName = `${WorkedStage}-dlq`
export type AnyQueueName = QueueName | 'sweep' | LetterQueueName

export interface ListedQueue {
  name: AnyQueueName
  stage: WorkedStage
  lanes: readonly Lane[] // none: a dead-letter queue
}

/** Every queue in the order of a record's way, then the dead-letter queues. */
export const QUEUES: readonly [ListedQueue, ...ListedQueue[]] = [
  { name: 'sweep', stage: 'sweep', lanes: ['bulk'] },
  ...STAGES.flatMap((stage): ListedQueue[] => {
    const names = [...new Set(LANES.map((lane) => queueName(stage, lane)))]
    return names.map((name) => ({
      name,
      stage,
      lanes: LANES.filter((lane) => queueName(stage, lane) === name),
    }))
  }),
  ...WORKED_STAGES.map((stage): ListedQueue => ({ name: `${stage}-dlq`, stage, lanes: [] })),
]

/** What a queue itself tells. */
export interface Backlog {
  queue: AnyQueueName
  backlog: number
  bytes: number
  oldestAt: number | null // when the oldest queue message was sent, ms since epoch
}

/** What every queue tells now, in the order above; null: it does not answer. */
export function backlogs(env: QueueBindings): Promise<(Backlog | null)[]> {
  const bindings: Record<AnyQueueName, Pick<Queue, 'metrics'>> = {
    sweep: env.SWEEP,
    ...stageQueues(env),
    'sweep-dlq': env.SWEEP_DLQ,
    'enrich-dlq': env.ENRICH_DLQ,
    'vectorize-dlq': env.VECTORIZE_DLQ,
    'reconcile-dlq': env.RECONCILE_DLQ,
    'archive-dlq': env.ARCHIVE_DLQ,
  }
  return Promise.all(
    QUEUES.map(async ({ name }): Promise<Backlog | null> => {
      try {
        const { backlogCount, backlogBytes, oldestMessageTimestamp } =
          await bindings[name].metrics()
        const oldestAt = oldestMessageTimestamp?.getTime()
        return {
          queue: name,
          backlog: backlogCount,
          bytes: backlogBytes,
          // An empty queue may tell the epoch.
          oldestAt: oldestAt === undefined || oldestAt === 0 ? null : oldestAt,
        }
      } catch {
        return null
      }
    }),
  )
}

type QueueBindings = StageQueues &
  Record<
    'SWEEP' | 'SWEEP_DLQ' | 'ENRICH_DLQ' | 'VECTORIZE_DLQ' | 'RECONCILE_DLQ' | 'ARCHIVE_DLQ',
    Pick<Queue, 'metrics'>
  >
