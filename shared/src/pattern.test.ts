import { expect, test } from 'vitest'
import { patternOf } from './pattern.ts'

test('what differs from record to record is left out, what tells the fault stays', () => {
  const same = [
    'notion refused the record (400): body.properties.Keywords.multi_select[3].name should not contain commas, instead was "interchange, plus"',
    'notion refused the record (400): body.properties.Keywords.multi_select[0].name should not contain commas, instead was "a"',
  ].map(patternOf)
  expect(new Set(same)).toEqual(
    new Set([
      'notion refused the record (400): body.properties.Keywords.multi_select[#].name should not contain commas, instead was …',
    ]),
  )
})

test.each([
  ['data[12].participants: is missing', 'data[#].participants: is missing'],
  [
    'tries: given up after 5 failed tries: it broke',
    'tries: given up after # failed tries: it broke',
  ],
  ['call AC5f0d2b9e71c84 is no call any more', 'call # is no call any more'],
  ['ask ana@shop.example or +13105550123', 'ask # or +#'],
  [
    'notion refused the record (400): Invalid select option, commas not allowed: rates, pricing',
    'notion refused the record (400): Invalid select option, commas not allowed: …',
  ],
  ['see https://example.test/a?b=c now', 'see # now'],
  ['not before 2026-11-24T20:19:05.000Z', 'not before #'],
  ['page 1f0c2a7e-4b1d-4c55-9a68-0f2f1a9e7d10  is gone', 'page # is gone'],
  ["it isn’t there, isn't it", "it isn’t there, isn't it"],
])('%s', (reason, pattern) => expect(patternOf(reason)).toBe(pattern))

test('a pattern of a pattern is the same, and it is short', () => {
  const long = patternOf(`record.invalid: ${'very '.repeat(100)}long`)
  expect(long.length).toBe(160)
  for (const reason of ['a (404) b', 'x "y" 3', long])
    expect(patternOf(patternOf(reason))).toBe(patternOf(reason))
})
