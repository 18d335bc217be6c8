/**
 * Time as people type it: `last week`, `yesterday`, `in October`, `since Monday`, `past 3 days`,
 * `between 1 and 5 November`. Days begin at midnight UTC and weeks on Monday. What could be meant
 * otherwise (`may`, `march`, a bare `Monday`) counts only behind a word like `in` or `on`. Pure.
 */

/** Ms since epoch, `from` inclusive, `to` exclusive; null: open. */
export interface Span {
  from: number | null
  to: number | null
}

/** What is read from a place in the query: so many words of it. */
export interface TimeRead extends Span {
  length: number
}

interface Point {
  from: number
  to: number
  length: number
}

/** The time that begins at this word; null: none does. @param words in lower case */
export function timeAt(words: readonly string[], at: number, now: number): TimeRead | null {
  const rest = words.slice(at)
  return (
    between(rest, now) ??
    bounded(rest, now) ??
    rolling(rest, now) ??
    within(rest, now) ??
    bare(rest, now)
  )
}

/** `between X and Y`, `from X to Y`. */
function between(words: readonly string[], now: number): TimeRead | null {
  const joins = { between: ['and'], from: ['to', 'until', 'till', 'through'] }[words[0] ?? '']
  if (joins === undefined) return null
  const at = words.findIndex((word, nth) => nth > 1 && joins.includes(word))
  if (at === -1 || at > 5) return null
  const last = pointAt(words.slice(at + 1), now)
  if (last === null) return null
  const first =
    pointAt(words.slice(1, at), now) ??
    pointAt([...words.slice(1, at), ...words.slice(at + 2, at + 1 + last.length)], now) // `1 and 5 November`
  if (first === null || first.from >= last.to) return null
  return { from: first.from, to: last.to, length: at + 1 + last.length }
}

/** `since X`, `after X`, `before X`, `until X`. */
function bounded(words: readonly string[], now: number): TimeRead | null {
  const point = pointAt(words.slice(1), now)
  if (point === null) return null
  const length = 1 + point.length
  switch (words[0]) {
    case 'since':
    case 'starting':
      return { from: point.from, to: null, length }
    case 'after':
      return { from: point.to, to: null, length }
    case 'before':
      return { from: null, to: point.from, length }
    case 'until':
    case 'till':
      return { from: null, to: point.to, length }
    default:
      return null
  }
}

/** `past week`, `in the last 3 days`: back from now. */
function rolling(words: readonly string[], now: number): TimeRead | null {
  const skipped = leadOf(words)
  const [which = '', ...rest] = words.slice(skipped)
  if (which !== 'last' && which !== 'past') return null
  const count = countOf(rest[0])
  const unit = unitOf(rest[count === null ? 0 : 1])
  if (unit === null || (count === null && which === 'last')) return null
  const length = skipped + 1 + (count === null ? 1 : 2)
  return { from: ago(now, count ?? 1, unit), to: null, length }
}

/** `in October`, `on Monday`, `during 2025`, `on the 5th of November`. */
function within(words: readonly string[], now: number): TimeRead | null {
  const lead = /^(?:in|on|during|from)$/.test(words[0] ?? '')
  if (!lead) return null
  const skipped = words[1] === 'the' ? 2 : 1
  const point = pointAt(words.slice(skipped), now)
  return point === null ? null : { ...point, length: skipped + point.length }
}

/** What is a time whatever stands before it. */
function bare(words: readonly string[], now: number): TimeRead | null {
  const point = pointAt(words, now)
  if (point === null) return null
  const [first = ''] = words
  const certain =
    point.length > 1 || /^(?:today|yesterday|tonight|\d{4}-\d{2}(?:-\d{2})?)$/.test(first)
  return certain ? point : null
}

function leadOf(words: readonly string[]): number {
  const lead = /^(?:in|over|during|within|for|from)$/.test(words[0] ?? '') ? 1 : 0
  return words[lead] === 'the' ? lead + 1 : lead
}

/** A day, week, month, quarter or year with a beginning and an end. */
function pointAt(words: readonly string[], now: number): Point | null {
  const [first = '', second = '', third = ''] = words
  const today = dayOf(now)
  const day = (from: number, length: number): Point => ({ from, to: from + DAY_MS, length })
  if (first === 'today' || first === 'tonight') return day(today, 1)
  if (first === 'yesterday') return day(today - DAY_MS, 1)
  if (first === 'this' && /^(?:morning|afternoon|evening)$/.test(second)) return day(today, 2)
  const iso = isoPoint(first)
  if (iso !== null) return iso
  if (/^20\d\d$/.test(first)) return year(Number(first), 1)
  if (/^(?:this|last|previous)$/.test(first)) return relative(first, second, now)
  const earlier = agoOf(words, now)
  if (earlier !== null) return earlier
  const weekday = WEEKDAYS.indexOf(first.slice(0, 3))
  if (weekday !== -1 && isName(first, WEEKDAY_NAMES)) return day(lastWeekday(now, weekday), 1)
  const month = monthOf(first)
  if (month !== null) {
    const date = dateOf(second)
    if (date !== null) {
      const named = /^20\d\d$/.test(third) ? Number(third) : null
      return dated(month, date, named, now, named === null ? 2 : 3)
    }
    if (/^20\d\d$/.test(second)) return monthPoint(Number(second), month, 2)
    return monthPoint(yearOf(month, 1, now), month, 1)
  }
  const date = dateOf(first)
  const of = second === 'of' ? 2 : 1
  const dayMonth = date === null ? null : monthOf(words[of] ?? '')
  if (date === null || dayMonth === null) return null
  const named = /^20\d\d$/.test(words[of + 1] ?? '') ? Number(words[of + 1]) : null
  return dated(dayMonth, date, named, now, named === null ? of + 1 : of + 2)
}

