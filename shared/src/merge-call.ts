/**
 * What OpenPhone's API says of a call and what its events said, in one: pure functions of the
 * stored parts, so the order in which they arrived cannot show.
 *
 * Terminal beats pending, then the API beats an event. `absent` is the weakest word of all: the API
 * also says it of what is not there yet. No I/O.
 */
import type {
  CallPart,
  CallSummary,
  RecordingsPart,
  TranscriptsPart,
  Voicemail,
  WhisperPart,
} from './record.ts'
import { isSufficient } from './event-parts.ts'
import type { CallEventName, CallEventPart, SufficientCallEvent } from './event-parts.ts'

/** Stored parts of a call, by name. */
export interface CallParts {
  rest?: CallPart
  transcripts?: TranscriptsPart
  recordings?: RecordingsPart
  'event:call'?: CallEventPart
  'event:summary'?: CallSummary
  'event:transcript'?: TranscriptsPart
  'event:recording'?: RecordingsPart
  'event:voicemail'?: Voicemail
  whisper?: WhisperPart
}

/** The call that these parts make; null where it must be fetched before it is one. */
export function mergeCall(parts: CallParts): CallPart | null {
  const call = mergeState(parts.rest, parts['event:call'])
  if (call === null) return null
  return {
    ...call,
    summary: stronger(parts.rest?.summary, parts['event:summary'], summaryStrength),
    voicemail: mergeVoicemail(parts),
  }
}

/**
 * Whether the API is to be asked for this call: it has ended since the API was asked (so the end is
 * told in the API's words, whichever event came first), or no event has told enough of it (what an
 * answer, a forwarding or a miss carries is but a part).
 */
export function wantsFetch({ rest, 'event:call': event }: CallParts): boolean {
  if (event !== undefined && hasEnded(event)) return rest === undefined || !isOver(rest)
  if (rest !== undefined) return false
  return event === undefined || !isSufficient(event) || TELLS_LITTLE.has(event.event)
}

/**
 * Whether an event says that something is made which the API had not made yet when it was asked. The
 * record is whole without asking again; asked, it is in the API's words whichever came first.
 */
export function isBehind(parts: CallParts): boolean {
  const { rest, 'event:summary': summary, 'event:voicemail': voicemail } = parts
  if (rest === undefined) return false
  return (
    (isMade(summary) && !isMade(rest.summary)) || (isMade(voicemail) && !isMade(rest.voicemail))
  )
}

/** There is something, and it is final. */
export function isMade(part: { status: string } | null | undefined): boolean {
  return part?.status === 'completed' || part?.status === 'failed'
}

const TELLS_LITTLE: ReadonlySet<CallEventName> = new Set([
  'call.menu.selected',
  'call.answered',
  'call.forwarded',
  'call.missed',
])

/** The transcripts of a call; null: nobody has asked for or heard of them yet. */
export function mergeTranscripts(parts: CallParts): TranscriptsPart | null {
  return stronger(parts.transcripts, parts['event:transcript'], ({ status, segments }) =>
    artefactStrength(
      status,
      segments.some(({ utterances }) => utterances.length > 0),
    ),
  )
}

/** The recordings of a call; null: nobody has asked for or heard of them yet. */
export function mergeRecordings(parts: CallParts): RecordingsPart | null {
  return stronger(parts.recordings, parts['event:recording'], ({ status, recordings }) =>
    artefactStrength(
      status,
      recordings.some(({ url }) => url !== null),
    ),
  )
}

type State = Omit<CallPart, 'summary' | 'voicemail'>

function mergeState(rest: CallPart | undefined, event: CallEventPart | undefined): State | null {
  if (rest === undefined) return event && isSufficient(event) ? stateOf(event) : null
  if (event === undefined || !hasEnded(event) || isOver(rest)) return rest
  return {
    ...rest,
    status: statusOf(event),
    answeredAt: event.answeredAt ?? rest.answeredAt,
    answeredBy: rest.answeredBy ?? event.answeredBy,
    completedAt: event.completedAt ?? rest.completedAt,
    durationSeconds: durationOf(event) ?? rest.durationSeconds,
    aiHandled: rest.aiHandled ?? event.aiHandled,
  }
}

