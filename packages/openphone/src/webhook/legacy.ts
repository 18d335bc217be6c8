/**
 * Payloads of the legacy webhooks: everything stands in `data.object`. Two families, told apart by
 * what is there: made through the v1 API (v4: `text`, `to` a list, `participants`) and made in the
 * app (v2, v3: `body`, `from` and `to` as text, `voicemail`, no duration, no `updatedAt`). No I/O.
 * Source: quo.com/docs/mdx/guides/webhooks; the support article's published examples.
 */
import * as v from 'valibot'
import {
  contactName,
  Dialogue,
  Direction,
  filled,
  Id,
  Instant,
  MaybeDirection,
  MaybeInstant,
  Media,
  onlyOf,
  parties,
  saidSummary,
  saidTranscripts,
  saidVoicemail,
  Seconds,
  Sender,
  Text,
  Texts,
} from './said.ts'
import type { Readers, SaidCall } from './said.ts'

/** One number, several joined by commas, or a list of them. */
const Recipients = v.pipe(
  v.nullish(v.union([v.string(), v.array(v.string())]), []),
  v.transform((to) => filled(typeof to === 'string' ? to.split(',') : to)),
)

const CallObject = v.object({
  id: Id,
  direction: MaybeDirection,
  status: Text, // v1's words are the API's
  participants: Texts,
  from: Text,
  to: Recipients,
  createdAt: MaybeInstant,
  updatedAt: MaybeInstant,
  answeredAt: MaybeInstant,
  answeredBy: Text,
  initiatedBy: Text,
  completedAt: MaybeInstant,
  duration: Seconds,
  forwardedFrom: Text,
  forwardedTo: Text,
  phoneNumberId: Text,
  conversationId: Text,
  userId: Text,
  voicemail: v.nullish(v.object({ url: Text, duration: Seconds }), null),
})
type CallObject = v.InferOutput<typeof CallObject>

const SummaryObject = v.object({ callId: Id, status: Text, summary: Texts, nextSteps: Texts })

const TranscriptObject = v.object({
  callId: Id,
  createdAt: MaybeInstant,
  status: Text,
  dialogue: Dialogue,
})

const TextMessageObject = v.object({
  id: Id,
  direction: Direction,
  from: Sender,
  to: v.pipe(Recipients, v.nonEmpty()),
  text: Text,
  body: Text,
  media: Media,
  status: v.nullish(v.string(), ''),
  createdAt: Instant,
  phoneNumberId: Text,
  conversationId: Text,
  userId: Text,
})

// A field's value is a text, several of them, or whatever the workspace has made of it.
const Values = v.pipe(
  v.unknown(),
  v.transform((value) => (Array.isArray(value) ? value : [value])),
  v.transform((values) => values.filter((value) => typeof value === 'string')),
)
const TypedFields = v.array(v.object({ type: Text, name: Text, value: v.optional(Values, null) }))
const NamedFields = v.pipe(
  v.record(v.string(), Values),
  v.transform((fields) =>
    Object.entries(fields).map(([name, value]) => ({ type: null, name, value })),
  ),
)
type Field = v.InferOutput<typeof TypedFields>[number]

const ContactObject = v.object({
  id: Id,
  firstName: Text,
  lastName: Text,
  company: Text,
  fields: v.nullish(v.union([TypedFields, NamedFields]), []),
  updatedAt: MaybeInstant,
})

/** Voicemails have no legacy event of their own: a call carries its voicemail. */
export const LEGACY: Omit<Readers, 'voicemail'> = {
  call: v.pipe(
    payload(CallObject),
    v.transform(({ data: { object } }) => saidOfCall(object)),
  ),
  summary: v.pipe(
    payload(SummaryObject),
    v.transform(({ data: { object } }) =>
      onlyOf(object.callId, {
        summary: saidSummary(object.status, object.summary, object.nextSteps),
      }),
    ),
  ),
  transcript: v.pipe(
    payload(TranscriptObject),
    v.transform(({ data: { object } }) =>
      onlyOf(object.callId, {
        at: object.createdAt,
        transcripts: saidTranscripts(object.status, object.dialogue),
      }),
    ),
  ),
  message: v.pipe(
    payload(TextMessageObject),
    v.transform(({ data: { object } }) => {
      const { body, text, ...same } = object
      return { ...same, text: text ?? body ?? '', updatedAt: null }
    }),
  ),
  contact: v.pipe(
    payload(ContactObject),
    v.transform(({ data: { object } }) => ({
      id: object.id,
      name: contactName(object),
      phoneNumbers: filled(object.fields.filter(isPhone).flatMap(({ value }) => value)),
      emails: filled(object.fields.filter(isEmail).flatMap(({ value }) => value)),
      updatedAt: object.updatedAt,
    })),
  ),
}

function payload<O extends v.GenericSchema>(object: O) {
  return v.object({ data: v.object({ object }) })
}

function saidOfCall(object: CallObject) {
  const { voicemail } = object
  return onlyOf(object.id, {
    at: object.updatedAt ?? object.completedAt ?? object.answeredAt ?? object.createdAt,
    call: saidCall(object),
    voicemail:
      voicemail &&
      saidVoicemail({
        id: null,
        durationSeconds: voicemail.duration,
        url: voicemail.url,
        transcript: null,
      }),
  })
}

function saidCall(object: CallObject): SaidCall {
  return {
    id: object.id,
    direction: object.direction,
    status: object.status,
    participants: partiesOf(object),
    createdAt: object.createdAt,
    updatedAt: object.updatedAt,
    answeredAt: object.answeredAt,
    completedAt: object.completedAt,
    durationSeconds: object.duration,
    phoneNumberId: object.phoneNumberId,
    conversationId: object.conversationId,
    actorId: object.userId,
    answeredBy: object.answeredBy,
    initiatedBy: object.initiatedBy,
    forwardedFrom: object.forwardedFrom,
    forwardedTo: object.forwardedTo,
    aiHandled: null,
    hasVoicemail: object.voicemail === null ? null : true,
  }
}

/** `participants` does not tell ours from theirs: the workspace's directory does that later. */
function partiesOf({ participants, from, to, direction, userId }: CallObject) {
  if (participants.length > 0) return parties([], participants, null, direction)
  const caller = [from ?? '']
  if (direction === 'incoming') return parties(to, caller, userId, direction)
  if (direction === 'outgoing') return parties(caller, to, userId, direction)
  return parties([], [...caller, ...to], null, direction)
}

/** Named fields carry labels that people chose: `Phone` is the app's own, a mobile is recognised. */
function isPhone({ type, name, value }: Field): boolean {
  if (type !== null) return type === 'phone-number'
  return (
    /phone|mobile|^tel/i.test(name ?? '') || value.some((text) => /^\+[1-9]\d{6,14}$/.test(text))
  )
}

function isEmail({ type, name, value }: Field): boolean {
  if (type !== null) return type === 'email'
  return /e-?mail/i.test(name ?? '') || value.some((text) => /^[^\s@]+@[^\s@]+$/.test(text))
}
