/**
 * Records and the parts they are made of. A source hands us parts (a list row, the transcripts, the
 * recordings), each stored apart; the record is their pure, order-independent merge (merge.ts).
 * Schema and type share a name: parts are parsed again when they come back from D1.
 */
import * as v from 'valibot'

const Instant = v.pipe(v.string(), v.isoTimestamp()) // as the source wrote it
const Direction = v.picklist(['incoming', 'outgoing'])

/** A party to a call. `actorId` is null for everybody outside the workspace. */
export const Participant = v.object({
  phoneNumber: v.string(), // E.164, a short code, or anonymous|blocked|restricted
  actorId: v.nullable(v.string()),
})
export type Participant = v.InferOutput<typeof Participant>

/** OpenPhone's own summary of a call. */
export const CallSummary = v.object({
  status: v.picklist(['absent', 'in-progress', 'completed', 'failed']),
  summary: v.array(v.string()),
  nextSteps: v.array(v.string()),
})
export type CallSummary = v.InferOutput<typeof CallSummary>

export const Voicemail = v.object({
  id: v.nullish(v.string(), null), // not every source tells it
  status: v.picklist(['completed', 'in-progress']),
  durationSeconds: v.nullable(v.number()),
  url: v.nullable(v.string()), // signed: never part of a hash
  transcript: v.nullable(v.string()),
})
export type Voicemail = v.InferOutput<typeof Voicemail>

/** A call as the REST object says it. */
export const CallPart = v.object({
  id: v.string(),
  phoneNumberId: v.nullable(v.string()),
  actorId: v.nullable(v.string()),
  direction: Direction,
  status: v.string(), // the API's word
  participants: v.array(Participant),
  createdAt: Instant,
  updatedAt: v.nullable(Instant),
  answeredAt: v.nullable(Instant),
  completedAt: v.nullable(Instant),
  answeredBy: v.nullable(v.string()),
  initiatedBy: v.nullable(v.string()),
  durationSeconds: v.number(),
  forwardedFrom: v.nullable(v.string()),
  forwardedTo: v.nullable(v.string()),
  aiHandled: v.nullable(v.string()),
  summary: v.nullable(CallSummary),
  voicemail: v.nullable(Voicemail),
})
export type CallPart = v.InferOutput<typeof CallPart>

/** `pending`: asked, not all there yet. `absent`: there is none, or the plan has none. */
const ArtefactStatus = v.picklist(['absent', 'pending', 'completed', 'failed'])
export type ArtefactStatus = v.InferOutput<typeof ArtefactStatus>

/** One utterance; `startSeconds` counts from its segment's start. */
export const Utterance = v.object({
  text: v.string(),
  startSeconds: v.number(),
  phoneNumber: v.nullable(v.string()),
  actorId: v.nullable(v.string()),
})
export type Utterance = v.InferOutput<typeof Utterance>

/** All transcript segments of a call, oldest first. `completed` only when every one is. */
export const TranscriptsPart = v.object({
  status: ArtefactStatus,
  segments: v.array(
    v.object({
      recordingId: v.nullable(v.string()),
      startTime: v.nullable(v.string()),
      utterances: v.array(Utterance),
    }),
  ),
})
export type TranscriptsPart = v.InferOutput<typeof TranscriptsPart>

/** All recording segments of a call, oldest first. */
export const RecordingsPart = v.object({
  status: ArtefactStatus,
  recordings: v.array(
    v.object({
      id: v.string(),
      status: v.string(),
      durationSeconds: v.nullable(v.number()),
      url: v.nullable(v.string()), // signed: never part of a hash
      type: v.nullable(v.string()),
    }),
  ),
})
export type RecordingsPart = v.InferOutput<typeof RecordingsPart>

/**
 * What Workers AI wrote down of a call's files (files.ts), where OpenPhone has no words of them. A
 * file without words is in it too: it is not asked about again.
 */
export const WhisperPart = v.object({
  model: v.string(),
  files: v.array(v.object({ key: v.string(), utterances: v.array(Utterance) })),
})
export type WhisperPart = v.InferOutput<typeof WhisperPart>

/** A text message as the REST object says it. */
export const TextMessagePart = v.object({
  id: v.string(),
  phoneNumberId: v.nullable(v.string()),
  userId: v.nullable(v.string()),
  conversationId: v.nullable(v.string()),
  direction: Direction,
  status: v.string(), // the API's word
  from: v.string(),
  to: v.array(v.string()),
  text: v.string(),
  media: v.array(v.object({ url: v.string(), type: v.nullable(v.string()) })),
  createdAt: Instant,
  updatedAt: v.nullable(Instant),
})
export type TextMessagePart = v.InferOutput<typeof TextMessagePart>

export const MailAddress = v.object({ name: v.nullable(v.string()), address: v.string() })
export type MailAddress = v.InferOutput<typeof MailAddress>

/** A mail as its source gave it. `id` is the record id: Message-ID normalised, else `hash:`. */
export const MailPart = v.object({
  id: v.string(),
  messageId: v.nullable(v.string()), // RFC 5322 Message-ID without <> and blanks
  sourceId: v.nullable(v.string()), // the source's own id, e.g. a JMAP Email id
  threadId: v.nullable(v.string()),
  inReplyTo: v.array(v.string()),
  references: v.array(v.string()),
  subject: v.string(),
  from: v.array(MailAddress),
  to: v.array(MailAddress),
  cc: v.array(MailAddress),
  bcc: v.array(MailAddress),
  createdAt: Instant, // when it was sent, else received
  text: v.string(), // the whole body as plain text
  attachments: v.array(
    v.object({
      name: v.nullable(v.string()),
      type: v.nullable(v.string()),
      sizeBytes: v.nullable(v.number()),
    }),
  ),
})
export type MailPart = v.InferOutput<typeof MailPart>

export type CallRecord = { kind: 'call' } & CallPart & {
    transcripts: TranscriptsPart | null // null: not asked yet
    recordings: RecordingsPart | null
  }
export type TextMessageRecord = { kind: 'message' } & TextMessagePart
export type MailRecord = { kind: 'mail' } & MailPart
export type ConversationRecord = CallRecord | TextMessageRecord | MailRecord

/**
 * The names under which parts are stored: `rest` is the source's own object, `event:*` is what
 * webhooks told (event-parts.ts), `whisper` is our own.
 */
export const PART_NAMES = [
  'rest',
  'transcripts',
  'recordings',
  'event:call',
  'event:summary',
  'event:transcript',
  'event:recording',
  'event:voicemail',
  'event:message',
  'whisper',
] as const
export type PartName = (typeof PART_NAMES)[number]

/** Whether somebody took this call: then it may have recordings and transcripts. */
export function wasAnswered(part: Pick<CallPart, 'answeredAt' | 'durationSeconds'>): boolean {
  return part.answeredAt !== null && part.durationSeconds > 0
}
