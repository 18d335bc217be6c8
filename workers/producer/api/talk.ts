/** A call's transcript beside its recordings, as the console's player takes them. */
import { utterancesOf } from '@switchboard/identity/utterances'
import { readTalk } from '@switchboard/shared/api/talk'
import type { Talk } from '@switchboard/shared/api/talk'
import { readSettings } from '@switchboard/shared/config'
import { pathOfFile, recordingKey, voicemailKey } from '@switchboard/shared/files'
import type { CallRecord } from '@switchboard/shared/record'
import { filesStatement } from '@switchboard/store/files'
import type { KnownFile } from '@switchboard/store/files'
import { keyOf } from '@switchboard/store/records'
import { Refused } from '../door/problem.ts'
import { recordCards } from '../records/record-cards.ts'
import { route } from './route.ts'

export const TALK_ROUTES = [
  route(readTalk, async ({ params: { id }, env }): Promise<Talk> => {
    const settings = readSettings(env, ['DEFAULT_COUNTRY', 'OWN_MAIL_ADDRESSES'])
    const key = { kind: 'call' as const, id }
    const cards = await recordCards(env.DB, [key], settings.OWN_MAIL_ADDRESSES, true)
    const card = cards.get(keyOf(key))
    if (card?.record.kind !== 'call') throw new Refused(404, 'There is no such call.')
    const { record, own } = card
    const { results } = await filesStatement(env.DB, [key]).all<KnownFile>()
    const kept = new Set(
      results.filter(({ sizeBytes }) => sizeBytes !== null).map((file) => file.key),
    )
    const sources = sourcesOf(record)
    return {
      recordings: sources.map(({ what, fileKey, durationSeconds }) => ({
        what,
        url: fileKey !== null && kept.has(fileKey) ? pathOfFile(fileKey) : null,
        durationSeconds,
      })),
      lines: utterancesOf(record, own, settings.DEFAULT_COUNTRY).map((said) => ({
        recording: recordingOf(said.segment, record, sources.length),
        seconds: said.startSeconds,
        ours: said.by === 'unknown' ? null : said.by === 'us',
        speaker: said.speaker,
        text: said.text,
      })),
    }
  }),
]

interface Source {
  what: 'recording' | 'voicemail'
  id: string | null
  fileKey: string | null
  durationSeconds: number | null
}

function sourcesOf(call: CallRecord): Source[] {
  const recordings = (call.recordings?.recordings ?? []).map(({ id, durationSeconds }) => ({
    what: 'recording' as const,
    id,
    fileKey: recordingKey(call.id, id),
    durationSeconds,
  }))
  if (call.voicemail === null) return recordings
  const { durationSeconds } = call.voicemail
  const fileKey = voicemailKey(call.id, call.voicemail)
  return [...recordings, { what: 'voicemail', id: null, fileKey, durationSeconds }]
}

/** A segment names its recording; one that does not is of the recording at its place. */
function recordingOf(segment: number, call: CallRecord, sources: number): number | null {
  if (sources === 0) return null
  const named = call.transcripts?.segments[segment]?.recordingId ?? null
  const found = (call.recordings?.recordings ?? []).findIndex(({ id }) => id === named)
  return found === -1 ? Math.min(segment, sources - 1) : found
}
