/**
 * Counts what a stand-in was asked: by method and route, and the largest number of requests in
 * any sliding window, so that a test can hold a client against a rate. Memory is bounded however
 * long the run: counts are kept by route pattern, and of the times only the newest KEPT.
 */

/** How many arrival times are kept for windows nobody watched from the start. */
const KEPT = 65_536

/** 1 s and 10 s are the rates of OpenPhone and Notion, 60 s Notion's newer budget. */
const WATCHED_MS = [1000, 10_000, 60_000]

export interface RouteCount {
  total: number
  refused: number
  /** Answers by HTTP status; a hung or dropped request has none. */
  statuses: Record<string, number>
}

export interface RequestCounts {
  api: string
  total: number
  refused: number
  /** Keyed `GET /calls/{id}`. */
  routes: Record<string, RouteCount>
  /** Keyed by the window's length in ms. */
  windows: Record<string, { all: number; refused: number }>
}

export class RequestLog {
  readonly api: string
  private readonly watched: readonly number[]
  private routes = new Map<string, RouteCount>()
  private all: Peaks
  private turnedAway: Peaks

  constructor(api: string, watchedMs: readonly number[] = WATCHED_MS) {
    this.api = api
    this.watched = watchedMs
    this.all = new Peaks(watchedMs)
    this.turnedAway = new Peaks(watchedMs)
  }

  /** @param at ms since epoch @param refused turned away by the rate limit */
  arrived(method: string, route: string, at: number, refused: boolean): void {
    const count = this.count(method, route)
    count.total++
    this.all.note(at)
    if (refused) {
      count.refused++
      this.turnedAway.note(at)
    }
  }

  answered(method: string, route: string, status: number): void {
    const { statuses } = this.count(method, route)
    statuses[status] = (statuses[status] ?? 0) + 1
  }

  get total(): number {
    return this.all.noted
  }

  get refused(): number {
    return this.turnedAway.noted
  }

  /** Requests of one route, e.g. `('POST', '/v1/pages')`; of every route without arguments. */
  countOf(method: string, route: string): number {
    return this.routes.get(`${method} ${route}`)?.total ?? 0
  }

  /**
   * The most requests, refused ones included, that arrived within any `windowMs` (half open: two
   * requests exactly `windowMs` apart are in no window together). Exact over the whole run for
   * watched windows; for others over the newest 65,536 requests.
   */
  maxIn(windowMs: number): number {
    return this.all.maxIn(windowMs)
  }

  /** As `maxIn`, of the refused requests alone. */
  maxRefusedIn(windowMs: number): number {
    return this.turnedAway.maxIn(windowMs)
  }

  counts(): RequestCounts {
    return {
      api: this.api,
      total: this.total,
      refused: this.refused,
      routes: Object.fromEntries(structuredClone(this.routes)),
      windows: Object.fromEntries(
        this.watched.map((ms) => [ms, { all: this.maxIn(ms), refused: this.maxRefusedIn(ms) }]),
      ),
    }
  }

  reset(): void {
    this.routes = new Map()
    this.all = new Peaks(this.watched)
    this.turnedAway = new Peaks(this.watched)
  }

  private count(method: string, route: string): RouteCount {
    const key = `${method} ${route}`
    let count = this.routes.get(key)
    if (!count) {
      count = { total: 0, refused: 0, statuses: {} }
      this.routes.set(key, count)
    }
    return count
  }
}

/** Arrival times in a ring, with a running maximum for each watched window. */
class Peaks {
  noted = 0
  private readonly ring = new Float64Array(KEPT)
  private readonly windows: { ms: number; tail: number; max: number }[]
  private last = -Infinity

  constructor(watchedMs: readonly number[]) {
    this.windows = watchedMs.map((ms) => ({ ms, tail: 0, max: 0 }))
  }

  note(at: number): void {
    this.last = Math.max(this.last, at) // a clock set back must not break the order
    this.ring[this.noted % KEPT] = this.last
    this.noted++
    for (const window of this.windows) {
      window.tail = this.tailAfter(window.tail, this.noted, this.last - window.ms)
      window.max = Math.max(window.max, this.noted - window.tail)
    }
  }

  maxIn(windowMs: number): number {
    const watched = this.windows.find((window) => window.ms === windowMs)
    if (watched) return watched.max
    let max = 0
    let tail = Math.max(0, this.noted - KEPT)
    for (let head = tail; head < this.noted; head++) {
      tail = this.tailAfter(tail, head + 1, this.at(head) - windowMs)
      max = Math.max(max, head + 1 - tail)
    }
    return max
  }

  private tailAfter(from: number, end: number, limit: number): number {
    let tail = Math.max(from, this.noted - KEPT)
    while (tail < end && this.at(tail) <= limit) tail++
    return tail
  }

  private at(index: number): number {
    return this.ring[index % KEPT] ?? 0
  }
}
