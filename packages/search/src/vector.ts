/**
 * What Vectorize keeps of a record: ids and metadata. Pure. Ids and parties are keyed hashes, never
 * the plain ones: a Message-ID looks like an address, and links change while parties do not.
 */
import type { Analysis } from '@switchboard/shared/analysis'
import { canonicalJson, sha256 } from '@switchboard/shared/hash'
import type { Kind } from '@switchboard/shared/kinds'

/** Vectorize takes no longer id. */
const MAX_ID_BYTES = 64

/** Each member can be filtered by; filters take no arrays, so three parties have a place each. */
export type VectorMetadata = {
  kind: Kind
  party1?: string
  party2?: string
  party3?: string
  direction: 'incoming' | 'outgoing'
  sentiment?: string
  category?: string
  at: number // ms since epoch
}

/** What is known of a record; labels that the analysis lacks are left out. */
export interface VectorFacts {
  kind: Kind
  parties: string[] // keyed hashes of the outside parties
  direction: 'incoming' | 'outgoing'
  sentiment?: NonNullable<Analysis['sentiment']>['label'] | null
  category?: NonNullable<Analysis['category']>['label'] | null
  at: number // ms since epoch
}

/**
 * The id of a record's n-th chunk, counted from 0.
 * @param recordHash keyed hash of kind and id
 */
export function vectorIdOf(recordHash: string, n: number): string {
  const id = `${recordHash}:${n}`
  if (new TextEncoder().encode(id).length > MAX_ID_BYTES)
    throw new RangeError(`a vector id has more than ${MAX_ID_BYTES} bytes`)
  return id
}

/** The ids that a record has no longer, now that it has `chunks` of what were `chunksBefore`. */
export function staleIds(recordHash: string, chunks: number, chunksBefore: number): string[] {
  const stale = Math.max(0, chunksBefore - chunks)
  return Array.from({ length: stale }, (_, n) => vectorIdOf(recordHash, chunks + n))
}

/** The first three parties can be searched for; a party named twice counts once. */
export function vectorMetadata(facts: VectorFacts): VectorMetadata {
  const [party1, party2, party3] = new Set(facts.parties)
  return {
    kind: facts.kind,
    ...(party1 === undefined ? {} : { party1 }),
    ...(party2 === undefined ? {} : { party2 }),
    ...(party3 === undefined ? {} : { party3 }),
    direction: facts.direction,
    ...(facts.sentiment == null ? {} : { sentiment: facts.sentiment }),
    ...(facts.category == null ? {} : { category: facts.category }),
    at: facts.at,
  }
}

/** Equal for equal vectors: the hash of the chunks, the metadata and the embedding model. */
export function vectorFingerprint(
  texts: string[],
  metadata: VectorMetadata,
  model: string,
): Promise<string> {
  return sha256(canonicalJson({ texts, metadata, model }))
}
