/**
 * Watches one run and tells people about it: a line a kind while it runs, the summary at its end.
 * All figures are facts in D1; nothing is counted here.
 */
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import type { Parked } from '@switchboard/store/parked'
import type { KindProgress, RunProgress } from '@switchboard/store/runs'

const TITLES: Record<Kind, string> = { call: 'Calls', message: 'Messages', mail: 'Mail' }
const POLL_MS = 500
const TELL_EVERY_MS = 5_000 // where lines cannot be drawn over
/** What stands is waited for no longer than this while the rest goes on. */
const PARKED_PATIENCE_MS = 30_000

/** A run as `GET /api/runs/ID` tells it. */
export type RunReport = Omit<RunProgress, 'run'> & { id: string }
/** What `GET /api/status` tells of what stands and waits. */
interface Status {
  owed: { owed: number; parked: number }[]
  parked: Parked[]
}

export type Ending = { progress: RunReport; parked: Parked[]; complete: boolean }

/** Asks the door's API: the watcher sees what any operator could. */
export type Ask = <T>(path: string) => Promise<T>

/** Where lines go: one that can be drawn over, or a plain stream. */
export interface Screen {
  line(text: string): void
  live(lines: string[]): void
}

/**
 * Tells of a run until it is complete, or until all that is left waits for a parked system.
 * @param stopAtParked whether to give up on what is parked; else it is waited for
 */
export async function watchRun(
  ask: Ask,
  runId: string,
  screen: Screen,
  options: { stopAtParked: boolean; stopped: () => boolean },
): Promise<Ending | null> {
  const told = new Set<Kind>()
  const rates = new Rates()
  let standing: readonly Parked[] = []
  let parkedSince: number | null = null
  let liveAt = 0
  for (;;) {
    if (options.stopped()) return null
    const progress = await ask<RunReport>(`runs/${runId}`)
    const { parked, owed } = await ask<Status>('status')
    rates.note(progress)
    // Whoever ends at what is parked is told at the end.
    if (!options.stopAtParked) {
      for (const line of parkedLines(standing, parked)) screen.line(line)
      standing = parked
    }
    for (const kind of KINDS)
      if (
        !told.has(kind) &&
        isOver(progress.kinds[kind]) &&
        KINDS.slice(0, KINDS.indexOf(kind)).every((one) => told.has(one))
      ) {
        told.add(kind)
        screen.line(kindSummary(kind, progress.kinds[kind]))
      }
    if (progress.complete) return { progress, parked, complete: true }
    const now = Date.now()
    if (options.stopAtParked && parked.length > 0) {
      parkedSince ??= now
      const rest = owed.some((stage) => stage.owed > stage.parked)
      const lists = KINDS.some((kind) =>
        ['waiting', 'under way'].includes(progress.kinds[kind].listing),
      )
      if ((!rest && !lists) || now - parkedSince > PARKED_PATIENCE_MS)
        return { progress, parked, complete: false }
    } else parkedSince = null
    if (now - liveAt >= TELL_EVERY_MS || process.stdout.isTTY) {
      liveAt = now
      screen.live(
        KINDS.filter((kind) => !told.has(kind)).map((kind) => liveLine(kind, progress, rates)),
      )
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

/** What stands since the last look, and what goes on. */
function parkedLines(before: readonly Parked[], now: readonly Parked[]): string[] {
  const stood = new Set(before.map(({ scope }) => scope))
  const stands = new Set(now.map(({ scope }) => scope))
  return [
    ...now
      .filter(({ scope }) => !stood.has(scope))
      .map(({ scope, reason }) => `Parked: ${scope}: ${reason}`),
    ...before.filter(({ scope }) => !stands.has(scope)).map(({ scope }) => `Goes on: ${scope}`),
  ]
}

function isOver({ listing, open }: KindProgress): boolean {
  return open === 0 && (listing === 'done' || listing === 'failed' || listing === 'off')
}

/** `Calls backfill completed (synced: 150, failed: 0, skipped: 0)` */
function kindSummary(kind: Kind, { synced, failed, skipped }: KindProgress): string {
  return `${TITLES[kind]} backfill completed (synced: ${synced}, failed: ${failed}, skipped: ${skipped})`
}

function liveLine(kind: Kind, progress: RunReport, rates: Rates): string {
  const { listing, synced, failed, skipped, open } = progress.kinds[kind]
  const over = synced + failed + skipped
  const name = TITLES[kind].padEnd(8)
  if (listing === 'waiting' && over + open === 0) return `${name} waiting for the listing`
  const rate = rates.of(kind)
  const still = listing === 'done' ? '' : ' so far'
  const left = rate > 0 && open > 0 ? `, ${duration(open / rate)} left` : ''
  return `${name} ${over} of ${over + open}${still} done, ${rate.toFixed(1)}/s${left}`
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds)
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`
}

/** Records a second over the last half minute, by kind. */
class Rates {
  readonly #seen: { at: number; over: Record<Kind, number> }[] = []

  note({ kinds }: RunReport): void {
    const over = (kind: Kind) => kinds[kind].synced + kinds[kind].failed + kinds[kind].skipped
    this.#seen.push({
      at: Date.now(),
      over: { call: over('call'), message: over('message'), mail: over('mail') },
    })
    while (Date.now() - (this.#seen[0]?.at ?? 0) > 30_000) this.#seen.shift()
  }

  of(kind: Kind): number {
    const [first] = this.#seen
    const last = this.#seen.at(-1)
    if (first === undefined || last === undefined || last.at === first.at) return 0
    return ((last.over[kind] - first.over[kind]) * 1000) / (last.at - first.at)
  }
}

/** The two lines after all kinds are told. */
export function totals({ kinds, requests }: RunReport): string[] {
  const sum = (field: 'synced' | 'failed' | 'skipped') =>
    KINDS.reduce((total, kind) => total + kinds[kind][field], 0)
  const sent = (api: 'openphone' | 'notion' | 'workers-ai' | 'vectorize') => requests[api] ?? 0
  return [
    `Total synced: ${sum('synced')} | Total failed: ${sum('failed')} | Total skipped: ${sum('skipped')}`,
    `Requests: openphone ${sent('openphone')}, notion ${sent('notion')}, ai ${sent('workers-ai')}, vectorize ${sent('vectorize')}`,
  ]
}

/** A screen over stdout: lines are drawn over on a terminal, and printed one by one elsewhere. */
export function stdoutScreen(): Screen {
  let drawn = 0
  const wipe = () => {
    if (drawn > 0) process.stdout.write(`\u001B[${drawn}A\u001B[0J`)
    drawn = 0
  }
  return {
    line(text) {
      wipe()
      process.stdout.write(`${text}\n`)
    },
    live(lines) {
      wipe()
      for (const text of lines) process.stdout.write(`${text}\n`)
      if (process.stdout.isTTY) drawn = lines.length
    },
  }
}
