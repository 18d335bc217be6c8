/**
 * What the records of a merchant say together. D1 hands over a few words of each, read along that
 * merchant's rows alone and each row once; they are counted here.
 */
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import { keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'

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
  actionItems: string // JSON, as in the analysis
}

export interface MerchantFacts {
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

/** A record in a few words, newest first as they are read. */
type Brief = [
  at: number,
  kind: Kind,
  id: string,
  wantsReply: 0 | 1,
  sentiment: string | null,
  leadScore: number | null,
  actions: number | null,
]

/** The facts on all records with any of these parties. */
export async function merchantFacts(
  db: D1Database,
  parties: readonly string[],
): Promise<MerchantFacts> {
  const { briefs, rowsRead } = await briefsOf(db, parties)
  const owing = briefs.filter(([, , , , , , actions]) => (actions ?? 0) > 0)
  const actions = await actionsOf(db, owing.slice(0, MOST_ACTION_RECORDS))
  return {
    groups: groupsOf(briefs),
    latestLeadScore: briefs.find(([, , , , , score]) => score !== null)?.[5] ?? null,
    latestSentiments: briefs
      .map(([, , , , sentiment]) => sentiment)
      .filter((label) => label !== null && label !== 'unknown')
      .slice(0, SENTIMENTS_OF_A_TREND)
      .map(String),
    actions: actions.rows,
    waits: waitsOf(briefs),
    rowsRead: rowsRead + actions.rowsRead,
  }
}

/** Every record once, newest first. */
async function briefsOf(
  db: D1Database,
  parties: readonly string[],
): Promise<{ briefs: Brief[]; rowsRead: number }> {
  const found = new Map<string, Brief>()
  let rowsRead = 0
  let pages = parties.map((party) => ({ party, after: null as Brief | null }))
  while (pages.length > 0) {
    const results = await db.batch<{ briefs: string }>(
      pages.map(({ party, after }) => pageStatement(db, party, after)),
    )
    pages = pages.flatMap(({ party }, nth) => {
      const page = JSON.parse(results[nth]?.results[0]?.briefs ?? '[]') as Brief[]
      for (const brief of page) found.set(`${brief[1]}/${brief[2]}`, brief)
      rowsRead += results[nth]?.meta.rows_read ?? 0
      return page.length < RECORDS_A_PAGE ? [] : [{ party, after: page.at(-1) ?? null }]
    })
  }
  const briefs = [...found.values()]
  return { briefs: parties.length === 1 ? briefs : briefs.toSorted(newestFirst), rowsRead }
}

function newestFirst(a: Brief, b: Brief): number {
  if (a[0] !== b[0]) return b[0] - a[0]
  return `${a[1]}/${a[2]}` < `${b[1]}/${b[2]}` ? 1 : -1
}

/** By the index on facts: an analysis itself is long. */
function pageStatement(db: D1Database, party: string, after: Brief | null): D1PreparedStatement {
  return db
    .prepare(
      `SELECT json_group_array(json_array(t.occurred_at, t.kind, t.id, t.wants_reply, a.sentiment,
          a.lead_score, a.actions)) AS briefs
         FROM (SELECT * FROM timeline WHERE party = ?1 AND occurred_at <= ?2
                  AND (occurred_at, kind, id) < (?2, ?3, ?4)
                ORDER BY occurred_at DESC, kind DESC, id DESC LIMIT ${RECORDS_A_PAGE}) t
         LEFT JOIN analyses a INDEXED BY analyses_facts ON a.kind = t.kind AND a.id = t.id`,
    )
    .bind(party, after?.[0] ?? Number.MAX_SAFE_INTEGER, after?.[1] ?? '', after?.[2] ?? '')
}

async function actionsOf(
  db: D1Database,
  owing: readonly Brief[],
): Promise<{ rows: ActionRecord[]; rowsRead: number }> {
  if (owing.length === 0) return { rows: [], rowsRead: 0 }
  const keys = owing.map(([, kind, id]) => ({ kind, id }))
  const { results, meta } = await db
    .prepare(
      `SELECT kind, id, body -> '$.actionItems' AS actionItems FROM analyses
        WHERE (kind, id) IN (SELECT value ->> 'kind', value ->> 'id' FROM json_each(?1))`,
    )
    .bind(keysJson(keys))
    .all<RecordKey & { actionItems: string }>()
  const items = new Map(results.map((row) => [`${row.kind}/${row.id}`, row.actionItems]))
  return {
    rows: owing.flatMap(([occurredAt, kind, id]) => {
      const actionItems = items.get(`${kind}/${id}`)
      return actionItems === undefined ? [] : [{ kind, id, occurredAt, actionItems }]
    }),
    rowsRead: meta.rows_read ?? 0,
  }
}

function groupsOf(briefs: readonly Brief[]): FactGroup[] {
  const groups = new Map<string, FactGroup>()
  for (const [at, kind, , , sentiment, leadScore] of briefs.toReversed()) {
    const month = new Date(at).toISOString().slice(0, 7)
    const key = `${month} ${kind} ${sentiment ?? ''}`
    const group = groups.get(key) ?? {
      kind,
      month,
      sentiment,
      records: 0,
      firstAt: at,
      lastAt: at,
      leadScores: 0,
      leadScoreSum: 0,
    }
    group.records += 1
    group.lastAt = at
    if (leadScore !== null) {
      group.leadScores += 1
      group.leadScoreSum += leadScore
    }
    groups.set(key, group)
  }
  return [...groups.values()]
}

function waitsOf(briefs: readonly Brief[]): MerchantFacts['waits'] {
  const waits: MerchantFacts['waits'] = []
  let answered: number | null = null // when we next did something
  for (const [nth, [at, , , wants]] of briefs.entries()) {
    if (wants === 0) {
      answered = at
      continue
    }
    const isFirst = briefs[nth + 1]?.[3] !== 1
    if (!isFirst) continue
    const waitedSeconds: number | null =
      answered === null ? null : Math.floor((answered - at) / 1000)
    waits.push({ waitedSeconds, since: at })
    if (waits.length === MOST_WAITS) break
  }
  return waits
}
