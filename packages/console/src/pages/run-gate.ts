/** What a gate granted while a run went on. No I/O. */
import type { Gate } from '@switchboard/shared/api/queues'
import type { Run } from '@switchboard/shared/api/runs'
import { count, counted, percent } from '../format/numbers.ts'

export interface Granted {
  at: number[] // the minutes, seconds since epoch, rising
  live: number[]
  bulk: number[]
  perMinute: number // the budget
  used: number // in the last of these minutes
}

const MINUTE_MS = 60_000

/** Null: no budget is kept, or fewer than two minutes of it are known. */
export function gateOfRun(
  { recent, perMinute }: Pick<Gate, 'recent' | 'perMinute'>,
  { startedAt, finishedAt }: Pick<Run, 'startedAt' | 'finishedAt'>,
): Granted | null {
  if (perMinute === null) return null
  const from = Date.parse(startedAt) - MINUTE_MS
  const to = finishedAt === null ? Infinity : Date.parse(finishedAt)
  const minutes = recent
    .map((one) => ({ ...one, ms: Date.parse(one.at) }))
    .filter(({ ms }) => ms > from && ms <= to)
    .toSorted((a, b) => a.ms - b.ms)
  const last = minutes.at(-1)
  if (last === undefined || minutes.length < 2) return null
  return {
    at: minutes.map(({ ms }) => ms / 1000),
    live: minutes.map(({ live }) => live),
    bulk: minutes.map(({ bulk }) => bulk),
    perMinute,
    used: last.live + last.bulk,
  }
}

/** What a screen reader says of it. */
export function gateOfRunWords(
  { label }: Pick<Gate, 'label'>,
  { at, live, bulk, perMinute }: Granted,
): string {
  const all = sum(live) + sum(bulk)
  return `${label}, ${counted(at.length, 'minute')} of this run: ${counted(sum(live), 'request')} live, ${count(sum(bulk))} bulk, ${percent(all, perMinute * at.length)} of the budget of ${count(perMinute)} a minute`
}

function sum(of: number[]): number {
  return of.reduce((total, one) => total + one, 0)
}
