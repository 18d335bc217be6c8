/**
 * A query as people type it: words of kind, time, sentiment and category become filters, what is left
 * is searched for. Every filter keeps the words it was read from, so that it can be shown and taken
 * off. The grammar: docs/search.md#words-that-become-filters. Pure.
 */
import { CATEGORIES } from '@switchboard/shared/api/search'
import type { Category, Chip } from '@switchboard/shared/api/search'
import type { SENTIMENTS } from '@switchboard/shared/analysis'
import type { Kind } from '@switchboard/shared/kinds'
import { categoryAt, joinsKinds, kindAt, sentimentAt } from './label-words.ts'
import { timeAt } from './time-words.ts'
import type { TimeRead } from './time-words.ts'
import { wordsOf } from './words.ts'
import type { Word } from './words.ts'

export interface QueryFilters {
  kinds?: Kind[]
  sentiment?: (typeof SENTIMENTS)[number]
  category?: Category
  from?: number // ms since epoch, inclusive
  to?: number // ms since epoch, exclusive
}

export interface Understood {
  filters: QueryFilters
  chips: Chip[]
  /** What is left, in order; a gap where something was taken out. */
  rest: (Word | null)[]
}

/**
 * @param now ms since epoch: what `last week` counts from
 * @param asWords of the query, as typed: not to be read as filters
 */
export function understand(
  query: string,
  now: number,
  asWords: readonly string[] = [],
): Understood {
  const words = wordsOf(query)
  const norms = words.map(({ norm, quoted }) => (quoted ? '' : norm))
  const kept = new Set(asWords.map((text) => textOf(wordsOf(text)).toLowerCase()))
  const understood: Understood = { filters: {}, chips: [], rest: [] }
  const { filters, chips, rest } = understood
  const take = (at: number, length: number, chip: Omit<Chip, 'word'>): number => {
    chips.push({ word: textOf(words.slice(at, at + length)), ...chip })
    if (rest.at(-1) !== null) rest.push(null)
    return length
  }
  const free = (at: number, length: number) =>
    !kept.has(textOf(words.slice(at, at + length)).toLowerCase())

  for (let at = 0; at < words.length;) {
    const word = words[at]
    if (word === undefined) break
    const time =
      filters.from === undefined && filters.to === undefined ? timeAt(norms, at, now) : null
    const kind = filters.kinds === undefined ? kindAt(words, at) : null
    const sentiment = filters.sentiment === undefined ? sentimentAt(words, at) : null
    const category = filters.category === undefined ? categoryAt(words, at, CATEGORIES) : null
    if (word.quoted) {
      rest.push(word)
      at += 1
    } else if (time !== null && free(at, time.length)) {
      if (time.from !== null) filters.from = time.from
      if (time.to !== null) filters.to = time.to
      at += take(at, time.length, timeChip(time))
    } else if (category !== null && free(at, category.length)) {
      filters.category = category.value as Category
      at += take(at, category.length, labelled('category', category.value))
    } else if (sentiment !== null && free(at, sentiment.length)) {
      filters.sentiment = sentiment.value
      at += take(at, sentiment.length, labelled('sentiment', sentiment.value))
    } else if (kind !== null && free(at, kind.length)) {
      at += takeKinds(at)
    } else {
      rest.push(word)
      at += 1
    }
  }
  return understood

  /** The kinds that stand together from here: `calls, texts and mails`. */
  function takeKinds(from: number): number {
    let at = from
    const kinds: Kind[] = []
    for (let read = kindAt(words, at); read !== null;) {
      kinds.push(read.value)
      if (/^voicemails?$/.test(norms[at] ?? '')) rest.push(words[at] ?? null) // it says more than `call`
      take(at, read.length, labelled('kinds', read.value))
      at += read.length
      const joined = joinsKinds(words, at) ? at + 1 : at
      const goesOn = joined > at || (words[at]?.before ?? '') !== ''
      read = goesOn ? kindAt(words, joined) : null
      if (read !== null) at = joined
    }
    filters.kinds = [...new Set(kinds)]
    return at - from
  }
}

/**
 * What is left to search for: without what asks (`find all`), what only stood beside a filter
 * (`about`, `with`), and whom nobody means (`people who`). Empty: nothing but filters was typed.
 */
export function searchable(rest: readonly (Word | null)[]): Word[] {
  const words = [...rest]
  for (let at = 0; at < words.length;) {
    const word = words[at]
    const atEdge = at === 0 || words[at - 1] === null
    const beforeGap = words[at + 1] === null || at === words.length - 1
    const isLead = word != null && !word.quoted && at === 0 && ASKING.test(word.norm)
    const dangles =
      word != null &&
      !word.quoted &&
      (atEdge || beforeGap) &&
      DANGLING.test(word.norm) &&
      words.length > 1
    if (isLead || dangles) {
      words.splice(at, 1)
      at = Math.max(0, at - 1)
    } else if (word === null && (at === 0 || at === words.length - 1)) {
      words.splice(at, 1)
    } else at += 1
  }
  return words.filter((word) => word !== null)
}

/** Words as they were typed. */
export function textOf(words: readonly Word[]): string {
  return words.map(({ text, quoted }) => (quoted ? `"${text}"` : text)).join(' ')
}

const ASKING =
  /^(?:find|show|list|get|search|give|tell|look|me|us|please|all|any|every|everything|anything|everybody|everyone|anybody|anyone|somebody|someone|people|merchants|customers|clients|conversations|conversation|records|the|a|an|who|whom|which|what|where|when|that|was|were|is|are|did|does|do|has|have|had|asking|talking|telling|there|about|for|with|in|from|on|of)$/
const DANGLING =
  /^(?:about|with|from|in|on|of|for|to|by|at|and|or|regarding|concerning|where|that|who|was|were|is|are|during|the)$/

function labelled(filter: Chip['filter'], value: string): Omit<Chip, 'word'> {
  return { filter, value, label: value }
}

function timeChip({ from, to }: TimeRead): Omit<Chip, 'word'> {
  return { filter: 'time', value: `${isoOf(from)}/${isoOf(to)}`, label: spanLabel(from, to) }
}

function isoOf(ms: number | null): string {
  return ms === null ? '..' : new Date(ms).toISOString()
}

/** `16 to 22 Nov 2026`, `since 3 Nov 2026`, `before 1 Oct 2026`: days in UTC. */
export function spanLabel(from: number | null, to: number | null): string {
  const last = to === null ? null : to - 1 // the end is exclusive
  if (from === null) return last === null ? 'any time' : `until ${dayLabel(last)}`
  if (last === null) return `since ${dayLabel(from)}`
  const [first, end] = [dayLabel(from), dayLabel(last)]
  if (first === end) return end
  const shared = first.split(' ').filter((part, nth) => part === end.split(' ')[nth]).length
  const short = first.slice(-8) === end.slice(-8) ? first.slice(0, -9) : first
  return shared > 0 || short !== first ? `${short} to ${end}` : `${first} to ${end}`
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function dayLabel(ms: number): string {
  const date = new Date(ms)
  return `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()] ?? ''} ${date.getUTCFullYear()}`
}
