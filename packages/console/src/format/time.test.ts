import { describe, expect, test } from 'vitest'
import { ago, day, full, longDay, moment, utc } from './time.ts'

// A Tuesday, 14:21 in Chicago.
const clock = { now: Date.parse('2026-11-24T20:21:00Z'), zone: 'America/Chicago' }

describe('a moment', () => {
  test('of today is the time', () => {
    expect(moment('2026-11-24T20:19:05Z', clock)).toBe('14:19')
    expect(moment('2026-11-24T20:19:05Z', clock, true)).toBe('14:19:05')
  })

  test('of the last six days has its weekday', () => {
    expect(moment('2026-11-23T22:12:00Z', clock)).toBe('Mon 16:12')
    expect(moment('2026-11-18T22:12:00Z', clock)).toBe('Wed 16:12')
  })

  test('before that is a day, with the year where it is another', () => {
    expect(moment('2026-11-17T22:12:00Z', clock)).toBe('17 Nov')
    expect(moment('2025-03-04T18:00:00Z', clock)).toBe('4 Mar 2025')
  })

  test('goes by the calendar of the reader’s zone, not by 24 hours', () => {
    // 23:59 of the day before in Chicago, though it is the same day in UTC.
    expect(moment('2026-11-24T05:59:00Z', clock)).toBe('Mon 23:59')
    expect(moment('2026-11-24T06:01:00Z', clock)).toBe('00:01')
  })

  test('across the change of the clocks keeps its day', () => {
    const after = { now: Date.parse('2026-11-02T12:00:00Z'), zone: 'America/Chicago' }
    expect(moment('2026-10-31T23:00:00Z', after)).toBe('Sat 18:00')
  })

  test('to come is told as such', () => {
    expect(moment('2026-11-25T15:00:00Z', clock)).toBe('tomorrow 09:00')
  })
})

test('days, in words', () => {
  expect(day('2026-11-24T07:00:00Z', clock)).toBe('today')
  expect(day('2026-11-23T07:00:00Z', clock)).toBe('yesterday')
  expect(day('2026-10-26T07:00:00Z', clock)).toBe('26 Oct')
  expect(longDay('2026-11-23T22:12:00Z', clock)).toBe('Monday 23 November')
  expect(full('2026-11-23T22:12:09Z', clock)).toBe('Mon 23 Nov, 16:12:09')
})

test('UTC and ages', () => {
  expect(utc('2026-11-24T20:21:08Z')).toBe('2026-11-24 20:21:08 UTC')
  expect(ago('2026-11-24T20:20:30Z', clock.now)).toBe('just now')
  expect(ago('2026-11-24T18:00:00Z', clock.now)).toBe('2 h ago')
  expect(ago('2026-11-23T18:00:00Z', clock.now)).toBe('1 day ago')
})
