/** What the pages of runs say. No I/O. */
import type { KindOfRun, Run, RunPreview, RunRow } from '@switchboard/shared/api/runs'
import { count, counted, duration, percent } from '../format/numbers.ts'
import { asSentence } from '../format/sentence.ts'
import { moment } from '../format/time.ts'
import type { Clock } from '../format/time.ts'

const KINDS = ['call', 'message', 'mail'] as const
const MANY = { call: 'calls', message: 'messages', mail: 'mail' } as const

/** A sentence, its first words to be read first. */
export interface Said {
  first: string
  rest: string
}

/** How far a run is, or how it ended. */
export function runSentence(run: Run, clock: Clock): Said {
  const { total } = run
  const { written } = wordsOf(run)
  const made = `${counted(total.synced, 'conversation')} ${written}, ${count(total.skipped)} unchanged, ${failed(total.failed)}.`
  switch (run.state) {
    case 'cancelled':
      return {
        first: `Cancelled by ${run.cancelledBy ?? 'somebody'}.`,
        rest:
          total.open === 0
            ? made
            : `${made} ${counted(total.open, 'conversation')} that it took in ${total.open === 1 ? 'is' : 'are'} held back until it is resumed or another run lists ${total.open === 1 ? 'it' : 'them'}.`,
      }
    case 'failed':
      return { first: 'It could not be finished.', rest: `${asSentence(run.reason ?? '')} ${made}` }
    case 'completed':
      return { first: `Done in ${tookWords(run)}.`, rest: made }
    case 'running':
      return running(run, made, clock)
  }
}

function running(run: Run, made: string, clock: Clock): Said {
  const { total, doneAt } = run
  if (lists(run))
    return total.listed === 0
      ? { first: 'It has just begun.', rest: 'Nothing is listed yet.' }
      : { first: `${counted(total.listed, 'conversation')} listed so far.`, rest: made }
  const far = percent(total.listed - total.open, total.listed)
  const when = doneAt === null ? '' : `, ready at ${moment(doneAt, clock)}`
  return {
    first: total.listed === 0 ? 'There is nothing to do.' : `${far} done${when}.`,
    rest: `${made}${limitWords(run)}`,
  }
}

/** Notion's budget is what most runs wait for: who knows that does not look for a fault. */
function limitWords({ total, notionPerSecond, asked }: Run): string {
  const { perMinute, open } = total
  if (asked.again !== undefined || notionPerSecond === 0 || perMinute === null || open === 0)
    return ''
  const near = perMinute > notionPerSecond * 60 * 0.7
  return near ? ` It waits for Notion’s ${notionPerSecond} requests a second, not for us.` : ''
}

function lists({ kinds }: Pick<Run, 'kinds'>): boolean {
  return KINDS.some((kind) => ['waiting', 'under way'].includes(kinds[kind].listing))
}

function wordsOf({ asked }: Pick<RunRow, 'asked'>): { written: string } {
  if (asked.again === 'analyse') return { written: 'analysed anew' }
  return { written: asked.again === 'embed' ? 'embedded anew' : 'written' }
}

function failed(many: number): string {
  return many === 0 ? 'none failed' : `${count(many)} failed`
}

/** What kind of run it is: `Backfill`. */
export function runTitle({ asked }: Pick<RunRow, 'asked'>): string {
  if (asked.again === 'analyse') return 'Analyses made again'
  return asked.again === 'embed' ? 'Vectors made again' : 'Backfill'
}

/** What it was asked for: `30 days, calls only, by schedule`. */
export function askedWords({ asked, startedBy }: Pick<RunRow, 'asked' | 'startedBy'>): string {
  const kinds =
    asked.kinds === undefined || asked.kinds.length === KINDS.length
      ? asked.again === undefined
        ? ''
        : 'all kinds'
      : `${asked.kinds.map((kind) => MANY[kind]).join(' and ')} only`
  const what = { analyse: 'analyses again', embed: 'vectors again' }
  return [
    asked.again === undefined ? null : what[asked.again],
    asked.days === undefined ? 'all days' : counted(asked.days, 'day'),
    kinds,
    asked.fetchAnew === true ? 'all asked for anew' : '',
    asked.withoutAi === true ? 'without AI' : '',
    startedBy === null ? 'by schedule' : `by ${startedBy}`,
  ]
    .filter((part) => part !== null && part !== '')
    .join(', ')
}

