import { describe, expect, test } from 'vitest'
import { logSteps, stack, yRange, stepWords } from './scale.ts'

const picture = (values: (number | null)[], over = {}) => ({
  at: values.map((_value, index) => index),
  lines: [{ label: 'a', values, look: 'thick' as const, tone: 'live' as const }],
  format: String,
  ...over,
})

test('bars stand on one another, and a gap stays one', () => {
  expect(
    stack([
      [5, null, 2, null],
      [1, null, null, 3],
    ]),
  ).toEqual([
    [5, null, 2, 0],
    [6, null, 2, 3],
  ])
})

describe('an axis', () => {
  test('begins at 0 and leaves room above', () => {
    expect(yRange(picture([3, null, 50]))).toEqual([0, 54])
    expect(yRange(picture([null]))).toEqual([0, 1])
    expect(yRange(picture([1], { limit: { value: 3, label: '3/s' } }))[1]).toBeGreaterThan(3)
  })

  test('by decades goes from one to another', () => {
    expect(yRange(picture([120, 0, 45_000], { log: true }))).toEqual([100, 100_000])
    expect(yRange(picture([100], { log: true }))).toEqual([100, 1000])
    expect(yRange(picture([], { log: true }))).toEqual([1, 10])
  })

  test('by time goes from one unit to another', () => {
    expect(yRange(picture([400, 240_000], { log: 'ms' }))).toEqual([100, 600_000])
    expect(logSteps(100, 600_000, 'ms')).toEqual([100, 1000, 10_000, 60_000, 600_000])
  })

  test('has at most five lines', () => {
    expect(logSteps(100, 100_000, true)).toEqual([100, 1000, 10_000, 100_000])
    expect(logSteps(1, 1e8, true)).toEqual([1, 100, 10_000, 1e6, 1e8])
  })
})

test('a step of a log axis of times is named by its unit', () => {
  expect([10, 100, 1000, 10_000, 60_000, 600_000, 3_600_000].map(stepWords)).toEqual([
    '10 ms',
    '0.1 s',
    '1 s',
    '10 s',
    '1 min',
    '10 min',
    '1 h',
  ])
})
