/** A hand-made world for tests: two numbers, two people, and whatever a test adds. No I/O. */
import type { World, WorldCall, WorldMail, WorldMerchant, WorldTextMessage } from '../world.ts'

export const OWN_NUMBER = '+14155550100'
export const MERCHANT_NUMBER = '+13105550123'

export function smallWorld(over: Partial<World> = {}): World {
  return {
    phoneNumbers: [
      { id: 'PN1', name: 'Sales', phoneNumber: OWN_NUMBER },
      { id: 'PN2', name: 'Support', phoneNumber: '+14155550101' },
    ],
    users: [
      { id: 'US2', email: 'mo@ours.example', firstName: 'Mo', lastName: 'Reyes', role: 'member' },
      { id: 'US1', email: 'ana@ours.example', firstName: 'Ana', lastName: 'Lima', role: 'owner' },
    ],
    mailAccount: 'hello@ours.example',
    merchants: [merchant('Corner Bakery')],
    calls: [],
    textMessages: [],
    mails: [],
    ...over,
  }
}

export function merchant(name: string, over: Partial<WorldMerchant> = {}): WorldMerchant {
  return {
    name,
    phone: '(310) 555-0123',
    secondPhone: '',
    email: 'owner@bakery.example',
    billingEmail: '',
    stage: 'Live',
    city: 'Los Angeles',
    ...over,
  }
}

export function callAt(createdAt: string, over: Partial<WorldCall> = {}): WorldCall {
  const id = over.id ?? `AC${createdAt.replaceAll(/\D/g, '')}`
  return {
    id,
    phoneNumberId: 'PN1',
    actorId: 'US1',
    direction: 'incoming',
    status: 'completed',
    participants: [
      { phoneNumber: MERCHANT_NUMBER, actorId: null },
      { phoneNumber: OWN_NUMBER, actorId: 'US1' },
    ],
    answeredAt: createdAt,
    answeredBy: 'US1',
    initiatedBy: null,
    completedAt: createdAt,
    createdAt,
    updatedAt: createdAt,
    callRoute: 'phone-number',
    duration: 60,
    forwardedFrom: null,
    forwardedTo: null,
    aiHandled: null,
    summary: {
      status: 'completed',
      type: 'human',
      summary: ['Asked for a terminal.'],
      nextSteps: ['Send a quote.'],
      jobs: null,
      title: null,
    },
    voicemail: null,
    recordings: [],
    transcripts: [],
    ...over,
  }
}

export function textAt(createdAt: string, over: Partial<WorldTextMessage> = {}): WorldTextMessage {
  return {
    id: `ACT${createdAt.replaceAll(/\D/g, '')}`,
    from: MERCHANT_NUMBER,
    to: [OWN_NUMBER],
    text: 'Is the reader on its way?',
    phoneNumberId: 'PN1',
    conversationId: 'CN1',
    direction: 'incoming',
    userId: null,
    status: 'received',
    createdAt,
    updatedAt: createdAt,
    media: [],
    ...over,
  }
}

export function mailAt(receivedAt: string, over: Partial<WorldMail> = {}): WorldMail {
  const id = over.id ?? `M${receivedAt.replaceAll(/\D/g, '')}`
  return {
    id,
    threadId: 'T1',
    mailbox: 'inbox',
    messageId: `${id}@bakery.example`,
    inReplyTo: null,
    references: [],
    from: [{ name: 'Corner Bakery', email: 'owner@bakery.example' }],
    to: [{ name: null, email: 'hello@ours.example' }],
    cc: [],
    bcc: [],
    subject: 'Our statement',
    receivedAt,
    sentAt: receivedAt,
    text: 'The fees of last month look high.',
    html: null,
    attachments: [],
    ...over,
  }
}
