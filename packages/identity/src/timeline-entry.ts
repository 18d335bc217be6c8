/** A record as a merchant's timeline has it. No I/O. */
import { wasAnswered } from '@switchboard/shared/record'
import type { ConversationRecord } from '@switchboard/shared/record'
import type { Own } from './own.ts'
import { mailDirection, outsideParties } from './parties.ts'

export interface TimelineFacts {
  parties: string[] // E.164, mail addresses in lower case
  occurredAt: number // ms since epoch
  wantsReply: boolean
}

/** @param country two letters: where a number without a country code is dialled */
export function timelineFacts(
  record: ConversationRecord,
  own: Own,
  country: string,
): TimelineFacts {
  return {
    parties: outsideParties(record, own, country),
    occurredAt: Date.parse(record.createdAt),
    wantsReply: wantsReply(record, own),
  }
}

/** What they sent wants a reply, and a call of theirs that nobody took. */
function wantsReply(record: ConversationRecord, own: Own): boolean {
  if (record.kind === 'mail') return mailDirection(record, own) === 'incoming'
  return record.direction === 'incoming' && !(record.kind === 'call' && wasAnswered(record))
}
