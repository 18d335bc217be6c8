import { expect, test } from 'vitest'
import { adviceFor } from './letter-words.ts'
import { patternOf } from './pattern.ts'

const letter = (over: Partial<Parameters<typeof adviceFor>[0]>) => ({
  stage: 'reconcile',
  kind: 'call',
  failure: 'record.invalid',
  reason: 'text: is missing',
  ...over,
})

test.each([
  [
    letter({
      failure: 'record.refused',
      reason: 'notion refused the record (400): `Keywords`: an option may not hold a comma',
    }),
    'Notion refused it: `Keywords`: an option may not hold a comma',
    /answered 400 .* refused again/,
  ],
  [
    letter({ reason: 'tries: given up after 5 failed tries: openphone is not available (503): x' }),
    'Given up after 5 tries: openphone is not available (503): x',
    /Each try failed/,
  ],
  [letter({ stage: 'enrich' }), 'Unreadable: text: is missing', /a retry reads the same/],
  [
    letter({ stage: 'webhook', kind: 'call.completed' }),
    'A signed event is unreadable: text: is missing',
    /kept/,
  ],
  [letter({ stage: 'sweep' }), 'A listed call is unreadable: text: is missing', /cannot read/],
  [
    letter({ stage: 'sweep', failure: 'upstream.unavailable', reason: 'no answer' }),
    'The listing of call was given up: no answer',
    /ended without it/,
  ],
  [letter({ kind: 'unknown' }), 'A queue message is unreadable: text: is missing', /none of ours/],
  [letter({ failure: 'bug', reason: '' }), 'bug', /No retry/],
])('%o', (given, title, why) => {
  expect(adviceFor(given)).toMatchObject({ title, why: expect.stringMatching(why) })
})

test('a group is told by its pattern', () => {
  const reason = patternOf('tries: given up after 5 failed tries: it broke')
  expect(adviceFor(letter({ reason })).title).toBe('Given up after its tries: it broke')
})
