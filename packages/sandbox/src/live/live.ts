/**
 * The world that lives: calls and text messages that go on happening beside those of the sample.
 * The API answers for them as of now (timeline.ts), and webhooks are told at each moment. What has
 * been told is kept, so that a restart goes on where it stopped; events that came due meanwhile are
 * told late, as OpenPhone would.
 */
import { DatabaseSync } from 'node:sqlite'
import type { Happened } from '../http/openphone/happened.ts'
import type { After } from '../http/openphone/sender.ts'
import type { World, WorldCall, WorldTextMessage } from '../world.ts'
import {
  type CallTimes,
  type Delays,
  type Due,
  callAsOf,
  callEvents,
  callTimes,
  changesOf,
  textMessageAsOf,
  textMessageChanges,
  textMessageEvents,
} from './timeline.ts'

export interface LiveOptions {
  /** The world beside; asked each time. A call of the same id gives way to the live one. */
  base: () => World
  /** ms since epoch */
  clock: () => number
  after?: After
  /** Where what lives is kept; in memory where it is left out. */
  file?: string
  delays?: Delays
}

/** Seconds where OpenPhone takes minutes: somebody is watching. */
const DELAYS: Delays = { recording: 6000, summary: 15_000, transcript: 22_000, voicemail: 12_000 }

/** Tells the webhooks what has happened, and when. */
export type Emit = (happened: Happened, at: Date) => void

type Living =
  | { kind: 'call'; call: WorldCall; times: CallTimes }
  | { kind: 'message'; textMessage: WorldTextMessage }

// Written and read here alone; nothing is ever deleted.
const SCHEMA = `
CREATE TABLE IF NOT EXISTS living (
  id TEXT PRIMARY KEY, record TEXT NOT NULL, -- JSON
  told_until INTEGER NOT NULL               -- events up to here have been told
) STRICT;
`

export class Live {
  private readonly options: LiveOptions & { after: After; delays: Delays }
  private emit: Emit | null = null
  private readonly db: DatabaseSync
  private readonly living = new Map<string, Living>()
  private readonly timers = new Set<() => void>()
  private kept: { base: World; until: number; world: World } | null = null

  constructor(options: LiveOptions) {
    this.options = { after: afterTimeout, delays: DELAYS, ...options }
    this.db = new DatabaseSync(options.file ?? ':memory:')
    this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;')
    this.db.exec(SCHEMA)
    for (const row of this.rows()) this.living.set(idOf(row.one), row.one)
  }

  /** From now on events are told; first those that came due while nobody listened. */
  tell(emit: Emit): void {
    this.emit = emit
    for (const { one, toldUntil } of this.rows()) this.schedule(one, toldUntil)
  }

  /** How many calls and text messages live here. */
  get size(): number {
    return this.living.size
  }

  has(id: string): boolean {
    return this.living.has(id)
  }

  /** A call, given as it will have ended; it happens at the times it tells. */
  call(call: WorldCall): void {
    const times = callTimes(call, this.options.delays)
    this.add({ kind: 'call', call, times }, times.rings - 1)
  }

  /** A call whose beginnings were told long ago: only what is still to come is told. */
  goOn(call: WorldCall, times: CallTimes): void {
    this.add({ kind: 'call', call, times }, this.options.clock())
  }

  text(textMessage: WorldTextMessage): void {
    this.add({ kind: 'message', textMessage }, Date.parse(textMessage.createdAt) - 1)
  }

  /** Everything as it stands now. The same object until something changes. */
  world(): World {
    const now = this.options.clock()
    const base = this.options.base()
    if (this.living.size === 0) return base
    if (this.kept?.base === base && now < this.kept.until) return this.kept.world
    const calls = new Map(base.calls.map((call) => [call.id, call]))
    const textMessages = [...base.textMessages]
    let until = Infinity
    for (const one of this.living.values()) {
      const next = changes(one).find((at) => at > now)
      until = Math.min(until, next ?? Infinity)
      if (one.kind === 'call') {
        const then = callAsOf(one.call, one.times, now)
        if (then !== null) calls.set(then.id, then)
      } else {
        const then = textMessageAsOf(one.textMessage, now)
        if (then !== null) textMessages.push(then)
      }
    }
    const world = { ...base, calls: [...calls.values()], textMessages }
    this.kept = { base, until, world }
    return world
  }

  close(): void {
    for (const callOff of this.timers) callOff()
    this.timers.clear()
    this.db.close()
  }

  private add(one: Living, toldUntil: number): void {
    this.db
      .prepare('INSERT OR REPLACE INTO living VALUES (?, ?, ?)')
      .run(idOf(one), JSON.stringify(one), toldUntil)
    this.kept = null
    this.living.set(idOf(one), one)
    this.schedule(one, toldUntil)
  }

  private rows(): { one: Living; toldUntil: number }[] {
    return this.db
      .prepare('SELECT * FROM living')
      .all()
      .map((row) => ({
        one: JSON.parse(String(row['record'])) as Living,
        toldUntil: Number(row['told_until']),
      }))
  }

  private schedule(one: Living, toldUntil: number): void {
    const { emit } = this
    if (emit === null) return
    for (const due of events(one)) if (due.at > toldUntil) this.tellAt(idOf(one), due, emit)
  }

  private tellAt(id: string, { at, happened }: Due, emit: Emit): void {
    const callOff = this.options.after(Math.max(0, at - this.options.clock()), () => {
      this.timers.delete(callOff)
      emit(happened, new Date(at))
      this.db.prepare('UPDATE living SET told_until = MAX(told_until, ?) WHERE id = ?').run(at, id)
    })
    this.timers.add(callOff)
  }
}

function idOf(one: Living): string {
  return one.kind === 'call' ? one.call.id : one.textMessage.id
}

function changes(one: Living): number[] {
  return one.kind === 'call' ? changesOf(one.times) : textMessageChanges(one.textMessage)
}

function events(one: Living): Due[] {
  return one.kind === 'call' ? callEvents(one.call, one.times) : textMessageEvents(one.textMessage)
}

function afterTimeout(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  timer.unref()
  return () => clearTimeout(timer)
}
