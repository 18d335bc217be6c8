/**
 * The line before a gate, as rules only: who may send now, who has waited too long, and when to look
 * again. No clock, no timer, no I/O: `now` is handed in, gate.ts keeps the time.
 *
 * Must hold:
 * - In any span of `windowMs` an outside system sees at most `perWindow` requests, even if a request
 *   leaves up to TRAVEL_MS after its grant, and across a restart that forgets the line.
 * - Live before bulk, first come first served within a lane, granted when due and never ahead.
 * - A line that always has waiters uses at least 90 % of the budget (98 % where the window is 10 s).
 *
 * Grants are evenly spaced by `spacingMs`, not by exactly windowMs / perWindow: requests that travel
 * 0 to 90 ms would then bunch up, and an eleventh could land in one second: its 429 holds everyone
 * for a second, which costs more than the spacing does. Every `perWindow` grants take TRAVEL_MS +
 * LATE_MS + TICK_MS longer than the window, which is just what makes it safe: of perWindow + 1 grants
 * in a row the last comes at least windowMs + TRAVEL_MS + TICK_MS after the first. For the same reason
 * a line that starts anew keeps the limit after one spacing already; it waits QUIET_MS all the same,
 * so that what left on a grant of its predecessor is well on its way.
 */
import type { Lane } from '@switchboard/shared/kinds'

/** An outside budget: at most `perWindow` (a whole number) requests in any `windowMs`. */
export interface Rate {
  perWindow: number
  windowMs: number
}

/** Someone who wants to send. */
export interface Waiter {
  lane: Lane
  since: number // ms since epoch
}

/** All times are ms since epoch. Each lane stands in the order of `since`. */
export interface Line<W extends Waiter> {
  readonly openedAt: number
  nextAt: number // the spacing's next grant
  holdUntil: number // no grant before: an outside system asked for it
  readonly waiting: Record<Lane, W[]>
}

export interface Turn<W extends Waiter> {
  granted: W[]
  late: W[] // told to come back later
  wakeAt: number | null // null: nobody waits
}

/** How long anybody waits for a grant. */
export const PATIENCE_MS = 60_000
/**
 * Longest way of a request from its grant to the outside system, reckoned with. Measured on two busy
 * cores with all Workers in one thread: 99 of 100 take less than 40 ms, the longest 75.
 */
export const TRAVEL_MS = 90
/** A timer may fire this late without any of the budget being lost. */
export const LATE_MS = 10
/** Clocks tell whole milliseconds. */
export const TICK_MS = 1
/** A new line grants nothing for so long (at least one spacing): the one before is forgotten. */
export const QUIET_MS = 1000

/** An empty line that begins now. */
export function newLine<W extends Waiter>(openedAt: number): Line<W> {
  return { openedAt, nextAt: openedAt, holdUntil: 0, waiting: { live: [], bulk: [] } }
}

/** To the end of the waiter's lane. */
export function join<W extends Waiter>(line: Line<W>, waiter: W): void {
  line.waiting[waiter.lane].push(waiter)
}

/** Takes out one who has vanished; nothing happens where he has left already. */
export function leave<W extends Waiter>(line: Line<W>, waiter: W): void {
  const lane = line.waiting[waiter.lane]
  const place = lane.indexOf(waiter)
  if (place >= 0) lane.splice(place, 1)
}

/** Nobody is granted anything before `until`; a shorter hold never ends a longer one. */
export function hold<W extends Waiter>(line: Line<W>, until: number): void {
  line.holdUntil = Math.max(line.holdUntil, until)
}

/** Who would be granted next. */
export function front<W extends Waiter>(line: Line<W>): W | undefined {
  return line.waiting.live[0] ?? line.waiting.bulk[0]
}

/** Grants what is due, sends away whom no grant can reach in time, says when to look again. */
export function turn<W extends Waiter>(line: Line<W>, rate: Rate, now: number): Turn<W> {
  const late = [...takeLate(line, 'live', now), ...takeLate(line, 'bulk', now)]
  const granted: W[] = []
  let due = dueAt(line, rate)
  while (due <= now) {
    const waiter = line.waiting.live.shift() ?? line.waiting.bulk.shift()
    if (waiter === undefined) break
    granted.push(waiter)
    // Counted from when it was due, so that a late timer does not slow the line; from now less
    // LATE_MS at the least, so that an idle hour is no credit.
    line.nextAt = Math.max(due, now - LATE_MS) + spacingMs(rate)
    due = dueAt(line, rate)
  }
  return { granted, late, wakeAt: wakeAt(line, due) }
}

/** Time between two grants, in ms and parts of them. */
export function spacingMs(rate: Rate): number {
  return (rate.windowMs + TRAVEL_MS + LATE_MS + TICK_MS) / rate.perWindow
}

function dueAt<W extends Waiter>(line: Line<W>, rate: Rate): number {
  const quietUntil = line.openedAt + Math.max(QUIET_MS, spacingMs(rate))
  return Math.max(line.nextAt, line.holdUntil, quietUntil)
}

/** A waiter whose patience ends before a hold does is told at once: waiting would not help him. */
function takeLate<W extends Waiter>(line: Line<W>, lane: Lane, now: number): W[] {
  const waiting = line.waiting[lane]
  const place = waiting.findIndex((waiter) => {
    const deadline = waiter.since + PATIENCE_MS
    return deadline > now && deadline >= line.holdUntil
  })
  return waiting.splice(0, place < 0 ? waiting.length : place)
}

function wakeAt<W extends Waiter>(line: Line<W>, due: number): number | null {
  const heads = [line.waiting.live[0], line.waiting.bulk[0]].filter(
    (waiter) => waiter !== undefined,
  )
  if (heads.length === 0) return null
  return Math.min(due, ...heads.map((waiter) => waiter.since + PATIENCE_MS))
}
