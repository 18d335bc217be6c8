/**
 * From events to what is stored of them. A part's version says which of two of its slot stays: what
 * is final before what is not, then the later state, then the further step. No I/O.
 */
import type { CallSummary, RecordingsPart, TranscriptsPart } from '@switchboard/shared/record'
import { textStatusRank } from '@switchboard/shared/merge-text-message'
import { isSufficient } from '@switchboard/shared/event-parts'
import type { CallEventName, CallEventPart, EventPart } from '@switchboard/shared/event-parts'
import type { CallEvent, CallEventType, ContactEvent, TextMessageEvent } from './payloads.ts'
import type { SaidCall } from './said.ts'

export interface CallEventParts {
  id: string
  parts: EventPart[]
  /** Whether these parts alone make a record: direction, participants and time are known. */
  sufficient: boolean
}

/** What is kept of a contact, and whether it still is one. */
export interface Contact {
  id: string
  name: string | null
  phoneNumbers: string[] // as typed
  emails: string[]
  deleted: boolean
  version: number
}

/** The parts that an event about a call leaves, in the order call, artefacts. */
export function toCallEventParts(event: CallEvent): CallEventParts {
  const id = event.callId
  const call = event.call && callPartOf(event.type, event.call)
  const recordings = recordingsOf(event)
  const artefact = (isFinal: boolean) => versionOf(event.at, generationRank(event), isFinal)
  const parts: (EventPart | null)[] = [
    call && { id, part: 'event:call', version: callVersion(event, call), body: call },
    event.summary && {
      id,
      part: 'event:summary',
      version: artefact(isFinalSummary(event.summary)),
      body: event.summary,
    },
    event.transcripts && {
      id,
      part: 'event:transcript',
      version: artefact(isFinalArtefact(event.transcripts)),
      body: event.transcripts,
    },
    recordings && {
      id,
      part: 'event:recording',
      version: artefact(isFinalArtefact(recordings)),
      body: recordings,
    },
    event.voicemail && {
      id,
      part: 'event:voicemail',
      version: artefact(event.voicemail.status === 'completed'),
      body: event.voicemail,
    },
  ]
  return {
    id,
    parts: parts.filter((part) => part !== null),
    sufficient: call !== null && isSufficient(call),
  }
}

/** The part that an event about a text message leaves: it makes a record alone. */
export function toTextMessageEventPart(
  event: TextMessageEvent,
): Extract<EventPart, { part: 'event:message' }> {
  const { textMessage } = event
  const status = furtherStatus(textMessage.status, TEXT_STATUS[event.type])
  return {
    id: textMessage.id,
    part: 'event:message',
    // The time is the text message's own in each of its events: the status decides.
    version: versionOf(textMessage.createdAt, textStatusRank(status), false),
    body: { ...textMessage, status },
  }
}

/** The contact as the event left it; at the same instant a deletion is the later. */
export function toContact({ type, contact, at }: ContactEvent): Contact {
  const { id, name, phoneNumbers, emails } = contact
  const deleted = type === 'contact.deleted'
  return { id, name, phoneNumbers, emails, deleted, version: versionOf(at, deleted ? 9 : 1, false) }
}

// Of two states of the same instant the further one stays.
const CALL_RANKS: Record<CallEventName, number> = {
  'call.recording.completed': 0,
  'call.voicemail.completed': 0,
  'call.ringing': 1,
  'call.menu.selected': 3,
  'call.answered': 4,
  'call.forwarded': 5,
  'call.missed': 6,
  'call.completed': 8,
}

/**
 * A completed call stays one, whatever comes later. What a recording or voicemail says of its call is
 * but the beginning of it: any event on the call itself says more, so it counts as of that time.
 */
function callVersion(event: CallEvent, call: CallEventPart): number {
  const rank = CALL_RANKS[call.event]
  if (rank === 0) return versionOf(call.createdAt ?? EPOCH, 0, false)
  const isCompleted = call.event === 'call.completed'
  return versionOf(event.at, rank + (isCompleted ? generationRank(event) : 0), isCompleted)
}

const EPOCH = '1970-01-01T00:00:00Z'
const FINAL = 1e15 // above any instant times ten, and well below what a number holds exactly

/** @param rank 0 to 9: the order within one millisecond */
function versionOf(at: string, rank: number, isFinal: boolean): number {
  return (isFinal ? FINAL : 0) + Date.parse(at) * 10 + rank
}

/** While both generations are subscribed to, the newer says more of the same. */
function generationRank({ generation }: CallEvent): number {
  return generation === 'standard' ? 1 : 0
}

function callPartOf(type: CallEventType, call: SaidCall): CallEventPart | null {
  if (type === 'call.summary.completed' || type === 'call.transcript.completed') return null
  return {
    ...call,
    event: type,
    direction: call.direction ?? (INCOMING_ONLY.includes(type) ? 'incoming' : null),
    status: call.status ?? CALL_STATUS[type] ?? null,
  }
}

/** Legacy events name a recording by no id, some show none at all: there is one, the API has it. */
function recordingsOf({ type, recordings }: CallEvent): RecordingsPart | null {
  if (type !== 'call.recording.completed') return null
  return recordings ?? { status: 'pending', recordings: [] }
}

// Outgoing calls have none of these, so they do without saying it.
const INCOMING_ONLY: readonly CallEventType[] = [
  'call.menu.selected',
  'call.forwarded',
  'call.missed',
]

/** The API's word where the event's name is one. */
const CALL_STATUS: Partial<Record<CallEventType, string>> = {
  'call.ringing': 'ringing',
  'call.forwarded': 'forwarded',
  'call.missed': 'missed',
}

const TEXT_STATUS: Record<TextMessageEvent['type'], string> = {
  'message.received': 'received',
  'message.delivered': 'delivered',
  'message.failed': 'failed',
  'message.undelivered': 'undelivered',
}

/** A payload's own word may lag behind its event's name (a received one says `delivered`). */
function furtherStatus(said: string, byName: string): string {
  return textStatusRank(said) > textStatusRank(byName) ? said : byName
}

function isFinalSummary({ status }: CallSummary): boolean {
  return status !== 'in-progress'
}

function isFinalArtefact({ status }: TranscriptsPart | RecordingsPart): boolean {
  return status !== 'pending'
}
