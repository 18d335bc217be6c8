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
  const top = topOf(spoken, analysis, ['https://files.test/a.mp3'], false)
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
  expect(textOf(topOf({ ...call, transcripts: null }, analysis, [], false))).toMatch(
    /“send me a quote”\n/,
  )
})

test('there is none before the analysis, but always one before a long transcript', () => {
  expect(topOf(call, null, [], false)).toEqual([])
  expect(topOf(call, null, [], true)).toHaveLength(1)
  expect(textOf(topOf(call, { analysed: false, reason: 'no words' }, [], false))).toBe(
    'AI summary: (not analysed: no words)',
  )
})

const audio = (count: number) =>
  Array.from({ length: count }, (_, nth) => `https://files.test/${nth}.mp3`)

test('every recording of a call has its link, twenty at most', () => {
  const [block] = topOf(spoken, analysis, audio(3), false)
  const links = block?.paragraph.rich_text.flatMap(({ text }) =>
    text.link === undefined ? [] : [[text.content, text.link.url]],
  )
  expect(links).toEqual([
    ['Listen to the call', 'https://files.test/0.mp3'],
    ['Recording 2', 'https://files.test/1.mp3'],
    ['Recording 3', 'https://files.test/2.mp3'],
  ])
  const many = topOf(spoken, analysis, audio(200), false)
  expect(textOf(many)).toContain('Recording 20\nand 180 more recordings\nAI summary:')
  expect(many[0]?.paragraph.rich_text.length).toBeLessThan(100)
})

test('what is no link for a browser is none: Notion would refuse the whole page', () => {
  for (const url of ['', '/recordings/1', 'file:///a.mp3', `https://x.test/${'a'.repeat(2000)}`]) {
    const [block] = topOf(call, analysis, [url], false)
    expect(block?.paragraph.rich_text.filter(({ text }) => text.link !== undefined)).toEqual([])
  }
})
