/** Lists as they stood when they were left: whoever comes back by Back finds the place again. */
import type { Keyset } from './keyset.ts'

const MOST_KEPT = 20
const kept = new Map<string, Keyset<unknown>>()

export function keepList<Row>(path: string, list: Keyset<Row>): void {
  kept.delete(path)
  kept.set(path, list)
  const [oldest] = kept.keys()
  if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest)
}

/** The list of this path; undefined: it was not read yet. */
export function keptList<Row>(path: string): Keyset<Row> | undefined {
  return kept.get(path) as Keyset<Row> | undefined
}

/** Forgets them all: someone else may sign in. */
export function forgetLists(): void {
  kept.clear()
}
