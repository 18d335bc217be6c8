/**
 * The outside world's own shapes, as the stand-ins serve them: OpenPhone's wire objects
 * (2026-03-30), Canvas merchants, JMAP mails. The sample workspace produces a `World`; a test may
 * build a small one by hand. No I/O.
 */

export interface WorldPhoneNumber {
  id: string // PN...
  name: string
  phoneNumber: string // E.164
}

export interface WorldUser {
  id: string // US...
  email: string
  firstName: string
  lastName: string
  role: 'owner' | 'admin' | 'member'
}

export interface WorldUtterance {
  content: string
  start: number // seconds from the segment's start
  end: number
  identifier: string | null // the speaker's number
  actorId: string | null // US... when one of ours speaks
}

export interface WorldTranscript {
  recordingId: string
  status: 'absent' | 'in-progress' | 'completed' | 'failed'
  startTime: string
  createdAt: string
  duration: number
  dialogue: WorldUtterance[]
}

export interface WorldRecording {
  id: string // CR...
  status: 'absent' | 'completed' | 'deleted' | 'failed' | 'in-progress' | 'processing'
  startTime: string
  duration: number | null
  type: string | null
}

export interface WorldSummary {
  status: 'absent' | 'in-progress' | 'completed' | 'failed'
  type: 'human' | 'agent' | null
  summary: string[] | null
  nextSteps: string[] | null
  jobs: null
  title: string | null
}

export interface WorldVoicemail {
  id: string // VM...
  status: 'completed' | 'in-progress'
  duration: number | null
  transcript: string | null
}

/** One call with its artefacts. Signed URLs are made by the stand-in at each answer. */
export interface WorldCall {
  id: string // AC...
  phoneNumberId: string | null
  actorId: string
  direction: 'incoming' | 'outgoing'
  status: string
  participants: { phoneNumber: string; actorId: string | null }[]
  answeredAt: string | null
  answeredBy: string | null
  initiatedBy: string | null
  completedAt: string | null
  createdAt: string
  updatedAt: string | null
  callRoute: 'phone-number' | 'phone-menu' | null
  duration: number
  forwardedFrom: string | null
  forwardedTo: string | null
  aiHandled: 'ai-agent' | null
  summary: WorldSummary
  voicemail: WorldVoicemail | null
  recordings: WorldRecording[]
  transcripts: WorldTranscript[]
}

export interface WorldTextMessage {
  id: string // AC...
  from: string
  to: string[]
  text: string
  phoneNumberId: string | null
  conversationId: string // CN...
  direction: 'incoming' | 'outgoing'
  userId: string | null
  status: 'queued' | 'sent' | 'delivered' | 'undelivered' | 'received' | 'failed'
  createdAt: string
  updatedAt: string
  media: { path: string; type: string | null }[]
}

export interface WorldAddress {
  name: string | null
  email: string
}

export interface WorldMail {
  id: string // JMAP Email id
  threadId: string
  mailbox: 'inbox' | 'sent' | 'archive' | 'trash' | 'junk' | 'drafts'
  messageId: string | null // RFC 5322 Message-ID without <>
  inReplyTo: string | null
  references: string[]
  from: WorldAddress[]
  to: WorldAddress[]
  cc: WorldAddress[]
  bcc: WorldAddress[]
  subject: string
  receivedAt: string
  sentAt: string
  text: string // the plain body; a mail with HTML only leaves it empty
  html: string | null
  attachments: { name: string; type: string; size: number }[]
  headers?: { name: string; value: string }[] // further ones, as they stand
}

/** A page of Canvas: the merchant as people keep it, numbers as people type them. */
export interface WorldMerchant {
  name: string
  phone: string // as typed; may hold two numbers
  secondPhone: string
  email: string
  billingEmail: string
  stage: string // select
  city: string
}

export interface World {
  phoneNumbers: WorldPhoneNumber[]
  users: WorldUser[]
  mailAccount: string // the JMAP session's username
  merchants: WorldMerchant[]
  calls: WorldCall[]
  textMessages: WorldTextMessage[]
  mails: WorldMail[]
}
