/**
 * The words of a text as a vector of fixed length: stems and pieces of words hashed into buckets, so
 * that texts with words in common are near each other, misspelt or not. No model, no I/O.
 */

import { stemsOf } from '../analysis/language.ts'

/** A stem says what a word is; its pieces catch misspellings and compounds. */
const PIECE_WEIGHT = 0.25
const PIECE_SIZES = [4, 5]

/** @returns a vector of length one; zeros for a text without words */
export function lexicalVector(text: string, buckets: number): Float32Array {
  const counts = new Map<string, number>()
  const count = (feature: string): void => {
    counts.set(feature, (counts.get(feature) ?? 0) + 1)
  }
  for (const { word, stem } of stemsOf(text.toLowerCase())) {
    count(`=${stem}`)
    const bounded = `<${word}>`
    for (const size of PIECE_SIZES) {
      for (let at = 0; at + size <= bounded.length; at++) count(bounded.slice(at, at + size))
    }
  }
  const vector = new Float32Array(buckets)
  for (const [feature, times] of counts) {
    const hash = fnv(feature)
    const weight = (1 + Math.log(times)) * (feature.startsWith('=') ? 1 : PIECE_WEIGHT)
    const bucket = hash % buckets
    vector[bucket] = (vector[bucket] ?? 0) + (hash & 65_536 ? weight : -weight)
  }
  const length = Math.hypot(...vector) || 1
  return vector.map((value) => value / length)
}

/** FNV-1a over UTF-16 units. */
function fnv(text: string): number {
  let hash = 2_166_136_261
  for (let at = 0; at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 16_777_619)
  }
  return hash >>> 0
}
