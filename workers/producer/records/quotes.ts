/** Whose words a quote is, and the second of the call they were said at. No I/O. */
import { utterancesOf } from '@switchboard/identity/utterances'
import type { Said } from '@switchboard/identity/utterances'
import type { Own } from '@switchboard/identity/own'
import type { ConversationRecord } from '@switchboard/shared/record'

export interface Spoken {
  by: Said['by']
  speaker: string | null
  second: number | null // from the call's answer; null: not told
}

/** Null: the record does not hold these words. */
export function whoSaid(
  record: ConversationRecord,
  quote: string,
  own: Own,
  country: string,
): Spoken | null {
  const words = folded(quote)
  if (words === '') return null
  const said = utterancesOf(record, own, country).find(({ text }) => folded(text).includes(words))
  if (said === undefined) return null
  return { by: said.by, speaker: said.speaker, second: secondOf(record, said) }
}

/** A segment counts from its own start; the first one starts with the call. */
function secondOf(record: ConversationRecord, said: Said): number | null {
  if (record.kind !== 'call' || said.startSeconds === null) return null
  const startTime = record.transcripts?.segments[said.segment]?.startTime ?? null
  const started = startTime === null ? Number.NaN : Date.parse(startTime)
  const answered = Date.parse(record.answeredAt ?? record.createdAt)
  if (Number.isNaN(started) && said.segment > 0) return null
  const before = Number.isNaN(started) ? 0 : (started - answered) / 1000
  return Math.max(0, Math.floor(before + said.startSeconds))
}

function folded(text: string): string {
  return text.replace(/\s+/gu, ' ').trim().toLowerCase()
}
