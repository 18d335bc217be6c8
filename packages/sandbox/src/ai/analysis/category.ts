/** What a record is about, by the labels the asker allows, with the sentence that shows it. No I/O. */

import type { Conversation } from './conversation.ts'
import { evidenceFor } from './cue-features.ts'
import { withVector, type Models, type Reading } from './models.ts'
import { applySoftmax, mostLikely } from './softmax.ts'

export interface Category {
  label: string
  quote: string
}

/** @param allowed the labels of the schema; null: any */
export function judgeCategory(
  conversation: Conversation,
  { category }: Reading,
  vector: Float32Array | null,
  models: Models,
  allowed: ReadonlySet<string> | null,
): Category {
  const model = conversation.kind === 'call' ? models.callCategory : models.writtenCategory
  const shares = applySoftmax(model, withVector(category.features, vector))
  const found = mostLikely(model, shares, (label) => allowed === null || allowed.has(label))
  if (found === null) return { label: 'unknown', quote: '' }
  const [first] = category.sentences
  const evidence = evidenceFor(found.label, category, model)
  return { label: found.label, quote: evidence === '' ? (first?.text ?? '') : evidence }
}
