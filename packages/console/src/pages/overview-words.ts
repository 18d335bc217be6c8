/** What the overview says in words. No I/O. */
import type { Need, Overview, ProofDay, ProofOfKind } from '@switchboard/shared/api/overview'
import { sumOfPlaces } from '@switchboard/shared/places'
import { count, counted, duration, percent } from '../format/numbers.ts'
import { party } from '../format/party.ts'
import { day } from '../format/time.ts'
import type { Clock } from '../format/time.ts'

/** A piece of a sentence. */
export interface Piece {
  text: string
  strong?: boolean
  bad?: boolean
  href?: string
}

/** A day of ours is a day in UTC, whatever the reader's zone. */
const DAY_CLOCK = (clock: Clock): Clock => ({ ...clock, zone: 'UTC' })

/** All kinds together. */
export function sumOf(kinds: readonly ProofOfKind[]): Omit<ProofOfKind, 'kind' | 'days'> {
  const listed = kinds.filter(({ source }) => source !== null)
  return {
    source: listed.length === 0 ? null : listed.reduce((n, { source }) => n + (source ?? 0), 0),
    ...sumOfPlaces(kinds),
    unlisted: kinds.reduce((n, { unlisted }) => n + unlisted, 0),
    from: listed.map(({ from }) => from ?? '').toSorted((a, b) => (a < b ? -1 : 1))[0] ?? null,
    listedAt: null,
  }
}

/** The one sentence: is all there, and who waits? */
export function overviewSentence({ proof, needs, from, to }: Overview, clock: Clock): Piece[] {
  const all = sumOf(proof.kinds)
  // The same lists as the proof's own line of all kinds.
  const listOf = (state: string) => `/records?state=${state}&from=${all.from ?? from}&to=${to}`
  if (all.source === null)
    return [{ text: 'Nothing was listed yet: the first backfill says what there is.' }]
  const due = all.source - all.removed - all.skipped
  const since = proof.since === null ? '' : ` since ${day(proof.since, DAY_CLOCK(clock))}`
  const waiting = waitingWords(needs.items.length)
  if (all.missing === 0 && all.stuck === 0 && all.way === 0)
    return [
      { text: 'All is well.', strong: true },
      { text: ` ${whole(due)} in Notion, none missed${since}.` },
      ...waiting,
    ]
  return [
    { text: `${count(all.filed)} of ${count(all.source)}`, strong: true },
    { text: ' are in Notion' },
    ...(all.way === 0
      ? []
      : [{ text: ', ' }, { text: `${count(all.way)} on the way`, href: listOf('way') }]),
    ...(all.stuck === 0
      ? []
      : [
          { text: ', ' },
          { text: `${count(all.stuck)} stuck`, strong: true, bad: true, href: listOf('stuck') },
        ]),
    { text: '. ' },
    all.missing === 0
      ? { text: 'Nothing is lost.' }
      : {
          text: `${count(all.missing)} missing here.`,
          strong: true,
          bad: true,
          href: listOf('missing'),
        },
  ]
}

function whole(due: number): string {
  if (due === 0) return 'No conversation in this time; all are'
  return due === 1 ? 'The one conversation is' : `All ${count(due)} conversations are`
}

function waitingWords(needs: number): Piece[] {
  if (needs === 0) return []
  return [
    { text: ' ' },
    { text: needs === 1 ? '1 thing' : `${count(needs)} things`, strong: true },
    { text: ` ${needs === 1 ? 'waits' : 'wait'} for a person.` },
  ]
}

/** What lies between a source and Notion: a shape, words, and the list of exactly these. */
export interface Gap {
  is: 'stuck' | 'way' | 'kept' | 'skipped' | 'failed' | 'equal'
  words: string
  href: string | null
}

/** @param range of days, inclusive */
export function gapsOf(
  proof: Pick<
    ProofOfKind,
    'stuck' | 'way' | 'removed' | 'skipped' | 'missing' | 'extra' | 'source'
  >,
  range: { kind: string | null; from: string; to: string },
): Gap[] {
  const of = (state: string) => {
    const kind = range.kind === null ? '' : `kind=${range.kind}&`
    return `/records?${kind}state=${state}&from=${range.from}&to=${range.to}`
  }
  const gaps: (Gap & { count: number })[] = [
    { is: 'failed', count: proof.missing, words: 'missing here', href: of('missing') },
    { is: 'stuck', count: proof.stuck, words: 'stuck', href: of('stuck') },
    { is: 'way', count: proof.way, words: 'on the way', href: of('way') },
    { is: 'kept', count: proof.removed, words: 'removed by a person', href: of('removed') },
    { is: 'skipped', count: proof.skipped, words: 'with nothing to file', href: of('skipped') },
    { is: 'skipped', count: proof.extra, words: 'only here', href: of('extra') },
  ]
  const found = gaps.filter((gap) => gap.count > 0)
  if (found.length > 0)
    return found.map(({ is, count: n, words, href }) => ({
      is,
      words: `${count(n)} ${words}`,
      href,
    }))
  return proof.source === null ? [] : [{ is: 'equal', words: 'equal', href: null }]
}

export type DayShape = 'unlisted' | 'none' | 'stuck' | 'way' | 'off' | 'ok'

/** How a day is drawn: by the worst that is in it. */
export function shapeOf(one: ProofDay): DayShape {
  if (one.source === null) return one.stored === 0 ? 'none' : 'unlisted'
  if (one.missing > 0 || one.stuck > 0) return 'stuck'
  if (one.way > 0) return 'way'
  if (one.source === 0 && one.stored === 0) return 'none'
  return one.removed > 0 || one.skipped > 0 || one.extra > 0 ? 'off' : 'ok'
}

