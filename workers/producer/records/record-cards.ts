/** Records as lists show them: what they are, what the analysis says, where they are filed. */
import { ownFrom } from '@switchboard/identity/own'
import type { Own } from '@switchboard/identity/own'
import { mailDirection } from '@switchboard/identity/parties'
import type { Analysis } from '@switchboard/shared/analysis'
import type { RecordKey } from '@switchboard/shared/kinds'
import { mergeRecord } from '@switchboard/shared/merge'
import type { ConversationRecord } from '@switchboard/shared/record'
import { analysesStatement, readAnalysis } from '@switchboard/store/analyses'
import type { AnalysisRow } from '@switchboard/store/analyses'
import { pageIdsStatement, shortPartsStatement } from '@switchboard/store/cards'
import { directoryStatement } from '@switchboard/store/directory'
import type { DirectoryRow } from '@switchboard/store/directory'
import { gatherParts, keyOf, partsStatement } from '@switchboard/store/records'
import type { PartRow } from '@switchboard/store/records'
import { partiesStatement } from '@switchboard/store/timeline'

export interface RecordCard {
  record: ConversationRecord
  direction: 'incoming' | 'outgoing'
  analysis: Analysis | null
  page: string | null // address of the Notion page
  parties: string[] // E.164, mail addresses in lower case
  own: Own
}

/**
 * The cards of these records by `keyOf`; one that nothing makes a record any more has none.
 * @param whole with transcripts
 */
export async function recordCards(
  db: D1Database,
  keys: RecordKey[],
  ownMailAddresses: readonly string[],
  whole = false,
): Promise<Map<string, RecordCard>> {
  if (keys.length === 0) return new Map()
  const results = await db.batch<never>([
    whole ? partsStatement(db, keys) : shortPartsStatement(db, keys),
    analysesStatement(db, keys),
    pageIdsStatement(db, keys),
    partiesStatement(db, keys),
    directoryStatement(db),
  ])
  const rows = <Row>(nth: number): Row[] => results[nth]?.results ?? []
  const parts = gatherParts(rows<PartRow>(0))
  const analyses = new Map(rows<AnalysisRow>(1).map((row) => [keyOf(row), readAnalysis(row)]))
  const pages = new Map(
    rows<RecordKey & { pageId: string }>(2).map((row) => [keyOf(row), row.pageId]),
  )
  const parties = Map.groupBy(rows<RecordKey & { party: string }>(3), keyOf)
  const own = ownFrom(rows<DirectoryRow>(4), ownMailAddresses)
  return new Map(
    keys.flatMap((key): [string, RecordCard][] => {
      const name = keyOf(key)
      const record = merged(key, parts.get(name) ?? {})
      if (record === null) return []
      const result = analyses.get(name)?.result
      const page = pages.get(name)
      const card: RecordCard = {
        record,
        direction: record.kind === 'mail' ? mailDirection(record, own) : record.direction,
        analysis: result?.analysed === true ? result.analysis : null,
        page: page === undefined ? null : `https://www.notion.so/${page.replaceAll('-', '')}`,
        parties: (parties.get(name) ?? []).map(({ party }) => party),
        own,
      }
      return [[name, card]]
    }),
  )
}

/** A record that cannot be read is shown by its dead letter, not here. */
function merged(
  { kind }: RecordKey,
  parts: Parameters<typeof mergeRecord>[1],
): ConversationRecord | null {
  try {
    return mergeRecord(kind, parts)
  } catch {
    return null
  }
}
