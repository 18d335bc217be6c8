/**
 * Intake: what a source listed, compared with what is stored, and written together with what is
 * owed for it (docs/protocols.md#owed-work). One batch; sending is best effort after it.
 */
import type { Kind, Lane, RecordKey } from '@switchboard/shared/kinds'
import type { Cause } from '@switchboard/shared/queue-message'
import { jsonBatches } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { notForgotten } from './forget.ts'
import { standStatements } from './standing.ts'
import { HELD_BACK, ON_RAISE } from './work.ts'

/** One record as its source says it now. */
export interface Listed {
  id: string
  version: number // the source's time of change, ms since epoch: older never undoes newer
  hash: string
  body: string // the part, JSON
  occurredAt: number
  tombstone?: string | null // under which it would be known as forgotten
}

/** Of these, the ones whose content D1 does not have: new, or changed and not older. */
export async function changedAmong(
  db: D1Database,
  kind: Kind,
  listed: Listed[],
): Promise<Listed[]> {
  const { results } = await db
    .prepare(
      `SELECT id, hash, version FROM parts
        WHERE kind = ?1 AND part = 'rest' AND id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(kind, JSON.stringify(listed.map(({ id }) => id)))
    .all<{ id: string; hash: string; version: number }>()
  const stored = new Map(results.map((row) => [row.id, row]))
  return listed.filter((row) => {
    const known = stored.get(row.id)
    return known === undefined || (row.hash !== known.hash && row.version >= known.version)
  })
}

/**
 * Stores changed records and makes enrichment owed for them, each only if its content is still
 * news when the batch runs (two sweeps and a webhook may race).
 */
export function intakeStatements(
  db: D1Database,
  kind: Kind,
  changed: Listed[],
  by: { lane: Lane; cause: Cause; runId: string | null },
  now: number,
): D1PreparedStatement[] {
  const news = `FROM (SELECT value ->> 'id' AS id, value ->> 'version' AS version,
        value ->> 'hash' AS hash, value ->> 'body' AS body, value ->> 'occurredAt' AS occurred_at,
        value ->> 'tombstone' AS tombstone
        FROM json_each(?1)) j
      LEFT JOIN parts p ON p.kind = ?2 AND p.id = j.id AND p.part = 'rest'
      WHERE (p.id IS NULL OR (j.hash <> p.hash AND j.version >= p.version))
        AND ${notForgotten('?2', 'j.tombstone')}`
  const statements = jsonBatches(changed).flatMap((json) => [
    db
      .prepare(
        `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
         SELECT ?2, j.id, 'enrich', ?3, ?4, ?5, 1, ?6 ${news} ${ON_RAISE}`,
      )
      .bind(json, kind, by.lane, by.cause, by.runId, now),
    db
      .prepare(
        `INSERT INTO records (kind, id, revision, occurred_at, stored_at, changed_at)
         SELECT ?2, j.id, 1, j.occurred_at, ?3, ?3 ${news}
         ON CONFLICT (kind, id) DO UPDATE SET revision = revision + 1,
           occurred_at = excluded.occurred_at, changed_at = excluded.changed_at,
           gone_at = NULL`,
      )
      .bind(json, kind, now),
    db
      .prepare(
        `INSERT INTO parts (kind, id, part, version, hash, body, stored_at)
         SELECT ?2, j.id, 'rest', j.version, j.hash, j.body, ?3 ${news}
         ON CONFLICT (kind, id, part) DO UPDATE SET version = excluded.version,
           hash = excluded.hash, body = excluded.body, stored_at = excluded.stored_at`,
      )
      .bind(json, kind, now),
  ])
  const keys = changed.map(({ id }) => ({ kind, id }))
  return [...statements, ...standStatements(db, keys)]
}

/** A live cause is sent live even if the content is unchanged, as long as any stage is owed. */
export function promoteStatement(
  db: D1Database,
  keys: RecordKey[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE work SET lane = 'live',
              due_at = CASE WHEN token IS NULL OR token = '${HELD_BACK}' THEN ?1 ELSE due_at END,
              token = CASE WHEN token = '${HELD_BACK}' THEN NULL ELSE token END
        WHERE (kind, id) IN (SELECT value ->> 'kind', value ->> 'id' FROM json_each(?2))
          AND done < wanted AND lane = 'bulk'`,
    )
    .bind(now, JSON.stringify(keys))
}
