/** What somebody promised or was asked to do, over all records, newest first. */
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import { readAnalysis } from './analyses.ts'
import type { AnalysisRow } from './analyses.ts'
import { inKeys, keysJson } from './d1.ts'
import type { D1Database } from './d1.ts'
import { doneActionsStatement } from './done-actions.ts'
import type { DoneAction } from './done-actions.ts'

export interface ActionItem extends RecordKey {
  at: number
  nth: number // within its record, from 0
  text: string
  quote: string
  done: { at: number; by: string } | null // null: it is open
  parties: string[]
  merchants: { id: string; name: string; url: string | null }[]
}

/** Of the last item: when, which record, the how manieth of it. */
export type ActionItemKey = readonly [at: number, kind: Kind, id: string, nth: number]

/** Records that one page looks at, whether they hold an item or not. */
const RECORDS_LOOKED_AT = 300

/**
 * Items of records in this time, newest first. A page looks at no more than three hundred records: it
 * may hold fewer items than asked for and still have a next one.
 * @param to exclusive, ms since epoch
 */
export async function actionItems(
  db: D1Database,
  {
    state,
    from,
    to,
    after,
    limit,
  }: {
    state: 'open' | 'done' | 'all'
    from: number
    to: number
    after: ActionItemKey | null
    limit: number
  },
): Promise<{ items: ActionItem[]; next: ActionItemKey | null }> {
  const looked = await Promise.all(
    (['call', 'message', 'mail'] as const).map(async (kind) => {
      const { results } = await db
        .prepare(
          `SELECT kind, id, occurred_at AS at FROM records
            WHERE kind = ?1 AND occurred_at >= ?2 AND occurred_at < ?3 AND occurred_at <= ?4
            ORDER BY occurred_at DESC LIMIT ?5`,
        )
        .bind(kind, from, to, after?.[0] ?? Number.MAX_SAFE_INTEGER, RECORDS_LOOKED_AT)
        .all<RecordKey & { at: number }>()
      return results
    }),
  )
  const records = looked
    .flat()
    .toSorted(newestFirst)
    .filter((one) => after === null || newestFirst(one, recordOf(after)) >= 0)
  const page = records.slice(0, RECORDS_LOOKED_AT)
  const found = await itemsOf(db, page)
  const items = found
    .filter(({ done }) => state === 'all' || (done === null) === (state === 'open'))
    .filter((one) => after === null || isBehind(one, after))
    .slice(0, limit)
  const last = page.at(-1)
  const whole = records.length <= RECORDS_LOOKED_AT
  const next: ActionItemKey | null =
    whole || last === undefined ? null : [last.at, last.kind, last.id, Number.MAX_SAFE_INTEGER]
  return { items, next }
}

function recordOf([at, kind, id]: ActionItemKey): RecordKey & { at: number } {
  return { at, kind, id }
}

function newestFirst(a: RecordKey & { at: number }, b: RecordKey & { at: number }): number {
  return b.at - a.at || compare(a.kind, b.kind) || compare(a.id, b.id)
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}

function isBehind(item: ActionItem, after: ActionItemKey): boolean {
  const order = newestFirst(item, recordOf(after))
  return order > 0 || (order === 0 && item.nth > after[3])
}

type PartyRow = RecordKey & {
  party: string
  merchantId: string | null
  name: string | null
  url: string | null
}

async function itemsOf(
  db: D1Database,
  records: readonly (RecordKey & { at: number })[],
): Promise<ActionItem[]> {
  if (records.length === 0) return []
  const { results: analyses } = await db
    .prepare(
      `SELECT kind, id, fingerprint, body, reason FROM analyses
        WHERE ${inKeys('?1')} AND json_array_length(body, '$.actionItems') > 0`,
    )
    .bind(keysJson(records))
    .all<AnalysisRow>()
  const [marked, withParties] = await db.batch<never>([
    doneActionsStatement(db, analyses),
    db
      .prepare(
        `SELECT p.kind, p.id, p.party, m.id AS merchantId, m.name, m.url FROM record_parties p
           LEFT JOIN merchant_keys k ON k.key = p.party LEFT JOIN merchants m ON m.id = k.merchant_id
          WHERE (p.kind, p.id) IN (SELECT value ->> 'kind', value ->> 'id' FROM json_each(?1))`,
      )
      .bind(keysJson(analyses)),
  ])
  const done = new Map(
    ((marked?.results ?? []) as DoneAction[]).map(({ at, by, ...one }) => [
      wordsKey(one),
      { at, by },
    ]),
  )
  const parties = (withParties?.results ?? []) as PartyRow[]
  const withWhom = Map.groupBy(parties, keyOf)
  const analysed = new Map(analyses.map((row) => [keyOf(row), readAnalysis(row).result]))
  return records.flatMap(({ kind, id, at }) => {
    const result = analysed.get(keyOf({ kind, id }))
    if (result?.analysed !== true) return []
    const rows = withWhom.get(keyOf({ kind, id })) ?? []
    const merchants = new Map(
      rows.flatMap(({ merchantId, name, url }) =>
        merchantId === null
          ? []
          : [[merchantId, { id: merchantId, name: name ?? '', url }] as const],
      ),
    )
    return result.analysis.actionItems.map(({ text, quote }, nth) => ({
      kind,
      id,
      at,
      nth,
      text,
      quote,
      done: done.get(wordsKey({ kind, id, words: text })) ?? null,
      parties: [...new Set(rows.map(({ party }) => party))],
      merchants: [...merchants.values()],
    }))
  })
}

function wordsKey({ kind, id, words }: RecordKey & { words: string }): string {
  return JSON.stringify([kind, id, words])
}

function keyOf({ kind, id }: RecordKey): string {
  return `${kind}/${id}`
}
