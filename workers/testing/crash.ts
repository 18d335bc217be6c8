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
  #at: { when: 'before' | 'after'; words: string } | null = null

  /** The handler that passes the n-th edge from now, counted from 1, dies there. */
  plan(n: number): void {
    this.#left = n
  }

  /** The next handler that does this (`PATCH /v1/pages`, `send enrich-bulk`) dies before or after. */
  planAt(when: 'before' | 'after', words: string): void {
    this.#at = { when, words }
  }

  clear(): void {
    this.#left = Number.POSITIVE_INFINITY
    this.#at = null
  }

  /** Runs a handler, which may die. @throws Crashed */
  async invoke(handler: () => unknown): Promise<void> {
    const invocation: Invocation = { dead: false, die: () => {} }
    const death = new Promise<never>((_resolve, reject) => {
      invocation.die = () => reject(new Crashed('killed at an edge'))
    })
    await Promise.race([this.#invocation.run(invocation, async () => handler()), death])
  }

  /** Wraps one effect. @param what by which `planAt` knows it */
  async edge<T>(effect: () => Promise<T>, what = ''): Promise<T> {
    await this.#pass('before', what)
    const answer = await effect()
    await this.#pass('after', what)
    return answer
  }

  #pass(when: 'before' | 'after', what: string): Promise<void> {
    const invocation = this.#invocation.getStore()
    if (invocation === undefined) return Promise.resolve() // the test itself
    if (invocation.dead) return new Promise(() => {})
    this.#left -= 1
    const here = this.#at?.when === when && what.includes(this.#at.words)
    if (this.#left > 0 && !here) return Promise.resolve()
    this.clear()
    invocation.dead = true
    invocation.die()
    return new Promise(() => {})
  }
}
