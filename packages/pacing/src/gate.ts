/**
 * The gate: one Durable Object for one outside budget (an API and a key). Whoever wants to send asks
 * here and waits until it is his turn. It lives in a Worker of its own that is deployed first and
 * rarely, so that no other deploy resets it. The rules of the line are in line.ts.
 *
 * Must hold: everything is in memory but `holdUntil`, so a restart forgets the line, callers ask
 * again (client.ts), and a hold that an outside system asked for outlives it.
 */
import { DurableObject } from 'cloudflare:workers'
import type { Lane } from '@switchboard/shared/kinds'
import { PATIENCE_MS, front, hold, join, leave, newLine, turn } from './line.ts'
import type { Rate, Waiter } from './line.ts'

/** `notBefore` is ms since epoch: when it makes sense to ask again. */
export type Admission = { granted: true } | { granted: false; notBefore: number }

/** What a gate looks like right now, for an operator. Times are ms since epoch. */
export interface GateState {
  waiting: Record<Lane, number>
  holdUntil: number
  nextAt: number
  grantedLastMinute: number
}

interface Caller extends Waiter {
  answer: (admission: Admission) => void
  alive: () => unknown
}

export class Gate extends DurableObject {
  readonly #line = newLine<Caller>(Date.now())
  readonly #grantsBySecond = new Map<number, number>()
  #rate: Rate | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #asked: Caller | undefined

  constructor(ctx: DurableObjectState, env: Cloudflare.Env) {
    super(ctx, env)
    void ctx.blockConcurrencyWhile(async () => {
      hold(this.#line, (await ctx.storage.get<number>('holdUntil')) ?? 0)
    })
  }

  /**
   * Pends until the caller may send, at most a minute. `rate` is the caller's configuration: the
   * latest one counts.
   * @param alive asked once, when the caller comes to the front: if it fails, he has vanished and
   * his turn goes to someone else. A cancelled RPC shows itself in no other way; of a crowd that
   * vanishes together at most the foremost still gets a turn
   */
  acquire(lane: Lane, rate: Rate, alive: () => unknown): Promise<Admission> {
    this.#rate = rate
    return new Promise((resolve) => {
      join(this.#line, { lane, since: Date.now(), answer: resolve, alive })
      this.#turn()
    })
  }

  /** Nobody sends for the next `ms`: an outside system asked for it, whoever it told. */
  async hold(ms: number): Promise<void> {
    hold(this.#line, Date.now() + ms)
    this.#turn()
    await this.ctx.storage.put('holdUntil', this.#line.holdUntil)
  }

  describe(): GateState {
    const { waiting, holdUntil, nextAt } = this.#line
    this.#forgetOldGrants(Date.now())
    return {
      waiting: { live: waiting.live.length, bulk: waiting.bulk.length },
      holdUntil,
      nextAt,
      grantedLastMinute: [...this.#grantsBySecond.values()].reduce((sum, n) => sum + n, 0),
    }
  }

  #turn(): void {
    if (this.#rate === undefined) return // nobody has asked yet
    if (this.#timer !== undefined) clearTimeout(this.#timer)
    const now = Date.now()
    const { granted, late, wakeAt } = turn(this.#line, this.#rate, now)
    for (const caller of granted) caller.answer({ granted: true })
    for (const caller of late) this.#sendAway(caller, now)
    if (granted.length > 0) this.#count(granted.length, now)
    if (wakeAt === null) return
    this.#timer = setTimeout(() => this.#turn(), Math.max(0, Math.ceil(wakeAt - now)))
    void this.#askFront()
  }

  /** Asked while the next grant is not due yet, so that the answer costs the line no time. */
  async #askFront(): Promise<void> {
    const caller = front(this.#line)
    if (caller === undefined || caller === this.#asked) return
    this.#asked = caller
    try {
      await caller.alive()
    } catch {
      leave(this.#line, caller)
      this.#sendAway(caller, Date.now()) // heard only if he is there after all
      this.#turn()
    }
  }

  #sendAway(caller: Caller, now: number): void {
    const notBefore = Math.max(now + PATIENCE_MS, this.#line.holdUntil)
    caller.answer({ granted: false, notBefore })
  }

  #count(granted: number, now: number): void {
    const second = Math.floor(now / 1000)
    this.#grantsBySecond.set(second, (this.#grantsBySecond.get(second) ?? 0) + granted)
    this.#forgetOldGrants(now)
  }

  #forgetOldGrants(now: number): void {
    const minuteAgo = Math.floor(now / 1000) - 60
    for (const second of this.#grantsBySecond.keys())
      if (second <= minuteAgo) this.#grantsBySecond.delete(second)
  }
}
