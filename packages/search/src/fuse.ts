/**
 * Several rankings made one: each list says who is better, not by how much, so their scores are left
 * alone and their places are added up (reciprocal rank fusion). Pure.
 */
import type { RecordKey } from '@switchboard/shared/kinds'

/** How little the first places of a list stand out. The usual value. */
const K = 60

/** A passage that some list has found. */
export interface Passage extends RecordKey {
  nth: number
}

/** A record with its best passage; `lists`: which rankings have it, by their names. */
export interface Fused extends Passage {
  score: number // 1: first in every list
  lists: string[]
}

/** Of passages in order, each record's first. */
export function bestOfEach<P extends Passage>(passages: readonly P[]): P[] {
  const best = new Map<string, P>()
  for (const passage of passages) {
    const key = `${passage.kind}/${passage.id}`
    if (!best.has(key)) best.set(key, passage)
  }
  return [...best.values()]
}

/**
 * One ranking of several, best first. A record that a list does not have gets nothing from it. Where
 * two come out alike, the one that the earlier list has put higher goes first.
 * @param lists rankings of passages, best first, by name; the passage shown is the first list's that
 *   has the record
 */
export function fuse(lists: Record<string, readonly Passage[]>): Fused[] {
  const fused = new Map<string, Fused>()
  const names = Object.keys(lists)
  for (const name of names)
    for (const [place, { kind, id, nth }] of bestOfEach(lists[name] ?? []).entries()) {
      const key = `${kind}/${id}`
      const record = fused.get(key) ?? { kind, id, nth, score: 0, lists: [] }
      record.score += (K + 1) / (K + 1 + place) / names.length
      record.lists.push(name)
      fused.set(key, record)
    }
  return [...fused.values()].toSorted((a, b) => b.score - a.score)
}
