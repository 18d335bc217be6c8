/**
 * Owed work: queues deliver, this table knows (docs/protocols.md#owed-work). A row is owed while
 * `done < wanted`. Only the holder of `token` writes results, and the statement that clears the
 * token comes last in its batch. No clause here is decoration: each was paid for by an interleaving
 * that lost or doubled a record.
 */
import { LANES, STAGES } from '@switchboard/shared/kinds'
import type { Lane, Pause, RecordKey, Scope, Stage } from '@switchboard/shared/kinds'
import type { Cause } from '@switchboard/shared/queue-message'
import { inKeys, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { ALL_CLOSED, IS_PAUSED } from './pauses.ts'

export const LEASE_MS = 10 * 60_000
/** A holder sends nothing to the outside later than this after its claim, by its own clock. */
export const LAST_SEND_MS = 8 * 60_000
/** The token of rows that are owed to a cancelled run: nobody works them, and no queue has them. */
export const HELD_BACK = 'cancelled'
const SENT_BULK_MS = 12 * 3_600_000 // what waits in a queue is not sent again before
const SENT_LIVE_MS = 5 * 60_000
/** SQL: with each named, the index on due times is searched stage by stage; what is paused is not. */
const OPEN_STAGES = `SELECT s.value FROM json_each('${JSON.stringify(STAGES)}') s
  WHERE NOT ${IS_PAUSED('s.value')}`

/** A row this invocation holds. */
export interface Claim extends RecordKey {
  stage: Stage
  lane: Lane
  cause: Cause
  runId: string | null
  wanted: number // the input that is being worked; a later one makes the row due again
  tries: number // this one included
  error: string | null // why the try before failed, JSON
  token: string
  claimedAt: number
}

/** A row that is to be sent. */
export interface DueRow extends RecordKey {
  stage: Stage
  lane: Lane
  cause: Cause
  runId: string | null
  dueAt: number
}

/** How a claim ends; `wanted` is the claimed one. */
export interface Settlement extends RecordKey {
  wanted: number
}

/**
 * What a raise does to a row that exists: one more input is wanted. The due time stays while
 * somebody holds the row, or while it already waits in the right lane's queue. A row is live if the
 * cause is, or if it was live and is still owed. Requests count to the run that raised it, or, if
 * none did, to the run to which it is still owed. Vectorization writes the text index before it needs
 * what it may be parked on: new text makes it try again. What a cancelled run holds back is let go.
 */
export const ON_RAISE = `ON CONFLICT (kind, id, stage) DO UPDATE SET
    wanted = wanted + 1,
    cause = excluded.cause,
    run_id = CASE WHEN excluded.run_id IS NULL AND work.done < work.wanted
      THEN work.run_id ELSE excluded.run_id END,
    lane = CASE WHEN excluded.lane = 'live' OR (work.lane = 'live' AND work.done < work.wanted)
      THEN 'live' ELSE 'bulk' END,
    parked_on = CASE WHEN work.stage = 'vectorize' THEN NULL ELSE work.parked_on END,
    token = CASE WHEN work.token = '${HELD_BACK}' THEN NULL ELSE work.token END,
    due_at = CASE WHEN work.token <> '${HELD_BACK}'
        OR (work.done < work.wanted AND work.due_at > excluded.due_at
            AND (work.lane = 'live' OR excluded.lane = 'bulk'))
      THEN work.due_at ELSE excluded.due_at END`

/** SQL: the row of `j` (kind, id) is held with this stage and token. */
export const HELD = (row: string, stage: string, token: string): string =>
  `EXISTS (SELECT 1 FROM work held WHERE held.kind = ${row}.kind AND held.id = ${row}.id
     AND held.stage = ${stage} AND held.token = ${token})`

/**
 * Claims every owed row of these keys that nobody holds, unless the stage is paused. The first try of
 * many goes together; from the second on a row is claimed alone, so that a poison record kills no
 * batch mates. Rows: `ClaimRow`.
 */
export function claimStatement(
  db: D1Database,
  claim: { stage: Stage; keys: RecordKey[]; token: string; now: number; alone: boolean },
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE work SET token = ?1, due_at = ?2 + ${LEASE_MS}, tries = tries + 1, parked_on = NULL
        WHERE NOT ${IS_PAUSED('?3')} AND stage = ?3 AND ${inKeys('?4')}
          AND done < wanted AND (token IS NULL OR due_at < ?2) AND (tries = 0 OR ?5 = 1)
        RETURNING kind, id, lane, cause, run_id AS runId, wanted, tries, error`,
    )
    .bind(claim.token, claim.now, claim.stage, keysJson(claim.keys), claim.alone ? 1 : 0)
}

/** The keys among these that are owed, held by nobody, and have been tried before. */
export function triedBeforeStatement(
  db: D1Database,
  stage: Stage,
  keys: RecordKey[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `SELECT kind, id FROM work WHERE stage = ?1 AND ${inKeys('?2')}
          AND done < wanted AND (token IS NULL OR due_at < ?3) AND tries > 0`,
    )
    .bind(stage, keysJson(keys), now)
}

/** The next stage owes these records work; only while this stage still holds them. */
export function raiseNextStatement(
  db: D1Database,
  held: { stage: Stage; token: string; keys: RecordKey[] },
  next: Stage,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
       SELECT kind, id, ?1, lane, cause, run_id, 1, ?2 FROM work
        WHERE stage = ?3 AND token = ?4 AND ${inKeys('?5')}
       ${ON_RAISE}`,
    )
    .bind(next, now, held.stage, held.token, keysJson(held.keys))
}

