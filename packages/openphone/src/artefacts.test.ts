/** Recordings and transcripts: order, completeness, and what counts as absent. */
import { RecordingsPart, TranscriptsPart } from '@switchboard/shared/record'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import recordingsMapped from '../fixtures/recordings.mapped.json' with { type: 'json' }
import recordings from '../fixtures/recordings.json' with { type: 'json' }
import transcriptsMapped from '../fixtures/transcripts.mapped.json' with { type: 'json' }
import transcripts from '../fixtures/transcripts.json' with { type: 'json' }
import { listRecordings, listTranscripts } from './calls.ts'
import { answer, fakeOpenPhone, refused } from '../test/fake-openphone.ts'

test('recordings come oldest first', async () => {
  const { api, log } = fakeOpenPhone(answer(recordings))
  const part = await listRecordings(api, 'AC1')
  expect(part).toEqual(recordingsMapped)
  expect(v.parse(RecordingsPart, part)).toEqual(part)
  expect(log).toEqual(['acquire', '/calls/AC1/recordings'])
})

test('transcripts are gathered over pages, oldest segment first', async () => {
  const [older, newer] = transcripts.data
  const { api, requests } = fakeOpenPhone(
    answer({ data: [newer], nextCursor: 'c1' }),
    answer({ data: [older], nextCursor: null }),
  )
  const part = await listTranscripts(api, 'AC1')
  expect(part).toEqual(transcriptsMapped)
  expect(v.parse(TranscriptsPart, part)).toEqual(part)
  expect(requests.map(({ url }) => url.searchParams.get('after'))).toEqual([null, 'c1'])
})

test('a segment without a start leaves the order as it came', async () => {
  const { api } = fakeOpenPhone(
    answer({
      data: [
        { status: 'completed', recordingId: 'CR2', startTime: '2026-11-20T18:00:00Z' },
        { status: 'completed', recordingId: 'CR1', startTime: null },
      ],
    }),
  )
  const part = await listTranscripts(api, 'AC1')
  expect(part.segments.map(({ recordingId }) => recordingId)).toEqual(['CR2', 'CR1'])
})

test('a recording’s link may be a path: it leads to where the API is', async () => {
  const { api } = fakeOpenPhone(
    answer({
      data: ['/files/1.mp3?k=1', 'https://cdn.example/2', null].map((url, n) => ({
        id: `CR${n}`,
        status: 'completed',
        url,
      })),
    }),
  )
  const { recordings: found } = await listRecordings(api, 'AC1')
  expect(found.map(({ url }) => url)).toEqual([
    'https://openphone.example.test/files/1.mp3?k=1',
    'https://cdn.example/2',
    null,
  ])
})

test('who said nothing is not in a transcript', async () => {
  const { api } = fakeOpenPhone(
    answer({
      data: [
        { status: 'completed', dialogue: [{ content: null }, { content: ' ' }, { content: 'Hi' }] },
      ],
    }),
  )
  const { segments } = await listTranscripts(api, 'AC1')
  expect(segments[0]?.utterances.map(({ text }) => text)).toEqual(['Hi'])
})

test.each([402, 403, 404])(
  'HTTP %i means that there is none, and is not asked again',
  async (status) => {
    const { api, log } = fakeOpenPhone(refused(status, 'no'), refused(status, 'no'))
    expect(await listTranscripts(api, 'AC1')).toEqual({ status: 'absent', segments: [] })
    expect(await listRecordings(api, 'AC1')).toEqual({ status: 'absent', recordings: [] })
    expect(log.filter((line) => line.startsWith('/'))).toHaveLength(2)
  },
)

test.each([
  [[], 'absent'],
  [['absent'], 'absent'],
  [['completed', 'completed'], 'completed'],
  [['completed', 'in-progress'], 'pending'],
  [['failed', 'in-progress'], 'pending'],
  [['completed', 'rewinding'], 'pending'],
  [['completed', 'failed'], 'failed'],
  [['completed', 'absent'], 'failed'],
])('transcript segments %j together are %s', async (statuses, status) => {
  const { api } = fakeOpenPhone(answer({ data: statuses.map((word) => ({ status: word })) }))
  expect(await listTranscripts(api, 'AC1')).toMatchObject({ status })
})

test.each([
  [[], 'absent'],
  [['deleted', 'absent'], 'absent'],
  [['completed', 'deleted'], 'completed'],
  [['completed', 'processing'], 'pending'],
  [['completed', 'stopping'], 'pending'],
  [['completed', 'failed'], 'failed'],
])('recording segments %j together are %s', async (statuses, status) => {
  const { api } = fakeOpenPhone(
    answer({ data: statuses.map((word, n) => ({ id: `CR${n}`, status: word })) }),
  )
  expect(await listRecordings(api, 'AC1')).toMatchObject({ status })
})

test('a segment that cannot be read is the record’s fault', async () => {
  const { api } = fakeOpenPhone(
    answer({ data: [{ status: 'completed', dialogue: [{ content: 5 }] }] }),
  )
  await expect(listTranscripts(api, 'AC1')).rejects.toMatchObject({
    failure: { kind: 'record.invalid', field: 'transcripts.data[0].dialogue[0].content' },
  })
})
