/**
 * Who is nobody's: numbers and addresses outside that no merchant holds, ranked by how often they talk
 * with us. The counts are kept by triggers (migration 0011); nothing here counts.
 */
import type { Kind } from '@switchboard/shared/kinds'
import type { D1Database } from './d1.ts'

export type PartyState = 'open' | 'never' | 'matched'

export interface Party {
  party: string // E.164, or a mail address in lower case
  state: PartyState
  calls: number
  messages: number
  mails: number
  talks: number
  firstAt: number | null
  lastAt: number // 0: no record is left
  lastKind: Kind | null
  lastId: string | null
  neverBy: string | null
  name: string | null // as OpenPhone's contacts say
  words: string | null // the last that was said, as far as it is known
}

/** Where a page ended. */
export type PartyPlace = Pick<Party, 'talks' | 'lastAt' | 'party'>

const COLUMNS = `p.party, p.state, p.calls, p.messages, p.mails, p.talks, p.first_at AS firstAt,
  p.last_at AS lastAt, p.last_kind AS lastKind, p.last_id AS lastId, p.never_by AS neverBy,
  (SELECT c.name FROM contact_keys k JOIN contacts c ON c.id = k.contact_id
    WHERE k.key = p.party AND c.deleted = 0 AND c.name IS NOT NULL LIMIT 1) AS name,
  substr(coalesce(
    CASE p.last_kind
      WHEN 'mail' THEN (SELECT b.body ->> 'subject' FROM parts b
        WHERE b.kind = p.last_kind AND b.id = p.last_id AND b.part = 'rest')
      WHEN 'message' THEN (SELECT b.body ->> 'text' FROM parts b
        WHERE b.kind = p.last_kind AND b.id = p.last_id AND b.part IN ('rest', 'event:message')
        LIMIT 1)
    END,
    (SELECT a.body ->> 'summary' FROM analyses a
      WHERE a.kind = p.last_kind AND a.id = p.last_id)), 1, 200) AS words`

/** The next page of those who stand so, who talks most first. */
export async function rankedParties(
  db: D1Database,
  state: PartyState,
  after: PartyPlace | null,
  limit: number,
): Promise<Party[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM parties p
        WHERE p.state = ?1 AND (p.talks, p.last_at, p.party) < (?2, ?3, ?4)
        ORDER BY p.talks DESC, p.last_at DESC, p.party DESC LIMIT ?5`,
    )
    .bind(
      state,
      after?.talks ?? Number.MAX_SAFE_INTEGER,
      after?.lastAt ?? 0,
      after?.party ?? '',
      limit,
    )
    .all<Party>()
  return results
}

const MOST_FOUND = 200

/**
 * Those who stand so and whose number or address begins so, or whose name in OpenPhone's contacts
 * does; who talks most first, 200 of each at most.
 * @param beginnings of numbers and addresses
 */
export async function findParties(
  db: D1Database,
  state: PartyState,
  beginnings: string[],
  name: string,
): Promise<Party[]> {
  const { results } = await db
    .prepare(
      `WITH begun AS (SELECT f.party FROM json_each(?2) b, parties f
            WHERE f.party >= b.value AND f.party < b.value || char(0x10ffff) LIMIT ${MOST_FOUND}),
          named AS (SELECT k.key FROM contacts c JOIN contact_keys k ON k.contact_id = c.id
            WHERE c.deleted = 0 AND ?3 <> '' AND c.name COLLATE NOCASE >= ?3
              AND c.name COLLATE NOCASE < ?3 || char(0x10ffff) LIMIT ${MOST_FOUND})
       SELECT ${COLUMNS} FROM parties p
        WHERE p.state = ?1 AND p.party IN (SELECT party FROM begun UNION SELECT key FROM named)
        ORDER BY p.talks DESC, p.last_at DESC, p.party DESC LIMIT ${MOST_FOUND}`,
    )
    .bind(state, JSON.stringify(beginnings), name)
    .all<Party>()
  return results
}

export interface PartyTotals {
  parties: number
  talks: number
}

/** How many stand how, and how many conversations they hold. */
export async function partyTotals(db: D1Database): Promise<Record<PartyState, PartyTotals>> {
  const { results } = await db
    .prepare(`SELECT state, parties, talks FROM party_counts`)
    .all<PartyTotals & { state: PartyState }>()
  const of = (state: PartyState): PartyTotals => {
    const row = results.find((one) => one.state === state)
    return { parties: row?.parties ?? 0, talks: row?.talks ?? 0 }
  }
  return { open: of('open'), never: of('never'), matched: of('matched') }
}

export interface KnownParty extends Party {
  merchants: { id: string; name: string }[]
  /** Of its newest records that still wait to be filed anew; counted over this many. */
  waiting: number
}

const MOST_WAITING = 500

/** One of them, whoever holds it. */
export async function findParty(db: D1Database, party: string): Promise<KnownParty | null> {
  const [found, merchants, waiting] = await db.batch<Record<string, unknown>>([
    db.prepare(`SELECT ${COLUMNS} FROM parties p WHERE p.party = ?1`).bind(party),
    db
      .prepare(
        `SELECT m.id, m.name FROM merchant_keys k JOIN merchants m ON m.id = k.merchant_id
          WHERE k.key = ?1 ORDER BY m.name LIMIT 25`,
      )
      .bind(party),
    db
      .prepare(
        `SELECT count(*) AS waiting FROM (SELECT kind, id FROM record_parties WHERE party = ?1
            LIMIT ${MOST_WAITING}) r
           JOIN work w ON w.kind = r.kind AND w.id = r.id AND w.stage = 'reconcile'
          WHERE w.done < w.wanted`,
      )
      .bind(party),
  ])
  const row = found?.results[0] as unknown as Party | undefined
  if (row === undefined) return null
  return {
    ...row,
    merchants: (merchants?.results ?? []) as unknown as KnownParty['merchants'],
    waiting: Number(waiting?.results[0]?.['waiting'] ?? 0),
  }
}

/** Says that this is never a merchant's. @returns false: it stands otherwise already */
export async function markNever(
  db: D1Database,
  party: string,
  actor: string,
  now: number,
): Promise<boolean> {
  const { results } = await db
    .prepare(
      `UPDATE parties SET never_at = ?2, never_by = ?3 WHERE party = ?1 AND state = 'open'
       RETURNING party`,
    )
    .bind(party, now, actor)
    .all()
  return results.length === 1
}

/** Takes that back. @returns false: nobody said so */
export async function unmarkNever(db: D1Database, party: string): Promise<boolean> {
  const [taken] = await db.batch([
    db
      .prepare(
        `UPDATE parties SET never_at = NULL, never_by = NULL
          WHERE party = ?1 AND never_at IS NOT NULL RETURNING party`,
      )
      .bind(party),
    // Kept for its note alone.
    db.prepare(`DELETE FROM parties WHERE party = ?1 AND talks = 0`).bind(party),
  ])
  return taken?.results.length === 1
}
