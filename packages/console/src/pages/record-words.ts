/** What records are called in lists: their state, whom they are with, how many fit. No I/O. */
import type { RecordRow } from '@switchboard/shared/api/records'
import { count, counted } from '../format/numbers.ts'
import { party } from '../format/party.ts'
import { day } from '../format/time.ts'
import type { Clock } from '../format/time.ts'
import type { State } from '../ui/words.tsx'

/** A shape and its word. */
export interface Standing {
  is: State
  words?: string
}

export function standingOf({ state, doing }: Pick<RecordRow, 'state' | 'doing'>): Standing {
  switch (state) {
    case 'filed':
      return { is: 'filed' }
    case 'failing':
      return { is: 'stuck', words: 'in Notion, a change is stuck' }
    case 'way':
      if (doing === 'parked') return { is: 'parked' }
      return doing === 'retrying' ? { is: 'retrying' } : { is: 'way' }
    case 'stuck':
      return { is: 'stuck' }
    case 'removed':
      return { is: 'kept', words: 'removed by a person' }
    case 'skipped':
      return { is: 'skipped' }
    case 'missing':
      return { is: 'failed', words: 'missing here' }
  }
}

/** The merchant, else the number or address; of several how many more there are. */
export function withWhom({ merchant, party: one, parties, state }: WithWhom): string {
  const name = merchant?.name ?? (one === null ? null : party(one))
  // Whom it is with is known once it was read.
  if (name === null) return state === 'way' || state === 'stuck' ? 'not read yet' : 'nobody outside'
  return parties > 1 && merchant === null ? `${name} and ${counted(parties - 1, 'other')}` : name
}
type WithWhom = Pick<RecordRow, 'merchant' | 'party' | 'parties' | 'state'>

export const STATE_OPTIONS: [value: string, words: string][] = [
  ['', 'Any state'],
  ['filed,failing', 'In Notion'],
  ['way', 'On the way'],
  ['retrying', 'Retrying'],
  ['parked', 'Parked'],
  ['stuck,failing', 'Stuck'],
  ['removed', 'Removed by a person'],
  ['held', 'Kept in part as people set it'],
  ['skipped', 'Nothing to file'],
  ['missing', 'Missing here'],
  ['extra', 'Only here'],
]

export const LINK_OPTIONS: [value: string, words: string][] = [
  ['', 'Any link'],
  ['linked', 'One merchant'],
  ['several', 'Several merchants'],
  ['unmatched', 'No merchant'],
  ['anonymous', 'Nobody to match'],
]

export interface Asked {
  q: string
  narrowed: boolean // by anything but words
}

/** How many fit, in a sentence. */
export function recordsSentence(shown: number, hasMore: boolean, { q, narrowed }: Asked): string {
  const all = q === '' && !narrowed
  if (shown === 0 && hasMore) return 'None of the newest fits: looking further back.'
  if (shown === 0)
    return all ? 'No record yet.' : q === '' ? 'No record fits.' : `No record fits “${q}”.`
  const records = `${hasMore ? 'The newest ' : ''}${count(shown)} ${shown === 1 ? 'record' : 'records'}`
  const end = hasMore ? '.' : ', newest first.'
  if (all) return `${records}${end}`
  return `${records} that ${shown === 1 && !hasMore ? 'fits' : 'fit'}${q === '' ? '' : ` “${q}”`}${end}`
}

/** A filter that came with a link, as its chip says it. @param clock days are days in UTC */
export function chipWords(name: string, value: string, clock: Clock): string {
  if ((name === 'from' || name === 'to') && /^\d{4}-\d\d-\d\d$/.test(value))
    return day(value, { ...clock, zone: 'UTC' })
  if (name === 'party') return party(value)
  return name === 'sentiment' && value === 'none' ? 'not analysed' : value
}
