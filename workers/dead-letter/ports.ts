/** What the dead-letter Worker reaches, made from its environment. Wiring, no rules. */
import { readSettings } from '@switchboard/shared/config'
import type { QueueMessage } from '@switchboard/shared/queue-message'
import { ledger } from '@switchboard/store/ledger'
import { fileLetter, fileUnreadable, wakeOwed } from '@switchboard/store/letters'
import type { LetterPorts } from './file.ts'

export interface Env {
  DB: D1Database
  ENRICH: Queue<QueueMessage>
  ENRICH_BULK: Queue<QueueMessage>
  VECTORIZE_QUEUE: Queue<QueueMessage>
  RECONCILE: Queue<QueueMessage>
  RECONCILE_BULK: Queue<QueueMessage>
  ARCHIVE: Queue<QueueMessage>
}

/** A queue message that used up its retries met a fault that lasts: not at once again. */
const WAKE_MS = 5 * 60_000

/** @throws StageError config.invalid that names the setting */
export function open(env: Env): LetterPorts {
  const settings = readSettings(env, ['HASH_KEY'])
  return {
    fileLetter: (letter) => fileLetter(env.DB, letter, ['vectorize', 'reconcile'], Date.now()),
    fileUnreadable: (letter) => fileUnreadable(env.DB, letter, Date.now()),
    wakeOwed: (row) => wakeOwed(env.DB, row, Date.now() + WAKE_MS),
    outbox: ledger(env.DB),
    queues: {
      enrich: env.ENRICH,
      'enrich-bulk': env.ENRICH_BULK,
      vectorize: env.VECTORIZE_QUEUE,
      reconcile: env.RECONCILE,
      'reconcile-bulk': env.RECONCILE_BULK,
      archive: env.ARCHIVE,
    },
    hashKey: settings.HASH_KEY,
    now: Date.now,
  }
}