function stateOf(event: SufficientCallEvent): State {
  return {
    id: event.id,
    phoneNumberId: event.phoneNumberId,
    actorId: event.actorId,
    direction: event.direction,
    status: statusOf(event),
    participants: event.participants,
    createdAt: event.createdAt,
    updatedAt: event.updatedAt,
    answeredAt: event.answeredAt,
    completedAt: event.completedAt,
    answeredBy: event.answeredBy,
    initiatedBy: event.initiatedBy,
    durationSeconds: durationOf(event) ?? 0,
    forwardedFrom: event.forwardedFrom,
    forwardedTo: event.forwardedTo,
    aiHandled: event.aiHandled,
  }
}

// Words of the API under which nothing more happens. Of `answered` and `forwarded` that is not
// known: there `completedAt` decides.
const OVER = ['completed', 'busy', 'failed', 'no-answer', 'canceled', 'missed', 'abandoned']

/** Whether nothing more happens in it, by the API's word. */
export function isOver({ status, completedAt }: CallPart): boolean {
  return completedAt !== null || OVER.includes(status)
}

function hasEnded({ event, completedAt }: CallEventPart): boolean {
  switch (event) {
    case 'call.completed':
    case 'call.missed':
    case 'call.voicemail.completed':
      return true
    case 'call.recording.completed':
      return completedAt !== null
    case 'call.ringing':
    case 'call.menu.selected':
    case 'call.answered':
    case 'call.forwarded':
      return false
  }
}

/** The API's word: certain where the event has it, else the one that covers what is known. */
function statusOf(event: CallEventPart): string {
  if (event.status !== null) return event.status
  if (hasEnded(event)) return 'completed'
  return event.answeredAt === null ? 'ringing' : 'in-progress'
}

/** Webhooks made in the app leave the duration out. */
function durationOf({ durationSeconds, answeredAt, completedAt }: CallEventPart): number | null {
  if (durationSeconds !== null) return durationSeconds
  if (answeredAt === null || completedAt === null) return null
  return Math.max(0, Math.round((Date.parse(completedAt) - Date.parse(answeredAt)) / 1000))
}

/** The stronger word, with the id that only one of both may tell. */
function mergeVoicemail(parts: CallParts): Voicemail | null {
  const { rest, 'event:voicemail': event } = parts
  const said = stronger(rest?.voicemail, event, voicemailStrength)
  if (said === null) return awaitedVoicemail(parts)
  return { ...said, id: said.id ?? rest?.voicemail?.id ?? event?.id ?? null }
}

/** A voicemail that an event announced: pending, unless the API has spoken since and has none. */
function awaitedVoicemail({ rest, 'event:call': event }: CallParts): Voicemail | null {
  if (event === undefined || event.hasVoicemail !== true) return null
  const heardAt = Date.parse(event.updatedAt ?? event.completedAt ?? event.createdAt ?? '')
  const askedAt = Date.parse(rest?.updatedAt ?? rest?.createdAt ?? '')
  if (askedAt > heardAt) return null
  return { id: null, status: 'in-progress', durationSeconds: null, url: null, transcript: null }
}

/** Of what the API and an event say the one that says more; the API's where they say as much. */
function stronger<T>(
  rest: T | null | undefined,
  event: T | null | undefined,
  strength: (part: T) => number,
): T | null {
  if (rest === null || rest === undefined) return event ?? null
  if (event === null || event === undefined) return rest
  return strength(event) > strength(rest) ? event : rest
}

/** Something final to read or hear, something final, pending, absent. */
function artefactStrength(status: string, hasContent: boolean): number {
  if (status === 'absent') return 0
  if (status !== 'completed' && status !== 'failed') return 1
  return hasContent ? 3 : 2
}

function summaryStrength({ status, summary, nextSteps }: CallSummary): number {
  return artefactStrength(status, summary.length + nextSteps.length > 0)
}

function voicemailStrength({ status, transcript, url }: Voicemail): number {
  const content = transcript !== null && transcript !== ''
  return artefactStrength(status, content) + (url === null ? 0 : 0.5)
}