/** Done: the claimed input is worked. Newer input makes the row due at once. */
export function completeStatement(
  db: D1Database,
  stage: Stage,
  token: string,
  rows: Settlement[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE work SET done = j.wanted, tries = 0, token = NULL, error = NULL,
          due_at = CASE WHEN work.wanted > j.wanted THEN ?1 END
         FROM (SELECT value ->> 'kind' AS kind, value ->> 'id' AS id, value ->> 'wanted' AS wanted
                 FROM json_each(?2)) j
        WHERE work.kind = j.kind AND work.id = j.id AND work.stage = ?3 AND work.token = ?4
        RETURNING kind, id, due_at IS NOT NULL AS again`,
    )
    .bind(now, JSON.stringify(rows), stage, token)
}

/** What a row that has ended returns; `again` 1: more came while it was worked, it is due at once. */
export type Ended = RecordKey & { again: 0 | 1 }

/** A claim that ends without success: what it says of the row's next try. */
export interface Unfinished extends RecordKey {
  dueAt: number
  burnsTry: boolean
  error: string | null // JSON
  parkedOn: Scope | Pause | null
}

/** Retry, put off, parked: the row stays owed. A try that only waited is given back. */
export function postponeStatement(
  db: D1Database,
  stage: Stage,
  token: string,
  rows: Unfinished[],
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE work SET token = NULL, due_at = j.due_at, error = coalesce(j.error, work.error),
          parked_on = j.parked_on,
          tries = CASE WHEN j.burns = 1 THEN work.tries ELSE max(0, work.tries - 1) END
         FROM (SELECT value ->> 'kind' AS kind, value ->> 'id' AS id, value ->> 'dueAt' AS due_at,
                      value ->> 'burnsTry' AS burns, value ->> 'error' AS error,
                      value ->> 'parkedOn' AS parked_on
                 FROM json_each(?1)) j
        WHERE work.kind = j.kind AND work.id = j.id AND work.stage = ?2 AND work.token = ?3`,
    )
    .bind(JSON.stringify(rows), stage, token)
}

/**
 * Failed for good: the reason stays here until the letter is filed, which is why the row stays owed
 * for a while. Newer input is worked at once whatever became of the old.
 */
