/**
 * What stands still: an outside system, or one Notion data source. Rows that wait for it stay owed
 * (`work.parked_on`, `sweeps.parked_on`); a probe reopens it, a few rows go first, then all.
 */
import type { Failure } from '@switchboard/shared/failure'
import type { Scope } from '@switchboard/shared/kinds'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { ALL_CLOSED } from './pauses.ts'

const FIRST_AFTER_REOPENING = 10

export interface Parked {
  scope: Scope
  reason: string
  since: number
  until: number | null
  probes: number
  /** Its kind says what is to be done; null where it was parked by an older release. */
  failure: Failure['kind'] | null
  /** Rows, as the minute cron last counted them. */
  waiting: number
}

const COLUMNS = `scope, reason, since, until, probes, failure, waiting`

/** All parked scopes. Rows: `Parked`. */
export function parkedStatement(db: D1Database): D1PreparedStatement {
  return db.prepare(`SELECT ${COLUMNS} FROM parked ORDER BY since`)
}

/** What stands now, the longest first. */
export async function listParked(db: D1Database): Promise<Parked[]> {
  return (await parkedStatement(db).all<Parked>()).results
}

/** Parks a scope; one that is parked keeps its first reason, and its latest `until`. */
export async function park(
  db: D1Database,
  parked: { scope: Scope; reason: string; until: number | null; failure?: Failure['kind'] },
  now: number,
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO parked (scope, reason, since, until, failure) VALUES (?1, ?2, ?3, ?4, ?5)
       ON CONFLICT (scope) DO UPDATE SET until = max(coalesce(until, 0), excluded.until)
         WHERE excluded.until IS NOT NULL`,
    )
    .bind(parked.scope, parked.reason, now, parked.until, parked.failure ?? null)
    .run()
}

/** One more try to reopen it. */
export async function countProbe(db: D1Database, scope: Scope, now: number): Promise<void> {
  await db
    .prepare(`UPDATE parked SET probes = probes + 1, probed_at = ?2 WHERE scope = ?1`)
    .bind(scope, now)
    .run()
}

/** Reopens a scope: the first few rows that waited for it may be sent again. */
export async function reopen(db: D1Database, scope: Scope): Promise<void> {
  await db.batch([
    db.prepare(`DELETE FROM parked WHERE scope = ?1`).bind(scope),
    db
      .prepare(
        `UPDATE work SET parked_on = NULL WHERE (kind, id, stage) IN (
           SELECT kind, id, stage FROM work WHERE parked_on = ?1 ORDER BY due_at LIMIT ${FIRST_AFTER_REOPENING})`,
      )
      .bind(scope),
    db.prepare(`UPDATE sweeps SET parked_on = NULL WHERE parked_on = ?1`).bind(scope),
  ])
}

/**
 * SQL: each scope that any row of `work` waits for, and is open. One look into the index a scope: a
 * million rows may wait for one that stands.
 */
const OPEN_SCOPES = `WITH RECURSIVE waited_for (scope) AS (
    SELECT min(parked_on) FROM work WHERE parked_on IS NOT NULL
    UNION ALL
    SELECT (SELECT min(parked_on) FROM work WHERE parked_on > waited_for.scope) FROM waited_for
     WHERE scope IS NOT NULL)
  SELECT scope FROM waited_for WHERE scope IS NOT NULL AND scope NOT IN (${ALL_CLOSED})`

/** So many are let go at once: more than any gate grants in a minute, and no more than D1 does at once. */
const ROWS_AT_ONCE = 20_000

/** Lets go of rows whose scope is open, live before bulk: what waits behind the first few. */
export async function unparkOpen(db: D1Database): Promise<void> {
  await db.batch([
    db.prepare(
      `UPDATE work SET parked_on = NULL WHERE (kind, id, stage) IN (
         SELECT w.kind, w.id, w.stage FROM (${OPEN_SCOPES}) o CROSS JOIN work w ON w.parked_on = o.scope
          ORDER BY w.lane DESC LIMIT ${ROWS_AT_ONCE})`,
    ),
    db.prepare(
      `UPDATE sweeps SET parked_on = NULL WHERE parked_on IS NOT NULL AND parked_on NOT IN (${ALL_CLOSED})`,
    ),
  ])
}
