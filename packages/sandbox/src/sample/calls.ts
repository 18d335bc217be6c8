/**
 * Makes OpenPhone's calls out of the call scripts: numbers, ids, times, lengths. A dialogue is as
 * long as it takes to say its words; artefacts come minutes after the call, but never later than
 * ten minutes before the anchor.
 */
import type {
  WorldCall,
  WorldRecording,
  WorldSummary,
  WorldTranscript,
  WorldUtterance,
  WorldVoicemail,
} from '../world.ts'
import { type CallScript, type Said, readCalls } from './call-script.ts'
import { addSeconds, moment, sayDays } from './clock.ts'
import { draw, hexId } from './ids.ts'
import { ASSISTANT_ID, lineOf, userOf } from './people.ts'
import { partyNumber } from './script.ts'

const WORDS_PER_SECOND = 2.6
const PAUSE_SECONDS = 0.35
const UNSEEN_SECONDS = 601 // nothing of the sample is younger

const ENDS: WorldCall['status'][] = [
  'missed',
  'no-answer',
  'busy',
  'abandoned',
  'canceled',
  'failed',
  'completed',
  'forwarded',
]

export function buildCalls(script: string, anchor: Date): WorldCall[] {
  return readCalls(script).map((call) => buildCall(call, anchor))
}

/** The calls of a script whose artefacts were late, as they stand once these are there. */
export function heardCalls(script: string, anchor: Date): WorldCall[] {
  return readCalls(script)
    .filter(({ flags }) => flags.has('late') || flags.has('voicemail'))
    .map((call) => buildCall({ ...call, flags: new Map([...call.flags, ['heard', '']]) }, anchor))
}

/** One call of a script that begins at this moment, whatever its own says; not bound to an anchor. */
export function callFrom(script: CallScript, key: string, createdAt: Date): WorldCall {
  const unbound = addSeconds(createdAt, 30 * 86_400)
  return buildCall({ ...script, key }, unbound, createdAt)
}

/** What every part of a call is made from. */
interface Setting {
  script: CallScript
  anchor: Date
  createdAt: Date
  own: string // number of our line
  actorId: string
  outside: string[]
}

function buildCall(
  script: CallScript,
  anchor: Date,
  createdAt = moment(anchor, script.when, draw(script.key, 60)),
): WorldCall {
  const setting: Setting = {
    script,
    anchor,
    createdAt,
    own: lineOf(script.line).phoneNumber,
    actorId: script.user === '-' ? ASSISTANT_ID : userOf(script.user).id,
    outside: script.parties.map(partyNumber),
  }
  const end = ENDS.find((status) => script.flags.has(status))
  const unanswered = end !== undefined || script.flags.has('voicemail')
  return unanswered ? unansweredCall(setting, end ?? 'missed') : answeredCall(setting)
}

function answeredCall(setting: Setting): WorldCall {
  const { script, createdAt, actorId, anchor } = setting
  const answeredAt = addSeconds(createdAt, 4 + draw(`${script.key} ring`, 11))
  const artefacts = artefactsOf(setting, answeredAt)
  const duration = Math.ceil(artefacts.talkSeconds) + 2
  const completedAt = addSeconds(answeredAt, duration)
  const updatedAt = isLate(script) ? completedAt : seen(anchor, addSeconds(completedAt, 150))
  return {
    ...frame(setting),
    status: 'completed',
    answeredAt: answeredAt.toISOString(),
    answeredBy: actorId,
    completedAt: completedAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    duration,
    forwardedFrom: forwardedFrom(script),
    aiHandled: script.flags.has('ai') ? 'ai-agent' : null,
    summary: summaryOf(setting),
    recordings: artefacts.recordings,
    transcripts: artefacts.transcripts,
  }
}

function unansweredCall(setting: Setting, status: WorldCall['status']): WorldCall {
  const { script, createdAt, anchor } = setting
  const ringSeconds = ['busy', 'failed'].includes(status) ? 2 : 9 + draw(`${script.key} ring`, 20)
  const voicemail = voicemailOf(setting)
  const duration = voicemail?.duration ?? 0
  const completedAt = addSeconds(createdAt, ringSeconds + duration)
  const settled = voicemail?.status === 'completed' ? 40 : 1
  const common = frame(setting)
  return {
    ...common,
    status,
    completedAt: completedAt.toISOString(),
    updatedAt: seen(anchor, addSeconds(completedAt, settled)).toISOString(),
    callRoute: status === 'abandoned' ? 'phone-menu' : common.callRoute,
    duration,
    forwardedTo: script.flags.get('forwarded') ?? null,
    voicemail,
  }
}

/** What all calls have in common; the rest as in a call that came to nothing. */
function frame(setting: Setting): WorldCall {
  const { script, own, outside, actorId, createdAt } = setting
  const ours = { phoneNumber: own, actorId }
  const theirs = outside.map((phoneNumber) => ({ phoneNumber, actorId: null }))
  const incoming = script.direction === 'incoming'
  return {
    id: hexId('AC', `call ${script.key}`),
    phoneNumberId: lineOf(script.line).id,
    actorId,
    direction: script.direction,
    status: 'completed',
    participants: incoming ? [...theirs, ours] : [ours, ...theirs],
    answeredAt: null,
    answeredBy: null,
    initiatedBy: incoming ? null : actorId,
    completedAt: null,
    createdAt: createdAt.toISOString(),
    updatedAt: null,
    callRoute: incoming ? 'phone-number' : null,
    duration: 0,
    forwardedFrom: null,
    forwardedTo: null,
    aiHandled: null,
    summary: noSummary('absent'),
    voicemail: null,
    recordings: [],
    transcripts: [],
  }
}