/** `this month`, `last week`, `last October`, `last Friday`: by the calendar. */
function relative(which: string, what: string, now: number): Point | null {
  const back = which === 'this' ? 0 : 1
  const date = new Date(now)
  const [fullYear, month] = [date.getUTCFullYear(), date.getUTCMonth()]
  switch (what) {
    case 'day':
      return { from: dayOf(now) - back * DAY_MS, to: dayOf(now) + (1 - back) * DAY_MS, length: 2 }
    case 'week': {
      const from = mondayOf(now) - back * WEEK_MS
      return { from, to: from + WEEK_MS, length: 2 }
    }
    case 'month':
      return monthPoint(fullYear, month - back, 2)
    case 'quarter': {
      const first = Math.floor(month / 3) * 3 - 3 * back
      return { from: Date.UTC(fullYear, first), to: Date.UTC(fullYear, first + 3), length: 2 }
    }
    case 'year':
      return year(fullYear - back, 2)
    default: {
      const weekday = WEEKDAYS.indexOf(what.slice(0, 3))
      if (weekday !== -1 && isName(what, WEEKDAY_NAMES)) {
        const latest = lastWeekday(now, weekday)
        const from = back === 1 && latest === dayOf(now) ? latest - WEEK_MS : latest
        return { from, to: from + DAY_MS, length: 2 }
      }
      const named = monthOf(what)
      if (named === null) return null
      const latest = yearOf(named, 1, now)
      return monthPoint(back === 1 && named === month ? latest - 1 : latest, named, 2)
    }
  }
}

/** `3 days ago`: that day; `2 weeks ago`, `a month ago`: that week, that month. */
function agoOf(words: readonly string[], now: number): Point | null {
  const count = countOf(words[0])
  const unit = unitOf(words[1])
  if (count === null || unit === null || words[2] !== 'ago') return null
  const then = ago(now, count, unit)
  const point = relative('this', unit, then)
  return point && { ...point, length: 3 }
}

function isoPoint(text: string): Point | null {
  const [, years, months, days] = /^(\d{4})-(\d{2})(?:-(\d{2}))?$/.exec(text) ?? []
  if (years === undefined || months === undefined) return null
  if (days === undefined) return monthPoint(Number(years), Number(months) - 1, 1)
  const from = Date.parse(text)
  return Number.isNaN(from) ? null : { from, to: from + DAY_MS, length: 1 }
}

/** A date without a year is the last one of its name. */
function dated(
  month: number,
  date: number,
  named: number | null,
  now: number,
  length: number,
): Point {
  const from = Date.UTC(named ?? yearOf(month, date, now), month, date)
  return { from, to: from + DAY_MS, length }
}

function yearOf(month: number, date: number, now: number): number {
  const thisYear = new Date(now).getUTCFullYear()
  return Date.UTC(thisYear, month, date) <= now ? thisYear : thisYear - 1
}

function monthPoint(fullYear: number, month: number, length: number): Point {
  return { from: Date.UTC(fullYear, month), to: Date.UTC(fullYear, month + 1), length }
}

function year(fullYear: number, length: number): Point {
  return { from: Date.UTC(fullYear, 0), to: Date.UTC(fullYear + 1, 0), length }
}

function ago(now: number, count: number, unit: Unit): number {
  const date = new Date(now)
  switch (unit) {
    case 'hour':
      return now - count * 3_600_000
    case 'day':
      return now - count * DAY_MS
    case 'week':
      return now - count * WEEK_MS
    case 'month':
      return date.setUTCMonth(date.getUTCMonth() - count)
    case 'quarter':
      return date.setUTCMonth(date.getUTCMonth() - 3 * count)
    case 'year':
      return date.setUTCFullYear(date.getUTCFullYear() - count)
  }
}

const DAY_MS = 86_400_000
const WEEK_MS = 7 * DAY_MS
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const WEEKDAY_NAMES = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const MONTH_NAMES = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
]

type Unit = 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year'

function unitOf(word = ''): Unit | null {
  const unit = /^(hour|day|week|month|quarter|year)s?$/.exec(word)?.[1]
  return (unit as Unit | undefined) ?? null
}

const COUNTS = [
  'zero',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
]

function countOf(word = ''): number | null {
  if (/^\d{1,3}$/.test(word)) return Number(word)
  if (word === 'a' || word === 'an') return 1
  if (word === 'couple' || word === 'few') return word === 'few' ? 3 : 2
  const named = COUNTS.indexOf(word)
  return named > 0 ? named : null
}

/** In full, or by three or four letters. */
function isName(word: string, names: readonly string[]): boolean {
  return names.some(
    (name) => name === word || (/^.{3,5}$/.test(word) && name.startsWith(word) && word !== 'sun'),
  )
}

function monthOf(word: string): number | null {
  if (!isName(word, MONTH_NAMES)) return null
  return MONTH_NAMES.findIndex((name) => name.startsWith(word.slice(0, 3)))
}

function dateOf(word = ''): number | null {
  const date = Number(/^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word)?.[1] ?? Number.NaN)
  return date >= 1 && date <= 31 ? date : null
}

function dayOf(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS
}

function mondayOf(ms: number): number {
  return dayOf(ms) - ((new Date(ms).getUTCDay() + 6) % 7) * DAY_MS
}

/** Today, if it is one. */
function lastWeekday(now: number, weekday: number): number {
  return dayOf(now) - ((new Date(now).getUTCDay() - weekday + 7) % 7) * DAY_MS
}
