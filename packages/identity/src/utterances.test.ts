/** Who said what, for each kind of record. */
import { expect, test } from 'vitest'
import { at, callRecord, mailRecord, own, textMessageRecord, transcript } from '../test/records.ts'
import { utterancesOf } from './utterances.ts'

test('a transcript is told segment by segment, with its sides', () => {
  const transcripts = transcript(
    [
      ['Harbor Pay, this is Priya.', '+14155550100', 'US1'],
      ['Hi, it is Dana.', '+14155550142', null],
      [' ', '+14155550142', null],
    ],
    [
      ['Forwarded to me.', '+14155559999', 'US2'],
      ['Said at our own desk.', '(415) 555-0101', null],
      ['Said by nobody we know.', null, null],
      ['Said by a hidden caller.', 'anonymous', null],
    ],
  )
  const voicemail = {
    id: null,
    status: 'completed',
    durationSeconds: 3,
    url: null,
    transcript: 'Hm.',
  } as const
  expect(utterancesOf(callRecord({ transcripts, voicemail }), own, 'US')).toEqual([
    {
      by: 'us',
      text: 'Harbor Pay, this is Priya.',
      segment: 0,
      startSeconds: 0,
      speaker: 'Priya Nair',
    },
    { by: 'them', text: 'Hi, it is Dana.', segment: 0, startSeconds: 2, speaker: '+14155550142' },
    { by: 'us', text: 'Forwarded to me.', segment: 1, startSeconds: 0, speaker: '+14155559999' },
    {
      by: 'us',
      text: 'Said at our own desk.',
      segment: 1,
      startSeconds: 2,
      speaker: '(415) 555-0101',
    },
    { by: 'unknown', text: 'Said by nobody we know.', segment: 1, startSeconds: 4, speaker: null },
    {
      by: 'them',
      text: 'Said by a hidden caller.',
      segment: 1,
      startSeconds: 6,
      speaker: 'anonymous',
    },
  ])
})

test('a voicemail is theirs, where there is no transcript', () => {
  const voicemail = {
    id: null,
    status: 'completed',
    durationSeconds: 17,
    url: null,
    transcript: 'Please call me.',
  } as const
  const wanted = [
    {
      by: 'them',
      text: 'Please call me.',
      segment: 0,
      startSeconds: null,
      speaker: '+14155550142',
    },
  ]
  expect(utterancesOf(callRecord({ voicemail }), own, 'US')).toEqual(wanted)
  const silent = transcript([['', '+14155550142', null]])
  expect(utterancesOf(callRecord({ voicemail, transcripts: silent }), own, 'US')).toEqual(wanted)
})

test('a call without words has none', () => {
  expect(utterancesOf(callRecord(), own, 'US')).toEqual([])
})

test('a text message is one utterance of its sender', () => {
  expect(utterancesOf(textMessageRecord(), own, 'US')).toEqual([
    {
      by: 'them',
      text: 'Is the terminal in yet?',
      segment: 0,
      startSeconds: null,
      speaker: '+14155550142',
    },
  ])
  const ours = { direction: 'outgoing', from: '+14155550100' } as const
  expect(utterancesOf(textMessageRecord({ ...ours, userId: 'US1' }), own, 'US')).toMatchObject([
    { by: 'us', speaker: 'Priya Nair' },
  ])
  expect(utterancesOf(textMessageRecord({ ...ours, userId: 'US2' }), own, 'US')).toMatchObject([
    { by: 'us', speaker: '+14155550100' },
  ])
  expect(utterancesOf(textMessageRecord({ text: '\n' }), own, 'US')).toEqual([])
})

test('a mail is one utterance of its sender', () => {
  expect(utterancesOf(mailRecord(), own, 'US')).toEqual([
    {
      by: 'them',
      text: 'The fee is there twice.',
      segment: 0,
      startSeconds: null,
      speaker: 'Dana@Shop.example',
    },
  ])
  const ours = mailRecord({ from: [at('desk@harborpay.example')] })
  expect(utterancesOf(ours, own, 'US')).toMatchObject([{ by: 'us' }])
  expect(utterancesOf(mailRecord({ from: [] }), own, 'US')).toMatchObject([{ speaker: null }])
})

test('of a mail only what its sender wrote this time is said', () => {
  const [said] = utterancesOf(mailRecord({ text: 'Yes.\n> Really?', said: 'Yes.' }), own, 'US')
  expect(said?.text).toBe('Yes.')
})
