/**
 * The other party's mood at the end, with the sentence that carries it most. Without a word of theirs
 * it cannot be told. No I/O.
 */

import { moodFeatures } from './mood-features.ts'
import { withVector, type Models, type Reading } from './models.ts'
import type { Conversation } from './conversation.ts'
import { applySoftmax, mostLikely } from './softmax.ts'

export interface Sentiment {
  label: string
  confidence: number
  quote: string
}

const NEUTRAL = 'neutral'
/** A neutral quote should say something. */
const TELLING_WORDS = 4

/**
 * @param vector null in the light mode
 * @param light weighs single sentences, which have no vector of their own
 */
export function judgeSentiment(
  conversation: Conversation,
  { mood }: Reading,
  vector: Float32Array | null,
  models: Models,
  light: Models,
): Sentiment {
  const spoke = conversation.lines.some(({ by }) => by !== 'us')
  if (!spoke && conversation.lines.length > 0) {
    return { label: 'unknown', confidence: 0, quote: '' }
  }
  const texts = mood.sentences.map(({ text }) => text)
  // Nothing left to judge: an empty record, or one that only tells a model what to answer.
  if (texts.length === 0) {
    const [only] = conversation.lines
    return { label: NEUTRAL, confidence: 0.5, quote: only?.text.trim() ?? '' }
  }
  const shares = applySoftmax(models.sentiment, withVector(mood.features, vector))
  const found = mostLikely(models.sentiment, shares)
  const label = found?.label ?? NEUTRAL
  const confidence = Math.round((found?.probability ?? 0) * 1000) / 1000
  return { label, confidence, quote: quoteFor(label, texts, conversation, light) }
}

function quoteFor(
  label: string,
  texts: readonly string[],
  conversation: Conversation,
  light: Models,
): string {
  if (label === NEUTRAL) {
    const telling = texts.filter((text) => text.split(/\s+/u).length >= TELLING_WORDS)
    return telling.at(-1) ?? texts.at(-1) ?? ''
  }
  const index = light.sentiment.labels.indexOf(label)
  let found = { text: texts.at(-1) ?? '', share: -1 }
  for (const text of texts) {
    const share = applySoftmax(light.sentiment, moodFeatures([text], conversation))[index] ?? 0
    if (share > found.share) found = { text, share }
  }
  return found.text
}
