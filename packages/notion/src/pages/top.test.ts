import { expect, test } from 'vitest'
import { analysis, call } from '../../test/records.ts'
import type { Block } from '../body.ts'
import { topOf } from './top.ts'

const said = (text: string, startSeconds: number) => ({
  text,
  startSeconds,
  phoneNumber: '+14155550100',
  actorId: null,
})
const spoken = {
  ...call,
  answeredAt: '2026-11-24T08:30:08.000Z',
  transcripts: {
    status: 'completed' as const,
    segments: [
      {
        recordingId: 'CR1',
        startTime: '2026-11-24T08:30:10.000Z',
        utterances: [said('Please  Send me a quote, would you?', 63.4)],
      },
      {
        recordingId: 'CR2',
        startTime: '2026-11-24T09:40:08.000Z',
        utterances: [said('And call me Friday.', 5)],
      },
    ],
  },
}
const textOf = ([block]: Block[]) =>
  block?.paragraph.rich_text.map(({ text }) => text.content).join('')

test('an action item has its words and the second of the call they were said at', () => {
  const top = topOf(spoken, analysis, 'https://files.test/a.mp3', false)
  expect(textOf(top)?.split('\n')).toEqual([
    'Listen to the call',
    'AI summary: Wants a second terminal.',
    'Action items:',
    '- Send the quote: “send me a quote” (at 01:05)',
    '- Call back on Friday: “call me Friday” (at 1:10:05)',
  ])
  expect(top[0]?.paragraph.rich_text[0]?.text.link).toEqual({ url: 'https://files.test/a.mp3' })
})

test('words that nobody is known to have said have no second', () => {
  expect(textOf(topOf({ ...call, transcripts: null }, analysis, null, false))).toMatch(
    /“send me a quote”\n/,
  )
})

test('there is none before the analysis, but always one before a long transcript', () => {
  expect(topOf(call, null, null, false)).toEqual([])
  expect(topOf(call, null, null, true)).toHaveLength(1)
  expect(textOf(topOf(call, { analysed: false, reason: 'no words' }, null, false))).toBe(
    'AI summary: (not analysed: no words)',
  )
})
