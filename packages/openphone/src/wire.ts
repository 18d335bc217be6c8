/**
 * The wire's shapes (Quo 2026-03-30), no more than we read. New optional fields ship without a new
 * version, so unknown fields are ignored; optional fields may be absent or null; a word that we only
 * pass on may be a new one. What must be there for a record to make sense is required.
 */
import * as v from 'valibot'

const Text = v.nullish(v.string(), null)
const Instant = v.pipe(v.string(), v.isoTimestamp())
const MaybeInstant = v.nullish(Instant, null)
const Direction = v.picklist(['incoming', 'outgoing'])
/** Opaque, but it becomes a key, and a queue message carries it. */
export const Id = v.pipe(v.string(), v.nonEmpty(), v.maxLength(1000))

/** Only with `include=summary`. */
const WireSummary = v.object({
  status: v.nullish(v.string(), 'absent'),
  summary: v.nullish(v.array(v.string()), []),
  nextSteps: v.nullish(v.array(v.string()), []),
})
export type WireSummary = v.InferOutput<typeof WireSummary>

/** Only with `include=voicemail`, and only where there is one. */
const WireVoicemail = v.object({
  id: Text,
  status: v.string(),
  duration: v.nullish(v.number(), null),
  recordingUrl: Text,
  transcript: Text,
})
export type WireVoicemail = v.InferOutput<typeof WireVoicemail>

export const WireCall = v.object({
  id: Id,
  phoneNumberId: Text,
  actorId: Text,
  direction: Direction,
  status: v.string(),
  participants: v.array(v.object({ phoneNumber: v.string(), actorId: Text })),
  answeredAt: MaybeInstant,
  answeredBy: Text,
  initiatedBy: Text,
  completedAt: MaybeInstant,
  createdAt: Instant,
  updatedAt: MaybeInstant,
  duration: v.nullish(v.number(), 0),
  forwardedFrom: Text,
  forwardedTo: Text,
  aiHandled: Text,
  summary: v.nullish(WireSummary, null),
  voicemail: v.nullish(WireVoicemail, null),
})
export type WireCall = v.InferOutput<typeof WireCall>

export const WireRecording = v.object({
  id: v.string(),
  status: v.string(),
  startTime: Text,
  duration: v.nullish(v.number(), null),
  url: Text,
  type: Text,
})
export type WireRecording = v.InferOutput<typeof WireRecording>

/** One per recording segment; `start` counts seconds from the segment's start. */
export const WireTranscript = v.object({
  recordingId: Text,
  status: v.string(),
  startTime: Text,
  dialogue: v.nullish(
    v.array(
      v.object({
        content: v.nullish(v.string(), ''),
        start: v.nullish(v.number(), 0),
        identifier: Text,
        actorId: Text,
      }),
    ),
    [],
  ),
})
export type WireTranscript = v.InferOutput<typeof WireTranscript>

export const WireTextMessage = v.object({
  id: Id,
  from: v.string(),
  to: v.array(v.string()),
  text: v.nullish(v.string(), ''),
  phoneNumberId: Text,
  conversationId: Text,
  direction: Direction,
  userId: Text,
  status: v.string(),
  createdAt: Instant,
  updatedAt: MaybeInstant,
  media: v.nullish(v.array(v.object({ url: v.string(), type: Text })), []),
})
export type WireTextMessage = v.InferOutput<typeof WireTextMessage>

export const WirePhoneNumber = v.object({ id: v.string(), phoneNumber: v.string(), name: Text })
export type WirePhoneNumber = v.InferOutput<typeof WirePhoneNumber>

export const WireUser = v.object({ id: v.string(), email: Text, firstName: Text, lastName: Text })
export type WireUser = v.InferOutput<typeof WireUser>

export const WireWebhook = v.object({
  id: v.string(),
  url: v.string(),
  status: v.nullish(v.string(), 'enabled'),
  label: Text,
  events: v.nullish(v.array(v.string()), []),
  resourceIds: v.nullish(v.array(v.string()), []),
})
export type WireWebhook = v.InferOutput<typeof WireWebhook>

/** In the answer to a create or a rotation, and nowhere else. */
export const WireKey = v.object({ key: v.pipe(v.string(), v.startsWith('whsec_')) })
export type WireKey = v.InferOutput<typeof WireKey>

export const WireDelivery = v.object({
  id: v.string(),
  eventId: Text,
  resourceId: Text,
  eventType: v.string(),
  status: v.string(),
  nextAttemptAt: Text,
  createdAt: Instant,
})
export type WireDelivery = v.InferOutput<typeof WireDelivery>

export const WireDeliveryDetail = v.object({
  attempts: v.nullish(
    v.array(v.object({ timestamp: Text, responseStatusCode: v.nullish(v.number(), null) })),
    [],
  ),
})
export type WireDeliveryDetail = v.InferOutput<typeof WireDeliveryDetail>

/** The answer to ordering a test: the event itself, not wrapped. */
export const WireTestEvent = v.object({
  id: Text,
  data: v.fallback(v.object({ resource: v.object({ id: Text, callId: Text }) }), {
    resource: { id: null, callId: null },
  }),
})
