/**
 * Payloads of the 2026-03-30 generation: `data.resource` says what, `data.context` between whom.
 * Fields and odd ones as documented: a missed call tells hardly more than its id, a failed text
 * message no media, a dialogue `userId` where the API says `actorId`. No I/O.
 */
import { createHash } from 'node:crypto'
import type { World, WorldCall, WorldTextMessage } from '../../world.ts'
import type { CallEventType, Happened, TextMessageEventType, WorldContact } from './happened.ts'
import { type Sign, recordingObject, textMessageObject, voicemailObject } from './resources.ts'

export interface EventPayload {
  id: string // of the event: every webhook that hears of it gets the same
  apiVersion: string
  createdAt: string
  type: string
  data: { resource: object; context: object; links: { quo: string | null } }
}

const API_VERSION = '2026-03-30'
const ORG_ID = 'OR8mQx3Vt1'

/** What a payload is made with. */
export interface Telling {
  world: Pick<World, 'textMessages'>
  sign: Sign
  at: Date // when it happened
}

export function eventPayload(
  id: string,
  happened: Happened,
  { world, sign, at }: Telling,
): EventPayload {
  const head = {
    id,
    apiVersion: API_VERSION,
    createdAt: at.toISOString(),
    type: happened.type,
  }
  if ('call' in happened) {
    const conversationId = conversationOf(happened.call, world)
    return {
      ...head,
      data: {
        resource: callResource(happened.type, happened.call, sign),
        context: callContext(happened.type, happened.call, conversationId),
        links: { quo: `https://my.quo.com/inbox/${conversationId}` },
      },
    }
  }
  if ('textMessage' in happened) {
    const { textMessage, type } = happened
    return {
      ...head,
      data: {
        resource: textMessageResource(type, textMessage, sign),
        context: textMessageContext(textMessage),
        links: { quo: `https://my.quo.com/inbox/${textMessage.conversationId}` },
      },
    }
  }
  return {
    ...head,
    data: {
      resource: contactResource(happened.contact),
      context: { orgId: ORG_ID, userId: 'US1', sharedWithIds: [ORG_ID] },
      links: { quo: null },
    },
  }
}

function callResource(type: CallEventType, call: WorldCall, sign: Sign): object {
  const { id, direction, createdAt, answeredAt, completedAt, updatedAt, duration } = call
  switch (type) {
    case 'call.ringing':
      return { id, direction, createdAt, updatedAt }
    case 'call.menu.selected':
      return {
        id,
        createdAt,
        updatedAt,
        phoneMenuSelection: '1',
        phoneMenuSelectionName: 'Sales',
        statusReason: 'phone-menu-dial',
      }
    case 'call.answered':
      return {
        id,
        direction,
        createdAt,
        answeredAt,
        answeredByUserId: call.answeredBy,
        updatedAt,
      }
    case 'call.forwarded':
      return {
        id,
        createdAt,
        updatedAt,
        forwardedFrom: call.forwardedFrom ?? ownNumbers(call)[0] ?? null,
        forwardedTo: call.forwardedTo,
      }
    case 'call.missed':
      return { id, createdAt, updatedAt }
    case 'call.completed':
      return {
        id,
        direction,
        status: completedStatus(call),
        createdAt,
        answeredAt,
        completedAt,
        updatedAt,
        duration,
        hasVoicemail: call.voicemail !== null,
      }
    case 'call.recording.completed':
      return {
        id,
        direction,
        createdAt,
        answeredAt,
        completedAt,
        updatedAt,
        duration,
        recordings: call.recordings.map((recording) => {
          const { status: _status, ...said } = recordingObject(recording, sign)
          return said
        }),
      }
    case 'call.summary.completed':
      return summaryResource(call)
    case 'call.transcript.completed':
      return transcriptResource(call)
    case 'call.voicemail.completed':
      return voicemailResource(call, sign)
  }
}

/** The event's words for how a call ended are not the API's. */
function completedStatus(call: WorldCall): string {
  if (call.aiHandled !== null) return 'ai-handled'
  if (call.answeredAt !== null) return 'answered'
  return ['failed', 'forwarded', 'abandoned'].includes(call.status) ? call.status : 'unanswered'
}

function summaryResource({ id, summary, answeredBy, aiHandled, ...call }: WorldCall): object {
  const completed = summary.status === 'completed'
  return {
    callId: id,
    processingStatus: summary.status,
    summary: completed ? (summary.summary ?? []) : null,
    nextSteps: completed ? (summary.nextSteps ?? []) : null,
    fromPhoneNumber: call.participants[0]?.phoneNumber ?? null,
    handledByAiAgent: aiHandled !== null,
    answeredByUserId: answeredBy,
    jobs: [],
  }
}

