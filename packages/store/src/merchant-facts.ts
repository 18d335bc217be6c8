/**
 * What the records of a merchant say together. D1 hands over a few words of each, read along that
 * merchant's rows alone and each row once; they are counted here.
 */
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { isOpen } from './open-actions.ts'
import { eachOnce } from './timeline.ts'
import type { Moment } from './timeline.ts'

/** How many records of a kind, month and sentiment there are, and what they add up to. */
export interface FactGroup {
  kind: Kind
  month: string // YYYY-MM, UTC
  sentiment: string | null
  records: number
  firstAt: number
  lastAt: number
  leadScores: number // how many have one
  leadScoreSum: number
}

export interface ActionRecord extends RecordKey {
  occurredAt: number
  actionItems: string // JSON, as in the analysis, without those that are done
}

export interface MerchantFacts {
  /** Every record, newest first. */
  records: Moment[]
  groups: FactGroup[] // oldest month first
  latestLeadScore: number | null
  /** Of the newest records whose sentiment is known, the newest first. */
  latestSentiments: string[]
  actions: ActionRecord[]
  /**
   * Seconds until our next record, for each time they wrote or called without reaching anybody: the
   * first of several in a row; null: nothing came. The newest first.
   */
  waits: { waitedSeconds: number | null; since: number }[]
  /** Rows that D1 has read for this. */
  rowsRead: number
}

const SENTIMENTS_OF_A_TREND = 20
const MOST_ACTION_RECORDS = 50
/** Older ones say nothing on how we answer now. */
const MOST_WAITS = 1000
/** A row of D1 is at most 2 MB, and this is a row. */
const RECORDS_A_PAGE = 10_000

/** A record in a few words. */
interface Brief extends Moment {
  wantsReply: boolean
  sentiment: string | null
  leadScore: number | null
}

/** The same as D1 hands it over. */
type BriefRow = [
  at: number,
  kind: Kind,
  id: string,
  wantsReply: 0 | 1,
  sentiment: string | null,
  leadScore: number | null,
]

/** The facts on all records with any of these parties. */
export async function merchantFacts(
  db: D1Database,
  parties: readonly string[],
): Promise<MerchantFacts> {
  const { briefs, actions, rowsRead } = await read(db, parties)
  return {
    records: briefs,
    groups: groupsOf(briefs),
    latestLeadScore: briefs.find(({ leadScore }) => leadScore !== null)?.leadScore ?? null,
    latestSentiments: briefs
      .map(({ sentiment }) => sentiment)
      .filter((label) => label !== null && label !== 'unknown')
      .slice(0, SENTIMENTS_OF_A_TREND)
      .map(String),
    actions,
    waits: waitsOf(briefs),
    rowsRead,
  }
}

/** Every record once, newest first, and what is open: one request, unless they are very many. */
async function read(
  db: D1Database,
  parties: readonly string[],
): Promise<{ briefs: Brief[]; actions: ActionRecord[]; rowsRead: number }> {
  const lists = parties.map((party) => ({ party, briefs: [] as Brief[] }))
  let actions: ActionRecord[] = []
  let rowsRead = 0
  for (let unread = lists; unread.length > 0;) {
    const isFirst = unread === lists
    const results = await db.batch<never>([
      ...unread.map(({ party, briefs }) => pageStatement(db, party, briefs.at(-1) ?? null)),
      ...(isFirst ? [actionsStatement(db, parties)] : []),
    ])
    rowsRead += results.reduce((sum, { meta }) => sum + (meta.rows_read ?? 0), 0)
    if (isFirst) actions = results.at(-1)?.results ?? []
    unread = unread.filter(({ briefs }, nth) => {
      const page = briefsIn(results[nth]?.results ?? [])
      briefs.push(...page)
      return page.length === RECORDS_A_PAGE
    })
  }
  return { briefs: eachOnce(lists.map(({ briefs }) => briefs)), actions, rowsRead }
}

