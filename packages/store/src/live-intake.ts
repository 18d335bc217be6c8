/**
 * Live intake: what an event told of a record, one slot a part (shared/src/event-parts.ts), written
 * together with what is owed for it. An event that is stale, doubled or says nothing new changes
 * nothing; whatever the order of arrival, the same parts stand in the end.
 */
import type { RecordKey } from '@switchboard/shared/kinds'
import type { EventPartName } from '@switchboard/shared/event-parts'
import type { Cause } from '@switchboard/shared/queue-message'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { notForgotten } from './forget.ts'
import { promoteStatement } from './intake.ts'
import { standStatements } from './standing.ts'
import { ON_RAISE } from './work.ts'

/** A part as an event tells it. */
export interface ToldPart {
  part: EventPartName
  version: number
  hash: string // of the content, signed URLs and updatedAt aside
  body: string // JSON, up to a megabyte: bound by itself, never within another JSON
}

/** The stored slot does not give way to this part, or says the same. */
const NO_NEWS = `SELECT 1 FROM parts p WHERE p.kind = ?1 AND p.id = ?2 AND p.part = ?3
    AND NOT (p.hash <> ?4 AND (?5, ?6) > (p.version, p.body))`

/**
 * Stores the parts of one event and makes enrichment owed where one of them is news, on the live
 * lane; what waits in bulk for this record becomes live. For one batch.
 * @param tombstone under which the record would be known as forgotten
 * @param occurredAt ms since epoch: the record's own time or, where it is not told, the event's
 */
export function toldStatements(
  db: D1Database,
  { kind, id, tombstone = null }: RecordKey & { tombstone?: string | null },
  parts: readonly ToldPart[],
  occurredAt: number,
  cause: Cause,
  now: number,
): D1PreparedStatement[] {
  return [
    ...parts.flatMap(({ part, version, hash, body }) => {
      const bound = [kind, id, part, hash, version, body]
      return [
        db
          .prepare(
            `INSERT INTO work (kind, id, stage, lane, cause, wanted, due_at)
             SELECT ?1, ?2, 'enrich', 'live', ?7, 1, ?8
              WHERE NOT EXISTS (${NO_NEWS}) AND ${notForgotten('?1', '?9')} ${ON_RAISE}`,
          )
          .bind(...bound, cause, now, tombstone),
        db
          .prepare(
            `INSERT INTO records (kind, id, revision, occurred_at, stored_at, changed_at)
             SELECT ?1, ?2, 1, ?7, ?8, ?8
              WHERE NOT EXISTS (${NO_NEWS}) AND ${notForgotten('?1', '?9')}
             ON CONFLICT (kind, id) DO UPDATE SET revision = revision + 1,
               occurred_at = min(occurred_at, excluded.occurred_at),
               changed_at = excluded.changed_at`,
          )
          .bind(...bound, occurredAt, now, tombstone),
        db
          .prepare(
            `INSERT INTO parts (kind, id, part, version, hash, body, stored_at)
             SELECT ?1, ?2, ?3, ?5, ?4, ?6, ?7 WHERE ${notForgotten('?1', '?8')}
             ON CONFLICT (kind, id, part) DO UPDATE SET version = excluded.version,
               hash = excluded.hash, body = excluded.body, stored_at = excluded.stored_at
             WHERE (excluded.version, excluded.body) > (parts.version, parts.body)`,
          )
          .bind(...bound, now, tombstone),
      ]
    }),
    promoteStatement(db, [{ kind, id }], now),
    ...standStatements(db, [{ kind, id }]),
  ]
}
