/**
 * Noun phrases that a record is about, as they stand in the text: runs of adjectives and nouns, the
 * more often and the longer the better. No I/O.
 */

import { sentencesOf, type Conversation } from './conversation.ts'
import { tag } from './language.ts'

const KEYWORDS_AT_MOST = 6
const WORDS_AT_MOST = 3
/** Longer records repeat themselves; their start says what they are about. */
const READ_CHARACTERS = 6000
const EMPTY_WORDS = new Set(
  'caller agent thanks thank hi hello hey dear regards best cheers yes no ok okay sure thing things lot bit way day days week weeks month months year years today tomorrow yesterday tonight morning afternoon evening monday tuesday wednesday thursday friday saturday sunday time times sir maam guy guys people man one ones anything something nothing everything else much many more most little good great fine last next same other new old first second third sorry please number minute minutes hour hours subject voicemail'.split(
    ' ',
  ),
)

interface Word {
  text: string
  isNoun: boolean
}

export function findKeywords(conversation: Conversation): string[] {
  const spoken = sentencesOf(conversation, 'all').map(({ text }) => text)
  const text = [conversation.subject, ...spoken].join('\n').slice(0, READ_CHARACTERS)
  const counts = new Map<string, { text: string; score: number }>()
  for (const phrase of nounPhrases(text)) {
    const words = phrase.map(({ text: word }) => word)
    const key = words.join(' ').toLowerCase()
    const known = counts.get(key) ?? { text: words.join(' '), score: 0 }
    known.score += 1 + 0.5 * (words.length - 1)
    counts.set(key, known)
  }
  return [...counts.values()]
    .toSorted((a, b) => b.score - a.score)
    .filter(
      ({ text: phrase }, index, all) => !all.slice(0, index).some((o) => within(phrase, o.text)),
    )
    .slice(0, KEYWORDS_AT_MOST)
    .map(({ text: phrase }) => phrase)
}

/** Runs of adjectives and nouns that end in a noun, cut to the last three words. */
function nounPhrases(text: string): Word[][] {
  const phrases: Word[][] = []
  let run: Word[] = []
  const end = (): void => {
    while (run.at(-1)?.isNoun === false) run.pop()
    if (run.length > 0) phrases.push(run.slice(-WORDS_AT_MOST))
    run = []
  }
  for (const { word, pos, before } of tag(text)) {
    const isNoun = pos === 'NOUN' || pos === 'PROPN'
    const plain = /^[\p{L}][\p{L}\p{N}]+$/u.test(word) && !EMPTY_WORDS.has(word.toLowerCase())
    // Only a single blank may stand between the words of a phrase: it must be found again as it is.
    if (before !== ' ') end()
    if (plain && (isNoun || pos === 'ADJ')) run.push({ text: word, isNoun })
    else end()
  }
  end()
  return phrases
}

function within(phrase: string, other: string): boolean {
  return ` ${other.toLowerCase()} `.includes(` ${phrase.toLowerCase()} `)
}
