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
  /** As the last caller said it; null: nobody has asked since it started. */
  rate: Rate | null
  waiting: Record<Lane, number>
  holdUntil: number
  nextAt: number
  grantedLastMinute: Record<Lane, number>
  /** What was granted in each of the last minutes in which anything was, this one too. */
  minutes: ({ at: number } & Record<Lane, number>)[]
}

const MINUTE_MS = 60_000
/** The minute cron asks what was granted, and may miss a few times. */
const MINUTES_KEPT = 10

interface Caller extends Waiter {
  answer: (admission: Admission) => void
  alive: () => unknown
}

/** The Durable Object. It keeps the time; what happens when is said by line.ts. */
export class Gate extends DurableObject {
  readonly #line = newLine<Caller>(Date.now())
  readonly #grantsBySecond = new Map<number, Record<Lane, number>>()
  readonly #grantsByMinute = new Map<number, Record<Lane, number>>()
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
      rate: this.#rate ?? null,
      waiting: { live: waiting.live.length, bulk: waiting.bulk.length },
      holdUntil,
      nextAt,
      grantedLastMinute: [...this.#grantsBySecond.values()].reduce(
        (sum, { live, bulk }) => ({ live: sum.live + live, bulk: sum.bulk + bulk }),
        { live: 0, bulk: 0 },
      ),
      minutes: [...this.#grantsByMinute].map(([minute, granted]) => ({
        at: minute * MINUTE_MS,
        ...granted,
      })),
    }
  }

  #turn(): void {
    if (this.#rate === undefined) return // nobody has asked yet
    if (this.#timer !== undefined) clearTimeout(this.#timer)
    const now = Date.now()
    const { granted, late, wakeAt } = turn(this.#line, this.#rate, now)
    for (const caller of granted) caller.answer({ granted: true })
    for (const caller of late) this.#sendAway(caller, now)
    for (const { lane } of granted) this.#count(lane, now)
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

  #count(lane: Lane, now: number): void {
    for (const [grants, length] of [
      [this.#grantsBySecond, 1000],
      [this.#grantsByMinute, MINUTE_MS],
    ] as const) {
      const span = Math.floor(now / length)
      const counted = grants.get(span) ?? { live: 0, bulk: 0 }
      counted[lane] += 1
      grants.set(span, counted)
    }
    this.#forgetOldGrants(now)
  }

  #forgetOldGrants(now: number): void {
    forgetUntil(this.#grantsBySecond, Math.floor(now / 1000) - 60)
    forgetUntil(this.#grantsByMinute, Math.floor(now / MINUTE_MS) - MINUTES_KEPT)
  }
}

/** They stand in the order of time. */
function forgetUntil(grants: Map<number, unknown>, last: number): void {
  for (const span of grants.keys()) {
    if (span > last) return
    grants.delete(span)
  }
}