interface Artefacts {
  recordings: WorldRecording[]
  transcripts: WorldTranscript[]
  talkSeconds: number
}

function artefactsOf(setting: Setting, answeredAt: Date): Artefacts {
  const { flags, segments } = setting.script
  const unrecorded = flags.get('unrecorded')
  if (unrecorded !== undefined) {
    return { recordings: [], transcripts: [], talkSeconds: Number(unrecorded) }
  }
  const made: Artefacts = { recordings: [], transcripts: [], talkSeconds: 0 }
  const silent = flags.get('absent') ?? flags.get('unheard')
  for (const said of silent === undefined ? segments : [[]]) {
    const dialogue = dialogueOf(setting, said)
    const seconds = silent === undefined ? (dialogue.at(-1)?.end ?? 0) + 0.8 : Number(silent)
    addSegment(made, setting, {
      startedAt: addSeconds(answeredAt, made.talkSeconds),
      seconds,
      dialogue,
    })
    made.talkSeconds += seconds + (segments.length > 1 ? 21 : 0) // 21: on hold between segments
  }
  return made
}

interface Segment {
  startedAt: Date
  seconds: number
  dialogue: WorldUtterance[]
}

function addSegment(made: Artefacts, setting: Setting, segment: Segment): void {
  const { script, anchor } = setting
  const { startedAt, seconds, dialogue } = segment
  const id = hexId('CR', `${script.key} ${made.recordings.length + 1}`)
  const startTime = startedAt.toISOString()
  const [recording, transcript] = artefactStates(script)
  const stored = recording === 'completed'
  made.recordings.push({
    id,
    status: recording,
    startTime,
    duration: stored ? Math.round(seconds) : null,
    type: stored ? 'audio/wav' : null,
  })
  made.transcripts.push({
    recordingId: id,
    status: transcript,
    startTime,
    createdAt: seen(anchor, addSeconds(startedAt, seconds + 75)).toISOString(),
    duration: round(seconds),
    dialogue: transcript === 'completed' ? dialogue : [],
  })
}

/** States of the recording and of its transcript. */
function artefactStates(script: CallScript): [WorldRecording['status'], WorldTranscript['status']] {
  if (script.flags.has('absent')) return ['absent', 'absent']
  if (script.flags.has('unheard')) return ['completed', 'failed']
  if (isLate(script)) {
    return [script.when.startsWith('m') ? 'processing' : 'completed', 'in-progress']
  }
  return ['completed', 'completed']
}

function dialogueOf(setting: Setting, said: Said[]): WorldUtterance[] {
  const { own, actorId, outside, createdAt } = setting
  let start = 0.6
  return said.map(({ ours, party, text }) => {
    const content = sayDays(text, createdAt)
    const end = start + content.split(/\s+/).length / WORDS_PER_SECOND
    const utterance = {
      content,
      start: round(start),
      end: round(end),
      identifier: ours ? own : (outside[party] ?? null),
      actorId: ours ? actorId : null,
    }
    start = end + PAUSE_SECONDS
    return utterance
  })
}

function summaryOf({ script, createdAt }: Setting): WorldSummary {
  if (isLate(script)) return noSummary('in-progress')
  if (script.flags.has('unheard')) return noSummary('failed')
  if (script.summary.length === 0) return noSummary('absent')
  return {
    status: 'completed',
    type: script.flags.has('ai') ? 'agent' : 'human',
    summary: script.summary.map((text) => sayDays(text, createdAt)),
    nextSteps: script.nextSteps.map((text) => sayDays(text, createdAt)),
    jobs: null,
    title: null,
  }
}

/** Whether its artefacts are not there yet. */
function isLate({ flags }: CallScript): boolean {
  return flags.has('late') && !flags.has('heard')
}

function noSummary(status: WorldSummary['status']): WorldSummary {
  return { status, type: null, summary: null, nextSteps: null, jobs: null, title: null }
}

function voicemailOf({ script, createdAt }: Setting): WorldVoicemail | null {
  const pendingSeconds = script.flags.get('voicemail')
  const id = hexId('VM', script.key)
  if (pendingSeconds !== undefined && !script.flags.has('heard')) {
    return { id, status: 'in-progress', duration: Number(pendingSeconds), transcript: null }
  }
  if (script.voicemail === null) return null
  const transcript = sayDays(script.voicemail, createdAt)
  const seconds = Math.ceil(transcript.split(/\s+/).length / WORDS_PER_SECOND) + 3
  const duration = pendingSeconds === undefined ? seconds : Number(pendingSeconds)
  return { id, status: 'completed', duration, transcript }
}

function forwardedFrom(script: CallScript): string | null {
  const line = script.flags.get('from')
  return line === undefined ? null : lineOf(line).phoneNumber
}

/** The time itself, or the last one that the sample may show. */
function seen(anchor: Date, at: Date): Date {
  return new Date(Math.min(at.getTime(), anchor.getTime() - UNSEEN_SECONDS * 1000))
}

function round(seconds: number): number {
  return Math.round(seconds * 100) / 100
}
