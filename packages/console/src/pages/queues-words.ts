/** What the page Queues says, and what its charts are drawn of. No I/O. */
import type {
  Gate,
  Percentiles,
  QueueRow,
  QueueSeries,
  Range,
} from '@switchboard/shared/api/queues'
import type { ParkedScope, Stage } from '@switchboard/shared/api/stages'
import { count, counted, duration, percent, rate } from '../format/numbers.ts'
import { asSentence } from '../format/sentence.ts'
import { moment } from '../format/time.ts'
import type { Clock } from '../format/time.ts'

export const RANGES: [Range, string][] = [
  ['1h', '1 h'],
  ['24h', '24 h'],
  ['7d', '7 d'],
  ['30d', '30 d'],
]
const RANGE_WORDS: Record<Range, string> = {
  '1h': 'last hour',
  '24h': 'last 24 hours',
  '7d': 'last 7 days',
  '30d': 'last 30 days',
}

/** `of the last hour`. */
export function rangeWords(range: Range): string {
  return RANGE_WORDS[range]
}

const DOES: Record<string, string> = {
  sweep: 'Listing',
  enrich: 'Analysis',
  vectorize: 'Vectors',
  reconcile: 'Filing in Notion',
  archive: 'Archiving',
}

/** What a stage does, as a person says it: `Filing in Notion`. */
export function stageWords(stage: string): string {
  return DOES[stage] ?? stage
}

/** The page's question is what stands, and when it is done: first what needs somebody. */
export function queuesSentence(
  queues: readonly QueueRow[],
  stages: { items: readonly Stage[]; parked: readonly ParkedScope[] },
  clock: Clock,
): { first: string; rest: string } {
  const paused = stages.items.filter(({ state }) => state === 'paused')
  const standing = [
    ...paused.map(({ name, by }) => `${stageWords(name)} is paused by ${by ?? 'somebody'}.`),
    ...stages.parked.map(
      ({ name, stages: of, until }) =>
        `${listed(of.map(stageWords))} ${of.length === 1 && of[0] !== 'vectorize' ? 'waits' : 'wait'} for ${lowerThe(name)}${
          until === null ? '' : ` until ${moment(until, clock)}`
        }.`,
    ),
  ]
  const [last] = queues
    .filter(({ doneAt }) => doneAt.state === 'at')
    .toSorted((a, b) => (a.doneAt.at! < b.doneAt.at! ? 1 : -1))
  const owed = queues.reduce((sum, queue) => sum + queue.owed, 0)
  const work =
    last === undefined
      ? owed === 0
        ? 'Nothing waits in the queues.'
        : `${counted(owed, 'record')} ${owed === 1 ? 'waits' : 'wait'}.`
      : `What waits in ${last.name} is done at ${moment(last.doneAt.at!, clock)}${passing(queues)}.`
  const [first = work, ...others] = standing
  return { first, rest: [...others, ...(standing.length === 0 ? [] : [work])].join(' ') }
}

/** Live records do not wait behind bulk ones; how long they take, where that is known. */
function passing(queues: readonly QueueRow[]): string {
  const live = queues.find(({ name }) => name === 'reconcile')?.waiting
  if (live === null || live === undefined) return ''
  return `; live records pass it in ${duration(live.p95)}`
}

