/** Where the sidebar and the tab bar lead, with their keys and badges. */
import { count, percent } from './format/numbers.ts'
import type { Pulse } from '@switchboard/shared/api/pulse'
import { routeOf } from './routes.ts'
import type { IconName } from './ui/icon.tsx'

export interface NavEntry {
  at: string
  name: string
  short?: string // in the tab bar, where it has a place
  icon: IconName
  key: string // after `g`
  tab?: boolean
}

export interface Badge {
  text: string
  tone: '' | 'warn' | 'bad'
}

const GROUPS: { name: string; entries: NavEntry[] }[] = [
  {
    name: 'Conversations',
    entries: [
      { at: '/', name: 'Overview', icon: 'home', key: 'o', tab: true },
      { at: '/search', name: 'Search', icon: 'search', key: 's', tab: true },
      { at: '/ask', name: 'Ask', icon: 'chat', key: 'k' },
      { at: '/merchants', name: 'Merchants', icon: 'shop', key: 'm' },
      { at: '/unmatched', name: 'Unmatched', icon: 'question', key: 'u' },
    ],
  },
  {
    name: 'Pipeline',
    entries: [
      { at: '/queues', name: 'Queues', icon: 'queue', key: 'q', tab: true },
      {
        at: '/letters',
        name: 'Dead letters',
        short: 'Letters',
        icon: 'cross',
        key: 'd',
        tab: true,
      },
      { at: '/runs', name: 'Runs', icon: 'clock', key: 'r' },
      { at: '/records', name: 'Records', icon: 'doc', key: 'e' },
      { at: '/audit', name: 'Audit', icon: 'shield', key: 'a' },
    ],
  },
]

/** The groups, with the pages that are here. */
export const NAV = GROUPS.map(({ name, entries }) => ({
  name,
  entries: entries.filter(({ at }) => routeOf(at) !== null),
})).filter(({ entries }) => entries.length > 0)

/** Whether the entry is the page at this path, or the one above it: `/runs/412` is under Runs. */
export function leadsTo({ at }: NavEntry, path: string): boolean {
  return at === '/' ? path === '/' : path === at || path.startsWith(`${at}/`)
}

/** The number beside an entry: the same that its page lists. */
export function badgeOf(at: string, badges: Pulse['badges'] | undefined): Badge | null {
  if (badges === undefined) return null
  if (at === '/unmatched' && badges.unmatched > 0)
    return { text: count(badges.unmatched), tone: '' }
  if (at === '/queues' && badges.parked > 0) return { text: 'parked', tone: 'warn' }
  if (at === '/queues' && badges.paused > 0) return { text: 'paused', tone: '' }
  if (at === '/letters' && badges.letters > 0) return { text: count(badges.letters), tone: 'bad' }
  if (at === '/runs' && badges.run !== null)
    return { text: percent(badges.run.percent, 100), tone: '' }
  return null
}
