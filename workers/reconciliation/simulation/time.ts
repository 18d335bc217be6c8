/**
 * Virtual time: what is planned happens in its order, and between two happenings everything that
 * waits for promises alone runs out. Hours pass in milliseconds, the same way every time.
 */

/** Promises that one happening may set off, one after the other. */
const HOPS = 60

export class VirtualTime {
  now: number
  #order = 0
  readonly #heap: { at: number; order: number; run: () => void }[] = []

  constructor(now: number) {
    this.now = now
  }

  /** Plans something for an instant, ms since epoch. */
  at(at: number, run: () => void): void {
    const heap = this.#heap
    heap.push({ at: Math.max(at, this.now), order: (this.#order += 1), run })
    for (let child = heap.length - 1; child > 0;) {
      const parent = (child - 1) >> 1
      if (!this.#isBefore(child, parent)) break
      this.#swap(child, parent)
      child = parent
    }
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.now + ms, resolve))
  }

  /** Lets time pass until `end`. @param done ends it sooner */
  async until(end: number, done: () => boolean = () => false): Promise<void> {
    await settled()
    while ((this.#heap[0]?.at ?? Infinity) <= end && !done()) {
      const next = this.#pop()
      this.now = next.at
      next.run()
      await settled()
    }
    if (!done()) this.now = end
  }

  #pop() {
    const heap = this.#heap
    const [first] = heap
    const last = heap.pop()
    if (first === undefined || last === undefined) throw new Error('nothing is planned')
    if (heap.length > 0) {
      heap[0] = last
      for (let parent = 0; ;) {
        let least = parent
        for (const child of [2 * parent + 1, 2 * parent + 2])
          if (child < heap.length && this.#isBefore(child, least)) least = child
        if (least === parent) break
        this.#swap(parent, least)
        parent = least
      }
    }
    return first
  }

  #isBefore(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a]!, this.#heap[b]!]
    return one.at < other.at || (one.at === other.at && one.order < other.order)
  }

  #swap(a: number, b: number): void {
    const heap = this.#heap
    ;[heap[a], heap[b]] = [heap[b]!, heap[a]!]
  }
}

async function settled(): Promise<void> {
  for (let hop = 0; hop < HOPS; hop++) await Promise.resolve()
}

/** Chance with a seed: the same numbers every time (mulberry32). */
export function chance(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