function briefsIn([row]: { briefs: string }[]): Brief[] {
  return (JSON.parse(row?.briefs ?? '[]') as BriefRow[]).map(
    ([occurredAt, kind, id, wantsReply, sentiment, leadScore]) => ({
      occurredAt,
      kind,
      id,
      wantsReply: wantsReply === 1,
      sentiment,
      leadScore,
    }),
  )
}

function pageStatement(db: D1Database, party: string, after: Moment | null): D1PreparedStatement {
  return db
    .prepare(
      `SELECT json_group_array(json_array(occurred_at, kind, id, wants_reply, sentiment, lead_score))
           AS briefs
         FROM (SELECT * FROM timeline WHERE party = ?1 AND occurred_at <= ?2
                  AND (occurred_at, kind, id) < (?2, ?3, ?4)
                ORDER BY occurred_at DESC, kind DESC, id DESC LIMIT ${RECORDS_A_PAGE}) page`,
    )
    .bind(party, after?.occurredAt ?? Number.MAX_SAFE_INTEGER, after?.kind ?? '', after?.id ?? '')
}

/** What is open of the newest records with something open. Rows: `ActionRecord`. */
function actionsStatement(db: D1Database, parties: readonly string[]): D1PreparedStatement {
  return db
    .prepare(
      `SELECT t.kind, t.id, t.occurred_at AS occurredAt, 
              (SELECT json_group_array(json(j.value)) FROM json_each(a.body, '$.actionItems') j
                WHERE ${isOpen('t.kind', 't.id', 'j.value')}) AS actionItems
         FROM (SELECT DISTINCT occurred_at, kind, id FROM timeline
                WHERE party IN (SELECT value FROM json_each(?1)) AND open_actions > 0
                ORDER BY occurred_at DESC, kind DESC, id DESC LIMIT ${MOST_ACTION_RECORDS}) t
         JOIN analyses a ON a.kind = t.kind AND a.id = t.id
        ORDER BY t.occurred_at DESC, t.kind DESC, t.id DESC`,
    )
    .bind(JSON.stringify(parties))
}

function groupsOf(briefs: readonly Brief[]): FactGroup[] {
  const groups = new Map<string, FactGroup>()
  let month = { name: '', end: 0 }
  for (const { occurredAt: at, kind, sentiment, leadScore } of briefs.toReversed()) {
    // Time goes forward here: a month is looked up once, not once a record.
    if (at >= month.end) month = monthOf(at)
    const key = `${month.name} ${kind} ${sentiment ?? ''}`
    let group = groups.get(key)
    if (group === undefined) {
      group = {
        kind,
        month: month.name,
        sentiment,
        records: 0,
        firstAt: at,
        lastAt: at,
        leadScores: 0,
        leadScoreSum: 0,
      }
      groups.set(key, group)
    }
    group.records += 1
    group.lastAt = at
    if (leadScore !== null) {
      group.leadScores += 1
      group.leadScoreSum += leadScore
    }
  }
  return [...groups.values()]
}

/** The month of a moment, and when the next one begins. */
function monthOf(at: number): { name: string; end: number } {
  const date = new Date(at)
  return {
    name: date.toISOString().slice(0, 7),
    end: Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1),
  }
}

function waitsOf(briefs: readonly Brief[]): MerchantFacts['waits'] {
  const waits: MerchantFacts['waits'] = []
  let answered: number | null = null // when we next did something
  for (const [nth, { occurredAt: at, wantsReply }] of briefs.entries()) {
    if (!wantsReply) {
      answered = at
      continue
    }
    const isFirst = briefs[nth + 1]?.wantsReply !== true
    if (!isFirst) continue
    const waitedSeconds: number | null =
      answered === null ? null : Math.floor((answered - at) / 1000)
    waits.push({ waitedSeconds, since: at })
    if (waits.length === MOST_WAITS) break
  }
  return waits
}
