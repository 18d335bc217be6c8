import * as fc from 'fast-check'
import { describe, test } from 'vitest'
import type { Lane } from '@switchboard/shared/kinds'
import {
  LATE_MS,
  PATIENCE_MS,
  QUIET_MS,
  TRAVEL_MS,
  front,
  hold,
  join,
  leave,
  newLine,
  spacingMs,
  turn,
} from './line.ts'
import type { Line, Rate, Waiter } from './line.ts'

const OPENPHONE: Rate = { perWindow: 10, windowMs: 1000 }
const NOTION: Rate = { perWindow: 30, windowMs: 10_000 }
const AI: Rate = { perWindow: 300, windowMs: 60_000 }

interface Named extends Waiter {
  name: string
}

/** A moment, and a line that has been quiet for long enough to grant then. */
const T = 1_000_000
function openLine(): Line<Named> {
  return newLine(T - PATIENCE_MS)
}

function come(line: Line<Named>, name: string, lane: Lane, afterMs = 0): Named {
  const waiter = { name, lane, since: T + afterMs }
  join(line, waiter)
  return waiter
}

const names = (waiters: Named[]) => waiters.map(({ name }) => name)

describe('a turn', () => {
  test('grants at once where nobody was granted before', ({ expect }) => {
    const line = openLine()
    come(line, 'a', 'bulk')
    const { granted, wakeAt } = turn(line, OPENPHONE, T)
    expect(names(granted)).toEqual(['a'])
    expect(wakeAt).toBeNull()
  })

  test('grants one at a time, and says when the next is due', ({ expect }) => {
    const line = openLine()
    for (const name of ['a', 'b', 'c']) come(line, name, 'bulk')
    expect(names(turn(line, NOTION, T).granted)).toEqual(['a'])
    const next = turn(line, NOTION, T + 100)
    expect(next.granted).toEqual([])
    expect(next.wakeAt).toBeCloseTo(T + spacingMs(NOTION) - LATE_MS)
    expect(names(turn(line, NOTION, T + 400).granted)).toEqual(['b'])
  })

  test('goes to live before bulk, and in order within a lane', ({ expect }) => {
    const line = openLine()
    come(line, 'bulk 1', 'bulk')
    come(line, 'bulk 2', 'bulk', 1)
    come(line, 'live 1', 'live', 2)
    come(line, 'live 2', 'live', 3)
    expect(front(line)?.name).toBe('live 1')
    const order = [10, 1010, 2010, 3010].flatMap((now) =>
      names(turn(line, NOTION, T + now).granted),
    )
    expect(order).toEqual(['live 1', 'live 2', 'bulk 1', 'bulk 2'])
  })

  test('skips whoever has left', ({ expect }) => {
    const line = openLine()
    const gone = come(line, 'gone', 'live')
    come(line, 'there', 'live')
    leave(line, gone)
    leave(line, gone)
    expect(names(turn(line, NOTION, T).granted)).toEqual(['there'])
  })

  test('sends away after a minute, and wakes for it', ({ expect }) => {
    const line = openLine()
    hold(line, T + PATIENCE_MS)
    come(line, 'a', 'bulk')
    come(line, 'b', 'bulk', 5)
    expect(turn(line, NOTION, T + 10)).toEqual({ granted: [], late: [], wakeAt: T + PATIENCE_MS })
    const { granted, late } = turn(line, NOTION, T + PATIENCE_MS)
    expect(names(late)).toEqual(['a'])
    expect(names(granted)).toEqual(['b'])
  })

  test('sends away at once whom a hold outlasts, in both lanes', ({ expect }) => {
    const line = openLine()
    come(line, 'bulk', 'bulk')
    come(line, 'live', 'live')
    hold(line, T + PATIENCE_MS + 1)
    come(line, 'later', 'bulk', 1)
    expect(names(turn(line, NOTION, T + 1).late)).toEqual(['live', 'bulk'])
    expect(front(line)?.name).toBe('later')
  })

  test('grants nothing before the longest hold ends', ({ expect }) => {
    const line = openLine()
    hold(line, T + 5000)
    hold(line, T + 2000)
    come(line, 'a', 'live')
    expect(turn(line, NOTION, T + 4999)).toEqual({ granted: [], late: [], wakeAt: T + 5000 })
    expect(names(turn(line, NOTION, T + 5000).granted)).toEqual(['a'])
  })

  test('of a new line grants nothing for a second, or for one spacing', ({ expect }) => {
    for (const rate of [OPENPHONE, NOTION, AI, { perWindow: 1, windowMs: 4000 }]) {
      const line = newLine<Named>(T)
      come(line, 'a', 'live')
      expect(turn(line, rate, T).wakeAt).toBe(T + Math.max(QUIET_MS, spacingMs(rate)))
    }
  })

  test('makes no credit of an idle hour', ({ expect }) => {
    const line = openLine()
    come(line, 'a', 'live')
    turn(line, OPENPHONE, T)
    const later = 3_600_000
    for (const name of ['b', 'c', 'd']) come(line, name, 'bulk', later)
    expect(names(turn(line, OPENPHONE, T + later).granted)).toEqual(['b'])
  })
})

