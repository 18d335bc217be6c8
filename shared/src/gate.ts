/** The port through which every outside request passes; packages/pacing fills it in. */

/** One outside budget as a client sees it. */
export interface Pace {
  /** Resolves when a request may be sent now. @throws StageError gate.later */
  acquire(): Promise<void>
  /** Nobody sends for the next `ms`: an outside system asked for it. */
  hold(ms: number): Promise<void>
}

/** How a client reaches the outside. `fetch` counts what it sends. */
export interface Outside {
  fetch: typeof fetch
  pace: Pace
  now: () => number // ms since epoch
}