/** One dialogue for the whole call: further segments count from the first one's start. */
function transcriptResource({ id, transcripts }: WorldCall): object {
  const [first] = transcripts
  const startOf = (startTime: string) =>
    (Date.parse(startTime) - Date.parse(first?.startTime ?? startTime)) / 1000
  const completed = transcripts.every(({ status }) => status === 'completed')
  return {
    callId: id,
    createdAt: transcripts.at(-1)?.createdAt ?? null,
    duration: transcripts.reduce((total, { duration }) => total + duration, 0),
    processingStatus: completed ? 'completed' : (transcripts[0]?.status ?? 'absent'),
    dialogue: completed
      ? transcripts.flatMap(({ startTime, dialogue }) =>
          dialogue.map(({ actorId, identifier, content, start, end }) => ({
            userId: actorId,
            identifier,
            content,
            start: start + startOf(startTime),
            end: end + startOf(startTime),
          })),
        )
      : null,
  }
}

function voicemailResource(call: WorldCall, sign: Sign): object {
  const voicemail = voicemailObject(call, sign)
  return {
    id: `AC${hash(`voicemail ${call.id}`)}`, // the voicemail's own activity
    voicemailId: voicemail?.id ?? null,
    callId: call.id,
    direction: call.direction,
    duration: voicemail?.duration ?? 0,
    from: outsideNumbers(call)[0] ?? null,
    to: ownNumbers(call)[0] ?? null,
    transcript: voicemail?.transcript ?? null,
    recordingUrl: voicemail?.recordingUrl ?? null,
    createdAt: call.completedAt ?? call.createdAt,
    updatedAt: call.updatedAt,
  }
}

function callContext(type: CallEventType, call: WorldCall, conversationId: string): object {
  const parties = {
    workspace: ownNumbers(call),
    external: outsideNumbers(call),
    resolution: 'available',
  }
  const ids = {
    orgId: ORG_ID,
    phoneNumberId: call.phoneNumberId,
    conversationId,
    userId: call.actorId,
  }
  if (type === 'call.ringing') return { ...ids, participants: parties }
  return { ...ids, phoneNumberType: 'shared', contacts: NO_CONTACTS, participants: parties }
}

const NO_CONTACTS = { ids: [], lookupStatus: 'none' }

function textMessageResource(
  type: TextMessageEventType,
  textMessage: WorldTextMessage,
  sign: Sign,
): object {
  const { id, direction, text, media, status, createdAt } = textMessageObject(textMessage, sign)
  const said = { id, direction, text, status, createdAt }
  switch (type) {
    case 'message.received':
    case 'message.delivered':
      return { ...said, media }
    case 'message.failed':
      return { ...said, errorCode: '30006' }
    case 'message.undelivered':
      return { ...said, media, errorCode: '30007' }
  }
}

function textMessageContext(textMessage: WorldTextMessage): object {
  return {
    orgId: ORG_ID,
    phoneNumberId: textMessage.phoneNumberId,
    conversationId: textMessage.conversationId,
    userId: textMessage.userId ?? 'US1',
    contacts: NO_CONTACTS,
    senderIdentifier: textMessage.from,
    recipientIdentifiers: textMessage.to,
  }
}

function contactResource(contact: WorldContact): object {
  const { emails, phoneNumbers, createdAt, updatedAt, ...named } = contact
  return {
    ...named,
    role: null,
    location: null,
    source: null,
    externalId: null,
    emails: emails.map((value) => ({ value, type: 'email' })),
    phoneNumbers: phoneNumbers.map((value) => ({ value, type: 'phone-number' })),
    customFields: [],
    createdAt,
    updatedAt,
  }
}

function ownNumbers(call: WorldCall): string[] {
  return numbersOf(call, (actorId) => actorId !== null)
}

function outsideNumbers(call: WorldCall): string[] {
  return numbersOf(call, (actorId) => actorId === null)
}

function numbersOf(call: WorldCall, of: (actorId: string | null) => boolean): string[] {
  return call.participants
    .filter(({ actorId }) => of(actorId))
    .map(({ phoneNumber }) => phoneNumber)
}

/** The thread of the call's parties on its line; the API's call itself names none. */
function conversationOf(call: WorldCall, { textMessages }: Pick<World, 'textMessages'>): string {
  const parties = outsideNumbers(call).toSorted().join()
  const own = new Set(ownNumbers(call))
  const known = textMessages.find(
    ({ phoneNumberId, from, to }) =>
      phoneNumberId === call.phoneNumberId &&
      [from, ...to]
        .filter((party) => !own.has(party))
        .toSorted()
        .join() === parties,
  )
  return known?.conversationId ?? `CN${hash(`${call.phoneNumberId} ${parties}`)}`
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
