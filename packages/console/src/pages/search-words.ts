/** What the search page says and asks. No I/O. */
import type { AnswerOf } from '@switchboard/shared/api/operation'
import type { Chip, MerchantHit, RecordHit, search } from '@switchboard/shared/api/search'
import { count, counted } from '../format/numbers.ts'
import { party } from '../format/party.ts'

export type Found = AnswerOf<typeof search>

/** Parameters of the address that narrow a search, and the field of the question each becomes. */
export const FILTERS = ['kind', 'sentiment', 'category', 'merchant', 'from', 'to'] as const

/** The question that an address asks. */
export function questionOf(query: URLSearchParams): Record<string, unknown> {
  const given = (name: string) => query.get(name) || undefined
  const kinds = given('kind')?.split(',')
  const words = query.getAll('word')
  const question = {
    query: given('q'),
    kinds,
    sentiment: given('sentiment'),
    category: given('category'),
    merchant: given('merchant'),
    from: given('from'),
    to: given('to'),
    asWords: words.length > 0 ? words : undefined,
    limit: 20,
  }
  return Object.fromEntries(Object.entries(question).filter(([, value]) => value !== undefined))
}

/** The records among the hits. */
export function recordsOf(found: Found): RecordHit[] {
  return found.hits.filter((hit) => hit.kind !== 'merchant')
}

/** Merchants that were found by their name, number or address. */
export function namedMerchants(found: Found): MerchantHit[] {
  const inHits = found.hits.filter((hit) => hit.kind === 'merchant')
  return [...new Map([...inHits, ...found.merchants].map((hit) => [hit.id, hit])).values()]
}

/** Merchants of the records, with how many of the shown records are theirs. */
export function merchantsOf(records: RecordHit[]): { id: string; name: string; records: number }[] {
  const all = records.flatMap(({ merchants }) => merchants)
  return [...Map.groupBy(all, ({ id }) => id)]
    .map(([id, each]) => ({ id, name: each[0]?.name ?? id, records: each.length }))
    .toSorted((a, b) => b.records - a.records)
}

/** The page's sentence: how much was found, with whom, and what became a filter. */
export function searchSentence(found: Found, asked: string): string {
  const records = recordsOf(found)
  const filters = chipsSentence(found.chips)
  const how = found.mode === 'text' ? ' Found by words alone, not by meaning.' : ''
  if (records.length === 0) {
    const none = asked === '' ? 'There is no conversation yet.' : 'No conversation says that.'
    return `${none}${filters}${how}`
  }
  const which = found.nextCursor === null ? '' : asked === '' ? 'The newest ' : 'The best '
  const number = counted(records.length, 'conversation')
  return `${which}${which === '' ? number : number.replace(/^1 /, '')}${withWhom(records)}.${filters}${how}`
}

function withWhom(records: RecordHit[]): string {
  const merchants = merchantsOf(records).length
  const unknown = new Set(
    records.filter((hit) => hit.merchants.length === 0).flatMap(({ parties }) => parties),
  ).size
  const parts = [
    merchants > 0 && counted(merchants, 'merchant'),
    unknown > 0 && (unknown === 1 ? 'one unknown party' : `${count(unknown)} unknown parties`),
  ].filter(Boolean)
  return parts.length === 0 ? '' : ` with ${parts.join(' and ')}`
}

function chipsSentence(chips: Chip[]): string {
  if (chips.length === 0) return ''
  const words = [...new Set(chips.map(({ word }) => `“${word}”`))]
  const last = words.pop() ?? ''
  const all = words.length === 0 ? last : `${words.join(', ')} and ${last}`
  return ` ${all} became ${words.length === 0 ? 'a filter' : 'filters'}; take ${words.length === 0 ? 'it' : 'one'} off to see more.`
}

/** What a chip narrows, in a word. */
export const CHIP_NAMES: Record<Chip['filter'], string> = {
  kinds: 'kind',
  merchant: 'merchant',
  time: 'time',
  sentiment: 'sentiment',
  category: 'category',
}

/** Who a hit is with. */
export function whoOf({ merchants, parties, subject }: RecordHit): string {
  const [first, ...others] = merchants
  if (first !== undefined)
    return others.length === 0 ? first.name : `${first.name} and ${count(others.length)} more`
  const [outside] = parties
  return outside === undefined ? (subject ?? 'Nobody known') : party(outside)
}

/** A passage cut where it says what was asked for: pieces, and whether each was meant. */
export function marked(passage: string, words: string): { text: string; hit: boolean }[] {
  const stems = words
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 2)
    .map((word) => escaped(word.length > 3 ? word.replace(/(?:ies|es|s|ing|ed)$/u, '') : word))
  if (stems.length === 0) return [{ text: passage, hit: false }]
  const wanted = new RegExp(`(?<![\\p{L}\\p{N}])((?:${stems.join('|')})[\\p{L}\\p{N}]*)`, 'giu')
  return passage
    .split(wanted)
    .map((text, index) => ({ text, hit: index % 2 === 1 }))
    .filter(({ text }) => text !== '')
}

function escaped(word: string): string {
  return word.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
