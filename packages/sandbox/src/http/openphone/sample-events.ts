/** What test events are about: records that no list holds. No I/O. */
import type { WorldCall, WorldTextMessage } from '../../world.ts'
import {
  CALL_EVENTS,
  CONTACT_EVENTS,
  type Happened,
  TEXT_MESSAGE_EVENTS,
  type WorldContact,
} from './happened.ts'

const AT = '2026-04-13T12:00:00.000Z'
const OWN = '+15550000001'
const THEIRS = '+15550000002'

/** A sample of the type; undefined for types that nothing here sends. */
export function sampleOf(eventType: string): Happened | undefined {
  const call = CALL_EVENTS.find((type) => type === eventType)
  if (call !== undefined) return { type: call, call: sampleCall(eventType) }
  const text = TEXT_MESSAGE_EVENTS.find((type) => type === eventType)
  if (text !== undefined) return { type: text, textMessage: sampleTextMessage(eventType) }
  const contact = CONTACT_EVENTS.find((type) => type === eventType)
  return contact === undefined ? undefined : { type: contact, contact: CONTACT }
}

function sampleCall(eventType: string): WorldCall {
  const unanswered = ['call.missed', 'call.voicemail.completed', 'call.ringing'].includes(eventType)
  return {
    id: 'ACsample0call',
    phoneNumberId: 'PNsample',
    actorId: 'USsample',
    direction: 'incoming',
    status: unanswered ? 'missed' : 'completed',
    participants: [
      { phoneNumber: THEIRS, actorId: null },
      { phoneNumber: OWN, actorId: 'USsample' },
    ],
    answeredAt: unanswered ? null : AT,
    answeredBy: unanswered ? null : 'USsample',
    initiatedBy: null,
    completedAt: '2026-04-13T12:00:55.000Z',
    createdAt: '2026-04-13T11:59:55.000Z',
    updatedAt: '2026-04-13T12:00:55.000Z',
    callRoute: 'phone-number',
    duration: 55,
    forwardedFrom: null,
    forwardedTo: eventType === 'call.forwarded' ? '+15550000009' : null,
    aiHandled: null,
    summary: {
      status: 'completed',
      type: 'human',
      summary: ['You talked about the weather.'],
      nextSteps: ['Bring an umbrella.'],
      jobs: null,
      title: null,
    },
    voicemail: unanswered
      ? { id: 'VMsample', status: 'completed', duration: 12, transcript: 'Please call me back.' }
      : null,
    recordings: [
      { id: 'CRsample', status: 'completed', startTime: AT, duration: 54, type: 'audio/mpeg' },
    ],
    transcripts: [
      {
        recordingId: 'CRsample',
        status: 'completed',
        startTime: AT,
        createdAt: '2026-04-13T12:02:00.000Z',
        duration: 54.2,
        dialogue: [
          {
            content: 'Hello, world!',
            start: 0.42,
            end: 2.9,
            identifier: OWN,
            actorId: 'USsample',
          },
        ],
      },
    ],
  }
}

function sampleTextMessage(eventType: string): WorldTextMessage {
  const incoming = eventType === 'message.received'
  return {
    id: 'ACsample0message',
    from: incoming ? THEIRS : OWN,
    to: [incoming ? OWN : THEIRS],
    text: 'hello',
    phoneNumberId: 'PNsample',
    conversationId: 'CNsample',
    direction: incoming ? 'incoming' : 'outgoing',
    userId: 'USsample',
    status: eventType.slice('message.'.length) as WorldTextMessage['status'],
    createdAt: AT,
    updatedAt: AT,
    media: [],
  }
}

const CONTACT: WorldContact = {
  id: 'CTsample',
  firstName: 'Dana',
  lastName: 'Doe',
  company: 'Acme',
  emails: ['dana@example.com'],
  phoneNumbers: [THEIRS],
  createdAt: '2026-04-01T00:00:00.000Z',
  updatedAt: AT,
}
