import { expect, test } from 'vitest'
import { NOTHING_YET, askSentence, grown, usedSources } from './ask-words.ts'

const source = (n: number) => ({
  n,
  kind: 'call',
  id: `AC${n}`,
  at: '2026-11-24T10:00:00Z',
  who: 'Corner Bakery',
  url: `/records/call/AC${n}`,
  page: null,
})
const steps = [
  { event: 'sources', data: [source(1), source(2)] },
  { event: 'statement', data: { text: 'They want a reader.', source: 2, quote: 'send me one' } },
  { event: 'done', data: { answered: true, reason: null, model: 'm', cached: false } },
]

test('an answer grows step by step, and the sentence with it', () => {
  const said = steps.map((_step, index) =>
    askSentence(steps.slice(0, index + 1).reduce(grown, NOTHING_YET)),
  )
  expect(said).toEqual([
    'Reading 2 records.',
    'Reading 2 records.',
    '1 statement from 1 record, each with its words.',
  ])
  expect(usedSources(steps.reduce(grown, NOTHING_YET)).map(({ n }) => n)).toEqual([2])
})

test('no answer says why', () => {
  const none = { event: 'done', data: { answered: false, reason: 'The records do not say.' } }
  expect(askSentence(grown(NOTHING_YET, none))).toBe('The records do not say.')
  const failed = { event: 'failed', data: { reason: 'Workers AI does not answer.' } }
  expect(askSentence(grown(NOTHING_YET, failed))).toBe('Workers AI does not answer.')
})

test('an unknown step changes nothing', () => {
  expect(grown(NOTHING_YET, { event: 'later', data: 1 })).toBe(NOTHING_YET)
})
