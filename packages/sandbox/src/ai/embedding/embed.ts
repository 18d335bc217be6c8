/**
 * Texts as vectors of 1,024 numbers and length one, as many as bge-m3 has. Full: half meaning (the
 * sentence encoder), half words (hashed). Light: words alone.
 */

import { setImmediate } from 'node:timers/promises'
import type { EncoderClient } from './encoder-client.ts'
import { lexicalVector } from './lexical.ts'

export const DIMENSIONS = 1024
/** Hashed in one go, before other requests get their turn. */
const HASHED_AT_ONCE = 16

/** @param encoder null in the light mode */
export async function embed(
  texts: readonly string[],
  encoder: EncoderClient | null,
): Promise<Float32Array[]> {
  const meanings = texts.map((text) => encoder?.encode(text, false))
  const vectors: Float32Array[] = []
  for (const [index, text] of texts.entries()) {
    const meaning = await meanings[index]
    if (index % HASHED_AT_ONCE === HASHED_AT_ONCE - 1) await setImmediate()
    vectors.push(
      meaning === undefined
        ? lexicalVector(text, DIMENSIONS)
        : joined(meaning, lexicalVector(text, DIMENSIONS - meaning.length)),
    )
  }
  return vectors
}

/** Each half counts the same. */
function joined(meaning: Float32Array, words: Float32Array): Float32Array {
  const vector = new Float32Array(DIMENSIONS)
  vector.set(meaning, 0)
  vector.set(words, meaning.length)
  const length = Math.hypot(...vector) || 1
  return vector.map((value) => value / length)
}
