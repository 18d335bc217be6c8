/** What the records of a merchant say together: counted by D1, over that merchant's rows alone. */
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import type { D1Database } from './d1.ts'

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
  groups: FactGroup[]
  latestLeadScore: number | null
  /** Of the newest records whose sentiment is known, the newest first. */
  latestSentiments: string[]
  actions: ActionRecord[]
  /**
   * Seconds until our next record, for each time they wrote or called without reaching anybody: the
   * first of several in a row; null: nothing came.
   */
  waits: { waitedSeconds: number | null; since: number }[]
  /** Rows that D1 has read for this. */
  rowsRead: number
}

const SENTIMENTS_OF_A_TREND = 20
const MOST_ACTION_RECORDS = 50
/** Older ones say nothing on how we answer now. */
const MOST_WAITS = 1000

const MINE = `mine AS (SELECT kind, id, max(occurred_at) AS at, max(wants_reply) AS wants
    FROM timeline WHERE party IN (SELECT value FROM json_each(?1)) GROUP BY kind, id)`
/** By the index on facts: an analysis itself is long. */
const FACTS = `LEFT JOIN analyses a INDEXED BY analyses_facts ON a.kind = m.kind AND a.id = m.id`

/** The facts on all records with any of these parties. */
export async function merchantFacts(
  db: D1Database,
  parties: readonly string[],
): Promise<MerchantFacts> {
  const json = JSON.stringify(parties)
  const statements = [
    `WITH ${MINE} SELECT m.kind, strftime('%Y-%m', m.at / 1000, 'unixepoch') AS month, a.sentiment,
        count(*) AS records, min(m.at) AS firstAt, max(m.at) AS lastAt,
        count(a.lead_score) AS leadScores, coalesce(sum(a.lead_score), 0) AS leadScoreSum
       FROM mine m ${FACTS} GROUP BY m.kind, month, a.sentiment ORDER BY month`,
    `WITH ${MINE} SELECT a.lead_score AS leadScore FROM mine m ${FACTS}
      WHERE a.lead_score IS NOT NULL ORDER BY m.at DESC, m.kind DESC, m.id DESC LIMIT 1`,
    `WITH ${MINE} SELECT a.sentiment FROM mine m ${FACTS}
      WHERE a.sentiment IN ('positive', 'neutral', 'negative')
      ORDER BY m.at DESC, m.kind DESC, m.id DESC LIMIT ${SENTIMENTS_OF_A_TREND}`,
    `WITH ${MINE}, owing AS (SELECT m.kind, m.id, m.at FROM mine m ${FACTS} WHERE a.actions > 0
        ORDER BY m.at DESC, m.kind DESC, m.id DESC LIMIT ${MOST_ACTION_RECORDS})
     SELECT o.kind, o.id, o.at AS occurredAt, a.body -> '$.actionItems' AS actionItems
       FROM owing o JOIN analyses a ON a.kind = o.kind AND a.id = o.id
      ORDER BY o.at DESC, o.kind DESC, o.id DESC`,
    `WITH ${MINE}, seen AS (SELECT at, kind, id, wants,
        min(CASE WHEN wants = 0 THEN at END) OVER (ORDER BY at DESC, kind DESC, id DESC
          ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS answered,
        lead(wants) OVER (ORDER BY at DESC, kind DESC, id DESC) AS before FROM mine)
     SELECT (answered - at) / 1000 AS waitedSeconds, at AS since FROM seen
      WHERE wants = 1 AND before IS NOT 1 ORDER BY at DESC LIMIT ${MOST_WAITS}`,
  ]
  const results = await db.batch<never>(statements.map((sql) => db.prepare(sql).bind(json)))
  const rows = <Row>(nth: number): Row[] => results[nth]?.results ?? []
  const [lead] = rows<{ leadScore: number }>(1)
  return {
    groups: rows<FactGroup>(0),
    latestLeadScore: lead?.leadScore ?? null,
    latestSentiments: rows<{ sentiment: string }>(2).map(({ sentiment }) => sentiment),
    actions: rows<ActionRecord>(3),
    waits: rows<{ waitedSeconds: number | null; since: number }>(4),
    rowsRead: results.reduce((sum, { meta }) => sum + (meta.rows_read ?? 0), 0),
  }
}
