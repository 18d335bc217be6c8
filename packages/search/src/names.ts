/**
 * Merchants by what people call them: how like a name a text is, and whom a query speaks of. Typos
 * are forgiven, but no merchant is named by accident: a word that could be anything (`card`) names
 * nobody. Pure.
 */
import { plainWords } from '@switchboard/shared/grams'
import type { Word } from './words.ts'

export interface Named {
  id: string
  name: string
  keys: readonly string[] // E.164 numbers, mail addresses in lower case
}

/** From 0 to 1; `matched`: the name, number or address that is like the text. */
export interface Likeness {
  score: number
  matched: string
}

/** Digits of a number that say nothing yet. */
const FEWEST_DIGITS = 3
/** Below, a text and a name have little in common. */
export const LIKE_ENOUGH = 0.6

/** How like the text this merchant's name, or one of its numbers and addresses, is. */
export function likeness(text: string, { name, keys }: Named): Likeness {
  const digits = text.replaceAll(/\D/g, '')
  const isNumber = digits.length >= FEWEST_DIGITS && !/\p{L}/u.test(text)
  const found = isNumber
    ? keys.flatMap((key) => numberLikeness(digits, key))
    : [
        { score: wordsLikeness(plainWords(text), plainWords(name)), matched: name },
        ...keys
          .filter((key) => key.includes('@'))
          .map((key) => ({ score: addressLikeness(text, key), matched: key })),
      ]
  return found.reduce((best, one) => (one.score > best.score ? one : best), {
    score: 0,
    matched: name,
  })
}

function numberLikeness(digits: string, key: string): Likeness[] {
  if (!key.startsWith('+')) return []
  const number = key.slice(1)
  // The trunk zero and the country are often left out, or written otherwise.
  const tail = digits.replace(/^0+/, '')
  if (!number.includes(tail)) return []
  return [{ score: 0.7 + 0.3 * (tail.length / number.length), matched: key }]
}

function addressLikeness(text: string, key: string): number {
  const typed = text.trim().toLowerCase()
  if (key === typed) return 1
  if (typed.length >= 3 && key.includes(typed)) return 0.7 + 0.25 * (typed.length / key.length)
  return typed.includes('@')
    ? Math.max(0, closeness(typed, key))
    : wordsLikeness(plainWords(text), plainWords(key)) * 0.9
}

/** Each typed word looks for its like in the name; longer words weigh more. */
function wordsLikeness(typed: readonly string[], name: readonly string[]): number {
  if (typed.length === 0 || name.length === 0) return 0
  const found = typed.map((word) => {
    const best = name
      .map((of) => ({
        of,
        like: of.startsWith(word) ? 0.9 + 0.1 * (word.length / of.length) : closeness(word, of),
      }))
      .reduce((a, b) => (b.like > a.like ? b : a))
    return best.like >= 0.6 ? { like: best.like * word.length, of: best.of } : { like: 0, of: null }
  })
  const typedShare = found.reduce((sum, { like }) => sum + like, 0) / weight(typed)
  const covered = new Set(found.map(({ of }) => of).filter((of) => of !== null))
  return typedShare * (0.85 + 0.15 * Math.min(1, weight([...covered]) / weight(name)))
}

/** In letters. */
function weight(words: readonly string[]): number {
  return words.reduce((sum, word) => sum + word.length, 0)
}

function closeness(a: string, b: string): number {
  return 1 - editDistance(a, b) / Math.max(a.length, b.length)
}

/** Letters left out, put in, mistaken or swapped with their neighbour. */
export function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, at) => at)]
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1
      let best = Math.min(
        (rows[i - 1]?.[j] ?? 0) + 1,
        (row[j - 1] ?? 0) + 1,
        (rows[i - 1]?.[j - 1] ?? 0) + same,
      )
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (rows[i - 2]?.[j - 2] ?? 0) + 1)
      row.push(best)
    }
    rows.push(row)
  }
  return rows[a.length]?.[b.length] ?? 0
}

