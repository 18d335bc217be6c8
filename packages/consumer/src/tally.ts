/** Counts outside requests by run and API; written once a batch. */
import type { Api } from '@switchboard/shared/kinds'

/** Requests by run and system since they were last taken. */
export class Tally {
  readonly #counts = new Map<string, { runId: string; api: Api; count: number }>()

  /** Counts one request; without a run (live traffic) there is nothing to count it to. */
  add(runId: string | null, api: Api): void {
    if (runId === null) return
    const key = `${runId} ${api}`
    const counted = this.#counts.get(key) ?? { runId, api, count: 0 }
    counted.count += 1
    this.#counts.set(key, counted)
  }

  /** What was counted since the last time, and counts anew. */
  take(): { runId: string; api: Api; count: number }[] {
    const taken = [...this.#counts.values()]
    this.#counts.clear()
    return taken
  }
}

/** `fetch` that counts what it sends. */
export function countingFetch(count: () => void): typeof fetch {
  return (input, init) => {
    count()
    return fetch(input, init)
  }
}
