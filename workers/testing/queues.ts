/** Queues as a test drives them: what was sent lies here until the test delivers it. */
import type { Crash } from './crash.ts'

export interface Sent {
  id: string
  body: unknown
  attempts: number
  delaySeconds: number
}

/** What became of one delivery. */
export interface Delivery {
  acked: number
  retried: { body: unknown; delaySeconds: number | undefined }[]
}

const MAX_RETRIES = 10 // of the toml files; then the platform moves a message to its dead-letter queue

function sent(_?: void): QueueSendResponse {
  return { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }
}

export class TestQueues {
  readonly waiting = new Map<string, Sent[]>()
  readonly sent: { queue: string; body: unknown }[] = []
  readonly #crash: Crash
  #ids = 0

  constructor(crash: Crash) {
    this.#crash = crash
  }

  /** A queue binding. */
  binding<Body>(name: string): Queue<Body> {
    const put = (body: unknown, delaySeconds = 0) => {
      this.sent.push({ queue: name, body })
      this.of(name).push({ id: `m${++this.#ids}`, body, attempts: 0, delaySeconds })
    }
    return {
      metrics: async () => ({ backlogCount: this.of(name).length, backlogBytes: 0 }),
      send: (body: Body, options?: QueueSendOptions) =>
        this.#crash.edge(async () => sent(put(body, options?.delaySeconds))),
      sendBatch: (messages: Iterable<MessageSendRequest<Body>>) =>
        this.#crash.edge(async () => {
          for (const { body, delaySeconds } of messages) put(structuredClone(body), delaySeconds)
          return sent()
        }),
    }
  }

  of(name: string): Sent[] {
    const waiting = this.waiting.get(name) ?? []
    this.waiting.set(name, waiting)
    return waiting
  }

  /** Everything in flight is gone, as after a restart. */
  lose(): void {
    this.waiting.clear()
  }

  /** Hands a batch to a handler and settles it as the platform does. */
  async deliver(
    name: string,
    handler: (batch: MessageBatch) => unknown,
    size: number,
    bodies?: unknown[],
  ): Promise<Delivery> {
    const taken =
      bodies?.map((body, nth): Sent => ({
        id: `given${nth}`,
        body,
        attempts: 0,
        delaySeconds: 0,
      })) ?? this.of(name).splice(0, size)
    const delivery: Delivery = { acked: 0, retried: [] }
    const verdicts = new Map<Sent, 'ack' | { delaySeconds: number | undefined }>()
    const settle = (message: Sent, verdict: 'ack' | { delaySeconds: number | undefined }) => {
      if (!verdicts.has(message)) verdicts.set(message, verdict)
    }
    const batch = {
      queue: name,
      messages: taken.map((message) => ({
        id: message.id,
        timestamp: new Date(),
        body: message.body,
        attempts: message.attempts + 1,
        ack: () => settle(message, 'ack'),
        retry: (options?: QueueRetryOptions) =>
          settle(message, { delaySeconds: options?.delaySeconds }),
      })),
      ackAll: () => taken.forEach((message) => settle(message, 'ack')),
      retryAll: (options?: QueueRetryOptions) =>
        taken.forEach((message) => settle(message, { delaySeconds: options?.delaySeconds })),
    } as unknown as MessageBatch
    await handler(batch)
    for (const message of taken) {
      const verdict = verdicts.get(message) ?? 'ack' // a handler that returns acknowledges the rest
      if (verdict === 'ack') delivery.acked += 1
      else {
        delivery.retried.push({ body: message.body, delaySeconds: verdict.delaySeconds })
        const moved =
          message.attempts + 1 > MAX_RETRIES ? `${name.replace(/-bulk$/, '')}-dlq` : name
        this.of(moved).push({
          ...message,
          attempts: moved === name ? message.attempts + 1 : 0,
          delaySeconds: verdict.delaySeconds ?? 30,
        })
      }
    }
    return delivery
  }
}