/** A day in words: what is drawn, for whoever cannot see it. */
export function dayWords(one: ProofDay, clock: Clock): string {
  const when = day(one.day, DAY_CLOCK(clock))
  if (one.source === null) return `${when}: not listed yet, ${count(one.stored)} here`
  return `${when}: ${count(one.source)} at the source, ${count(one.stored)} in D1, ${count(one.filed)} in Notion`
}

/** The strip of days as one sentence. */
export function stripWords(days: readonly ProofDay[], clock: Clock): string {
  const off = days.filter((one) => ['stuck', 'way'].includes(shapeOf(one)))
  if (off.length === 0) return 'Every day is equal.'
  const first = off.slice(0, 5).map((one) => dayWords(one, clock))
  const rest = off.length > 5 ? `; and ${counted(off.length - 5, 'more day')}` : ''
  return `${counted(off.length, 'day')} with a difference: ${first.join('; ')}${rest}.`
}

/** Days on which something is on the way, stuck or missing, newest first, each with its list. */
export function differingDays(
  kinds: readonly ProofOfKind[],
  clock: Clock,
): { words: string; href: string }[] {
  const states = new Map<string, Set<string>>()
  for (const one of kinds.flatMap(({ days }) => days))
    for (const state of ['way', 'stuck', 'missing'] as const)
      if (one.source !== null && one[state] > 0)
        states.set(one.day, (states.get(one.day) ?? new Set<string>()).add(state))
  return [...states]
    .toSorted(([a], [b]) => (a < b ? 1 : -1))
    .slice(0, MOST_DAYS)
    .map(([which, found]) => {
      // What is missing stands in a list of its own.
      const state = found.has('missing') ? 'missing' : [...found].join(',')
      return {
        words: day(which, DAY_CLOCK(clock)),
        href: `/records?state=${state}&from=${which}&to=${which}`,
      }
    })
}

const MOST_DAYS = 7

/** What webhooks told, the last sweep, the next one. */
export function footWords(
  { deliveries, lastSweep, nextSweepAt }: Overview['proof'],
  said: (at: string) => string,
): string {
  const { heard, failed, recovered, asked } = deliveries
  const lost = failed - recovered - asked
  const became = [
    recovered === 0 ? null : `${count(recovered)} recovered from the delivery log`,
    asked === 0 ? null : `${count(asked)} asked for again`,
    lost === 0 ? null : `${count(lost)} found by the next listing, if at all`,
  ].filter((words) => words !== null)
  const webhooks =
    heard === 0 && failed === 0
      ? 'No webhook delivery in this time.'
      : failed === 0
        ? `${counted(heard, 'webhook delivery', 'webhook deliveries')}, none failed.`
        : `Of ${counted(heard + failed, 'webhook delivery', 'webhook deliveries')} ${count(failed)} failed: ${became.join(', ')}.`
  const sweep =
    lastSweep === null
      ? 'No full sweep has ended yet'
      : `Last full sweep ${said(lastSweep.at)}: ${count(lastSweep.synced)} synced, ${count(lastSweep.skipped)} skipped, ${count(lastSweep.failed)} failed`
  const next = said(nextSweepAt)
  return `${webhooks} ${sweep}; next ${/^\d/.test(next) ? 'at ' : ''}${next}.` // or `tomorrow 00:00`
}

/** Whom it is about, what it is, since when. */
export function needWords(need: Need): { who: string; what: string } {
  const who = need.merchant?.name ?? (need.party === null ? 'Somebody' : party(need.party))
  switch (need.what) {
    case 'promise':
      return { who, what: isCall(need) ? 'callback promised' : 'promised' }
    case 'task':
      return { who, what: 'asked for' }
    case 'complaint':
      return { who, what: 'complaint' }
    case 'talker':
      return { who, what: 'no merchant' }
  }
}

function isCall({ text, quote }: Need): boolean {
  return /\b(?:call|ring|phone)\b/i.test(`${text} ${quote ?? ''}`)
}

/** Of a stranger: how often, and who the contacts say it is. */
export function talkerWords({ talks, text }: Need): string {
  const often = `Spoke to us ${talks === 1 ? 'once' : `${count(talks ?? 0)} times`}`
  return text === '' ? `${often}.` : `${often}; contacts say “${text}”.`
}

/** The records of this range of which the analysis says so. */
export function saidHref(
  { from, to }: Pick<Overview, 'from' | 'to'>,
  what: { sentiment: string } | { category: string; kind: string },
): string {
  return `/records?${new URLSearchParams({ ...what, from, to }).toString()}`
}

/** Four figures, each with what belongs to it. */
export function figuresOf({ links, memory, live, claims }: Overview) {
  return {
    linked: links === null ? 'off' : `${count(links.linked)} of ${count(links.filed)}`,
    memory: percent(memory.answered, memory.worked),
    memorySub: `${counted(memory.answered, 'look-up')} in place of AI and Notion requests`,
    live: live.p95Ms === null ? '–' : duration(live.p95Ms),
    liveSub:
      live.records === 0 ? 'No record came by webhook' : `over ${counted(live.records, 'record')}`,
    claims: percent(claims.dropped, claims.made),
    claimsSub: `${count(claims.dropped)} of ${count(claims.made)}`,
  }
}
