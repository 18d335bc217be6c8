/**
 * Payloads of the legacy webhooks, for those who must still read them: `api` made through the v1
 * API (v4: lists, `callSummary` and `callTranscript` for types), `app` made in the app (v2: `body`,
 * numbers as text, no summaries, no `updatedAt`). No I/O.
 */
import type { WorldCall, WorldTextMessage } from '../../world.ts'
import type { Telling } from './events.ts'
import type { Happened } from './happened.ts'
import { type Sign, recordingObject, textMessageObject, voicemailObject } from './resources.ts'

export type LegacyFamily = 'api' | 'app'

/**
 * @throws Error for what this family does not send
 */
export function legacyPayload(
  family: LegacyFamily,
  id: string,
  happened: Happened,
  { sign, at }: Pick<Telling, 'sign' | 'at'>,
): object {
  const apiVersion = family === 'api' ? 'v4' : 'v2'
  const head = { id, object: 'event', apiVersion, createdAt: at.toISOString() }
  const object = family === 'api' ? apiObject(happened, sign) : appObject(happened, sign)
  if (object === null) throw new Error(`no legacy webhook sends ${happened.type} (${family})`)
  return { ...head, type: legacyType(happened), data: { object } }
}

function legacyType({ type }: Happened): string {
  if (type === 'call.summary.completed') return 'callSummary'
  return type === 'call.transcript.completed' ? 'callTranscript' : type
}

function apiObject(happened: Happened, sign: Sign): object | null {
  if ('textMessage' in happened) return apiTextMessage(happened.textMessage)
  if (!('call' in happened)) return null
  const { call } = happened
  switch (happened.type) {
    case 'call.ringing':
    case 'call.completed':
      return { ...apiCall(call) }
    case 'call.recording.completed':
      return { ...apiCall(call), media: recordingMedia(call, sign) }
    case 'call.summary.completed':
      return {
        object: 'callSummary',
        callId: call.id,
        status: call.summary.status,
        summary: call.summary.summary ?? [],
        nextSteps: call.summary.nextSteps ?? [],
        contactIds: [],
      }
    case 'call.transcript.completed':
      return apiTranscript(call)
    default:
      return null
  }
}

function apiCall(call: WorldCall): object {
  const { id, direction, status, createdAt, answeredAt, answeredBy, initiatedBy } = call
  return {
    id,
    object: 'call',
    answeredAt,
    answeredBy,
    initiatedBy,
    direction,
    status,
    completedAt: call.completedAt,
    createdAt,
    duration: call.duration,
    forwardedFrom: call.forwardedFrom,
    forwardedTo: call.forwardedTo,
    phoneNumberId: call.phoneNumberId,
    participants: call.participants.map(({ phoneNumber }) => phoneNumber),
    updatedAt: call.updatedAt,
    userId: call.actorId,
    contactIds: [],
  }
}

function apiTranscript({ id, transcripts }: WorldCall): object {
  return {
    object: 'callTranscript',
    callId: id,
    createdAt: transcripts.at(-1)?.createdAt ?? null,
    duration: transcripts.reduce((total, { duration }) => total + duration, 0),
    status: transcripts[0]?.status ?? 'absent',
    dialogue: transcripts.flatMap(({ dialogue }) =>
      dialogue.map(({ content, start, end, identifier, actorId }) => ({
        content,
        start,
        end,
        identifier,
        userId: actorId,
      })),
    ),
    contactIds: [],
  }
}

function apiTextMessage(textMessage: WorldTextMessage): object {
  const { id, from, to, direction, text, status, createdAt, userId, phoneNumberId } = textMessage
  return {
    id,
    object: 'message',
    from,
    to,
    direction,
    text,
    status,
    createdAt,
    userId,
    phoneNumberId,
    contactIds: [],
  }
}

function appObject(happened: Happened, sign: Sign): object | null {
  if ('textMessage' in happened) return appTextMessage(happened.textMessage, sign)
  if (!('call' in happened)) return null
  switch (happened.type) {
    case 'call.ringing':
    case 'call.completed':
      return { ...appCall(happened.call, sign), media: [] }
    case 'call.recording.completed':
      return { ...appCall(happened.call, sign), media: recordingMedia(happened.call, sign) }
    default:
      return null
  }
}

function appCall(call: WorldCall, sign: Sign): object {
  const [from, ...to] = call.participants.map(({ phoneNumber }) => phoneNumber)
  const voicemail = voicemailObject(call, sign)
  return {
    id: call.id,
    object: 'call',
    from: from ?? null,
    to: to.join(','),
    direction: call.direction,
    voicemail: voicemail?.recordingUrl
      ? { url: voicemail.recordingUrl, type: 'audio/mpeg', duration: voicemail.duration }
      : null,
    status: call.status,
    createdAt: call.createdAt,
    answeredAt: call.answeredAt,
    completedAt: call.completedAt,
    userId: call.actorId,
    phoneNumberId: call.phoneNumberId,
  }
}

function recordingMedia(call: WorldCall, sign: Sign): object[] {
  return call.recordings.map((recording) => {
    const { url, type, duration } = recordingObject(recording, sign)
    return { url, type, duration }
  })
}

function appTextMessage(textMessage: WorldTextMessage, sign: Sign): object {
  const { id, from, to, direction, text, status, createdAt, userId, media, ...rest } =
    textMessageObject(textMessage, sign)
  return {
    id,
    object: 'message',
    from,
    to: to.join(','),
    direction,
    body: text,
    media,
    status,
    createdAt,
    userId,
    phoneNumberId: rest.phoneNumberId,
    conversationId: rest.conversationId,
  }
}
