/** What may happen in the workspace, as the sender of webhooks hears of it. No I/O. */
import type { WorldCall, WorldTextMessage } from '../../world.ts'

export const CALL_EVENTS = [
  'call.ringing',
  'call.menu.selected',
  'call.answered',
  'call.forwarded',
  'call.missed',
  'call.completed',
  'call.recording.completed',
  'call.summary.completed',
  'call.transcript.completed',
  'call.voicemail.completed',
] as const
export type CallEventType = (typeof CALL_EVENTS)[number]

export const TEXT_MESSAGE_EVENTS = [
  'message.received',
  'message.delivered',
  'message.failed',
  'message.undelivered',
] as const
export type TextMessageEventType = (typeof TEXT_MESSAGE_EVENTS)[number]

export const CONTACT_EVENTS = ['contact.updated', 'contact.deleted'] as const
export type ContactEventType = (typeof CONTACT_EVENTS)[number]

/** A webhook may ask for these too; nothing here sends them. */
const UNSENT_EVENTS = [
  'task.created',
  'task.updated',
  'task.deleted',
  'task.completed',
  'task.reopened',
  'task.assigned',
  'task.unassigned',
  'task.overdue',
  'task.linked',
  'task.unlinked',
  'task.duedate.updated',
  'task.duedate.removed',
  'integration.created',
  'integration.updated',
  'integration.deleted',
] as const

/** Every type that a webhook may ask for. */
export const EVENT_TYPES: readonly string[] = [
  ...TEXT_MESSAGE_EVENTS,
  ...CALL_EVENTS,
  ...CONTACT_EVENTS,
  ...UNSENT_EVENTS,
]

export interface WorldContact {
  id: string
  firstName: string | null
  lastName: string | null
  company: string | null
  emails: string[]
  phoneNumbers: string[]
  createdAt: string
  updatedAt: string
}

/** One event: what it is about stands as it was at that moment. */
export type Happened =
  | { type: CallEventType; call: WorldCall }
  | { type: TextMessageEventType; textMessage: WorldTextMessage }
  | { type: ContactEventType; contact: WorldContact }

/** The record that the delivery log names. */
export function resourceIdOf(happened: Happened): string {
  if ('call' in happened) return happened.call.id
  return 'textMessage' in happened ? happened.textMessage.id : happened.contact.id
}

/** The phone number that webhooks may be filtered by; null where events have none. */
export function phoneNumberIdOf(happened: Happened): string | null {
  if ('call' in happened) return happened.call.phoneNumberId
  return 'textMessage' in happened ? happened.textMessage.phoneNumberId : null
}