/** Where a query speaks of merchants: several where they share the name. */
export interface Mention {
  ids: string[]
  name: string // of the first
  at: number // the first word
  length: number // in words
}

/** Behind these a single word may name a merchant. */
const INTRODUCES = /^(?:with|from|by|for|at|to|between|merchant|customer|client)$/
/** What many names end in and nobody says. */
const LEGAL = /^(?:llc|inc|ltd|co|corp|company|the|and|gmbh|of)$/

/**
 * The merchants that are spoken of: a whole name, its first two words or more, or behind a word like
 * `with` its first word, if it is not too short to be sure of.
 * @param words a gap (null) ends a name
 * @param candidates merchants whose names share pieces with the query
 */
export function mentioned(
  words: readonly (Word | null)[],
  candidates: readonly Named[],
): Mention | null {
  let best: (Mention & { strength: number }) | null = null
  for (const { id, name } of candidates) {
    const parts = plainWords(name).filter((part, _, all) => !LEGAL.test(part) || all.length === 1)
    if (parts.length === 0) continue
    for (let at = 0; at < words.length; at++) {
      const length = sharedLength(words, at, parts)
      if (length === null || !isSure(words, at, length, parts)) continue
      const strength = length.parts + length.exact / 100
      if (best !== null && Math.abs(best.strength - strength) < 1e-9 && best.at === at)
        best.ids.push(id)
      else if (best === null || strength > best.strength)
        best = { ids: [id], name, at, length: length.words, strength }
    }
  }
  if (best === null) return null
  const { ids, name, at, length } = best
  return { ids, name, at, length }
}

interface Shared {
  parts: number // of the name that are there
  words: number // of the query
  exact: number // parts spelt rightly
}

/** How much of the name stands here, from its first part on. */
function sharedLength(
  words: readonly (Word | null)[],
  at: number,
  parts: readonly string[],
): Shared | null {
  let word = at
  let exact = 0
  let length = 0
  for (const part of parts) {
    while (word > at && LEGAL.test(words[word]?.norm ?? '')) word += 1 // `Smith and Sons`, `Smith & Sons`
    const typed = plainWords(words[word]?.text ?? '').join('')
    if (words[word] == null || !isLike(typed, part, length === 0 ? 4 : 3)) break
    if (typed === part) exact += 1
    length += 1
    word += 1
  }
  return length === 0 ? null : { parts: length, words: word - at, exact }
}

/**
 * One slip in a word of four letters, two in one of eight; a genitive's s is none.
 * @param shortest letters of a word that may have a slip: fewer where a word before it was right
 */
function isLike(typed: string, part: string, shortest: number): boolean {
  if (typed === part || typed === `${part}s` || `${typed}s` === part) return true
  if (part.length < shortest || typed.length < shortest) return false
  return editDistance(typed, part) <= (part.length >= 8 ? 2 : 1)
}

function isSure(
  words: readonly (Word | null)[],
  at: number,
  { parts: length, exact }: Shared,
  parts: readonly string[],
): boolean {
  if (length >= 2) return true
  const [first = ''] = parts
  const introduced = INTRODUCES.test(words[at - 1]?.norm ?? '')
  if (parts.length === 1) return exact === 1 ? first.length >= 3 : introduced && first.length >= 5
  return (
    introduced && first.length >= 4 && (exact === 1 || first.length >= 6) && !ORDINARY.has(first)
  )
}

/** First words of names that say other things too. */
const ORDINARY = new Set(
  (
    'account american best big blue card cash city classic coast coastal corner credit data digital down downtown east ' +
    'express family fast first five fresh general global golden good grand great green happy home house iron ' +
    'island lake little main market master metro modern money mountain national new north ocean old online open ' +
    'pacific park payment plus premier prime pro quality quick rapid red river royal safe service silver smart ' +
    'south spring star stone summer summit sun sunny sunrise super swift team tech text total town trade united urban ' +
    'valley village vista website west white wild wireless world young'
  ).split(' '),
)
