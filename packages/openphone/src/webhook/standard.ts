/**
 * Payloads of the 2026-03-30 generation: `data.resource` says what, `data.context` between whom.
 * Unknown fields are ignored, optional ones may be absent or null, words may be new. No I/O.
 * Spec: Quo 2026-03-30, webhooks-event-payloads.
 */
import * as v from 'valibot'
import type { RecordingsPart } from '@switchboard/shared/record'
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

const CallContext = v.nullish(
  v.object({
    phoneNumberId: Text,
    conversationId: Text,
    userId: Text,
    participants: v.nullish(
      v.object({ workspace: Texts, external: Texts, resolution: Text }),
      null,
    ),
  }),
  {},
)
type CallContext = v.InferOutput<typeof CallContext>

const Recording = v.object({
  id: Text,
  duration: Seconds,
  startTime: MaybeInstant,
  type: Text,
  url: Text,
})
type Recording = v.InferOutput<typeof Recording>

/** Every event on how a call stands; each carries a few of these. */
const CallResource = v.object({
  id: Id,
  direction: MaybeDirection,
  status: Text,
  createdAt: MaybeInstant,
  updatedAt: MaybeInstant,
  answeredAt: MaybeInstant,
  answeredByUserId: Text,
  completedAt: MaybeInstant,
  duration: Seconds,
  hasVoicemail: v.nullish(v.boolean(), null),
  forwardedFrom: Text,
  forwardedTo: Text,
  recordings: v.nullish(v.array(Recording), null),
})
type CallResource = v.InferOutput<typeof CallResource>

const SummaryResource = v.object({
  callId: Id,
  processingStatus: Text,
  summary: Texts,
  nextSteps: Texts,
})

const TranscriptResource = v.object({
  callId: Id,
  createdAt: MaybeInstant,
  processingStatus: Text,
  dialogue: Dialogue,
})

/** `id` is the voicemail's own; a voicemail whose call nobody knows stands for the call. */
const VoicemailResource = v.object({
  id: Id,
  voicemailId: Text,
  callId: v.nullish(Id, null),
  direction: MaybeDirection,
  duration: Seconds,
  from: Text,
  to: Text,
  transcript: Text,
  recordingUrl: Text,
  createdAt: MaybeInstant,
  updatedAt: MaybeInstant,
})
type VoicemailResource = v.InferOutput<typeof VoicemailResource>

/** The status is left to map.ts: the event's name says as much. */
const TextMessageResource = v.object({
  id: Id,
  direction: Direction,
  text: v.nullish(v.string(), ''),
  media: Media,
  status: v.nullish(v.string(), ''),
  createdAt: Instant,
})

const TextMessageContext = v.object({
  phoneNumberId: Text,
  conversationId: Text,
  userId: Text,
  senderIdentifier: Sender,
  recipientIdentifiers: v.pipe(
    v.array(v.string()),
    v.transform((to) => filled(to)),
    v.nonEmpty(),
  ),
})

const Values = v.nullish(v.array(v.object({ value: Text })), [])

const ContactResource = v.object({
  id: Id,
  firstName: Text,
  lastName: Text,
  company: Text,
  emails: Values,
  phoneNumbers: Values,
  updatedAt: MaybeInstant,
})

