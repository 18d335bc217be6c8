/**
 * A call or text message as it stands at a moment: what the API answers while it rings, while they
 * talk, while its summary is being made. A pure function of the finished record and of when each
 * thing becomes true, so every answer agrees with the moment and a restart forgets nothing. No I/O.
 */
import type { CallEventType, Happened } from '../http/openphone/happened.ts'
import type {
  WorldCall,
  WorldRecording,
  WorldSummary,
  WorldTextMessage,
  WorldTranscript,
  WorldVoicemail,
} from '../world.ts'

/** When what becomes true of a call, ms since epoch; null: never. */
export interface CallTimes {
  rings: number
  answered: number | null
  ended: number
  recorded: number | null
  summarised: number | null
  transcribed: number | null
  voicemail: number | null
}

/** How long after its end a call's artefacts are there, ms. */
export interface Delays {
  recording: number
  summary: number
  transcript: number
  voicemail: number
}

/** The times that the finished call tells itself, and when its artefacts follow. */
export function callTimes(call: WorldCall, delays: Delays): CallTimes {
  const rings = Date.parse(call.createdAt)
  const ended = Date.parse(call.completedAt ?? call.createdAt)
  const after = (delayMs: number, exists: boolean) => (exists ? ended + delayMs : null)
  return {
    rings,
    answered: call.answeredAt === null ? null : Date.parse(call.answeredAt),
    ended,
    recorded: after(delays.recording, call.recordings.length > 0),
    summarised: after(delays.summary, call.summary.status !== 'absent'),
    transcribed: after(delays.transcript, call.transcripts.length > 0),
    voicemail: after(delays.voicemail, call.voicemail !== null),
  }
}

/** Every moment at which something becomes true, in order. */
export function changesOf(times: CallTimes): number[] {
  const all = Object.values(times).filter((at): at is number => at !== null)
  return [...new Set(all)].toSorted((a, b) => a - b)
}

/** The call as it stands now; null: it has not rung yet. */
export function callAsOf(call: WorldCall, times: CallTimes, now: number): WorldCall | null {
  const is = (at: number | null) => at !== null && at <= now
  if (!is(times.rings)) return null
  const ended = is(times.ended)
  const answered = is(times.answered)
  const lastChange = changesOf(times).findLast((at) => at <= now) ?? times.rings
  return {
    ...call,
    status: ended ? call.status : answered ? 'in-progress' : 'ringing',
    answeredAt: answered ? call.answeredAt : null,
    answeredBy: answered ? call.answeredBy : null,
    completedAt: ended ? call.completedAt : null,
    updatedAt: new Date(lastChange).toISOString(),
    duration: ended ? call.duration : 0,
    summary: answered ? summaryAsOf(call.summary, is(times.summarised)) : summaryOf('absent'),
    voicemail: ended ? voicemailAsOf(call.voicemail, is(times.voicemail)) : null,
    recordings: answered
      ? call.recordings.map((recording) => recordingAsOf(recording, ended, is(times.recorded)))
      : [],
    transcripts: ended
      ? call.transcripts.map((transcript) => transcriptAsOf(transcript, times.transcribed, now))
      : [],
  }
}

function summaryAsOf(summary: WorldSummary, made: boolean): WorldSummary {
  return made || summary.status === 'absent' ? summary : summaryOf('in-progress')
}

function summaryOf(status: WorldSummary['status']): WorldSummary {
  return { status, type: null, summary: null, nextSteps: null, jobs: null, title: null }
}

function voicemailAsOf(voicemail: WorldVoicemail | null, made: boolean): WorldVoicemail | null {
  if (voicemail === null || made) return voicemail
  return { ...voicemail, status: 'in-progress', transcript: null }
}

function recordingAsOf(recording: WorldRecording, ended: boolean, made: boolean): WorldRecording {
  if (made) return recording
  return { ...recording, status: ended ? 'processing' : 'in-progress', duration: null, type: null }
}

function transcriptAsOf(
  transcript: WorldTranscript,
  madeAt: number | null,
  now: number,
): WorldTranscript {
  if (madeAt === null) return transcript
  return {
    ...transcript,
    createdAt: new Date(madeAt).toISOString(),
    ...(madeAt <= now ? {} : { status: 'in-progress' as const, dialogue: [] }),
  }
}

/** An event and its moment. */
export interface Due {
  at: number
  happened: Happened
}

/** The events of a call, in order; each tells of the call as it stood at its moment. */
export function callEvents(call: WorldCall, times: CallTimes): Due[] {
  const unanswered = call.direction === 'incoming' && times.answered === null
  const events: [number | null, CallEventType][] = [
    [times.rings, 'call.ringing'],
    [times.answered, 'call.answered'],
    [call.forwardedTo === null ? null : times.ended, 'call.forwarded'],
    [unanswered && call.forwardedTo === null ? times.ended : null, 'call.missed'],
    [times.ended, 'call.completed'],
    [times.recorded, 'call.recording.completed'],
    [times.summarised, 'call.summary.completed'],
    [times.transcribed, 'call.transcript.completed'],
    [times.voicemail, 'call.voicemail.completed'],
  ]
  return events
    .flatMap(([at, type]): Due[] => {
      const then = at === null ? null : callAsOf(call, times, at)
      return at === null || then === null ? [] : [{ at, happened: { type, call: then } }]
    })
    .toSorted((a, b) => a.at - b.at)
}

/** A text message of ours is delivered a little after it was sent; one of theirs is there at once. */
const DELIVERED_AFTER_MS = 2000

/** The text message as it stands now; null: it is not written yet. */
export function textMessageAsOf(
  textMessage: WorldTextMessage,
  now: number,
): WorldTextMessage | null {
  const sentAt = Date.parse(textMessage.createdAt)
  if (now < sentAt) return null
  if (textMessage.direction === 'incoming') return textMessage
  const settledAt = sentAt + DELIVERED_AFTER_MS
  return now < settledAt
    ? { ...textMessage, status: 'sent', updatedAt: textMessage.createdAt }
    : { ...textMessage, updatedAt: new Date(settledAt).toISOString() }
}

/** When the text message changes. */
export function textMessageChanges({ createdAt, direction }: WorldTextMessage): number[] {
  const sentAt = Date.parse(createdAt)
  return direction === 'incoming' ? [sentAt] : [sentAt, sentAt + DELIVERED_AFTER_MS]
}

/** What a webhook hears of a text message: that it came, or what became of it. */
export function textMessageEvents(textMessage: WorldTextMessage): Due[] {
  const at = textMessageChanges(textMessage).at(-1) ?? 0
  const then = textMessageAsOf(textMessage, at)
  const type = TEXT_EVENTS[textMessage.status]
  return then === null || type === undefined ? [] : [{ at, happened: { type, textMessage: then } }]
}

const TEXT_EVENTS = {
  received: 'message.received',
  delivered: 'message.delivered',
  failed: 'message.failed',
  undelivered: 'message.undelivered',
  queued: undefined,
  sent: undefined,
} as const
