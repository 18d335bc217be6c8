/**
 * Where a Worker touches the world, and where it may die. Every D1 call, queue send, request and AI
 * call passes `edge` before it is sent and after it has taken effect. A planned crash kills the
 * handler that passes it: nothing of that handler goes on, as nothing of a killed process does.
 */
import { AsyncLocalStorage } from 'node:async_hooks'

/** One invocation of a handler. */
interface Invocation {
  dead: boolean
  die: () => void
}

/** What a handler's caller sees of its death. */
export class Crashed extends Error {
  override readonly name = 'Crashed'
}

export class Crash {
  readonly #invocation = new AsyncLocalStorage<Invocation>()
  #left = Number.POSITIVE_INFINITY

  /** The handler that passes the n-th edge from now, counted from 1, dies there. */
  plan(n: number): void {
    this.#left = n
  }

  /** @returns whether the planned crash is still to come; it is taken back */
  clear(): boolean {
    const pending = this.#left !== Number.POSITIVE_INFINITY
    this.#left = Number.POSITIVE_INFINITY
    return pending
  }

  /** Runs a handler, which may die. @throws Crashed */
  async invoke(handler: () => unknown): Promise<void> {
    const invocation: Invocation = { dead: false, die: () => {} }
    const death = new Promise<never>((_resolve, reject) => {
      invocation.die = () => reject(new Crashed('killed at an edge'))
    })
    await Promise.race([this.#invocation.run(invocation, async () => handler()), death])
  }

  /** Wraps one effect. */
  async edge<T>(effect: () => Promise<T>): Promise<T> {
    await this.#pass()
    const answer = await effect()
    await this.#pass()
    return answer
  }

  #pass(): Promise<void> {
    const invocation = this.#invocation.getStore()
    if (invocation === undefined) return Promise.resolve() // the test itself
    if (invocation.dead) return new Promise(() => {})
    this.#left -= 1
    if (this.#left > 0) return Promise.resolve()
    this.#left = Number.POSITIVE_INFINITY
    invocation.dead = true
    invocation.die()
    return new Promise(() => {})
  }
}
