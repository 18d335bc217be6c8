/** The queues of all stages, as the toml files bind them. */
import type { QueueMessage } from '@switchboard/shared/queue-message'
import type { Queues } from './ports.ts'

/** The bindings of a Worker that may send to any stage. */
export interface StageQueues {
  ENRICH: Queue<QueueMessage>
  ENRICH_BULK: Queue<QueueMessage>
  VECTORIZE_QUEUE: Queue<QueueMessage>
  RECONCILE: Queue<QueueMessage>
  RECONCILE_BULK: Queue<QueueMessage>
  ARCHIVE: Queue<QueueMessage>
}

/** By the names that owed work is sent by. */
export function stageQueues(env: StageQueues): Required<Queues> {
  return {
    enrich: env.ENRICH,
    'enrich-bulk': env.ENRICH_BULK,
    vectorize: env.VECTORIZE_QUEUE,
    reconcile: env.RECONCILE,
    'reconcile-bulk': env.RECONCILE_BULK,
    archive: env.ARCHIVE,
  }
}
