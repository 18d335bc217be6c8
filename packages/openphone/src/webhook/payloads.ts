/**
 * Webhook payloads of both generations, read once at the edge. An event of a kind that we do not know
 * is `other`; one that we know and cannot read is `unreadable` and names the place as it was sent.
 * Never throws. No I/O.
 */
import { place, reason } from '@switchboard/shared/issue'
import * as v from 'valibot'
import type { TextMessagePart } from '@switchboard/shared/record'
import { LEGACY } from './legacy.ts'
import { MaybeInstant } from './said.ts'
import type { Readers, SaidContact, SaidOfCall } from './said.ts'
import { STANDARD } from './standard.ts'
import type { Generation } from './verify.ts'

/** What reads each type, by the new generation's name. */
const READER_OF = {
  'call.ringing': 'call',
  'call.menu.selected': 'call',
  'call.answered': 'call',
  'call.forwarded': 'call',
  'call.missed': 'call',
  'call.completed': 'call',
  'call.recording.completed': 'call',
  'call.summary.completed': 'summary',
  'call.transcript.completed': 'transcript',
  'call.voicemail.completed': 'voicemail',
  'message.received': 'message',
  'message.delivered': 'message',
  'message.failed': 'message',
  'message.undelivered': 'message',
  'contact.updated': 'contact',
  'contact.deleted': 'contact',
} as const satisfies Record<string, keyof Readers>
type EventType = keyof typeof READER_OF

/** Every type that is read, so what a webhook of ours asks for. */
export const EVENT_TYPES = Object.keys(READER_OF) as readonly EventType[]

// Webhooks made through the v1 API name these otherwise than they were subscribed to.
const ALIASES: ReadonlyMap<string, EventType> = new Map([
  ['callSummary', 'call.summary.completed'],
  ['callTranscript', 'call.transcript.completed'],
])

export type CallEventType = Extract<EventType, `call.${string}`>
export type TextMessageEventType = Extract<EventType, `message.${string}`>
export type ContactEventType = Extract<EventType, `contact.${string}`>

interface Head {
  eventId: string | null // shared by every endpoint, and by all test deliveries of a type
  createdAt: string | null // when it happened
  generation: Generation // of the payload's form
}

/** `at` orders the events of one record: when its state was this, as an instant. */
export type CallEvent = Head & { kind: 'call'; type: CallEventType } & SaidOfCall & { at: string }
export type TextMessageEvent = Head & {
  kind: 'message'
  type: TextMessageEventType
  textMessage: TextMessagePart
}
export type ContactEvent = Head & {
  kind: 'contact'
  type: ContactEventType
  contact: SaidContact
  at: string
}
export type OtherEvent = Head & { kind: 'other'; type: string }

/** `field` is the place in the payload as sent; `detail` never holds a value of it. */
export interface UnreadableEvent {
  kind: 'unreadable'
  type: string | null // null where the payload names none
  eventId: string | null
  field: string
  detail: string
}

export type ReadEvent = CallEvent | TextMessageEvent | ContactEvent | OtherEvent | UnreadableEvent

/** Informative only: what is wrong here makes no event unreadable. */
const Envelope = v.object({
  type: v.pipe(v.string(), v.nonEmpty()),
  id: v.fallback(v.nullish(v.string(), null), null),
  createdAt: v.fallback(MaybeInstant, null),
})

/** A parsed JSON body as the event that it is. */
export function readEvent(json: unknown): ReadEvent {
  const envelope = v.safeParse(Envelope, json)
  if (!envelope.success) {
    const [issue] = envelope.issues
    return unreadable({ type: null, eventId: null }, place(issue) || 'type', reason(issue))
  }
  const { type: name, id: eventId, createdAt } = envelope.output
  const type = ALIASES.get(name) ?? name
  const generation = generationOf(json)
  const head = { eventId, createdAt, generation }
  if (!isKnown(type)) return { ...head, kind: 'other', type }

  const readers = READERS[generation]
  if (isCall(type)) {
    const said = v.safeParse(readers[READER_OF[type]], json)
    if (!said.success) return unreadableBy(said.issues[0], type, eventId)
    // A summary has no time of its own, a transcript only that of its making.
    const at = isArtefact(type) ? (createdAt ?? said.output.at) : (said.output.at ?? createdAt)
    if (at === null) return undated(type, eventId)
    return { ...head, kind: 'call', type, ...said.output, at }
  }
  if (isTextMessage(type)) {
    const said = v.safeParse(readers.message, json)
    if (!said.success) return unreadableBy(said.issues[0], type, eventId)
    return { ...head, kind: 'message', type, textMessage: said.output }
  }
  const said = v.safeParse(readers.contact, json)
  if (!said.success) return unreadableBy(said.issues[0], type, eventId)
  const at = said.output.updatedAt ?? createdAt
  if (at === null) return undated(type, eventId)
  return { ...head, kind: 'contact', type, contact: said.output, at }
}

// What has no legacy form is unreadable as one, and kept.
const READERS: Record<Generation, Readers> = {
  standard: STANDARD,
  legacy: { ...STANDARD, ...LEGACY },
}

function isKnown(type: string): type is EventType {
  return Object.hasOwn(READER_OF, type)
}

function isCall(type: EventType): type is CallEventType {
  return type.startsWith('call.')
}

function isTextMessage(type: EventType): type is TextMessageEventType {
  return type.startsWith('message.')
}

function isArtefact(type: CallEventType): boolean {
  return type === 'call.summary.completed' || type === 'call.transcript.completed'
}

const Standard = v.object({ data: v.object({ resource: v.unknown() }) })
const Legacy = v.union([
  v.object({ data: v.object({ object: v.unknown() }) }),
  v.object({ object: v.literal('event') }),
  v.object({ apiVersion: v.pipe(v.string(), v.regex(/^v\d/)) }),
])

/** By the form of what is there; the version is asked only where neither form is. */
function generationOf(json: unknown): Generation {
  if (v.is(Standard, json)) return 'standard'
  return v.is(Legacy, json) ? 'legacy' : 'standard'
}

function unreadableBy(
  issue: v.BaseIssue<unknown>,
  type: EventType,
  eventId: string | null,
): UnreadableEvent {
  return unreadable({ type, eventId }, place(issue) || 'data', reason(issue))
}

function undated(type: EventType, eventId: string | null): UnreadableEvent {
  return unreadable({ type, eventId }, 'createdAt', 'no time is known of it')
}

function unreadable(
  known: Pick<UnreadableEvent, 'type' | 'eventId'>,
  field: string,
  detail: string,
): UnreadableEvent {
  return { kind: 'unreadable', ...known, field, detail }
}
