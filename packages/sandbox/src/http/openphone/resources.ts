/**
 * The world's objects as the 2026-03-30 API spells them, field by field, so that nothing the
 * world knows beyond the contract leaks out. Signed URLs differ in every answer. No I/O.
 */
import { randomBytes } from 'node:crypto'
import type {
  World,
  WorldCall,
  WorldPhoneNumber,
  WorldRecording,
  WorldTextMessage,
  WorldTranscript,
  WorldUser,
} from '../../world.ts'

/** Makes a signed link to a file; another one each time. */
export type Sign = (path: string) => string

const GROUP_ID = 'GR4f7Kd2Lp'
const ACCOUNT_CREATED_AT = '2024-01-15T09:00:00.000Z'
const UNRESTRICTED = { CA: 'unrestricted', Intl: 'restricted', US: 'unrestricted' }
const NO_SUMMARY = {
  status: 'absent',
  type: null,
  summary: null,
  nextSteps: null,
  jobs: null,
  title: null,
}

/** @param summaries false where the plan has none */
export function callObject(
  call: WorldCall,
  include: readonly string[],
  summaries: boolean,
  sign: Sign = nowhere,
): object {
  return {
    id: call.id,
    phoneNumberId: call.phoneNumberId,
    actorId: call.actorId,
    direction: call.direction,
    status: call.status,
    participants: call.participants.map(({ phoneNumber, actorId }) => ({ phoneNumber, actorId })),
    answeredAt: call.answeredAt,
    answeredBy: call.answeredBy,
    initiatedBy: call.initiatedBy,
    completedAt: call.completedAt,
    createdAt: call.createdAt,
    updatedAt: call.updatedAt,
    callRoute: call.callRoute,
    duration: call.duration,
    forwardedFrom: call.forwardedFrom,
    forwardedTo: call.forwardedTo,
    aiHandled: call.aiHandled,
    ...(include.includes('summary') && { summary: summaries ? summaryObject(call) : NO_SUMMARY }),
    ...(include.includes('voicemail') &&
      call.voicemail && { voicemail: voicemailObject(call, sign) }),
  }
}

function summaryObject({ summary }: WorldCall): object {
  return {
    status: summary.status,
    type: summary.type,
    summary: summary.summary,
    nextSteps: summary.nextSteps,
    jobs: summary.jobs,
    title: summary.title,
  }
}

export function voicemailObject({ voicemail }: WorldCall, sign: Sign = nowhere) {
  if (!voicemail) return undefined
  const completed = voicemail.status === 'completed'
  return {
    id: voicemail.id,
    status: voicemail.status,
    duration: voicemail.duration,
    recordingUrl: completed ? sign(`voicemails/${voicemail.id}.wav`) : null,
    transcript: voicemail.transcript,
  }
}

export function recordingObject(recording: WorldRecording, sign: Sign = nowhere) {
  return {
    id: recording.id,
    status: recording.status,
    startTime: recording.startTime,
    duration: recording.duration,
    url: recording.status === 'completed' ? sign(`recordings/${recording.id}.wav`) : null,
    type: recording.type,
  }
}

export function transcriptObject(transcript: WorldTranscript): object {
  return {
    recordingId: transcript.recordingId,
    status: transcript.status,
    startTime: transcript.startTime,
    createdAt: transcript.createdAt,
    duration: transcript.duration,
    dialogue: transcript.dialogue.map(({ content, start, end, identifier, actorId }) => ({
      content,
      start,
      end,
      identifier,
      actorId,
    })),
  }
}

export function textMessageObject(message: WorldTextMessage, sign: Sign = nowhere) {
  return {
    id: message.id,
    to: message.to,
    from: message.from,
    text: message.text,
    phoneNumberId: message.phoneNumberId,
    conversationId: message.conversationId,
    direction: message.direction,
    userId: message.userId,
    status: message.status,
    createdAt: message.createdAt,
    updatedAt: message.updatedAt,
    media: message.media.map(({ path, type }) => ({ url: sign(path), type })),
  }
}

export function phoneNumberObject(number: WorldPhoneNumber, include: readonly string[]): object {
  return {
    id: number.id,
    groupId: GROUP_ID,
    name: number.name,
    phoneNumber: number.phoneNumber,
    formattedNumber: formatted(number.phoneNumber),
    forward: null,
    portRequestId: null,
    portingStatus: null,
    symbol: null,
    createdAt: ACCOUNT_CREATED_AT,
    updatedAt: ACCOUNT_CREATED_AT,
    ...(include.includes('restrictions') && {
      restrictions: { calling: UNRESTRICTED, messaging: UNRESTRICTED },
    }),
  }
}

export function userObject(user: WorldUser): object {
  return {
    id: user.id,
    email: user.email,
    firstName: user.firstName,
    lastName: user.lastName,
    pictureUrl: null,
    role: user.role,
    createdAt: ACCOUNT_CREATED_AT,
    updatedAt: ACCOUNT_CREATED_AT,
  }
}

/** A number's member: slimmer than a user. */
export function memberObject(user: WorldUser): object {
  const { id, email, firstName, lastName, role } = user
  return { id, email, firstName, lastName, role, groupId: GROUP_ID }
}

export function organizationObject(): object {
  return {
    id: 'OR8mQx3Vt1',
    name: 'The sandbox',
    subscriptionStatus: 'active',
    createdAt: ACCOUNT_CREATED_AT,
    updatedAt: ACCOUNT_CREATED_AT,
  }
}

export interface Conversation {
  id: string
  phoneNumberId: string | null
  participants: string[]
  name: null
  lastActivityAt: string
  lastActivityId: string
  mutedUntil: null
  snoozedUntil: null
  createdAt: string
  updatedAt: string
  deletedAt: null
}

/** The threads of the text messages; a call's object names none. */
export function conversationsOf(world: World): Conversation[] {
  const own = new Set(world.phoneNumbers.map(({ phoneNumber }) => phoneNumber))
  const threads = new Map<string, Conversation>()
  for (const message of world.textMessages) {
    const parties = [message.from, ...message.to].filter((party) => !own.has(party))
    const thread = threads.get(message.conversationId) ?? newThread(message)
    thread.participants = [...new Set([...thread.participants, ...parties])]
    if (message.createdAt < thread.createdAt) thread.createdAt = message.createdAt
    if (message.createdAt >= thread.lastActivityAt) {
      thread.lastActivityAt = message.createdAt
      thread.updatedAt = message.createdAt
      thread.lastActivityId = message.id
    }
    threads.set(thread.id, thread)
  }
  return [...threads.values()]
}

function newThread(message: WorldTextMessage): Conversation {
  return {
    id: message.conversationId,
    phoneNumberId: message.phoneNumberId,
    participants: [],
    name: null,
    lastActivityAt: message.createdAt,
    lastActivityId: message.id,
    mutedUntil: null,
    snoozedUntil: null,
    createdAt: message.createdAt,
    updatedAt: message.createdAt,
    deletedAt: null,
  }
}

/** A link as it looks, to a host that is not there. */
function nowhere(path: string): string {
  const signature = randomBytes(12).toString('hex')
  return `https://media.openphone.example/${path}?Expires=3600&Signature=${signature}`
}

function formatted(phoneNumber: string): string | null {
  const match = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phoneNumber)
  return match ? `(${match[1]}) ${match[2]}-${match[3]}` : null
}
