/**
 * What Workers AI wrote down of a call, put where OpenPhone has no words: OpenPhone's own always win,
 * whenever they come. Pure.
 */
import { filesOf, recordingKey, voicemailKey } from './files.ts'
import type { SourceFile } from './files.ts'
import type { CallRecord, ConversationRecord, Utterance, WhisperPart } from './record.ts'

/** The call with those words in the places that are empty. */
export function withWhisper(call: CallRecord, whisper: WhisperPart | undefined): CallRecord {
  if (whisper === undefined) return call
  const words = new Map(whisper.files.map(({ key, utterances }) => [key, utterances]))
  return { ...call, ...heardTranscripts(call, words), ...heardVoicemail(call, words) }
}

/**
 * The files of a record of which OpenPhone has no words and will have none, and which nobody has
 * tried to write down.
 * @param now ms since epoch
 */
export function wordlessFiles(
  record: ConversationRecord,
  whisper: WhisperPart | undefined,
  now: number,
): SourceFile[] {
  if (record.kind !== 'call') return []
  const tried = new Set(whisper?.files.map(({ key }) => key))
  return filesOf(record).filter(
    ({ key, what }) =>
      !tried.has(key) &&
      (what === 'recording' ? lacksTranscript(record) && isDecided(record, now) : isSilent(record)),
  )
}

/** So long after a call's end an empty list of transcripts may still fill. */
const MAY_FILL_MS = 3_600_000

function isDecided({ transcripts, completedAt, createdAt }: CallRecord, now: number): boolean {
  const listed = (transcripts?.segments.length ?? 0) > 0
  return listed || now - Date.parse(completedAt ?? createdAt) >= MAY_FILL_MS
}

/** OpenPhone has said that there is no transcript, and every segment of the recording is there. */
function lacksTranscript({ transcripts, recordings }: CallRecord): boolean {
  if (transcripts === null || recordings === null || recordings.status === 'pending') return false
  return (
    (transcripts.status === 'absent' || transcripts.status === 'failed') &&
    transcripts.segments.every(({ utterances }) => utterances.length === 0)
  )
}

function isSilent({ voicemail }: CallRecord): boolean {
  return voicemail?.status === 'completed' && (voicemail.transcript ?? '') === ''
}

function heardTranscripts(call: CallRecord, words: Map<string, Utterance[]>): Partial<CallRecord> {
  if (!lacksTranscript(call)) return {}
  const segments = (call.recordings?.recordings ?? []).flatMap(({ id }) => {
    const utterances = words.get(recordingKey(call.id, id) ?? '') ?? []
    return utterances.length === 0 ? [] : [{ recordingId: id, startTime: null, utterances }]
  })
  return segments.length === 0 ? {} : { transcripts: { status: 'completed', segments } }
}

function heardVoicemail(call: CallRecord, words: Map<string, Utterance[]>): Partial<CallRecord> {
  const { voicemail } = call
  if (voicemail === null || !isSilent(call)) return {}
  const said = words.get(voicemailKey(call.id, voicemail) ?? '') ?? []
  return said.length === 0
    ? {}
    : { voicemail: { ...voicemail, transcript: said.map(({ text }) => text).join(' ') } }
}
