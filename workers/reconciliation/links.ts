/**
 * Which merchants a record belongs to: every one that holds the number or address of any outside
 * party. A link is right or absent: a number that very many merchants hold says nothing about whom
 * the record is for.
 */
import type { Own } from '@switchboard/identity/own'
import { outsideParties } from '@switchboard/identity/parties'
import { mergeRecord } from '@switchboard/shared/merge'
import type { ConversationRecord } from '@switchboard/shared/record'
import { MOST_MERCHANTS_A_NUMBER, noteAndFind } from '@switchboard/store/merchants'
import type { OwedPage } from './reconcile-ports.ts'

const MOST_RELATIONS = 100 // what a Notion relation takes

export interface Links {
  /** Page ids, in a stable order. */
  of(record: ConversationRecord): string[]
}

/**
 * The links of a whole batch, in one round trip, which also notes who the records are with: a
 * merchant that changes later finds them by it.
 */
export async function findLinks(
  db: D1Database,
  owed: OwedPage[],
  own: Own,
  country: string,
): Promise<Links> {
  const holding = await noteAndFind(
    db,
    owed.map((one) => ({
      kind: one.claim.kind,
      id: one.claim.id,
      parties: partiesOf(one, own, country),
    })),
  )
  return {
    of(record) {
      const merchants = outsideParties(record, own, country).flatMap((party) => {
        const holders = holding.get(party) ?? []
        return holders.length > MOST_MERCHANTS_A_NUMBER ? [] : holders
      })
      return [...new Set(merchants)].toSorted().slice(0, MOST_RELATIONS)
    },
  }
}

/** A record that cannot be read has no parties here; its own attempt says what is wrong with it. */
function partiesOf({ claim, parts }: OwedPage, own: Own, country: string): string[] {
  try {
    const record = mergeRecord(claim.kind, parts)
    return record === null ? [] : outsideParties(record, own, country)
  } catch {
    return []
  }
}
