/**
 * Date conditions of a query filter. A day without a time stands for the whole day (UTC); the
 * relative words count from the query's own instant. No I/O.
 */
import type { Json } from '../json.ts'
import { type Complaints } from './check.ts'

/** What a date property spans, ms since epoch. */
export interface Instants {
  from: number
  to: number
}

const DAY_MS = 86_400_000
const DAY_ONLY = /^\d{4}-\d{2}-\d{2}$/
const INSTANT = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/

/** `[from, to)` of the operand's span, tested against the value's start. */
const COMPARE: Record<string, (at: number, span: Instants) => boolean> = {
  equals: (at, { from, to }) => at >= from && at <= to,
  before: (at, { from }) => at < from,
  after: (at, { to }) => at > to,
  on_or_before: (at, { to }) => at <= to,
  on_or_after: (at, { from }) => at >= from,
}

/** Days before and after now; the week is Sunday to Saturday. */
const WINDOWS: Record<string, (now: number) => Instants> = {
  this_week: (now) => {
    const sunday = startOfDay(now) - new Date(now).getUTCDay() * DAY_MS
    return { from: sunday, to: sunday + 7 * DAY_MS - 1 }
  },
  past_week: (now) => ({ from: now - 7 * DAY_MS, to: now }),
  past_month: (now) => ({ from: monthsFrom(now, -1), to: now }),
  past_year: (now) => ({ from: monthsFrom(now, -12), to: now }),
  next_week: (now) => ({ from: now, to: now + 7 * DAY_MS }),
  next_month: (now) => ({ from: now, to: monthsFrom(now, 1) }),
  next_year: (now) => ({ from: now, to: monthsFrom(now, 12) }),
}

const RELATIVE: Record<string, (now: number) => number> = {
  today: (now) => now,
  tomorrow: (now) => now + DAY_MS,
  yesterday: (now) => now - DAY_MS,
  one_week_ago: (now) => now - 7 * DAY_MS,
  one_week_from_now: (now) => now + 7 * DAY_MS,
  one_month_ago: (now) => monthsFrom(now, -1),
  one_month_from_now: (now) => monthsFrom(now, 1),
}

export function datePredicate(
  { operator, operand }: { operator: string; operand: Json },
  path: string,
  now: number,
  complaints: Complaints,
): (value: Instants) => boolean {
  const window = Object.hasOwn(WINDOWS, operator) ? WINDOWS[operator]?.(now) : undefined
  if (window) return ({ from }) => from >= window.from && from <= window.to
  const compare = Object.hasOwn(COMPARE, operator) ? COMPARE[operator] : undefined
  const at = `${path}.${operator}`
  if (!compare) {
    complaints.add(at, 'be not present', operand)
    return () => false
  }
  const span = spanOf(operand, now)
  if (!span) {
    complaints.add(at, 'be a valid ISO 8601 date string', operand)
    return () => false
  }
  return ({ from }) => compare(from, span)
}

function spanOf(operand: Json, now: number): Instants | undefined {
  if (typeof operand !== 'string') return undefined
  const relative = Object.hasOwn(RELATIVE, operand) ? RELATIVE[operand] : undefined
  if (relative) return dayOf(relative(now))
  const at = INSTANT.test(operand) ? Date.parse(operand) : Number.NaN
  if (Number.isNaN(at)) return undefined
  return DAY_ONLY.test(operand) ? dayOf(at) : { from: at, to: at }
}

function dayOf(ms: number): Instants {
  const from = startOfDay(ms)
  return { from, to: from + DAY_MS - 1 }
}

function startOfDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS
}

function monthsFrom(ms: number, months: number): number {
  const date = new Date(ms)
  date.setUTCMonth(date.getUTCMonth() + months)
  return date.getTime()
}
