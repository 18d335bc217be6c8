/**
 * The proof: what the source has, what D1 has, what Notion has, for each kind and day, and what lies
 * between (docs/protocols.md#the-proof). Pure: from sums, no record is looked at.
 *
 * A day's source is what the last complete listing told, and what came since. Where D1 holds less
 * than that, the difference is missing, whether or not its ids are known yet.
 */
import type { ProofDay, ProofOfKind } from '@switchboard/shared/api/overview'
import { moment } from '@switchboard/shared/api/operation'
import type { Kind } from '@switchboard/shared/kinds'
import { sumOfPlaces } from '@switchboard/shared/places'
import type { SourceDay } from '@switchboard/store/listings'
import type { DayCounts } from '@switchboard/store/overview'

const DAY_MS = 86_400_000

/** So many days up to `now`, oldest first, as `YYYY-MM-DD` in UTC. */
export function daysUpTo(now: number, count: number): string[] {
  return Array.from({ length: count }, (_, nth) => dayOf(now - (count - 1 - nth) * DAY_MS))
}

/** In UTC. @param ms since epoch */
export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** @param days all of the range, in order */
export function proofOf(
  kind: Kind,
  days: readonly string[],
  listed: readonly SourceDay[],
  counted: readonly DayCounts[],
): ProofOfKind {
  const sources = new Map(ofKind(kind, listed).map((one) => [one.day, one]))
  const counts = new Map(ofKind(kind, counted).map((one) => [one.day, one.counts]))
  const from = days.find((day) => sources.has(day)) ?? null
  const proven = days.map((day) => {
    const source = sources.get(day)
    // Days after the last listing are told by webhooks alone; days before the first by nobody.
    const isTold = from !== null && day >= from
    return dayProof(day, isTold ? (source ?? NOT_LISTED) : null, counts.get(day))
  })
  const inside = proven.filter(({ source }) => source !== null)
  return {
    kind,
    source: from === null ? null : inside.reduce((total, { source }) => total + (source ?? 0), 0),
    ...sumOfPlaces(inside),
    from,
    listedAt: moment(latest([...sources.values()])),
    unlisted: proven
      .filter(({ source }) => source === null)
      .reduce((total, { stored }) => total + stored, 0),
    days: proven,
  }
}

const NOT_LISTED = { listed: 0, missing: 0, extra: 0 }

function dayProof(
  day: string,
  source: Pick<SourceDay, 'listed' | 'missing' | 'extra'> | null,
  counts: ReadonlyMap<string, number> | undefined,
): ProofDay {
  const is = (state: string) => counts?.get(`is:${state}`) ?? 0
  const filed = is('filed') + is('failing')
  const parts = {
    way: is('way'),
    stuck: is('stuck'),
    removed: is('removed'),
    skipped: is('skipped'),
  }
  const stored = filed + parts.way + parts.stuck + parts.removed + parts.skipped
  const expected = source === null ? 0 : source.listed - source.missing + source.extra
  return {
    day,
    source: source && source.listed + Math.max(0, stored - expected),
    stored,
    filed,
    ...parts,
    missing: source === null ? 0 : source.missing + Math.max(0, expected - stored),
    extra: source?.extra ?? 0,
  }
}

function ofKind<T extends { kind: Kind }>(kind: Kind, rows: readonly T[]): T[] {
  return rows.filter((row) => row.kind === kind)
}

function latest(listed: readonly SourceDay[]): number | null {
  return listed.length === 0 ? null : Math.max(...listed.map(({ listedAt }) => listedAt))
}
