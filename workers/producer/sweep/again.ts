/**
 * A page of a run over records that are in D1: what was analysed or embedded by another model or
 * prompt version is owed anew, in bulk, behind all that is live. Nothing is asked of any source.
 */
import { sendOwed } from '@switchboard/consumer/send-owed'
import type { Kind } from '@switchboard/shared/kinds'
import { raiseAgainStatement, recordsAfter } from '@switchboard/store/run-again'
import { takeOverStatement } from '@switchboard/store/run-control'
import { listedStatements, turnPageStatement } from '@switchboard/store/runs'
import type { Run, Sweep } from '@switchboard/store/runs'
import type { Ports } from '../ports.ts'

/** Reads one page of one kind's records and turns it. */
export async function workAgain(
  ports: Ports,
  run: Run,
  page: Sweep & { sweep: Kind },
): Promise<void> {
  const { db, settings } = ports
  const kind = page.sweep
  const { ids, last } = await recordsAfter(db, kind, page.cursor ?? '', run.since)
  const versions = {
    model: settings.AI_MODEL,
    promptVersion: settings.PROMPT_VERSION,
    embeddingModel: settings.EMBEDDING_MODEL,
  }
  const now = ports.now()
  await db.batch([
    raiseAgainStatement(db, run, kind, ids, versions, now),
    takeOverStatement(db, kind, ids, run.id, now),
    ...listedStatements(
      db,
      page,
      ids.map((id) => ({ id, outcome: null })),
    ),
    turnPageStatement(db, page, { cursor: last, upper: null }, now),
  ])
  const keys = ids.map((id) => ({ kind, id }))
  await sendOwed(ports.ledger, ports.queues, { keys }, ports.now)
}
