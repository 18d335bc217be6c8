/** What OpenPhone's webhooks (2026-03-30) tell of the world's own calls and text messages. No I/O. */
import { MERCHANT_NUMBER, OWN_NUMBER } from '@switchboard/sandbox/http/small-world'
import type { WorldCall, WorldTextMessage } from '@switchboard/sandbox/world'

/** An event as it is posted. */
export interface Payload {
  type: string
  data: { resource: object; context?: object }
}

/** The four events of an answered call, in the order in which they usually come. */
export function eventsOf(call: WorldCall): [Payload, Payload, Payload, Payload] {
  return [completed(call), recorded(call), summarised(call), transcribed(call)]
}

export function ringing(call: WorldCall): Payload {
  const { id, direction, createdAt } = call
  return event('call.ringing', call, { id, direction, createdAt, updatedAt: createdAt })
}

/** Carries too little: no direction, no parties. */
export function missed(call: WorldCall): Payload {
  return {
    ...envelope('call.missed', call),
    data: { resource: { id: call.id, updatedAt: call.completedAt } },
  }
}

export function completed(call: WorldCall): Payload {
  const { id, direction, createdAt, answeredAt, completedAt, updatedAt, duration } = call
  return event('call.completed', call, {
    id,
    direction,
    status: answeredAt === null ? 'unanswered' : 'answered',
    createdAt,
    answeredAt,
    completedAt,
    updatedAt,
    duration,
    hasVoicemail: call.voicemail !== null,
  })
}

export function recorded(call: WorldCall): Payload {
  const { id, direction, createdAt, answeredAt, completedAt, updatedAt, recordings } = call
  return event('call.recording.completed', call, {
    id,
    direction,
    createdAt,
    answeredAt,
    completedAt,
    updatedAt,
    recordings: recordings.map((recording) => ({
      id: recording.id,
      duration: recording.duration,
      startTime: recording.startTime,
      type: recording.type,
      url: `https://media.openphone.example/recordings/${recording.id}.mp3?Signature=event`,
    })),
  })
}

export function summarised(call: WorldCall): Payload {
  const { status, summary, nextSteps } = call.summary
  return event('call.summary.completed', call, {
    callId: call.id,
    processingStatus: status,
    summary,
    nextSteps,
    jobs: [],
  })
}

export function transcribed(call: WorldCall): Payload {
  const [transcript] = call.transcripts
  return event('call.transcript.completed', call, {
    callId: call.id,
    createdAt: transcript?.createdAt,
    processingStatus: transcript?.status,
    duration: transcript?.duration,
    dialogue: transcript?.dialogue.map(({ actorId, ...line }) => ({ ...line, userId: actorId })),
  })
}

export function received(textMessage: WorldTextMessage): Payload {
  const { id, direction, text, status, createdAt, from, to } = textMessage
  return {
    ...envelope('message.received', textMessage),
    data: {
      resource: { id, direction, text, status, createdAt, media: [] },
      context: {
        phoneNumberId: textMessage.phoneNumberId,
        conversationId: textMessage.conversationId,
        userId: textMessage.userId,
        senderIdentifier: from,
        recipientIdentifiers: to,
      },
    },
  }
}

function event(type: string, call: WorldCall, resource: object): Payload {
  return {
    ...envelope(type, call),
    data: {
      resource,
      context: {
        phoneNumberId: call.phoneNumberId,
        conversationId: 'CN1',
        userId: call.actorId,
        participants: {
          workspace: [OWN_NUMBER],
          external: [MERCHANT_NUMBER],
          resolution: 'available',
        },
      },
    },
  }
}

function envelope(type: string, { id, completedAt, createdAt }: Dated) {
  const at = completedAt ?? createdAt
  return { id: `EV${type}${id}`, apiVersion: '2026-03-30', createdAt: at, type }
}

type Dated = { id: string; createdAt: string; completedAt?: string | null }
