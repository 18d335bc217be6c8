/**
 * What an event says, in our shapes: the same for both generations and for both legacy families.
 * The readers (standard.ts, legacy.ts) end here and mapping (map.ts) begins here. No I/O.
 */
import * as v from 'valibot'
import type {
  CallSummary,
  Participant,
  RecordingsPart,
  TextMessagePart,
  TranscriptsPart,
  Voicemail,
} from '@switchboard/shared/record'
import type { CallEventPart } from '@switchboard/shared/event-parts'

/** A call as one event tells it; null is "not said". */
export type SaidCall = Omit<CallEventPart, 'event'>

/** What an event about a call says: of the call itself, of what was made from it, or both. */
export interface SaidOfCall {
  callId: string
  at: string | null // when, if the event's own object says so
  call: SaidCall | null
  summary: CallSummary | null
  transcripts: TranscriptsPart | null
  recordings: RecordingsPart | null
  voicemail: Voicemail | null
}

export interface SaidContact {
  id: string
  name: string | null
  phoneNumbers: string[] // as typed, none twice
  emails: string[]
  updatedAt: string | null
}

/** A generation's schemas: each reads a whole payload and gives what it says. */
export interface Readers {
  call: v.GenericSchema<unknown, SaidOfCall>
  summary: v.GenericSchema<unknown, SaidOfCall>
  transcript: v.GenericSchema<unknown, SaidOfCall>
  voicemail: v.GenericSchema<unknown, SaidOfCall>
  message: v.GenericSchema<unknown, TextMessagePart>
  contact: v.GenericSchema<unknown, SaidContact>
}

/** Opaque, but fit for a path and a queue message; all of OpenPhone's are. */
export const Id = v.pipe(v.string(), v.nonEmpty(), v.regex(/^[A-Za-z0-9][!-~]{0,255}$/))
/** Who sent something: a number, a short code, a word. */
export const Sender = v.pipe(v.string(), v.nonEmpty())
export const Text = v.nullish(v.string(), null)
export const Texts = v.nullish(v.array(v.string()), [])
export const Seconds = v.nullish(v.number(), null)
export const Instant = v.pipe(
  v.string(),
  v.isoTimestamp(),
  v.check((text) => !Number.isNaN(Date.parse(text))),
)
export const MaybeInstant = v.nullish(Instant, null)
export const Direction = v.picklist(['incoming', 'outgoing'])
export const MaybeDirection = v.nullish(Direction, null)
export const Media = v.nullish(v.array(v.object({ url: v.string(), type: Text })), [])

/** A dialogue's lines; a webhook says `userId` where the API says `actorId`. */
export const Dialogue = v.nullish(
  v.array(
    v.object({
      content: v.nullish(v.string(), ''),
      start: v.nullish(v.number(), 0),
      identifier: Text,
      userId: Text,
    }),
  ),
  [],
)

/** An event that is about one artefact only: nothing else of the call is said. */
export function onlyOf(callId: string, said: Partial<Omit<SaidOfCall, 'callId'>>): SaidOfCall {
  return {
    callId,
    at: null,
    call: null,
    summary: null,
    transcripts: null,
    recordings: null,
    voicemail: null,
    ...said,
  }
}

/** Without a status it counts as made if there is something to read; an unknown word is pending. */
export function saidSummary(
  status: string | null,
  summary: string[],
  nextSteps: string[],
): CallSummary {
  const final = finalWord(status, summary.length + nextSteps.length > 0)
  return { status: final ?? 'in-progress', summary, nextSteps }
}

/** An event's dialogue is of the whole call, not of one recording segment. */
export function saidTranscripts(
  status: string | null,
  dialogue: v.InferOutput<typeof Dialogue>,
): TranscriptsPart {
  const utterances = dialogue
    .filter(({ content }) => content.trim() !== '')
    .map(({ content, start, identifier, userId }) => ({
      text: content,
      startSeconds: start,
      phoneNumber: identifier,
      actorId: userId,
    }))
  return {
    status: finalWord(status, utterances.length > 0) ?? 'pending',
    segments: utterances.length === 0 ? [] : [{ recordingId: null, startTime: null, utterances }],
  }
}

/** Null while it is being made or where there is none: the API tells which. */
export function saidVoicemail(said: {
  id: string | null
  durationSeconds: number | null
  url: string | null
  transcript: string | null
}): Voicemail {
  return { status: said.transcript === null ? 'in-progress' : 'completed', ...said }
}

/** Parties with ours marked by `actorId`; the side that began the call comes first, as in the API. */
export function parties(
  ours: readonly string[],
  theirs: readonly string[],
  actorId: string | null,
  direction: SaidCall['direction'],
): Participant[] | null {
  const inside = filled(ours).map((phoneNumber) => ({ phoneNumber, actorId }))
  const outside = filled(theirs).map((phoneNumber) => ({ phoneNumber, actorId: null }))
  const all = direction === 'outgoing' ? [...inside, ...outside] : [...outside, ...inside]
  return all.length === 0 ? null : all
}

/** First and last name, else the company; null where there is neither. */
export function contactName(names: {
  firstName: string | null
  lastName: string | null
  company: string | null
}): string | null {
  const full = filled([names.firstName ?? '', names.lastName ?? '']).join(' ')
  return full || names.company?.trim() || null
}

/** Trimmed, in order, none blank, none twice. */
export function filled(texts: readonly string[]): string[] {
  return [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))]
}

function finalWord(status: string | null, hasContent: boolean) {
  if (status === null) return hasContent ? 'completed' : null
  return (['absent', 'completed', 'failed'] as const).find((word) => word === status) ?? null
}
