/**
 * What the overview reads: sums by day, the last sweep, what waits for a person. Every statement reads
 * few rows however many records there are.
 */
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import { keysJson } from './d1.ts'
import type { D1Database } from './d1.ts'
import { readCounts } from './histogram.ts'
import { isOpen } from './open-actions.ts'
import type { Place } from './record-list.ts'

/** The facets of a kind's day, added up: `is:filed`, `mood:positive`, `lead` and the like. */
export interface DayCounts {
  kind: Kind
  day: string // YYYY-MM-DD, UTC
  counts: ReadonlyMap<string, number>
}

/** @param from and `to`: days, inclusive */
export async function dayCounts(db: D1Database, from: string, to: string): Promise<DayCounts[]> {
  const { results } = await db
    .prepare(
      `SELECT kind, day, counts FROM day_counts
        WHERE kind IN (SELECT value FROM json_each(?1)) AND day >= ?2 AND day <= ?3`,
    )
    .bind(JSON.stringify(KINDS), from, to)
    .all<{ kind: Kind; day: string; counts: string }>()
  return results.map(({ kind, day, counts }) => ({
    kind,
    day,
    counts: new Map(readCounts(counts)),
  }))
}

/** What webhooks told and failed to tell. */
export interface Heard {
  heard: number // deliveries taken in
  failed: number // that OpenPhone gave up
  recovered: number // of these, whose record was fetched
  asked: number // of these, to be delivered again
}

/** @param from a day; @param since its first ms */
export async function heardSince(db: D1Database, from: string, since: number): Promise<Heard> {
  const row = await db
    .prepare(
      `SELECT (SELECT coalesce(sum(count), 0) FROM event_counts
                WHERE day >= ?1 AND outcome <> 'gone') AS heard,
              count(*) AS failed, coalesce(sum(outcome = 'recovered'), 0) AS recovered,
              coalesce(sum(outcome = 'asked'), 0) AS asked
         FROM (SELECT outcome FROM gaps WHERE made_at >= ?2 LIMIT 2000)`,
    )
    .bind(from, since)
    .first<Heard>()
  return row ?? { heard: 0, failed: 0, recovered: 0, asked: 0 }
}

export interface FinishedRun {
  id: string
  startedAt: number
  finishedAt: number
  synced: number
  skipped: number
  failed: number
}

/** SQL: how many records of run `r` ended so. */
const sum = (outcome: string) =>
  `(SELECT coalesce(sum(count), 0) FROM run_counts WHERE run_id = r.id AND outcome = '${outcome}')`

/** The newest run of the cron's kind that has ended. */
export async function lastFullRun(db: D1Database): Promise<FinishedRun | null> {
  return db
    .prepare(
      `SELECT r.id, r.started_at AS startedAt, r.finished_at AS finishedAt,
              ${sum('synced')} AS synced, ${sum('skipped')} AS skipped, ${sum('failed')} AS failed
         FROM runs r WHERE r.whole = 1 AND r.finished_at IS NOT NULL AND r.cancelled_at IS NULL
        ORDER BY r.started_at DESC LIMIT 1`,
    )
    .first<FinishedRun>()
}

/** How many records one look goes through, and how many that each of them may have led to. */
const NEEDS_LOOKED_THROUGH = 24
const TALKS_LOOKED_THROUGH = 50

/** A record that has action items or complains, and with whom. */
export interface NeedsPerson extends Place {
  party: string | null
}

/** The newest of them to whose party nobody of ours spoke since. */
export async function unanswered(db: D1Database, from: number): Promise<NeedsPerson[]> {
  const { results } = await db
    .prepare(
      `SELECT c.kind, c.id, c.occurred_at AS at,
              (SELECT min(party) FROM timeline t WHERE t.kind = c.kind AND t.id = c.id) AS party
         FROM standings c WHERE c.needs = 1 AND c.occurred_at >= ?1
        ORDER BY c.occurred_at DESC LIMIT ${NEEDS_LOOKED_THROUGH}`,
    )
    .bind(from)
    .all<NeedsPerson>()
  if (results.length === 0) return []
  const answers = await db.batch(
    results.map(({ party, at }) =>
      db
        .prepare(
          `SELECT 1 FROM (SELECT kind, id FROM timeline WHERE party = ?1 AND occurred_at > ?2
               LIMIT ${TALKS_LOOKED_THROUGH}) t
            CROSS JOIN standings s ON s.kind = t.kind AND s.id = t.id
            WHERE s.outgoing = 1 LIMIT 1`,
        )
        .bind(party, at),
    ),
  )
  return results.filter((_, nth) => answers[nth]?.results.length === 0)
}

/** Somebody of no merchant who speaks to us. */
export interface Talker {
  party: string
  talks: number
  lastAt: number
  name: string | null // as OpenPhone's contacts have it
}

/** Who of no merchant talks most, and how many of them there are. */
export async function talkers(
  db: D1Database,
  limit: number,
): Promise<{ first: Talker[]; count: number }> {
  const [first, count] = await db.batch<Talker & { count: number }>([
    db
      .prepare(
        `SELECT p.party, p.talks, p.last_at AS lastAt,
                (SELECT c.name FROM contact_keys k JOIN contacts c ON c.id = k.contact_id
                  WHERE k.key = p.party AND c.deleted = 0 LIMIT 1) AS name
           FROM parties p WHERE p.state = 'open'
          ORDER BY p.talks DESC, p.last_at DESC, p.party LIMIT ?1`,
      )
      .bind(limit),
    db.prepare(`SELECT parties AS count FROM party_counts WHERE state = 'open'`),
  ])
  return { first: first?.results ?? [], count: count?.results[0]?.count ?? 0 }
}

/** Analyses as they are stored, without the action items that are done. */
export async function storedAnalyses(
  db: D1Database,
  keys: readonly RecordKey[],
): Promise<(RecordKey & { body: string })[]> {
  const { results } = await db
    .prepare(
      `SELECT a.kind, a.id, json_set(a.body, '$.actionItems',
                json((SELECT json_group_array(json(i.value))
                        FROM json_each(a.body, '$.actionItems') i
                       WHERE ${isOpen('a.kind', 'a.id', 'i.value')}))) AS body
         FROM json_each(?1) j
        CROSS JOIN analyses a ON a.kind = j.value ->> 'kind' AND a.id = j.value ->> 'id'
        WHERE a.body IS NOT NULL`,
    )
    .bind(keysJson(keys))
    .all<RecordKey & { body: string }>()
  return results
}