/** What happens to a gate: someone comes, or it is reset and those who wait come again. */
type Happening = { afterMs: number; what: Lane | 'restart' }

interface Grant {
  at: number
  lane: Lane
  liveWaiting: number
}

/**
 * Plays happenings against a line whose timers fire up to `latestMs` late, to the last waiter.
 * @param late parts of `latestMs`, used in turn
 */
function play(happenings: Happening[], rate: Rate, latestMs: number, late: number[]): Grant[] {
  const grants: Grant[] = []
  let line = newLine<Waiter>(0)
  let now = 0
  let wake: number | null = null
  let timers = 0

  function look(): void {
    const { granted, wakeAt } = turn(line, rate, now)
    for (const { lane } of granted)
      grants.push({ at: now, lane, liveWaiting: line.waiting.live.length })
    const lateMs = latestMs * (late[timers++ % late.length] ?? 0)
    wake = wakeAt === null ? null : Math.ceil(wakeAt + lateMs)
  }
  function runTimers(until: number): void {
    while (wake !== null && wake <= until) {
      now = Math.max(now, wake)
      look()
    }
  }

  for (const { afterMs, what } of happenings) {
    const then: number = now + afterMs
    runTimers(then)
    now = then
    if (what === 'restart') {
      const waiting = [...line.waiting.live, ...line.waiting.bulk]
      line = newLine(now)
      for (const waiter of waiting) join(line, { ...waiter, since: now })
    } else join(line, { lane: what, since: now })
    look()
  }
  runTimers(Infinity)
  return grants
}

const rates = fc.oneof(
  fc.constantFrom(OPENPHONE, NOTION, AI),
  fc.record({
    perWindow: fc.integer({ min: 1, max: 40 }),
    windowMs: fc.integer({ min: 200, max: 8000 }),
  }),
)
const parts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 })
const happenings = fc.array(
  fc.record({
    afterMs: fc.oneof(fc.constant(0), fc.nat(5), fc.nat(400), fc.nat(70_000)),
    what: fc.oneof(
      { weight: 10, arbitrary: fc.constantFrom<Lane[]>('live', 'bulk', 'bulk') },
      { weight: 1, arbitrary: fc.constant('restart' as const) },
    ),
  }),
  { maxLength: 150, size: 'max' },
)

describe('whatever happens', () => {
  test('no span of a window sees more than the rate, however long requests travel', ({
    expect,
  }) => {
    fc.assert(
      fc.property(happenings, rates, parts, parts, (events, rate, late, travel) => {
        const grants = play(events, rate, 60, late)
        const arrivals = grants
          .map(({ at }, n) => at + TRAVEL_MS * (travel[n % travel.length] ?? 0))
          .toSorted((a, b) => a - b)
        for (const [n, at] of arrivals.entries()) {
          const over = arrivals[n + rate.perWindow]
          if (over !== undefined) expect(over - at).toBeGreaterThan(rate.windowMs)
        }
      }),
    )
  })

  test('no bulk record goes before a live one', ({ expect }) => {
    fc.assert(
      fc.property(happenings, rates, parts, (events, rate, late) => {
        for (const { lane, liveWaiting } of play(events, rate, 60, late))
          if (lane === 'bulk') expect(liveWaiting).toBe(0)
      }),
    )
  })

  test('everybody is granted or sent away', ({ expect }) => {
    fc.assert(
      fc.property(fc.array(fc.nat(3000), { maxLength: 200 }), rates, (gaps, rate) => {
        const line = newLine<Waiter>(0)
        let now = 0
        let answered = 0
        for (const gap of gaps) {
          now += gap
          join(line, { lane: gap % 2 === 0 ? 'live' : 'bulk', since: now })
          const { granted, late } = turn(line, rate, now)
          answered += granted.length + late.length
        }
        for (;;) {
          const { granted, late, wakeAt } = turn(line, rate, now)
          answered += granted.length + late.length
          if (wakeAt === null) break
          expect(wakeAt).toBeGreaterThan(now)
          now = wakeAt
        }
        expect(answered).toBe(gaps.length)
      }),
    )
  })
})

test.for([OPENPHONE, NOTION, AI])('a full line uses the budget: %o', (rate, { expect }) => {
  fc.assert(
    fc.property(parts, (late) => {
      // As many as are granted before the first of them loses patience.
      const crowd = Math.floor((50_000 / rate.windowMs) * rate.perWindow)
      const all = Array.from({ length: crowd }, () => ({ afterMs: 0, what: 'bulk' as const }))
      const grants = play(all, rate, LATE_MS - 1, late)
      expect(grants).toHaveLength(crowd)
      const tookMs = (grants.at(-1)?.at ?? 0) - (grants[0]?.at ?? 0)
      const used = ((crowd - 1) * rate.windowMs) / rate.perWindow / tookMs
      expect(used).toBeGreaterThanOrEqual(rate.windowMs < 10_000 ? 0.9 : 0.98)
    }),
    { numRuns: 20 },
  )
})
