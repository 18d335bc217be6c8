/** What waits for a person: promises and tasks nobody has kept, complaints, and strangers who talk. */
import type { Own } from '@switchboard/identity/own'
import { Analysis } from '@switchboard/shared/analysis'
import { moment } from '@switchboard/shared/api/operation'
import type { Need } from '@switchboard/shared/api/overview'
import { mergeRecord } from '@switchboard/shared/merge'
import { gatherParts, keyOf, partsStatement } from '@switchboard/store/records'
import type { PartRow } from '@switchboard/store/records'
import { recordLines } from '@switchboard/store/record-list'
import type { RecordLine } from '@switchboard/store/record-list'
import { storedAnalyses, talkers, unanswered } from '@switchboard/store/overview'
import * as v from 'valibot'
import { whoSaid } from '../records/quotes.ts'

const MOST = 6

/** @param from ms since epoch: what was said before waits no more */
export async function findNeeds(
  db: D1Database,
  from: number,
  own: Own,
  country: string,
): Promise<{ items: Need[]; talkers: number }> {
  const open = (await unanswered(db, from)).slice(0, MOST)
  const strangers = await talkers(db, 1)
  const [lines, analyses, parts] = await Promise.all([
    recordLines(db, open),
    storedAnalyses(db, open),
    open.length === 0 ? null : partsStatement(db, open).all<PartRow>(),
  ])
  const stored = gatherParts(parts?.results ?? [])
  const said = new Map(analyses.map((one) => [keyOf(one), one.body]))
  const items = lines.flatMap((line) => {
    const body = v.safeParse(v.pipe(v.string(), v.parseJson(), Analysis), said.get(keyOf(line)))
    if (!body.success) return []
    return [needOf(line, body.output, recordIn(line, stored.get(keyOf(line))), own, country)]
  })
  return {
    items: [
      ...items,
      ...strangers.first.map(({ party, talks, lastAt, name }): Need => ({
        what: 'talker',
        kind: null,
        id: null,
        at: moment(lastAt),
        party,
        merchant: null,
        text: name ?? '',
        quote: null,
        by: null,
        second: null,
        talks,
      })),
    ],
    talkers: strangers.count,
  }
}

function recordIn({ kind }: RecordLine, parts: Parameters<typeof mergeRecord>[1] | undefined) {
  try {
    return parts === undefined ? null : mergeRecord(kind, parts)
  } catch {
    return null
  }
}

function needOf(
  line: RecordLine,
  { actionItems, sentiment, category }: Analysis,
  record: ReturnType<typeof recordIn>,
  own: Own,
  country: string,
): Need {
  const [item] = actionItems
  const quote = item?.quote ?? category?.quote ?? sentiment?.quote ?? ''
  const spoken = record === null ? null : whoSaid(record, quote, own, country)
  const byUs = spoken?.by === 'us'
  return {
    what: item === undefined ? 'complaint' : byUs ? 'promise' : 'task',
    kind: line.kind,
    id: line.id,
    at: moment(line.at),
    party: line.party,
    merchant:
      line.merchantId === null ? null : { id: line.merchantId, name: line.merchant ?? 'unnamed' },
    text: item?.text ?? line.summary ?? '',
    quote: quote === '' ? null : quote,
    by: byUs ? (spoken?.speaker ?? null) : null,
    second: spoken?.second ?? null,
    talks: null,
  }
}