export const STANDARD: Readers = {
  call: v.pipe(
    payload({ resource: CallResource, context: CallContext }),
    v.transform(({ data: { resource, context } }) =>
      onlyOf(resource.id, {
        at: resource.updatedAt ?? resource.completedAt ?? resource.answeredAt ?? resource.createdAt,
        call: saidCall(resource, context),
        recordings: resource.recordings && saidRecordings(resource.recordings),
      }),
    ),
  ),
  summary: v.pipe(
    payload({ resource: SummaryResource }),
    v.transform(({ data: { resource } }) =>
      onlyOf(resource.callId, {
        summary: saidSummary(resource.processingStatus, resource.summary, resource.nextSteps),
      }),
    ),
  ),
  transcript: v.pipe(
    payload({ resource: TranscriptResource }),
    v.transform(({ data: { resource } }) =>
      onlyOf(resource.callId, {
        at: resource.createdAt,
        transcripts: saidTranscripts(resource.processingStatus, resource.dialogue),
      }),
    ),
  ),
  voicemail: v.pipe(
    payload({ resource: VoicemailResource, context: CallContext }),
    v.transform(({ data: { resource, context } }) =>
      onlyOf(resource.callId ?? resource.id, {
        at: resource.updatedAt ?? resource.createdAt,
        call: resource.callId === null ? callOfVoicemail(resource, context) : null,
        voicemail: saidVoicemail({
          id: resource.voicemailId,
          durationSeconds: resource.duration,
          url: resource.recordingUrl,
          transcript: resource.transcript,
        }),
      }),
    ),
  ),
  message: v.pipe(
    payload({ resource: TextMessageResource, context: TextMessageContext }),
    v.transform(({ data: { resource, context } }) => {
      const { senderIdentifier, recipientIdentifiers, ...ids } = context
      return {
        ...resource,
        ...ids,
        from: senderIdentifier,
        to: recipientIdentifiers,
        updatedAt: null,
      }
    }),
  ),
  contact: v.pipe(
    payload({ resource: ContactResource }),
    v.transform(({ data: { resource } }) => ({
      id: resource.id,
      name: contactName(resource),
      phoneNumbers: filled(resource.phoneNumbers.map(({ value }) => value ?? '')),
      emails: filled(resource.emails.map(({ value }) => value ?? '')),
      updatedAt: resource.updatedAt,
    })),
  ),
}

function payload<E extends v.ObjectEntries>(entries: E) {
  return v.object({ data: v.object(entries) })
}

function saidCall(resource: CallResource, context: CallContext): SaidCall {
  const { status, direction } = resource
  return {
    id: resource.id,
    direction,
    status: API_WORDS.find((word) => word === status) ?? null,
    participants: participantsOf(context, direction),
    createdAt: resource.createdAt,
    updatedAt: resource.updatedAt,
    answeredAt: resource.answeredAt,
    completedAt: resource.completedAt,
    durationSeconds: resource.duration,
    phoneNumberId: context.phoneNumberId,
    conversationId: context.conversationId,
    actorId: context.userId,
    answeredBy: resource.answeredByUserId,
    initiatedBy: null,
    forwardedFrom: resource.forwardedFrom,
    forwardedTo: resource.forwardedTo,
    aiHandled: status === 'ai-handled' ? 'ai-agent' : null,
    hasVoicemail: resource.hasVoicemail,
  }
}

// Of the event's own words those that mean the same in the API. `answered` and `unanswered` are each
// several words there, `unknown` is none.
const API_WORDS = ['failed', 'forwarded', 'abandoned']

/** Null where OpenPhone could not resolve them: empty lists are unknown then. */
function participantsOf({ participants, userId }: CallContext, direction: SaidCall['direction']) {
  if (participants === null || participants.resolution === 'unavailable') return null
  return parties(participants.workspace, participants.external, userId, direction)
}

/** The list may be empty though there is a recording: then, or without id or URL, it is asked for. */
function saidRecordings(recordings: readonly Recording[]): RecordingsPart {
  const known = recordings
    .toSorted((a, b) => startMs(a.startTime) - startMs(b.startTime))
    .flatMap(({ id, url, duration, type }) =>
      id === null || id === '' ? [] : [{ id, url, type, durationSeconds: duration }],
    )
  const isWhole = known.length === recordings.length && known.every(({ url }) => url !== null)
  return {
    status: known.length > 0 && isWhole ? 'completed' : 'pending',
    recordings: known.map((recording) => ({
      ...recording,
      status: recording.url === null ? 'processing' : 'completed',
    })),
  }
}

function startMs(startTime: string | null): number {
  return startTime === null ? 0 : Date.parse(startTime)
}

/** A voicemail that names no call is one: its parties stand in the context or in itself. */
function callOfVoicemail(resource: VoicemailResource, context: CallContext): SaidCall {
  const { id, direction, from, to, createdAt, updatedAt } = resource
  const [ours, theirs] = direction === 'outgoing' ? [from, to] : [to, from]
  return {
    id,
    direction,
    status: null,
    participants:
      participantsOf(context, direction) ??
      parties([ours ?? ''], [theirs ?? ''], context.userId, direction),
    createdAt,
    updatedAt,
    answeredAt: null,
    completedAt: null,
    durationSeconds: null,
    phoneNumberId: context.phoneNumberId,
    conversationId: context.conversationId,
    actorId: context.userId,
    answeredBy: null,
    initiatedBy: null,
    forwardedFrom: null,
    forwardedTo: null,
    aiHandled: null,
    hasVoicemail: true,
  }
}
