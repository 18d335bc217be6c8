/** For the tests: small records to change a field of. */
import type {
  CallRecord,
  MailAddress,
  MailRecord,
  TextMessageRecord,
  TranscriptsPart,
} from '@switchboard/shared/record'
import { ownFrom } from '../src/own.ts'

export const own = ownFrom(
  [
    { type: 'number', id: 'PN1', label: '+14155550100' },
    { type: 'number', id: 'PN2', label: '+14155550101' },
    { type: 'number', id: 'PN3', label: '22000' },
    { type: 'user', id: 'US1', label: 'Priya Nair' },
    { type: 'user', id: 'US2', label: 'US2' },
    { type: 'address', id: 'priya@harborpay.example', label: 'Priya@HarborPay.example' },
  ],
  ['desk@harborpay.example', 'not an address'],
)

const AT = '2026-11-20T17:04:02.000Z'

export function callRecord(changes: Partial<CallRecord> = {}): CallRecord {
  return {
    kind: 'call',
    id: 'AC1',
    phoneNumberId: 'PN1',
    actorId: 'US1',
    direction: 'incoming',
    status: 'completed',
    participants: [
      { phoneNumber: '+14155550142', actorId: null },
      { phoneNumber: '+14155550100', actorId: 'US1' },
    ],
    createdAt: AT,
    updatedAt: null,
    answeredAt: AT,
    completedAt: AT,
    answeredBy: 'US1',
    initiatedBy: null,
    durationSeconds: 60,
    forwardedFrom: null,
    forwardedTo: null,
    aiHandled: null,
    summary: null,
    voicemail: null,
    transcripts: null,
    recordings: null,
    ...changes,
  }
}

/** A finished transcript; each utterance is `[text, phoneNumber, actorId]`. */
export function transcript(
  ...segments: [text: string, phoneNumber: string | null, actorId: string | null][][]
): TranscriptsPart {
  return {
    status: 'completed',
    segments: segments.map((utterances, index) => ({
      recordingId: `CR${index}`,
      startTime: AT,
      utterances: utterances.map(([text, phoneNumber, actorId], place) => ({
        text,
        startSeconds: place * 2,
        phoneNumber,
        actorId,
      })),
    })),
  }
}

export function textMessageRecord(changes: Partial<TextMessageRecord> = {}): TextMessageRecord {
  return {
    kind: 'message',
    id: 'AC2',
    phoneNumberId: 'PN1',
    userId: null,
    conversationId: 'CN1',
    direction: 'incoming',
    status: 'received',
    from: '+14155550142',
    to: ['+14155550100'],
    text: 'Is the terminal in yet?',
    media: [],
    createdAt: AT,
    updatedAt: null,
    ...changes,
  }
}

export function mailRecord(changes: Partial<MailRecord> = {}): MailRecord {
  return {
    kind: 'mail',
    id: 'a@shop.example',
    messageId: 'a@shop.example',
    sourceId: 'M1',
    threadId: 'T1',
    inReplyTo: [],
    references: [],
    subject: 'Fee',
    from: [at('Dana@Shop.example')],
    to: [at('desk@harborpay.example')],
    cc: [],
    bcc: [],
    createdAt: AT,
    text: 'The fee is there twice.',
    attachments: [],
    ...changes,
  }
}

export function at(address: string): MailAddress {
  return { name: null, address }
}
