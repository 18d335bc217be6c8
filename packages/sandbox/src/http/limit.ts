/** At most `max` requests in any sliding window. Refused requests cost nothing. No I/O. */
export class SlidingLimit {
  private readonly ring: Float64Array
  private readonly windowMs: number
  private granted = 0

  constructor(max: number, windowMs: number) {
    this.ring = new Float64Array(max)
    this.windowMs = windowMs
  }

  /** @returns 0 if granted, else the ms until the next one would be. */
  take(at: number): number {
    const slot = this.granted % this.ring.length
    const oldest = this.granted < this.ring.length ? -Infinity : (this.ring[slot] ?? 0)
    const wait = oldest + this.windowMs - at
    if (wait > 0) return wait
    this.ring[slot] = at
    this.granted++
    return 0
  }
}
