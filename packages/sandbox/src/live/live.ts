/**
 * The world that lives: calls, text messages and mails that go on happening beside those of the
 * sample. The API answers for them as of now (timeline.ts), and webhooks are told at each moment. What has
 * been told is kept, so that a restart goes on where it stopped; events that came due meanwhile are
 * told late, as OpenPhone would.
 */
import { DatabaseSync } from 'node:sqlite'
import type { Happened } from '../http/openphone/happened.ts'
import type { After } from '../http/openphone/sender.ts'
import type { World, WorldCall, WorldMail, WorldTextMessage } from '../world.ts'
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
  | { kind: 'mail'; mail: WorldMail }

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

  /** How many calls, text messages and mails live here. */
  get size(): number {
    return this.living.size
  }

  /** How many of this kind. */
  count(kind: Living['kind']): number {
    let count = 0
    for (const one of this.living.values()) if (one.kind === kind) count++
    return count
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

  /** A mail lies in the mailbox from the time it was received. */
  mail(mail: WorldMail): void {
    this.add({ kind: 'mail', mail }, Date.parse(mail.receivedAt))
  }

  /** Everything as it stands now. The same object until something changes. */
  world(): World {
    const now = this.options.clock()
    const base = this.options.base()
    if (this.living.size === 0) return base
    if (this.kept?.base === base && now < this.kept.until) return this.kept.world
    const calls = new Map(base.calls.map((call) => [call.id, call]))
    const textMessages = [...base.textMessages]
    const mails = [...base.mails]
    let until = Infinity
    for (const one of this.living.values()) {
      const next = changes(one).find((at) => at > now)
      until = Math.min(until, next ?? Infinity)
      if (one.kind === 'call') {
        const then = callAsOf(one.call, one.times, now)
        if (then !== null) calls.set(then.id, then)
      } else if (one.kind === 'message') {
        const then = textMessageAsOf(one.textMessage, now)
        if (then !== null) textMessages.push(then)
      } else if (Date.parse(one.mail.receivedAt) <= now) mails.push(one.mail)
    }
    const world = { ...base, calls: [...calls.values()], textMessages, mails }
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
  switch (one.kind) {
    case 'call':
      return one.call.id
    case 'message':
      return one.textMessage.id
    case 'mail':
      return one.mail.id
  }
}

function changes(one: Living): number[] {
  switch (one.kind) {
    case 'call':
      return changesOf(one.times)
    case 'message':
      return textMessageChanges(one.textMessage)
    case 'mail':
      return [Date.parse(one.mail.receivedAt)]
  }
}

/** Nobody is told of mails: whoever wants to know asks the mailbox. */
function events(one: Living): Due[] {
  switch (one.kind) {
    case 'call':
      return callEvents(one.call, one.times)
    case 'message':
      return textMessageEvents(one.textMessage)
    case 'mail':
      return []
  }
}

function afterTimeout(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  timer.unref()
  return () => clearTimeout(timer)
}
