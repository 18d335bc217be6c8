/** Facets of records (packages/store/src/standing.ts), added up over days. Pure. */
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import type { DayCounts } from '@switchboard/store/overview'

/** Facets by kind, summed. */
export class Sums {
  readonly #counts = new Map<string, number>()

  constructor(days: readonly DayCounts[]) {
    for (const { kind, counts } of days)
      for (const [facet, count] of counts) {
        const key = `${kind} ${facet}`
        this.#counts.set(key, (this.#counts.get(key) ?? 0) + count)
      }
  }

  /** Of one facet. */
  of(facet: string, kinds: readonly Kind[] = KINDS): number {
    return kinds.reduce((total, kind) => total + (this.#counts.get(`${kind} ${facet}`) ?? 0), 0)
  }

  /** Of every facet that begins so, by the rest of its name. */
  named(prefix: string, kinds: readonly Kind[]): { name: string; count: number }[] {
    const names = new Set(
      [...this.#counts.keys()].flatMap((key) => {
        const facet = key.slice(key.indexOf(' ') + 1)
        return facet.startsWith(prefix) ? [facet.slice(prefix.length)] : []
      }),
    )
    return [...names].map((name) => ({ name, count: this.of(`${prefix}${name}`, kinds) }))
  }
}
