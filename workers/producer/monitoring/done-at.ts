/**
 * When a queue will be done: what is owed, divided by the pace of the last ten minutes; before there
 * is a pace, by what its gate leaves this lane. An estimate, never a promise. No I/O.
 */

export interface Pace {
  owed: number
  closed: boolean // parked or paused
  /** Settled for good, by minute: those of the last ten in which anything was, this one too. */
  minutes: { at: number; settled: number }[]
  /** What the gate grants a minute, less what live traffic takes; null: no gate, or not known. */
  gatePerMinute: number | null
}

export interface Estimate {
  state: 'now' | 'at' | 'standing' | 'unknown'
  at: number | null // ms since epoch, to the minute
  basis: 'measured' | 'gate' | null
}

const MINUTE_MS = 60_000
const WINDOW_MS = 10 * MINUTE_MS
/** Fewer say little of a pace. */
const LEAST_SETTLED = 10

/** @param now ms since epoch */
export function doneAt({ owed, closed, minutes, gatePerMinute }: Pace, now: number): Estimate {
  if (owed === 0) return { state: 'now', at: null, basis: null }
  if (closed) return { state: 'standing', at: null, basis: null }
  const recent = minutes.filter(({ at, settled }) => settled > 0 && at > now - WINDOW_MS)
  const settled = recent.reduce((sum, minute) => sum + minute.settled, 0)
  const since = Math.min(now, ...recent.map(({ at }) => at))
  if (settled >= LEAST_SETTLED && now > since)
    return ready(now, owed / (settled / (now - since)), 'measured')
  if (gatePerMinute !== null && gatePerMinute > 0)
    return ready(now, (owed / gatePerMinute) * MINUTE_MS, 'gate')
  return { state: 'unknown', at: null, basis: null }
}

/** To the end of its minute: it would move with each look otherwise. */
function ready(now: number, ms: number, basis: 'measured' | 'gate'): Estimate {
  return { state: 'at', at: Math.ceil((now + ms) / MINUTE_MS) * MINUTE_MS, basis }
}
