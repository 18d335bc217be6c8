/** What was said in a record, and by which side: the text that is analysed, chunked and quoted. No I/O. */
import type { CallRecord, ConversationRecord } from '@switchboard/shared/record'
import type { Own } from './own.ts'
import { mailDirection } from './parties.ts'
import { toE164 } from './phone.ts'

export type Side = 'them' | 'us' | 'unknown'

export interface Said {
  by: Side
  text: string
  segment: number // of a call's transcript, from 0
  startSeconds: number | null // from the segment's start
  speaker: string | null // our user's name where it is known, else the number or address as written
}

/**
 * A call's transcript, segment by segment, or the voicemail where there is none; the text of a text
 * message; of a mail what its sender wrote this time. Texts are as they stand; empty ones are left out.
 */
export function utterancesOf(record: ConversationRecord, own: Own, country: string): Said[] {
  return saidIn(record, own, country).filter(({ text }) => text.trim() !== '')
}

function saidIn(record: ConversationRecord, own: Own, country: string): Said[] {
  switch (record.kind) {
    case 'call': {
      const transcript = saidInTranscript(record, own, country)
      return transcript.some(({ text }) => text.trim() !== '')
        ? transcript
        : saidOnVoicemail(record)
    }
    case 'message': {
      const sender = record.userId === null ? undefined : own.users.get(record.userId)
      const by = record.direction === 'incoming' ? 'them' : 'us'
      return [whole(by, record.text, by === 'us' ? (sender ?? record.from) : record.from)]
    }
    case 'mail': {
      const by = mailDirection(record, own) === 'incoming' ? 'them' : 'us'
      return [whole(by, record.said ?? record.text, record.from[0]?.address ?? null)]
    }
  }
}

function saidInTranscript(call: CallRecord, own: Own, country: string): Said[] {
  return (call.transcripts?.segments ?? []).flatMap(({ utterances }, segment) =>
    utterances.map(({ text, startSeconds, phoneNumber, actorId }) => ({
      by: side(phoneNumber, actorId, own, country),
      text,
      segment,
      startSeconds,
      speaker: (actorId === null ? undefined : own.users.get(actorId)) ?? phoneNumber,
    })),
  )
}

// A participant without an actor is an outside one, unless the number is ours all the same.
function side(phoneNumber: string | null, actorId: string | null, own: Own, country: string): Side {
  if (actorId !== null) return 'us'
  if (phoneNumber === null) return 'unknown'
  return own.numbers.has(toE164(phoneNumber, country) ?? '') ? 'us' : 'them'
}

function saidOnVoicemail(call: CallRecord): Said[] {
  const caller = call.participants.find(({ actorId }) => actorId === null)
  return [whole('them', call.voicemail?.transcript ?? '', caller?.phoneNumber ?? null)]
}

function whole(by: Side, text: string, speaker: string | null): Said {
  return { by, text, segment: 0, startSeconds: null, speaker }
}
