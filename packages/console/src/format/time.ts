/**
 * Times as the reader's clock shows them: today `14:29`, the last six days `Mon 16:12`, then
 * `19 Nov`, then with the year. In UTC on hover. No I/O: now and the zone are handed in.
 */

/** A moment as the API says it (ISO 8601) or in ms since epoch. */
export type When = string | number

export interface Clock {
  now: number // ms since epoch
  zone?: string | undefined // IANA; the machine's own where left out
}

const DAY_MS = 86_400_000

/** The moment as a page says it. @param precise with seconds */
export function moment(at: When, { now, zone }: Clock, precise = false): string {
  const date = new Date(at)
  const time = timeOf(date, zone, precise)
  const age = daysBetween(date, new Date(now), zone)
  if (age === 0) return time
  if (age > 0 && age <= 6) return `${part(date, zone, { weekday: 'short' })} ${time}`
  if (age === -1) return `tomorrow ${time}`
  const said = dayOf(date, now, zone)
  return precise ? `${said}, ${time}` : said
}

/** The day alone: `today`, `yesterday`, `19 Nov`, `4 Mar 2025`. */
export function day(at: When, { now, zone }: Clock): string {
  const date = new Date(at)
  const age = daysBetween(date, new Date(now), zone)
  if (age === 0) return 'today'
  if (age === 1) return 'yesterday'
  return dayOf(date, now, zone)
}

/** Day and time in full: `Mon 23 Nov, 16:12:09`. */
export function full(at: When, { now, zone }: Clock): string {
  const date = new Date(at)
  return `${part(date, zone, { weekday: 'short' })} ${dayOf(date, now, zone)}, ${timeOf(date, zone, true)}`
}

/** A heading for a day's rows: `Monday 23 November`, with the year where it is another. */
export function longDay(at: When, { now, zone }: Clock): string {
  const date = new Date(at)
  const said = `${part(date, zone, { weekday: 'long' })} ${part(date, zone, { day: 'numeric' })} ${part(date, zone, { month: 'long' })}`
  return yearOf(date, zone) === yearOf(new Date(now), zone) ? said : `${said} ${yearOf(date, zone)}`
}

/** `2026-11-24 20:21:08 UTC`. */
export function utc(at: When): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

/** How long ago, in words: `2 h late` is made of `2 h`. @returns `just now` under a minute */
export function ago(at: When, now: number): string {
  const minutes = Math.floor((now - new Date(at).getTime()) / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return `${hours} h ago`
  const days = Math.floor(hours / 24)
  return `${days} ${days === 1 ? 'day' : 'days'} ago`
}

function timeOf(date: Date, zone: string | undefined, precise: boolean): string {
  return formatter(zone, {
    hour: '2-digit',
    minute: '2-digit',
    ...(precise ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  }).format(date)
}

function dayOf(date: Date, now: number, zone: string | undefined): string {
  const said = `${part(date, zone, { day: 'numeric' })} ${part(date, zone, { month: 'short' })}`
  const year = yearOf(date, zone)
  return year === yearOf(new Date(now), zone) ? said : `${said} ${year}`
}

function yearOf(date: Date, zone: string | undefined): string {
  return part(date, zone, { year: 'numeric' })
}

/** Whole days of the calendar in that zone, which a change of the clocks does not shift. */
function daysBetween(from: Date, to: Date, zone: string | undefined): number {
  const midnight = (date: Date) => {
    const [year, month, dayOfMonth] = (['year', 'month', 'day'] as const).map((name) =>
      Number(part(date, zone, { [name]: 'numeric' })),
    )
    return Date.UTC(year ?? 0, (month ?? 1) - 1, dayOfMonth ?? 1)
  }
  return Math.round((midnight(to) - midnight(from)) / DAY_MS)
}

function part(date: Date, zone: string | undefined, wanted: Intl.DateTimeFormatOptions): string {
  return formatter(zone, wanted).format(date)
}

// To make a formatter takes 50 times as long as to use it.
const formatters = new Map<string, Intl.DateTimeFormat>()

function formatter(zone: string | undefined, wanted: Intl.DateTimeFormatOptions) {
  const key = `${zone} ${JSON.stringify(wanted)}`
  const made =
    formatters.get(key) ??
    new Intl.DateTimeFormat('en-GB', {
      ...wanted,
      ...(zone === undefined ? {} : { timeZone: zone }),
    })
  formatters.set(key, made)
  return made
}
