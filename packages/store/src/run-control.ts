/**
 * Cancelling a run and resuming it (docs/protocols.md#runs). Its listings stop at once. What it has
 * taken in is in D1 and stays owed, but is held back: no queue, no cron and no stage touches it until
 * the run is resumed, another run lists the record again, or anything newer comes for it. Holding back
 * and letting go are done a page at a time, behind one statement that says that it is under way.
 */
import * as v from 'valibot'
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import { fromJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { HELD_BACK } from './work.ts'

const ROWS_A_PAGE = 1000

const Shifting = v.object({
  do: v.picklist(['hold', 'release']),
  kind: v.picklist(KINDS),
  id: v.string(),
})
type Shifting = v.InferOutput<typeof Shifting>

const begin = (what: Shifting['do']): string =>
  JSON.stringify({ do: what, kind: KINDS[0], id: '' } satisfies Shifting)

/** Cancels a run that is under way. @returns false: it has ended, or there is none */
export async function cancelRun(
  db: D1Database,
  id: string,
  actor: string,
  now: number,
): Promise<boolean> {
  const [cancelled] = await db.batch([
    db
      .prepare(
        `UPDATE runs SET cancelled_at = ?2, cancelled_by = ?3, finished_at = ?2, shifting = ?4
          WHERE id = ?1 AND finished_at IS NULL RETURNING id`,
      )
      .bind(id, now, actor, begin('hold')),
    db
      .prepare(
        `UPDATE sweeps SET due_at = NULL, parked_on = NULL WHERE run_id = ?1 AND done = 0
            AND EXISTS (SELECT 1 FROM runs WHERE id = ?1 AND cancelled_at IS NOT NULL)`,
      )
      .bind(id),
  ])
  return cancelled?.results.length === 1
}

/**
 * Resumes a run that was cancelled, or one whose listing could not be finished: each listing goes on
 * with the page it stopped at.
 * @returns false: there is nothing to resume, or its records were folded
 */
export async function resumeRun(db: D1Database, id: string, now: number): Promise<boolean> {
  const stopped = `EXISTS (SELECT 1 FROM runs r WHERE r.id = ?1 AND r.totals IS NULL
    AND (r.cancelled_at IS NOT NULL OR r.failure IS NOT NULL))`
  const results = await db.batch([
    db
      .prepare(
        `UPDATE dead_letters SET closed_at = max(?2, first_at) WHERE stage = 'sweep' AND id = ?1
            AND closed_at IS NULL AND kind IN (SELECT sweep FROM sweeps WHERE run_id = ?1)
            AND ${stopped}`,
      )
      .bind(id, now),
    db
      .prepare(
        `UPDATE sweeps SET due_at = ?2, done = 0, tries = 0, error = NULL WHERE run_id = ?1
            AND (done = 0 OR error IS NOT NULL) AND ${stopped}`,
      )
      .bind(id, now),
    db
      .prepare(
        `UPDATE runs SET cancelled_at = NULL, cancelled_by = NULL, failure = NULL, finished_at = NULL,
            shifting = CASE WHEN cancelled_at IS NULL THEN shifting ELSE ?2 END
          WHERE id = ?1 AND totals IS NULL AND (cancelled_at IS NOT NULL OR failure IS NOT NULL)
        RETURNING id`,
      )
      .bind(id, begin('release')),
  ])
  return results.at(-1)?.results.length === 1
}

/** Runs whose owed work is being held back or let go. */
export async function shiftingRuns(db: D1Database): Promise<string[]> {
  const { results } = await db
    .prepare(`SELECT id FROM runs WHERE shifting IS NOT NULL`)
    .all<{ id: string }>()
  return results.map(({ id }) => id)
}

/**
 * Holds back or lets go what the next page of a run's records owes.
 * @returns the records that may be sent now; null: the run is through
 */
export async function shiftPage(
  db: D1Database,
  runId: string,
  now: number,
): Promise<RecordKey[] | null> {
  const row = await db
    .prepare(`SELECT shifting FROM runs WHERE id = ?1 AND shifting IS NOT NULL`)
    .bind(runId)
    .first<{ shifting: string }>()
  if (row === null) return null
  const at = fromJson(Shifting, row.shifting)
  const { results: page } = await db
    .prepare(
      `SELECT id FROM run_records WHERE run_id = ?1 AND kind = ?2 AND outcome IS NULL AND id > ?3
        ORDER BY id LIMIT ${ROWS_A_PAGE}`,
    )
    .bind(runId, at.kind, at.id)
    .all<{ id: string }>()
  const next = nextPlace(at, page)
  const [shifted] = await db.batch<RecordKey>([
    shiftStatement(
      db,
      runId,
      row.shifting,
      at,
      page.map(({ id }) => id),
      now,
    ),
    db
      .prepare(`UPDATE runs SET shifting = ?3 WHERE id = ?1 AND shifting = ?2`)
      .bind(runId, row.shifting, next === null ? null : JSON.stringify(next)),
  ])
  return at.do === 'release' ? (shifted?.results ?? []) : []
}

function shiftStatement(
  db: D1Database,
  runId: string,
  shifting: string,
  { do: what, kind }: Shifting,
  ids: string[],
  now: number,
): D1PreparedStatement {
  // A failed input waits for its letter, and what somebody holds is finished.
  const [change, which] =
    what === 'hold'
      ? [
          `token = '${HELD_BACK}', due_at = NULL, parked_on = NULL`,
          `lane = 'bulk' AND token IS NULL AND failed <= done`,
        ]
      : [`token = NULL, due_at = ?5`, `token = '${HELD_BACK}'`]
  return db
    .prepare(
      `UPDATE work SET ${change}
        WHERE kind = ?2 AND id IN (SELECT value FROM json_each(?3)) AND run_id = ?1
          AND done < wanted AND ${which} AND ?5 = ?5
          AND EXISTS (SELECT 1 FROM runs WHERE id = ?1 AND shifting = ?4)
        RETURNING kind, id`,
    )
    .bind(runId, kind, JSON.stringify(ids), shifting, now)
}

function nextPlace(at: Shifting, page: { id: string }[]): Shifting | null {
  const last = page.at(-1)
  if (last !== undefined && page.length === ROWS_A_PAGE) return { ...at, id: last.id }
  const kind: Kind | undefined = KINDS[KINDS.indexOf(at.kind) + 1]
  return kind === undefined ? null : { ...at, kind, id: '' }
}

/**
 * Records that a run lists again are owed to it from now on, whatever a cancelled run held back of
 * them. Must stand before `listedStatements` in the page's batch.
 */
export function takeOverStatement(
  db: D1Database,
  kind: Kind,
  ids: string[],
  runId: string,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE work SET token = NULL, due_at = ?4, run_id = ?3
        WHERE kind = ?1 AND id IN (SELECT value FROM json_each(?2)) AND token = '${HELD_BACK}'`,
    )
    .bind(kind, JSON.stringify(ids), runId, now)
}
