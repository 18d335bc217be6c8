/** From the wire's objects to our parts. No I/O; it decides when an artefact counts as complete. */
import type {
  ArtefactStatus,
  CallPart,
  CallSummary,
  RecordingsPart,
  TextMessagePart,
  TranscriptsPart,
  Voicemail,
} from '@switchboard/shared/record'
import type {
  WireCall,
  WireRecording,
  WireSummary,
  WireTextMessage,
  WireTranscript,
  WireVoicemail,
} from './wire.ts'

export function toCallPart(call: WireCall): CallPart {
  const { duration, summary, voicemail, ...same } = call
  return {
    ...same,
    durationSeconds: duration,
    summary: summary && toSummary(summary),
    voicemail: voicemail && toVoicemail(voicemail),
  }
}

export function toTextMessagePart(textMessage: WireTextMessage): TextMessagePart {
  return textMessage
}

/** The segments oldest first, whatever order they came in. */
export function toRecordingsPart(recordings: readonly WireRecording[]): RecordingsPart {
  return {
    status: recordingsStatus(recordings.map(({ status }) => status)),
    recordings: oldestFirst(recordings).map(({ id, status, duration, url, type }) => ({
      id,
      status,
      durationSeconds: duration,
      url,
      type,
    })),
  }
}

/** The segments oldest first, whatever order they came in. */
export function toTranscriptsPart(transcripts: readonly WireTranscript[]): TranscriptsPart {
  return {
    status: transcriptsStatus(transcripts.map(({ status }) => status)),
    segments: oldestFirst(transcripts).map(({ recordingId, startTime, dialogue }) => ({
      recordingId,
      startTime,
      utterances: dialogue
        .filter(({ content }) => content.trim() !== '')
        .map(({ content, start, identifier, actorId }) => ({
          text: content,
          startSeconds: start,
          phoneNumber: identifier,
          actorId,
        })),
    })),
  }
}

// A word we do not know is nothing final: it is asked again.
const FINAL_RECORDING = ['completed', 'absent', 'deleted', 'failed']
const FINAL_TRANSCRIPT = ['completed', 'absent', 'failed']

function recordingsStatus(statuses: readonly string[]): ArtefactStatus {
  if (statuses.some((status) => !FINAL_RECORDING.includes(status))) return 'pending'
  if (statuses.includes('failed')) return 'failed'
  return statuses.includes('completed') ? 'completed' : 'absent'
}

// Completed and absent segments side by side are final, yet not all of it is there: failed.
function transcriptsStatus(statuses: readonly string[]): ArtefactStatus {
  if (statuses.some((status) => !FINAL_TRANSCRIPT.includes(status))) return 'pending'
  if (statuses.every((status) => status === 'absent')) return 'absent'
  return statuses.every((status) => status === 'completed') ? 'completed' : 'failed'
}

function toSummary({ status, summary, nextSteps }: WireSummary): CallSummary {
  const known = (['absent', 'completed', 'failed'] as const).find((word) => word === status)
  return { status: known ?? 'in-progress', summary, nextSteps }
}

function toVoicemail(voicemail: WireVoicemail): Voicemail {
  return {
    id: voicemail.id,
    status: voicemail.status === 'completed' ? 'completed' : 'in-progress',
    durationSeconds: voicemail.duration,
    url: voicemail.recordingUrl,
    transcript: voicemail.transcript,
  }
}

// The API promises oldest first; where a start is unknown its order stands.
function oldestFirst<T extends { startTime: string | null }>(segments: readonly T[]): readonly T[] {
  const starts = segments.map(({ startTime }) => Date.parse(startTime ?? ''))
  if (starts.some((start) => Number.isNaN(start))) return segments
  return segments.toSorted((a, b) => Date.parse(a.startTime ?? '') - Date.parse(b.startTime ?? ''))
}
