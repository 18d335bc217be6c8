import { describe, expect, test } from 'vitest'
import { bytes, clock, count, counted, duration, percent, rate } from './numbers.ts'

test('counts are grouped and agree with their noun', () => {
  expect([count(0), count(1342), count(1_234_567)]).toEqual(['0', '1,342', '1,234,567'])
  expect([counted(1, 'letter'), counted(13, 'letter')]).toEqual(['1 letter', '13 letters'])
  expect(counted(2, 'reply', 'replies')).toBe('2 replies')
})

describe('a share', () => {
  test('is 0 % only where there is none and 100 % only where it is all', () => {
    expect(percent(0, 562)).toBe('0 %')
    expect(percent(1, 1_000_000)).toBe('<0.1 %')
    expect(percent(999_999, 1_000_000)).toBe('99.9 %')
    expect(percent(562, 562)).toBe('100 %')
  })

  test('keeps a decimal where it is small', () => {
    expect(percent(4, 1000)).toBe('0.4 %')
    expect(percent(98, 100)).toBe('98 %')
    expect(percent(541, 562)).toBe('96 %')
  })

  test('of nothing is a dash', () => {
    expect(percent(0, 0)).toBe('–')
  })
})

test('spans of time go from milliseconds to days', () => {
  expect([4, 38, 99, 400, 9_940, 12_000, 99_400, 420_000].map(duration)).toEqual([
    '4 ms',
    '38 ms',
    '99 ms',
    '0.4 s',
    '9.9 s',
    '12 s',
    '99 s',
    '7 min',
  ])
  expect([3_600_000, 7_500_000, 259_200_000].map(duration)).toEqual(['1 h', '2 h 5 min', '3 days'])
})

test('a place in a recording', () => {
  expect([0, 221, 3729].map(clock)).toEqual(['0:00', '3:41', '1:02:09'])
})

test('sizes', () => {
  expect([0, 512, 8700, 310_000, 2_700_000, 5e9].map(bytes)).toEqual([
    '0 B',
    '0.5 kB',
    '8.7 kB',
    '310 kB',
    '2.7 MB',
    '5.0 GB',
  ])
})

test('rates', () => {
  expect([0, 0.04, 0.6, 5, 176.4].map(rate)).toEqual(['0', '<0.1', '0.6', '5', '176'])
})
