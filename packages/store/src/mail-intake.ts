/**
 * Mail intake: what one way told of mails (a raw message, a mailbox, a page of another tool's),
 * compared with what is stored and written together with what is owed for it. For one batch.
 */
import type { Lane } from '@switchboard/shared/kinds'
import type { Cause } from '@switchboard/shared/queue-message'
import type { PartName } from '@switchboard/shared/record'
import { jsonBatches } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { notForgotten } from './forget.ts'
import { promoteStatement } from './intake.ts'
import { standStatements } from './standing.ts'
import { ON_RAISE } from './work.ts'

export type MailPartName = Extract<PartName, 'rest' | 'routed' | 'adopted'>

/** A mail as one way tells of it. */
export interface ToldMail {
  id: string
  version: number // of several tellings by one way the highest stands
  hash: string
  body: string // the part, JSON
  occurredAt: number
  tombstone: string | null // under which it would be known as forgotten
}

/** Of these, the ones whose content this way has not told yet. */
export async function newsAmong(
  db: D1Database,
  part: MailPartName,
  mails: readonly ToldMail[],
): Promise<ToldMail[]> {
  if (mails.length === 0) return []
  const { results } = await db
    .prepare(
      `SELECT id, hash, version FROM parts
        WHERE kind = 'mail' AND part = ?1 AND id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(part, JSON.stringify(mails.map(({ id }) => id)))
    .all<{ id: string; hash: string; version: number }>()
  const stored = new Map(results.map((row) => [row.id, row]))
  return mails.filter(({ id, hash, version }) => {
    const known = stored.get(id)
    return known === undefined || (hash !== known.hash && version >= known.version)
  })
}

/** Stores what is news and makes enrichment owed for it; what waits in bulk becomes live with it. */
export function mailIntakeStatements(
  db: D1Database,
  part: MailPartName,
  mails: readonly ToldMail[],
  by: { lane: Lane; cause: Cause; runId: string | null },
  now: number,
): D1PreparedStatement[] {
  const news = `FROM (SELECT value ->> 'id' AS id, value ->> 'version' AS version,
        value ->> 'hash' AS hash, value ->> 'body' AS body, value ->> 'occurredAt' AS occurred_at,
        value ->> 'tombstone' AS tombstone FROM json_each(?1)) j
      LEFT JOIN parts p ON p.kind = 'mail' AND p.id = j.id AND p.part = ?2
      WHERE (p.id IS NULL OR (j.hash <> p.hash AND j.version >= p.version))
        AND ${notForgotten("'mail'", 'j.tombstone')}`
  const keys = mails.map(({ id }) => ({ kind: 'mail' as const, id }))
  return [
    ...jsonBatches(mails).flatMap((json) => [
      db
        .prepare(
          `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
           SELECT 'mail', j.id, 'enrich', ?3, ?4, ?5, 1, ?6 ${news} ${ON_RAISE}`,
        )
        .bind(json, part, by.lane, by.cause, by.runId, now),
      db
        .prepare(
          `INSERT INTO records (kind, id, revision, occurred_at, stored_at, changed_at)
           SELECT 'mail', j.id, 1, j.occurred_at, ?3, ?3 ${news}
           ON CONFLICT (kind, id) DO UPDATE SET revision = revision + 1,
             occurred_at = CASE WHEN ?2 = 'adopted' THEN occurred_at ELSE excluded.occurred_at END,
             changed_at = excluded.changed_at`,
        )
        .bind(json, part, now),
      db
        .prepare(
          `INSERT INTO parts (kind, id, part, version, hash, body, stored_at)
           SELECT 'mail', j.id, ?2, j.version, j.hash, j.body, ?3 ${news}
           ON CONFLICT (kind, id, part) DO UPDATE SET version = excluded.version,
             hash = excluded.hash, body = excluded.body, stored_at = excluded.stored_at`,
        )
        .bind(json, part, now),
    ]),
    ...(by.lane === 'live' && keys.length > 0 ? [promoteStatement(db, keys, now)] : []),
    ...standStatements(db, keys),
  ]
}
