/**
 * Sends deliveries as OpenPhone does: signed, any 2xx accepts, else again after +5 s, +5 min,
 * +30 min, +2 h, +5 h, +10 h, +10 h, then `failed`. Order is not guaranteed and an accepted delivery
 * may come twice, where the options say so. What waits is in the store and survives a restart.
 *
 * A disabled webhook's deliveries wait until it is enabled. Clock, timer, chance and network are
 * ports.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { standardHeaders } from './sign.ts'
import type { Attempt, StoredDelivery, WebhookStore } from './webhook-store.ts'

/** Runs something once after so many ms; what comes back calls it off. */
export type After = (ms: number, run: () => void) => () => void

export interface SenderOptions {
  after?: After
  /** Waits before the second try, the third ... */
  againAfterMs?: readonly number[]
  timeoutMs?: number
  /** The longest that a first try waits, by chance: events overtake each other. */
  jitterMs?: number
  /** The share of accepted deliveries that come once more. */
  duplicates?: number
  random?: () => number
  fetch?: typeof fetch
}

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
export const AGAIN_AFTER_MS = [
  5 * SECOND_MS,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  10 * HOUR_MS,
]
const MOST_BODY_KEPT = 1000

export class Sender {
  private readonly store: WebhookStore
  private readonly clock: () => number
  private readonly options: Required<SenderOptions>
  private readonly timers = new Map<string, () => void>() // by delivery
  private readonly underWay = new Map<Promise<void>, AbortController>()
  private closed = false

  /** @param clock ms since epoch */
  constructor(store: WebhookStore, clock: () => number, options: SenderOptions = {}) {
    this.store = store
    this.clock = clock
    this.options = {
      after: afterTimeout,
      againAfterMs: AGAIN_AFTER_MS,
      timeoutMs: 10_000,
      jitterMs: 0,
      duplicates: 0,
      random: Math.random,
      fetch: (input, init) => fetch(input, init),
      ...options,
    }
  }

  /** A new delivery, on its way. */
  deliver(
    event: Pick<StoredDelivery, 'webhookId' | 'eventId' | 'resourceId' | 'eventType' | 'body'>,
  ): StoredDelivery {
    const now = this.clock()
    const delivery: StoredDelivery = {
      ...event,
      id: `msg_${randomBytes(15).toString('base64url').replaceAll(/[-_]/g, '0')}`,
      status: 'pending',
      attempts: [],
      nextAttemptAt: now + Math.floor(this.options.random() * this.options.jitterMs),
      createdAt: now,
    }
    this.store.saveDelivery(delivery)
    this.schedule(delivery)
    return delivery
  }

  /** One more try, soon, whatever came of the others. */
  retry(delivery: StoredDelivery): void {
    this.put(0, delivery, 'manual')
  }

  /** Takes up what waits for this webhook: after a restart, or now that it is enabled. */
  resume(webhookId: string): void {
    for (const delivery of this.store.waiting(webhookId))
      if (!this.timers.has(delivery.id)) this.schedule(delivery)
  }

  /** Resolves when nothing is being sent; what waits for a later try goes on waiting. */
  async settled(): Promise<void> {
    while (this.underWay.size > 0) await Promise.all(this.underWay.keys())
  }

  async close(): Promise<void> {
    this.closed = true
    for (const callOff of this.timers.values()) callOff()
    this.timers.clear()
    for (const abort of this.underWay.values()) abort.abort()
    await this.settled()
  }

  private schedule(delivery: StoredDelivery): void {
    if (delivery.nextAttemptAt === null) return
    this.put(Math.max(0, delivery.nextAttemptAt - this.clock()), delivery, 'scheduled')
  }

  private put(
    ms: number,
    { id, webhookId }: StoredDelivery,
    trigger: Attempt['triggerType'],
  ): void {
    this.timers.get(id)?.()
    const callOff = this.options.after(ms, () => {
      this.timers.delete(id)
      if (this.closed) return
      const abort = new AbortController()
      const attempt = this.attempt(webhookId, id, trigger, abort)
      this.underWay.set(attempt, abort)
      void attempt.finally(() => this.underWay.delete(attempt))
    })
    this.timers.set(id, callOff)
  }

  private async attempt(
    webhookId: string,
    id: string,
    triggerType: Attempt['triggerType'],
    abort: AbortController,
  ): Promise<void> {
    const webhook = this.store.webhook(webhookId)
    const before = this.store.delivery(webhookId, id)
    if (webhook === undefined || before === undefined || webhook.status === 'disabled') return
    const startedAt = this.clock()
    const answer = await this.post(webhook.url, webhook.key, before, abort)
    if (this.closed) return // its outcome is not known: it is sent again
    const accepted = answer.status >= 200 && answer.status < 300
    const attempts: Attempt[] = [
      ...before.attempts,
      {
        id: randomUUID(),
        timestamp: new Date(startedAt).toISOString(),
        status: accepted ? 'success' : 'failed',
        responseStatusCode: answer.status,
        responseBody: answer.body,
        responseDurationMs: this.clock() - startedAt,
        triggerType,
        url: webhook.url,
      },
    ]
    const once = before.status === 'success' // a duplicate, or asked for by hand
    const tries = attempts.filter((attempt) => attempt.triggerType === 'scheduled').length
    const delay = this.options.againAfterMs[tries - 1]
    const again = !accepted && !once && delay !== undefined && before.status !== 'failed'
    const after: StoredDelivery = {
      ...before,
      attempts,
      status: accepted || once ? 'success' : again ? 'sending' : 'failed',
      nextAttemptAt: again ? this.clock() + delay : null,
    }
    this.store.saveDelivery(after)
    if (again) this.schedule(after)
    const { duplicates, random } = this.options
    if (accepted && !once && random() < duplicates) this.retry(after)
  }

  /** Status 0: no answer came. */
  private async post(
    url: string,
    key: string,
    { id, body }: StoredDelivery,
    abort: AbortController,
  ): Promise<{ status: number; body: string }> {
    const callOff = this.options.after(this.options.timeoutMs, () => abort.abort())
    try {
      const response = await this.options.fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: {
          'content-type': 'application/json',
          ...standardHeaders(key, id, body, this.clock()),
        },
        body,
        signal: abort.signal,
      })
      return { status: response.status, body: (await response.text()).slice(0, MOST_BODY_KEPT) }
    } catch {
      return { status: 0, body: '' }
    } finally {
      callOff()
    }
  }
}

function afterTimeout(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms)
  timer.unref() // what waits for hours must not keep a process alive
  return () => clearTimeout(timer)
}
