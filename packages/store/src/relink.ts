/**
 * Relinking: which records are with whom outside, and what is owed when a merchant gains or loses a
 * number or address. A record's parties are written in the same batch that reads the merchants who
 * hold them: a merchant that changes before finds nothing and is read, one that changes after finds
 * the record. So none is missed, whatever runs at the same time.
 */
import type { RecordKey } from '@switchboard/shared/kinds'
import { inKeys, jsonBatches } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { ON_RAISE } from './work.ts'

export interface RecordParties extends RecordKey {
  parties: string[] // E.164, mail addresses in lower case
}

/** Notes who these records are with. Who they were with before and are not any more goes. */
export function notePartiesStatements(
  db: D1Database,
  records: RecordParties[],
): D1PreparedStatement[] {
  return jsonBatches(records).flatMap((json) => [
    db
      .prepare(
        `DELETE FROM record_parties WHERE ${inKeys('?1')}
            AND party NOT IN (SELECT p.value FROM json_each(?1) r, json_each(r.value, '$.parties') p
              WHERE r.value ->> 'kind' = record_parties.kind AND r.value ->> 'id' = record_parties.id)`,
      )
      .bind(json),
    db
      .prepare(
        `INSERT OR IGNORE INTO record_parties (party, kind, id)
         SELECT p.value, r.value ->> 'kind', r.value ->> 'id'
           FROM json_each(?1) r, json_each(r.value, '$.parties') p`,
      )
      .bind(json),
  ])
}

/**
 * SQL: every filed record that is with one of these parties is to be reconciled again, in bulk.
 * @param parties a SELECT of numbers and addresses
 * @param now the parameter that holds the time
 * @param which further condition on `w`, the record's work. Rows: `RecordKey`
 */
export function raiseSql(parties: string, now: string, which = 'true'): string {
  return `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
     SELECT DISTINCT p.kind, p.id, 'reconcile', 'bulk', 'relink', NULL, 1, ${now}
       FROM record_parties p
       JOIN work w ON w.kind = p.kind AND w.id = p.id AND w.stage = 'reconcile'
      WHERE p.party IN (${parties}) AND ${which}
     ${ON_RAISE} RETURNING kind, id`
}

const ROWS_A_PAGE = 5000

/**
 * Records that were filed before anybody noted who they are with, or while links were switched off:
 * the next page of them is to be reconciled again, which notes it. It asks Notion nothing where the
 * links are right.
 * @param after the last record of the page before
 * @returns the last one of this page; null: that was all
 */
export async function raiseUnnoted(
  db: D1Database,
  after: { kind: RecordKey['kind'] | ''; id: string } | null,
  now: number,
): Promise<RecordKey | null> {
  const page = `SELECT kind, id FROM records WHERE (kind, id) > (?1, ?2) ORDER BY kind, id LIMIT ${ROWS_A_PAGE}`
  const bound = [after?.kind ?? '', after?.id ?? ''] as const
  const [, last] = await db.batch<RecordKey>([
    db
      .prepare(
        `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
         SELECT w.kind, w.id, 'reconcile', 'bulk', 'relink', NULL, 1, ?3
           FROM (${page}) r JOIN work w ON w.kind = r.kind AND w.id = r.id AND w.stage = 'reconcile'
          WHERE NOT EXISTS (SELECT 1 FROM record_parties p WHERE p.kind = r.kind AND p.id = r.id)
         ${ON_RAISE}`,
      )
      .bind(...bound, now),
    db.prepare(`SELECT kind, id FROM (${page}) ORDER BY kind DESC, id DESC LIMIT 1`).bind(...bound),
  ])
  return last?.results[0] ?? null
}
