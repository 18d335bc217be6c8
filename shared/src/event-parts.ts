/**
 * What webhook events leave in D1: parts of a record beside the source's own object, one slot a part
 * name. A slot keeps the highest version whatever the order of arrival; merge-call.ts and
 * merge-text-message.ts make the record. No I/O.
 */
import * as v from 'valibot'
import {
  CallSummary,
  Participant,
  RecordingsPart,
  TextMessagePart,
  TranscriptsPart,
  Voicemail,
} from './record.ts'
import type { PartName } from './record.ts'

const Instant = v.pipe(v.string(), v.isoTimestamp())
const MaybeInstant = v.nullable(Instant)
const MaybeText = v.nullable(v.string())

/** The events that say how a call stands. */
export const CALL_EVENTS = [
  'call.ringing',
  'call.menu.selected',
  'call.answered',
  'call.forwarded',
  'call.missed',
  'call.completed',
  'call.recording.completed',
  'call.voicemail.completed',
] as const
export type CallEventName = (typeof CALL_EVENTS)[number]

/** A call as far as one event knows it; null is "not said". */
export const CallEventPart = v.object({
  id: v.string(),
  event: v.picklist(CALL_EVENTS),
  direction: v.nullable(v.picklist(['incoming', 'outgoing'])),
  status: MaybeText, // REST's word, where it is certain
  participants: v.nullable(v.array(Participant)),
  createdAt: MaybeInstant,
  updatedAt: MaybeInstant,
  answeredAt: MaybeInstant,
  completedAt: MaybeInstant,
  durationSeconds: v.nullable(v.number()),
  phoneNumberId: MaybeText,
  conversationId: MaybeText,
  actorId: MaybeText,
  answeredBy: MaybeText,
  initiatedBy: MaybeText,
  forwardedFrom: MaybeText,
  forwardedTo: MaybeText,
  aiHandled: MaybeText,
  hasVoicemail: v.nullable(v.boolean()),
})
export type CallEventPart = v.InferOutput<typeof CallEventPart>

/** The schema of each part that events write, by its name. */
export const EVENT_PARTS = {
  'event:call': CallEventPart,
  'event:summary': CallSummary,
  'event:transcript': TranscriptsPart,
  'event:recording': RecordingsPart,
  'event:voicemail': Voicemail,
  'event:message': TextMessagePart,
} as const satisfies Partial<Record<PartName, v.GenericSchema>>
export type EventPartName = keyof typeof EVENT_PARTS

/** What is to be stored; which of two in one slot stays: `supersedes`. */
export type EventPart = {
  [Name in EventPartName]: {
    id: string // the record's
    part: Name
    version: number
    body: v.InferOutput<(typeof EVENT_PARTS)[Name]>
  }
}[EventPartName]

/**
 * Whether a stored slot gives way to what has just arrived: the higher version stays and, so that
 * no order of arrival shows, of equal versions the greater text. In SQL: `(excluded.version,
 * excluded.body) > (version, body)`.
 */
export function supersedes(
  arrived: { version: number; body: string },
  stored: { version: number; body: string },
): boolean {
  if (arrived.version !== stored.version) return arrived.version > stored.version
  return arrived.body > stored.body
}

/** A call event that makes a record without the API. */
export type SufficientCallEvent = CallEventPart & {
  [Key in 'direction' | 'participants' | 'createdAt']: NonNullable<CallEventPart[Key]>
}

/** Whether this event alone makes a record: which way, between whom and when. */
export function isSufficient(call: CallEventPart): call is SufficientCallEvent {
  return call.direction !== null && call.participants !== null && call.createdAt !== null
}
