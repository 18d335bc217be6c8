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

/** A mail that no person wrote: an automatic answer, a bounce, a newsletter, a program's notice. */
const AUTOMATIC = ['answer', 'bounce', 'newsletter', 'notice'] as const
export type Automatic = (typeof AUTOMATIC)[number]

/** What the server that took a mail in found about its sender; null: it does not say. */
export const MailAuthentication = v.object({
  spf: v.nullable(v.string()),
  dkim: v.nullable(v.string()),
  dmarc: v.nullable(v.string()),
})
export type MailAuthentication = v.InferOutput<typeof MailAuthentication>

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
  replyTo: v.optional(v.array(MailAddress)), // where answers go, if not to the sender
  createdAt: Instant, // when it was sent, else received
  sentAt: v.optional(Instant), // where its Date header tells it
  text: v.string(), // the whole body as plain text, as far as a row of D1 takes it
  said: v.optional(v.string()), // of it what its sender wrote: no quotes, no signature
  whole: v.optional(v.object({ blobId: v.optional(v.string()) })), // the text was longer: a file
  automatic: v.optional(v.picklist(AUTOMATIC)),
  listId: v.optional(v.string()),
  authentication: v.optional(MailAuthentication),
  envelope: v.optional(v.object({ from: v.nullable(v.string()), to: v.array(v.string()) })),
  raw: v.optional(v.string()), // the raw message's key in R2
  folder: v.optional(v.string()), // of its files in R2; where it is missing there are none
  attachments: v.array(
    v.object({
      name: v.nullable(v.string()),
      type: v.nullable(v.string()),
      sizeBytes: v.nullable(v.number()),
      file: v.optional(v.string()), // its name in that folder
      blobId: v.optional(v.string()), // of a mailbox, to be downloaded by
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
 * webhooks told (event-parts.ts), `whisper` is our own. Of a mail `rest` is a mailbox's, `routed` the
 * raw message's, `adopted` a Notion page's that another tool made (merge-mail.ts).
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
  'routed',
  'adopted',
] as const
export type PartName = (typeof PART_NAMES)[number]

/** Whether somebody took this call: then it may have recordings and transcripts. */
export function wasAnswered(part: Pick<CallPart, 'answeredAt' | 'durationSeconds'>): boolean {
  return part.answeredAt !== null && part.durationSeconds > 0
}
