/** Records of each kind, with everything a page can show. */
import type { AnalysisResult } from '@switchboard/shared/analysis'
import type { CallRecord, MailRecord, TextMessageRecord } from '@switchboard/shared/record'
import type { Own } from '../src/pages/content.ts'
import { MERCHANT_ID } from './notion-pages.ts'

export const own: Own = {
  userName: (id) => ({ USdana: 'Dana Fox' })[id] ?? null,
  phoneNumber: (id) => ({ PNfront: '+14155550199' })[id] ?? null,
  isOwnNumber: (number) => number === '+14155550199' || number === '+14155550198',
}

export const analysis: AnalysisResult = {
  analysed: true,
  analysis: {
    sentiment: { label: 'positive', confidence: 0.92, quote: 'that sounds great' },
    summary: 'Wants a second terminal.',
    category: { label: 'sales', quote: 'a second terminal' },
    actionItems: [
      { text: 'Send the quote', quote: 'send me a quote' },
      { text: 'Call back on Friday', quote: 'call me Friday' },
    ],
    keywords: ['terminal', 'rates, fees'],
    leadScore: 71,
  },
}

export const context = {
  analysis,
  own,
  merchants: [MERCHANT_ID],
  fileLinks: new Map<string, string>(),
}

export const call: CallRecord = {
  kind: 'call',
  id: 'AC0001',
  phoneNumberId: 'PNfront',
  actorId: 'USdana',
  direction: 'incoming',
  status: 'completed',
  participants: [
    { phoneNumber: '+14155550199', actorId: 'USdana' },
    { phoneNumber: '+14155550100', actorId: null },
    { phoneNumber: '+14155550100', actorId: null },
  ],
  createdAt: '2026-11-24T08:30:00.000Z',
  updatedAt: '2026-11-24T08:35:00.000Z',
  answeredAt: '2026-11-24T08:30:08.000Z',
  completedAt: '2026-11-24T08:32:10.000Z',
  answeredBy: 'USdana',
  initiatedBy: null,
  durationSeconds: 122,
  forwardedFrom: null,
  forwardedTo: null,
  aiHandled: null,
  summary: {
    status: 'completed',
    summary: ['Asked for a second terminal.', 'Happy with the rates.'],
    nextSteps: ['Send a quote.'],
  },
  voicemail: null,
  transcripts: {
    status: 'completed',
    segments: [
      {
        recordingId: 'CR1',
        startTime: null,
        utterances: [
          {
            text: 'Hello,\nthis is Dana.',
            startSeconds: 0,
            phoneNumber: '+14155550199',
            actorId: 'USdana',
          },
          {
            text: 'I need a second terminal.',
            startSeconds: 4,
            phoneNumber: '+14155550100',
            actorId: null,
          },
        ],
      },
      {
        recordingId: 'CR2',
        startTime: null,
        utterances: [{ text: 'Sure.', startSeconds: 0, phoneNumber: null, actorId: 'USgone' }],
      },
    ],
  },
  recordings: {
    status: 'completed',
    recordings: [
      {
        id: 'CR1',
        status: 'completed',
        durationSeconds: 122,
        url: 'https://files.test/CR1.mp3?sig=1',
        type: 'audio/mpeg',
      },
      { id: 'CR2', status: 'processing', durationSeconds: null, url: null, type: null },
    ],
  },
}

export const voicemailCall: CallRecord = {
  ...call,
  status: 'missed',
  actorId: null,
  answeredBy: null,
  participants: [
    { phoneNumber: 'anonymous', actorId: null },
    { phoneNumber: '+14155550199', actorId: null },
  ],
  answeredAt: null,
  durationSeconds: 0,
  summary: null,
  voicemail: {
    id: 'VM1',
    status: 'completed',
    durationSeconds: 9,
    url: 'https://files.test/VM1.mp3?sig=1',
    transcript: 'Please call me back.',
  },
  transcripts: null,
  recordings: null,
}

export const textMessage: TextMessageRecord = {
  kind: 'message',
  id: 'AC0002',
  phoneNumberId: 'PNfront',
  userId: 'USdana',
  conversationId: 'CN1',
  direction: 'incoming',
  status: 'received',
  from: '+14155550100',
  to: ['+14155550199', '+14155550101'],
  text: 'Can you send the quote? 😀',
  media: [
    { url: 'https://files.test/a.jpg?sig=1', type: 'image/jpeg' },
    { url: 'https://files.test/b.jpg?sig=1', type: null },
  ],
  createdAt: '2026-11-24T08:40:00.000Z',
  updatedAt: '2026-11-24T08:40:05.000Z',
}

export const mail: MailRecord = {
  kind: 'mail',
  id: 'abc@shop.test',
  messageId: 'abc@shop.test',
  sourceId: 'M1',
  threadId: 'T1',
  inReplyTo: [],
  references: [],
  subject: 'Second\n terminal',
  from: [{ name: 'Ann Lee', address: 'ann@shop.test' }],
  to: [
    { name: 'Sales', address: 'sales@pay.test' },
    { name: null, address: 'dana@pay.test' },
  ],
  cc: [{ name: '', address: 'bob@shop.test' }],
  bcc: [],
  createdAt: '2026-11-24T09:50:00+01:00',
  text: 'Hi,\n\nplease send the quote.\n\nAnn',
  attachments: [{ name: 'menu.pdf', type: 'application/pdf', sizeBytes: 1000 }],
}
