/**
 * Cues as numbers: where in a conversation each of them stands. Shared by the models that know a
 * category and those that decide whether anything is left to do. No I/O.
 */

import type { Cues } from './category-cues.ts'
import { sentencesOf, type Conversation, type Line } from './conversation.ts'
import { MOOD_PATTERNS } from './mood-words.ts'
import type { SoftmaxModel } from './softmax.ts'

const MOODS = ['cross', 'betrayed', 'ignored', 'repeated', 'threat', 'demand', 'glad', 'praise']
/** Fewer words than this is a stub of a record. */
const SHORT_WORDS = 12
/** A quote shorter than this says little by itself. */
const TELLING_CHARACTERS = 12
/** Per cue: anywhere, in their words, in their first two sentences, in their last, share of all. */
const NUMBERS_A_CUE = 5

export interface CueReading {
  sentences: Line[]
  features: number[]
  /** By sentence, then by cue. */
  hits: boolean[][]
}

export function readCues(conversation: Conversation, cues: Cues): CueReading {
  const patterns = Object.values(cues)
  const sentences = sentencesOf(conversation, 'all')
  const hits = sentences.map(({ text }) => patterns.map((pattern) => pattern.test(text)))
  const theirs = sentences.flatMap(({ by }, index) => (by === 'us' ? [] : [index]))
  const held = (indexes: readonly number[], cue: number): number =>
    indexes.some((index) => hits[index]?.[cue]) ? 1 : 0
  const everywhere = [...sentences.keys()]
  const words = sentences.reduce((sum, { text }) => sum + text.split(/\s+/u).length, 0)
  const theirWords = theirs.map((index) => sentences[index]?.text ?? '').join(' ')
  const features = [
    ...patterns.flatMap((_, cue) => [
      held(everywhere, cue),
      held(theirs, cue),
      held(theirs.slice(0, 2), cue),
      held(theirs.slice(-1), cue),
      hits.filter((row) => row[cue]).length / Math.max(1, sentences.length),
    ]),
    Math.log1p(words) / 2,
    words < SHORT_WORDS ? 1 : 0,
    words === 0 ? 1 : 0,
    conversation.isNote ? 1 : 0,
    conversation.kind === 'mail' ? 1 : 0,
    ...MOODS.map((mood) =>
      Math.log1p(theirWords.match(MOOD_PATTERNS[mood] ?? /$^/gu)?.length ?? 0),
    ),
  ]
  return { sentences, features, hits }
}

/** The sentence whose cues speak most for the label, over the other labels; '' where none does. */
export function evidenceFor(label: string, reading: CueReading, model: SoftmaxModel): string {
  const own = model.weights[model.labels.indexOf(label)] ?? []
  const others = model.weights.filter((weights) => weights !== own)
  const say = (cue: number, number: number): number => {
    const at = cue * NUMBERS_A_CUE + number
    const rest = others.reduce((sum, weights) => sum + (weights[at] ?? 0), 0) / others.length
    return (own[at] ?? 0) - rest
  }
  let found = { text: '', score: 0 }
  for (const [index, { by, text }] of reading.sentences.entries()) {
    let score = 0
    for (const [cue, hit] of (reading.hits[index] ?? []).entries()) {
      if (hit) score += say(cue, 0) + say(cue, 4) + (by === 'us' ? 0 : say(cue, 1))
    }
    if (text.length < TELLING_CHARACTERS) score /= 2
    if (score > found.score) found = { text, score }
  }
  return found.text
}
