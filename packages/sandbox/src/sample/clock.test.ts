import { test } from 'vitest'
import { moment, sayDays } from './clock.ts'

const FRIDAY = new Date('2026-11-27T22:00:00Z') // 17:00 at the office
const SATURDAY = new Date('2026-11-28T22:00:00Z')
const MONDAY_NIGHT = new Date('2026-11-30T04:30:00Z') // still Sunday at the office

test('business days and Saturdays are counted back from the day of the anchor', ({ expect }) => {
  expect(at(FRIDAY, 'b1 09:30')).toBe('2026-11-26T14:30:07.000Z')
  expect(at(FRIDAY, 'b5 09:30')).toBe('2026-11-20T14:30:07.000Z')
  expect(at(SATURDAY, 'b1 09:30')).toBe('2026-11-27T14:30:07.000Z')
  expect(at(SATURDAY, 's1 10:00')).toBe('2026-11-21T15:00:07.000Z')
  expect(at(MONDAY_NIGHT, 'b1 09:30')).toBe('2026-11-27T14:30:07.000Z')
  expect(at(MONDAY_NIGHT, 's1 10:00')).toBe('2026-11-28T15:00:07.000Z')
  expect(at(FRIDAY, 'm90')).toBe('2026-11-27T20:29:53.000Z')
})

test('talk of days is filled in from the day of the record', ({ expect }) => {
  expect(sayDays('on {day+1}, {date+1}', FRIDAY)).toBe('on Monday, November 30')
  expect(sayDays('since {day-1}', SATURDAY)).toBe('since Friday')
  expect(sayDays('el {dia+2}', FRIDAY)).toBe('el martes')
  expect(sayDays('{month-1}, {month}, {month+2}', FRIDAY)).toBe('October, November, January')
})

test('a moment that is none is an error that names it', ({ expect }) => {
  expect(() => moment(FRIDAY, 'x3 10:00', 0)).toThrow('x3 10:00')
})

function at(anchor: Date, written: string): string {
  return moment(anchor, written, 7).toISOString()
}
