/** What the dead-letter Worker reaches, made from its environment. Wiring, no rules. */
import { stageQueues } from '@switchboard/consumer/stage-queues'
import type { StageQueues } from '@switchboard/consumer/stage-queues'
import { readSettings } from '@switchboard/shared/config'
import { ledger } from '@switchboard/store/ledger'
import { fileLetter, fileUnreadable, wakeOwed } from '@switchboard/store/letters'
import type { LetterPorts } from './file.ts'

export interface Env extends StageQueues {
  DB: D1Database
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
    queues: stageQueues(env),
    hashKey: settings.HASH_KEY,
    now: Date.now,
  }
}
