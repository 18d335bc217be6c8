/**
 * A conversation as numbers for the sentiment model: what the other party said, in words of the trade
 * and in VADER's general word list, once for all of it and once for its end, since the label is the
 * mood at the end. No I/O.
 */

import { SentimentIntensityAnalyzer } from 'vader-sentiment'
import { sentencesOf, type Conversation, type Line } from './conversation.ts'
import { INSTRUCTION, MOOD_NAMES, MOOD_PATTERNS } from './mood-words.ts'

/** `Best, Tobias` praises nobody. */
const SIGN_OFF =
  /^(?:(?:with |all the )?(?:kind |best |warm )?(?:best|regards|wishes)|sincerely|cheers|yours(?: truly)?|thanks),?\s+\p{Lu}\p{L}*\.?(?:\s\p{Lu}\p{L}*\.?)?$|^(?:(?:kind|best|warm) )?regards[,.]?$/iu

/** Sentences that form the end. */
const END_SENTENCES = 2
/** VADER is slow, and more than in proportion on long texts: it is shown one sentence at a time. */
const SCORED_SENTENCES = 60

export interface Mood {
  /** The other party's sentences, without those that instruct a model. */
  sentences: Line[]
  features: number[]
}

export function readMood(conversation: Conversation): Mood {
  const sentences = sentencesOf(conversation, 'them').filter(
    ({ text }) => !INSTRUCTION.test(text) && !SIGN_OFF.test(text),
  )
  const texts = sentences.map(({ text }) => text)
  return { sentences, features: moodFeatures(texts, conversation) }
}

/** Groups that say `negative`, and those that say `positive`. */
const CROSS = new Set('cross betrayed ignored repeated blame loss threat broken demand'.split(' '))
const GLAD = new Set(['glad', 'praise'])

/**
 * Counts of the groups, whether they stand at the end, VADER's scores (sum, lowest, highest, last,
 * mean), marks and shape. A sentence alone is measured on the same scale, to see how much it carries.
 */
export function moodFeatures(texts: readonly string[], conversation: Conversation): number[] {
  const whole = texts.join(' ')
  const end = texts.slice(-END_SENTENCES).join(' ')
  const counts = MOOD_NAMES.map((name) => count(name, whole))
  const sumOf = (names: ReadonlySet<string>): number =>
    counts.reduce((sum, value, at) => sum + (names.has(MOOD_NAMES[at] ?? '') ? value : 0), 0)
  const [cross, glad, thanks] = [sumOf(CROSS), sumOf(GLAD), sumOf(new Set(['thanks']))]
  const scores = texts.slice(-SCORED_SENTENCES).map(compound)
  const words = whole.split(/\s+/u).filter(Boolean)
  const shouted = words.filter((word) => /^[A-Z]{3,}[!?.]*$/u.test(word)).length
  return [
    ...counts.map(Math.log1p),
    ...MOOD_NAMES.map((name) => Math.min(1, count(name, end))),
    scores.reduce((sum, score) => sum + score, 0),
    Math.min(0, ...scores),
    Math.max(0, ...scores),
    scores.at(-1) ?? 0,
    scores.reduce((sum, score) => sum + score, 0) / Math.max(1, scores.length),
    Math.log1p(whole.split('!').length - 1),
    Math.log1p(whole.split('?').length - 1),
    /\?\?|\?!|!\?/u.test(whole) ? 1 : 0,
    words.length === 0 ? 0 : shouted / words.length,
    Math.log1p(words.length) / 4,
    conversation.isNote ? 1 : 0,
    conversation.kind === 'call' ? 1 : 0,
    conversation.kind === 'mail' ? 1 : 0,
    cross > 0 && glad > 0 ? 1 : 0,
    cross === 0 && glad === 0 && thanks > 0 ? 1 : 0,
  ]
}

function count(name: string, text: string): number {
  return text.match(MOOD_PATTERNS[name] ?? /$^/gu)?.length ?? 0
}

/** Kept: a sentence is scored again when a quote is looked for. */
const compounds = new Map<string, number>()
const KEPT_COMPOUNDS = 5000

function compound(text: string): number {
  if (text === '') return 0
  let score = compounds.get(text)
  if (score === undefined) {
    score = SentimentIntensityAnalyzer.polarity_scores(text).compound
    if (compounds.size >= KEPT_COMPOUNDS) compounds.clear()
    compounds.set(text, score)
  }
  return score
}
