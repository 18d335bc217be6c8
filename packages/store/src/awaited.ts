/**
 * Late artefacts: records that wait for something OpenPhone is still making. No list filters on
 * changes, so each is asked for again: 2, 10 and 60 minutes after it was first missed, and by every
 * run, until all is there or a day has passed.
 *
 * A row here is no owed work: it keeps no run open. Only a record that owes enrichment nothing is
 * raised; one that does will look for itself.
 */
import type { RecordKey } from '@switchboard/shared/kinds'
import { inKeys, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { HELD } from './work.ts'

const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const FIRST_MS = 2 * MINUTE_MS
const SECOND_MS = 10 * MINUTE_MS
const THIRD_MS = 60 * MINUTE_MS

/** What a finish of enrichment says of its records: these wait, these do not. */
export function awaitedStatements(
  db: D1Database,
  held: { stage: string; token: string },
  waiting: readonly (RecordKey & { since: number })[],
  settled: readonly RecordKey[],
): D1PreparedStatement[] {
  const statements: D1PreparedStatement[] = []
  if (waiting.length > 0)
    statements.push(
      db
        .prepare(
          `INSERT INTO awaited (kind, id, since, due_at)
           SELECT j.kind, j.id, j.since, j.since + ${FIRST_MS}
             FROM (SELECT value ->> 'kind' AS kind, value ->> 'id' AS id, value ->> 'since' AS since
                     FROM json_each(?1)) j
            WHERE ${HELD('j', '?2', '?3')} ON CONFLICT DO NOTHING`,
        )
        .bind(
          JSON.stringify(waiting.map(({ kind, id, since }) => ({ kind, id, since }))),
          held.stage,
          held.token,
        ),
    )
  if (settled.length > 0)
    statements.push(
      db
        .prepare(`DELETE FROM awaited WHERE ${inKeys('?1')} AND ${HELD('awaited', '?2', '?3')}`)
        .bind(keysJson(settled), held.stage, held.token),
    )
  return statements
}

/**
 * Makes enrichment owed, in bulk, for what still waits, and forgets what has waited for a day.
 * @param which those whose time has come, or all (a run's start)
 * @returns the records that are to be sent
 */
export async function raiseAwaited(
  db: D1Database,
  which: 'due' | 'all',
  now: number,
): Promise<RecordKey[]> {
  const chosen = which === 'due' ? `due_at <= ?1` : `since <= ?1`
  const [, , raised] = await db.batch<RecordKey>([
    db.prepare(`DELETE FROM awaited WHERE since <= ?1`).bind(now - DAY_MS),
    db
      .prepare(`${RAISE} SELECT kind, id, 'enrich', 'bulk', 'recheck', 1, ?1
       FROM awaited WHERE ${chosen} ${ON_RECHECK}`)
      .bind(now),
    db
      .prepare(
        `UPDATE awaited SET checks = checks + (due_at IS NOT NULL AND due_at <= ?1),
            due_at = CASE WHEN due_at > ?1 THEN due_at
              WHEN ?1 < since + ${SECOND_MS} THEN since + ${SECOND_MS}
              WHEN ?1 < since + ${THIRD_MS} THEN since + ${THIRD_MS} END
          WHERE ${chosen} RETURNING kind, id`,
      )
      .bind(now),
  ])
  return raised?.results ?? []
}

/** Makes enrichment owed for these records, in bulk, so that it asks OpenPhone again. */
export function recheckStatement(
  db: D1Database,
  keys: readonly RecordKey[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `${RAISE} SELECT value ->> 'kind', value ->> 'id', 'enrich', 'bulk', 'recheck', 1, ?1
         FROM json_each(?2) WHERE true ${ON_RECHECK}`,
    )
    .bind(now, keysJson(keys))
}

const RAISE = `INSERT INTO work (kind, id, stage, lane, cause, wanted, due_at)`
const ON_RECHECK = `ON CONFLICT (kind, id, stage) DO UPDATE SET wanted = wanted + 1,
    cause = excluded.cause, run_id = NULL, lane = excluded.lane, due_at = excluded.due_at
  WHERE work.done >= work.wanted`
