import * as fc from 'fast-check'
import { test } from 'vitest'
import { LEAD_WEIGHTS, leadScore, outsideShare } from './lead-score.ts'
import type { LeadSigns } from './lead-score.ts'

test('the weights make a hundred', ({ expect }) => {
  const { sentiment, engagement, duration } = LEAD_WEIGHTS
  expect(sentiment + engagement + duration).toBe(100)
})

test.for<[string, LeadSigns, number]>([
  [
    'all there is',
    { sentiment: 'positive', confidence: 1, outsideShare: 0.5, durationSeconds: 600 },
    100,
  ],
  ['nothing', { sentiment: 'negative', confidence: 1, outsideShare: 0, durationSeconds: 0 }, 0],
  ['neutral', { sentiment: 'neutral', confidence: 1, outsideShare: 0, durationSeconds: 0 }, 20],
  ['no sentiment', { sentiment: null, confidence: 1, outsideShare: 0, durationSeconds: 0 }, 20],
  ['unsure', { sentiment: 'positive', confidence: 0.5, outsideShare: 0, durationSeconds: 0 }, 30],
  [
    'silent listener',
    { sentiment: 'neutral', confidence: 1, outsideShare: 0.1, durationSeconds: 300 },
    40,
  ],
])('%s', ([, signs, score], { expect }) => {
  expect(leadScore(signs)).toBe(score)
})

const part = fc.double({ min: 0, max: 1, noNaN: true })
const signs = fc.record({
  sentiment: fc.constantFrom('positive', 'neutral', 'negative', 'unknown', null),
  confidence: part,
  outsideShare: part,
  durationSeconds: fc.nat(20_000),
})

test('is a whole number from 0 to 100', ({ expect }) => {
  fc.assert(
    fc.property(signs, (given) => {
      const score = leadScore(given)
      expect(Number.isInteger(score)).toBe(true)
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(100)
    }),
  )
})

test('never falls when the mood, the share or the length rises', ({ expect }) => {
  fc.assert(
    fc.property(signs, part, fc.nat(5000), (given, more, longer) => {
      const score = leadScore(given)
      const outside = Math.min(1, given.outsideShare + more)
      expect(leadScore({ ...given, outsideShare: outside })).toBeGreaterThanOrEqual(score)
      const durationSeconds = given.durationSeconds + longer
      expect(leadScore({ ...given, durationSeconds })).toBeGreaterThanOrEqual(score)
      const moods = (['negative', 'neutral', 'positive'] as const).map((sentiment) =>
        leadScore({ ...given, sentiment }),
      )
      expect(moods).toEqual(moods.toSorted((a, b) => a - b))
    }),
  )
})

test("the outside party's share is of the words whose speaker is known", ({ expect }) => {
  const them = { by: 'them', text: 'one two three' } as const
  const us = { by: 'us', text: ' four ' } as const
  const unknown = { by: 'unknown', text: 'five six' } as const
  expect(outsideShare([them, us, unknown])).toBe(0.75)
  expect(outsideShare([them])).toBe(1)
  expect(outsideShare([us])).toBe(0)
  expect(outsideShare([unknown])).toBe(0.5)
  expect(outsideShare([])).toBe(0.5)
})
