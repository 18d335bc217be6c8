/**
 * When things happen, seen from the anchor, in the office's own hours.
 *
 * A moment is written `b12 14:03` (twelve business days before the anchor's day), `s2 10:40` (the
 * second Saturday before it) or `m45` (45 minutes before the anchor). What people say about days
 * is written `{day+2}` (name of the second business day after the record's own), `{date-1}`
 * (month and day), `{dia+1}` (the name in Spanish) or `{month-1}` (name of the month before), so
 * that the talk fits whatever day the anchor falls on.
 *
 * b1 to b20 and s1 to s4 lie within 29 days and a few hours of any anchor.
 */

// The office is in Ohio; summer time is left out, an hour is of no matter to a sample.
const OFFICE_MS = -5 * 3_600_000
const DAY_MS = 86_400_000
const MOMENT = /^(?:([bs])(\d{1,2}) (\d{2}):(\d{2})|m(\d{1,3}))$/
const WORD = /\{(day|dia|date|month)([+-]\d{1,2})?\}/g

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const DIAS = ['domingo', 'lunes', 'martes', 'miércoles', 'jueves', 'viernes', 'sábado']
const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]

/** @param seconds moves the moment within its minute: 0 to 59, later for b and s, earlier for m */
export function moment(anchor: Date, written: string, seconds: number): Date {
  const [, unit, count, hour, minute, minutesAgo] = MOMENT.exec(written) ?? []
  if (minutesAgo !== undefined) {
    return new Date(anchor.getTime() - Number(minutesAgo) * 60_000 - seconds * 1000)
  }
  if (unit === undefined) throw new Error(`Not a moment of the sample: ${written}`)
  const today = officeDay(anchor)
  const day =
    unit === 'b' ? businessDay(today, -Number(count)) : saturdayBefore(today, Number(count))
  const inDayMs = (Number(hour) * 60 + Number(minute)) * 60_000 + seconds * 1000
  return new Date(day * DAY_MS + inDayMs - OFFICE_MS)
}

/** Puts names of days and months in the place of `{day+2}` and its like. */
export function sayDays(text: string, at: Date): string {
  return text.replace(WORD, (_whole, what: string, shift = '0') => {
    const day = businessDay(officeDay(at), Number(shift))
    const date = new Date(day * DAY_MS)
    if (what === 'day') return name(DAYS, date.getUTCDay())
    if (what === 'dia') return name(DIAS, date.getUTCDay())
    if (what === 'date') return `${name(MONTHS, date.getUTCMonth())} ${date.getUTCDate()}`
    const now = new Date(officeDay(at) * DAY_MS)
    return name(MONTHS, (((now.getUTCMonth() + Number(shift)) % 12) + 12) % 12)
  })
}

export function addSeconds(at: Date, seconds: number): Date {
  return new Date(at.getTime() + Math.round(seconds * 1000))
}

/** Days since 1970-01-01 by the office's clock. */
function officeDay(at: Date): number {
  return Math.floor((at.getTime() + OFFICE_MS) / DAY_MS)
}

/** The business day `shift` steps from a day; 0 is the day itself, weekend or not. */
function businessDay(day: number, shift: number): number {
  let found = day
  for (let left = Math.abs(shift); left > 0;) {
    found += Math.sign(shift)
    if (weekday(found) >= 1 && weekday(found) <= 5) left--
  }
  return found
}

function saturdayBefore(day: number, count: number): number {
  const last = day - ((weekday(day) + 1) % 7 || 7)
  return last - (count - 1) * 7
}

function weekday(day: number): number {
  return (((day + 4) % 7) + 7) % 7 // 1970-01-01 was a Thursday
}

function name(names: string[], index: number): string {
  return names[index] ?? ''
}
