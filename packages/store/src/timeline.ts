/**
 * Which records were with whom, by time: a merchant's page reads these rows and no others. Kept by
 * the stages that know a record whole, whatever becomes of its Notion page.
 */
import type { RecordKey } from '@switchboard/shared/kinds'
import { inKeys, jsonBatches, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { HELD } from './work.ts'

export interface TimelineEntry extends RecordKey {
  parties: string[] // E.164, mail addresses in lower case
  occurredAt: number
  wantsReply: boolean
}

const ROWS = `(SELECT r.value ->> 'kind' AS kind, r.value ->> 'id' AS id,
      r.value ->> 'occurredAt' AS occurred_at, r.value ->> 'wantsReply' AS wants_reply,
      p.value AS party FROM json_each(?1) r, json_each(r.value, '$.parties') p) j`

/** Notes who these records were with and when, while the stage still holds them. */
export function timelineStatements(
  db: D1Database,
  held: { stage: string; token: string },
  entries: TimelineEntry[],
): D1PreparedStatement[] {
  return jsonBatches(entries).flatMap((json) => [
    db
      .prepare(
        `DELETE FROM timeline WHERE ${inKeys('?1')}
            AND (party, occurred_at) NOT IN (SELECT j.party, j.occurred_at FROM ${ROWS}
              WHERE j.kind = timeline.kind AND j.id = timeline.id)
            AND ${HELD('timeline', '?2', '?3')}`,
      )
      .bind(json, held.stage, held.token),
    db
      .prepare(
        `INSERT INTO timeline (party, occurred_at, kind, id, wants_reply)
         SELECT j.party, j.occurred_at, j.kind, j.id, j.wants_reply FROM ${ROWS}
          WHERE ${HELD('j', '?2', '?3')}
         ON CONFLICT (party, occurred_at, kind, id) DO UPDATE SET wants_reply = excluded.wants_reply
          WHERE wants_reply <> excluded.wants_reply`,
      )
      .bind(json, held.stage, held.token),
  ])
}

/** Where a record stands in time. */
export interface Moment extends RecordKey {
  occurredAt: number
}

/**
 * The records of several lists, newest first; one that stands in more than one of them, since it was
 * with several parties, once. @param lists newest first, as the key orders them
 */
export function eachOnce<M extends Moment>(lists: readonly M[][]): M[] {
  const [only] = lists
  if (lists.length === 1 && only !== undefined) return only
  const once = new Map(lists.flat().map((one) => [`${one.kind}/${one.id}`, one]))
  return [...once.values()].toSorted(newestFirst)
}

/** A page of records, newest first. @param after the last one of the page before */
export function pageAfter<M extends Moment>(
  records: readonly M[],
  after: Moment | null,
  limit: number,
): M[] {
  const from = after === null ? 0 : records.findIndex((one) => newestFirst(one, after) > 0)
  return from === -1 ? [] : records.slice(from, from + limit)
}

/** As the key orders them, backwards. */
function newestFirst(a: Moment, b: Moment): number {
  return b.occurredAt - a.occurredAt || descending(a.kind, b.kind) || descending(a.id, b.id)
}

function descending(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? 1 : -1
}

/** Whether any record was with this party. */
export async function isKnownParty(db: D1Database, party: string): Promise<boolean> {
  return (
    (await db.prepare(`SELECT 1 FROM timeline WHERE party = ?1 LIMIT 1`).bind(party).first()) !==
    null
  )
}

/** Who these records were with. Rows: `RecordKey & { party: string }`. */
export function partiesStatement(db: D1Database, keys: readonly RecordKey[]): D1PreparedStatement {
  return db
    .prepare(`SELECT kind, id, party FROM timeline WHERE ${inKeys('?1')} ORDER BY party`)
    .bind(keysJson(keys))
}