/** How long it took, or has taken: `41 s`. */
export function tookWords(
  { startedAt, finishedAt }: Pick<RunRow, 'startedAt' | 'finishedAt'>,
  now = Date.now(),
): string {
  return duration((finishedAt === null ? now : Date.parse(finishedAt)) - Date.parse(startedAt))
}

/** How long a kind will take yet, at its rate. */
export function leftWords({ open, perMinute, listing }: KindOfRun): string {
  if (open === 0) return '–'
  if (perMinute === null || perMinute === 0 || listing === 'under way') return 'not known yet'
  return duration((open / perMinute) * 60_000)
}

/** Where a kind's listing stands, where it is not done. */
export function listingWords({ listing, error }: Pick<KindOfRun, 'listing' | 'error'>): string {
  switch (listing) {
    case 'off':
      return 'not asked for'
    case 'waiting':
      return 'waits for its turn'
    case 'under way':
      return 'being listed'
    case 'parked':
      return 'its source stands'
    case 'stopped':
      return 'stopped'
    case 'failed':
      return `listing failed: ${error ?? 'no reason is known'}`
    case 'done':
      return ''
  }
}

const WHY: Record<string, string> = {
  unchanged: 'unchanged: listed, compared, already in Notion as they are',
  same: 'worked, and nothing was to be written',
  letter: 'open dead letters from before this run',
  removed: 'their page was removed by a person, and stays so',
  gone: 'OpenPhone does not know them any more',
}

/** Why so many were skipped or failed. */
export function whyWords(outcome: string, why: string): string {
  return outcome === 'failed' ? `failed: ${failureWords(why)}` : (WHY[why] ?? why)
}

/** `record.refused` as people say it. */
function failureWords(kind: string): string {
  const known: Record<string, string> = {
    'record.refused': 'an outside system refused the record',
    'record.invalid': 'the record cannot be read',
  }
  return known[kind] ?? kind
}

/** Reasons of all kinds together, the most frequent first. */
export function whyRows(
  why: Run['why'],
): { outcome: 'failed' | 'skipped'; why: string; count: number }[] {
  const rows = new Map<string, { outcome: 'failed' | 'skipped'; why: string; count: number }>()
  for (const one of why) {
    if (one.outcome !== 'failed' && one.outcome !== 'skipped') continue
    const key = `${one.outcome} ${one.why}`
    const known = rows.get(key)?.count ?? 0
    rows.set(key, { outcome: one.outcome, why: one.why, count: known + one.count })
  }
  return [...rows.values()].toSorted((a, b) => b.count - a.count)
}

/** The page of all runs: what goes on now, and how the last one ended. */
export function runsSentence(rows: RunRow[], clock: Clock): string {
  const [last] = rows
  if (last === undefined) return 'No run was started yet.'
  const under = rows.filter(({ state }) => state === 'running')
  const ended = rows.find(({ state }) => state !== 'running')
  const goes =
    under.length === 0
      ? 'No run is under way.'
      : under.length === 1
        ? `One run is under way, ${percent(settled(under), listed(under))} done.`
        : `${count(under.length)} runs are under way.`
  if (ended === undefined) return goes
  const { synced, failed: bad } = ended.total
  const how = ended.state === 'completed' ? 'is through' : ended.state
  return `${goes} The one of ${moment(ended.startedAt, clock)} ${how === 'is through' ? how : `was ${how}`.replace('was failed', 'failed')}: ${count(synced)} written, ${failed(bad)}.`
}

const listed = (rows: RunRow[]) => rows.reduce((sum, { total }) => sum + total.listed, 0)
const settled = (rows: RunRow[]) =>
  rows.reduce((sum, { total }) => sum + total.listed - total.open, 0)

/** What a backfill will cost, before it is started. */
export function previewWords({ days, records, news, minutes }: RunPreview): string {
  if (records === null || news === null)
    return 'Nothing was listed yet: what it comes to is known once it lists.'
  const all = `About ${count(records)} conversations of ${counted(days, 'day')}.`
  if (news === 0)
    return `${all} All of them were listed before: what has not changed costs the listing alone.`
  const long = minutes === null ? '' : `, about ${duration(Math.max(1, minutes) * 60_000)}`
  return `${all} About ${count(news)} are older than anything that was listed yet${long}. They go behind all that is live.`
}