function listed(words: string[]): string {
  const last = words.at(-1) ?? ''
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`
}

/** `The mailbox` inside a sentence. */
function lowerThe(name: string): string {
  return name.startsWith('The ') ? `the ${name.slice(4)}` : name
}

/** What stands, why, what to do. */
export function parkedNotice(
  parked: ParkedScope,
  clock: Clock,
): { title: string; why: string; todo: string } {
  const { name, reason, cure, since, until, waiting, atLeast } = parked
  const open = until === null ? '' : ` Not tried before ${moment(until, clock)}.`
  return {
    title: `${name} is parked since ${moment(since, clock)}.`,
    why: `${asSentence(reason)} ${waitingWords(waiting, atLeast)}${open}`,
    todo: cure,
  }
}

export function pausedNotice(stage: Stage, clock: Clock): { title: string; why: string } {
  const { name, by, since, reason, waiting = 0, atLeast = false } = stage
  const said =
    reason === undefined || reason.startsWith('paused by') ? '' : `${asSentence(reason)} `
  return {
    title: `${stageWords(name)} is paused by ${by ?? 'somebody'} since ${moment(since ?? clock.now, clock)}.`,
    why: `${said}${waitingWords(waiting, atLeast)}`,
  }
}

/** Nothing is lost by waiting. */
export function waitingWords(waiting: number, atLeast: boolean): string {
  if (waiting === 0) return 'Nothing waits for it yet.'
  const some = atLeast ? `at least ${counted(waiting, 'row')}` : counted(waiting, 'row')
  return `Nothing is lost: ${some} ${waiting === 1 ? 'waits' : 'wait'}.`
}

/** A time in a column that says seconds: `0.4`, `41`, `4 min`. */
export function seconds(ms: number | undefined | null): string {
  if (ms === undefined || ms === null) return '–'
  if (ms >= 99_500) return duration(ms)
  return ms < 9950 ? (ms / 1000).toFixed(1) : String(Math.round(ms / 1000))
}

/** When a queue is done, in its column. */
export function doneWords({ doneAt, owed, owedAtLeast }: QueueRow, clock: Clock): string {
  switch (doneAt.state) {
    case 'now':
      return 'now'
    case 'at':
      return moment(doneAt.at!, clock)
    case 'standing':
      return `${count(owed)}${owedAtLeast ? '+' : ''} due`
    case 'unknown':
      return 'not known'
  }
}

/** What stands in the dead-letter queues themselves. */
export function letterQueuesWords(queues: readonly QueueRow[]): { ok: boolean; words: string } {
  const letters = queues.filter(({ lanes }) => lanes.length === 0)
  const waiting = letters.filter(({ backlog }) => (backlog ?? 0) > 0)
  if (waiting.length === 0)
    return {
      ok: true,
      words: `all ${count(letters.length)} dead-letter queues empty: letters are filed at once`,
    }
  const sum = waiting.reduce((total, { backlog }) => total + (backlog ?? 0), 0)
  return { ok: false, words: `${counted(sum, 'letter')} not filed yet` }
}

/** The queue whose charts are shown: the one asked for, else the one with most to do. */
export function chosenQueue(queues: readonly QueueRow[], asked: string): QueueRow | undefined {
  const found = queues.find(({ name }) => name === asked)
  if (found !== undefined) return found
  const busiest = queues
    .filter(({ lanes, stage }) => lanes.length > 0 && stage !== 'sweep')
    .toSorted((a, b) => b.owed - a.owed || finished(b) - finished(a))
  return busiest[0]
}

function finished({ settled }: QueueRow): number {
  return settled.done + settled.unchanged + settled.failed
}

/** Every span of a range in its place; null where nothing was seen: a gap. */
export function spread(series: QueueSeries): {
  at: number[]
  points: (QueueSeries['points'][number] | null)[]
} {
  const { from, to, stepMs } = series
  const known = new Map(series.points.map((point) => [Date.parse(point.at), point]))
  const at: number[] = []
  const points: (QueueSeries['points'][number] | null)[] = []
  for (let ms = Date.parse(from); ms <= Date.parse(to); ms += stepMs) {
    at.push(ms / 1000)
    points.push(known.get(ms) ?? null)
  }
  return { at, points }
}

/** What a screen reader says of a chart of percentiles. */
export function percentileSentence(
  what: string,
  series: QueueSeries,
  percentiles: Percentiles | null,
): string {
  const of = `${what} in ${series.queue.name}, ${rangeWords(series.range)}`
  if (percentiles === null) return `${of}: nothing was worked`
  const { p50, p95, p99, samples } = percentiles
  return `${of}: half within ${duration(p50)}, 95 of 100 within ${duration(p95)}, 99 within ${duration(p99)}, of ${counted(samples, 'record')}`
}

export function backlogSentence(series: QueueSeries): string {
  const most = (lane: 'live' | 'bulk') =>
    Math.max(0, ...series.points.map(({ backlog }) => backlog[lane] ?? 0))
  return `Backlog of ${series.queue.stage}, ${rangeWords(series.range)}: now ${count(series.queue.owed)} in ${series.queue.name}, at the most ${count(most('live'))} live and ${count(most('bulk'))} bulk`
}

export function throughputSentence(series: QueueSeries): string {
  const { settled, outPerMinute } = series.queue
  const done = settled.done + settled.unchanged
  return `Throughput of ${series.queue.name}, ${rangeWords(series.range)}: ${count(done)} done, ${count(settled.retried)} retried, ${count(settled.failed)} failed; ${rate(outPerMinute)} a minute`
}

/** `3/s`, `300/min`, `1 in 20 s`: a budget as its setting says it. */
export function limitWords({ limit }: Pick<Gate, 'limit'>): string {
  if (limit === null) return 'none'
  const { perWindow, windowMs } = limit
  if (windowMs === 60_000) return `${count(perWindow)}/min`
  const perSecond = (perWindow * 1000) / windowMs
  return perSecond >= 0.1 ? `${rate(perSecond)}/s` : `${count(perWindow)} in ${duration(windowMs)}`
}

/** How much of its budget a gate granted in the last minute. */
export function usedWords({ granted, perMinute }: Gate): string {
  return perMinute === null ? '–' : percent(granted.live + granted.bulk, perMinute)
}

/** Used to this share, a gate is what its stages wait for. */
const FULL = 0.85

export function gateNote(gate: Gate, clock: Clock): string {
  const { open, heldUntil, parked, granted, waiting, perMinute } = gate
  if (!open) return 'no gate: its setting is 0'
  if (parked !== null) return 'parked'
  if (heldUntil !== null) return `asks everybody to wait until ${moment(heldUntil, clock, true)}`
  const used = granted.live + granted.bulk
  if (perMinute !== null && used >= perMinute * FULL && waiting.live + waiting.bulk > 0)
    return 'used in full: this is what the queues wait for'
  return used === 0 ? 'unused in the last minute' : ''
}

export function gateSentence(gate: Gate): string {
  const { label, granted, perMinute } = gate
  if (perMinute === null) return `${label}: no budget is kept`
  return `${label}: ${usedWords(gate)} of the budget used, ${percent(granted.live, perMinute)} live, ${percent(granted.bulk, perMinute)} bulk`
}
