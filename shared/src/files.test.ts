import { describe, test } from 'vitest'
import { filesOf, keyOfPath, mediumKey, pathOfFile, recordingKey, voicemailKey } from './files.ts'
import { withWhisper, wordlessFiles } from './merge-whisper.ts'
import type {
  ArtefactStatus,
  CallRecord,
  RecordingsPart,
  TextMessageRecord,
  TranscriptsPart,
  Utterance,
  Voicemail,
} from './record.ts'

const AT = '2026-11-24T09:00:00.000Z'
const HOUR = 3_600_000
const LATER = Date.parse(AT) + HOUR

function call(over: Partial<CallRecord> = {}): CallRecord {
  return {
    kind: 'call',
    id: 'AC1',
    phoneNumberId: null,
    actorId: null,
    direction: 'incoming',
    status: 'completed',
    participants: [],
    createdAt: AT,
    updatedAt: null,
    answeredAt: AT,
    completedAt: AT,
    answeredBy: null,
    initiatedBy: null,
    durationSeconds: 9,
    forwardedFrom: null,
    forwardedTo: null,
    aiHandled: null,
    summary: null,
    voicemail: null,
    transcripts: null,
    recordings: null,
    ...over,
  }
}

function recorded(statuses: string[], status: ArtefactStatus = 'completed'): RecordingsPart {
  const recordings = statuses.map((one, nth) => ({
    id: `CR${nth + 1}`,
    status: one,
    durationSeconds: 1,
    type: 'audio/mpeg',
    url: one === 'completed' ? `https://f.test/${nth}` : null,
  }))
  return { status, recordings }
}

function left(over: Partial<Voicemail> = {}): Voicemail {
  const url = 'https://f.test/v'
  return { id: 'VM1', status: 'completed', durationSeconds: 3, url, transcript: null, ...over }
}

const utterance = (text: string): Utterance => ({
  text,
  startSeconds: 0,
  phoneNumber: null,
  actorId: null,
})

describe('the files of a record', () => {
  test('are the finished segments of its recording, and its voicemail', ({ expect }) => {
    const record = call({
      recordings: recorded(['completed', 'processing', 'completed']),
      voicemail: left(),
    })
    expect(filesOf(record).map(({ key }) => key)).toEqual([
      'calls/AC1/CR1',
      'calls/AC1/CR3',
      'calls/AC1/VM1',
    ])
    expect(filesOf(call({ voicemail: left({ id: null }) }))).toEqual([
      {
        key: 'calls/AC1/voicemail',
        what: 'voicemail',
        sourceId: 'voicemail',
        url: 'https://f.test/v',
        type: null,
      },
    ])
    expect(filesOf(call({ voicemail: left({ status: 'in-progress' }) }))).toEqual([])
  })

  test('are the media of a text message, by their places', ({ expect }) => {
    const media = [{ url: 'https://f.test/a', type: 'image/png' }]
    const record = { kind: 'message', id: 'AC2', media } as unknown
    expect(filesOf(record as TextMessageRecord)).toMatchObject([
      { key: 'messages/AC2/0', what: 'medium', sourceId: '0' },
    ])
  })

  test('have keys that are one path whatever the ids are', ({ expect }) => {
    expect(recordingKey('AC/1', '../x?y#z')).toBe('calls/AC%2F1/..%2Fx%3Fy%23z')
    for (const id of ['', '.', '..']) {
      expect(recordingKey('AC1', id)).toBeNull()
      expect(recordingKey(id, 'CR1')).toBeNull()
      expect(voicemailKey('AC1', { id })).toBeNull()
      expect(mediumKey(id, 0)).toBeNull()
    }
  })

  test('have paths that lead back to their keys, and nothing else does', ({ expect }) => {
    for (const key of ['calls/AC1/CR1', 'messages/AC2/0', 'calls/AC%2F1/..%2Fx'])
      expect(keyOfPath(pathOfFile(key))).toBe(key)
    for (const path of [
      '/recordings/calls/AC1',
      '/recordings/calls/AC1/CR1/',
      '/recordings/calls//CR1',
      '/recordings/messages/AC2/0',
      '/media/calls/AC1/CR1',
      '/other/calls/AC1/CR1',
      '/recordings/calls/AC1/CR1\n',
    ])
      expect(keyOfPath(path), path).toBeNull()
  })
})

const silent = { recordings: recorded(['completed', 'completed']) }
const none: TranscriptsPart = { status: 'absent', segments: [] }
const listed: TranscriptsPart = {
  status: 'absent',
  segments: [{ recordingId: 'CR1', startTime: null, utterances: [] }],
}

function keys(record: CallRecord, now = LATER, tried: string[] = []): string[] {
  const files = tried.map((key) => ({ key, utterances: [] }))
  return wordlessFiles(record, { model: 'm', files }, now).map(({ key }) => key)
}

describe('what OpenPhone has no words of', () => {
  test('is every segment, once nothing more is to come', ({ expect }) => {
    const both = ['calls/AC1/CR1', 'calls/AC1/CR2']
    expect(keys(call({ ...silent, transcripts: none }))).toEqual(both)
    expect(keys(call({ ...silent, transcripts: none }), LATER - 1)).toEqual([])
    expect(keys(call({ ...silent, transcripts: listed }), LATER - 1)).toEqual(both)
    expect(keys(call({ ...silent, transcripts: { ...none, status: 'pending' } }))).toEqual([])
    expect(keys(call({ ...silent, transcripts: null }))).toEqual([])
    const half = recorded(['completed', 'processing'], 'pending')
    expect(keys(call({ recordings: half, transcripts: none }))).toEqual([])
    expect(keys(call({ ...silent, transcripts: none }), LATER, both.slice(1))).toEqual(
      both.slice(0, 1),
    )
  })

  test('is a voicemail without a transcript', ({ expect }) => {
    expect(keys(call({ voicemail: left() }))).toEqual(['calls/AC1/VM1'])
    expect(keys(call({ voicemail: left({ transcript: 'Hello.' }) }))).toEqual([])
  })

  test('takes the words that were written down', ({ expect }) => {
    const whisper = {
      model: 'm',
      files: [
        { key: 'calls/AC1/CR1', utterances: [] },
        { key: 'calls/AC1/CR2', utterances: [utterance('Second.')] },
        { key: 'calls/AC1/VM1', utterances: [utterance('Call'), utterance('me.')] },
      ],
    }
    const record = call({ ...silent, transcripts: none, voicemail: left() })
    expect(withWhisper(record, whisper)).toEqual({
      ...record,
      transcripts: {
        status: 'completed',
        segments: [{ recordingId: 'CR2', startTime: null, utterances: [utterance('Second.')] }],
      },
      voicemail: { ...record.voicemail, transcript: 'Call me.' },
    })
    expect(withWhisper(record, undefined)).toBe(record)
  })

  test('and OpenPhone’s own words are never replaced', ({ expect }) => {
    const whisper = {
      model: 'm',
      files: ['CR1', 'VM1'].map((id) => ({
        key: `calls/AC1/${id}`,
        utterances: [utterance('Ours.')],
      })),
    }
    const segments = [{ recordingId: 'CR1', startTime: null, utterances: [utterance('Own.')] }]
    const record = call({
      ...silent,
      transcripts: { status: 'completed', segments },
      voicemail: left({ transcript: 'Own.' }),
    })
    expect(withWhisper(record, whisper)).toEqual(record)
  })
})