export function failStatement(
  db: D1Database,
  stage: Stage,
  token: string,
  rows: (Settlement & { error: string })[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE work SET error = j.error, failed = j.wanted, token = NULL,
          due_at = CASE WHEN work.wanted > j.wanted THEN ?1 ELSE ?1 + ${LEASE_MS} END
         FROM (SELECT value ->> 'kind' AS kind, value ->> 'id' AS id, value ->> 'wanted' AS wanted,
                      value ->> 'error' AS error
                 FROM json_each(?2)) j
        WHERE work.kind = j.kind AND work.id = j.id AND work.stage = ?3 AND work.token = ?4
        RETURNING kind, id, due_at <= ?1 AS again`,
    )
    .bind(now, JSON.stringify(rows), stage, token)
}

/**
 * What is owed, due, neither parked nor paused, live first, oldest first.
 * @param filter only these records (their writer sends), or only what came due before `before`
 *   (the cron leaves the youngest rows to their writer)
 * @param limit of each lane
 */
export async function dueRows(
  db: D1Database,
  filter: { keys: RecordKey[] } | { before: number },
  now: number,
  limit: number,
): Promise<DueRow[]> {
  const select = (lane: Lane) =>
    db
      .prepare(
        `SELECT kind, id, stage, lane, cause, run_id AS runId, due_at AS dueAt FROM work
          WHERE ${
            'keys' in filter
              ? `${inKeys('?1')} AND due_at <= ?2 AND NOT ${IS_PAUSED('work.stage')}`
              : `stage IN (${OPEN_STAGES}) AND ?1 >= due_at AND due_at <= ?2`
          }
            AND due_at IS NOT NULL AND parked_on IS NULL AND lane = ?3 AND done < wanted
          ORDER BY due_at LIMIT ?4`,
      )
      .bind('keys' in filter ? keysJson(filter.keys) : filter.before, now, lane, limit)
  const [live, bulk] = await db.batch<DueRow>([select('live'), select('bulk')])
  return [...(live?.results ?? []), ...(bulk?.results ?? [])]
}

/**
 * Marks rows as sent. The guards on what was read leave alone what was finished, claimed or parked
 * meanwhile; a dead holder's token goes, else its row would be refused for ever.
 */
export async function markSent(db: D1Database, rows: DueRow[], now: number): Promise<void> {
  await db
    .prepare(
      `UPDATE work SET token = NULL,
          due_at = ?1 + CASE WHEN j.lane = 'live' THEN ${SENT_LIVE_MS} ELSE ${SENT_BULK_MS} END
         FROM (SELECT value ->> 'kind' AS kind, value ->> 'id' AS id, value ->> 'stage' AS stage,
                      value ->> 'lane' AS lane, value ->> 'dueAt' AS due_at
                 FROM json_each(?2)) j
        WHERE work.kind = j.kind AND work.id = j.id AND work.stage = j.stage
          AND work.due_at = j.due_at AND work.parked_on IS NULL`,
    )
    .bind(
      now,
      JSON.stringify(
        rows.map(({ kind, id, stage, lane, dueAt }) => ({ kind, id, stage, lane, dueAt })),
      ),
    )
    .run()
}

/**
 * A local start finds its queues gone and every holder dead: all that is owed is due. A create or
 * update whose outcome is not known keeps its pause.
 */
export async function forgetQueues(
  db: D1Database,
  now: number,
  pause: { createMs: number; updateMs: number },
): Promise<void> {
  await db.batch([
    db
      .prepare(
        `UPDATE pages SET sent_at = ?1 WHERE page_id IS NOT NULL AND EXISTS (
           SELECT 1 FROM work w WHERE w.kind = pages.kind AND w.id = pages.id
              AND w.stage = 'reconcile' AND w.token IS NOT NULL AND w.done < w.wanted)`,
      )
      .bind(now),
    db
      .prepare(
        `UPDATE work SET token = NULL, due_at = coalesce(
            (SELECT p.sent_at + CASE WHEN p.page_id IS NULL THEN ?2 ELSE ?3 END FROM pages p
              WHERE p.kind = work.kind AND p.id = work.id AND work.stage = 'reconcile'
                AND p.sent_at IS NOT NULL), ?1)
          WHERE done < wanted AND token IS NOT '${HELD_BACK}'`,
      )
      .bind(now, pause.createMs, pause.updateMs),
    db.prepare(`UPDATE sweeps SET due_at = ?1 WHERE done = 0 AND due_at IS NOT NULL`).bind(now),
    // What was parked may have been so because everything was going down: it is tried anew.
    // What waits for pages to be looked up stays.
    db
      .prepare(
        `DELETE FROM parked WHERE (until IS NULL OR until <= ?1)
            AND NOT EXISTS (SELECT 1 FROM adoptions a WHERE parked.scope = 'notion:' || a.kind)`,
      )
      .bind(now),
    db.prepare(
      `UPDATE work SET parked_on = NULL WHERE parked_on IS NOT NULL AND parked_on NOT IN (${ALL_CLOSED})`,
    ),
    db.prepare(
      `UPDATE sweeps SET parked_on = NULL WHERE parked_on IS NOT NULL AND parked_on NOT IN (${ALL_CLOSED})`,
    ),
  ])
}

/** Where a count of what is owed ends, of each stage: whoever asks wants to know whether, not how many. */
const MOST_COUNTED = 500

/** How much is owed, by stage: all, and what waits for a parked scope. So many at the most. */
export async function owedByStage(
  db: D1Database,
): Promise<{ stage: Stage; owed: number; parked: number }[]> {
  const { results } = await db
    .prepare(
      `SELECT stage, sum(owed) AS owed, sum(parked) AS parked FROM (
         SELECT s.value AS stage, 0 AS parked, (SELECT count(*) FROM (
             SELECT 1 FROM work WHERE stage = s.value AND lane = l.value AND due_at IS NOT NULL
                AND parked_on IS NULL AND done < wanted LIMIT ${MOST_COUNTED})) AS owed
           FROM json_each(?1) s, json_each(?2) l
         UNION ALL
         SELECT stage, 1, 1 FROM (SELECT stage FROM work WHERE parked_on IS NOT NULL
            AND done < wanted LIMIT ${MOST_COUNTED}))
       GROUP BY stage HAVING sum(owed) > 0`,
    )
    .bind(JSON.stringify(STAGES), JSON.stringify(LANES))
    .all<{ stage: Stage; owed: number; parked: number }>()
  return results
}
