/**
 * Queues as a test drives them: what was sent lies here until the test delivers it. Batch size,
 * retries, delay and dead-letter queue are those of the two toml files. A delayed queue message
 * waits for the test's clock.
 */
import consumers from '../../wrangler.consumer.toml?raw'
import producer from '../../wrangler.producer.toml?raw'
import type { Crash } from './crash.ts'

export interface Sent {
  id: string
  body: unknown
  attempts: number
  readyAt: number // ms since epoch
}

/** What became of one delivery. */
export interface Delivery {
  acked: number
  retried: { body: unknown; delaySeconds: number | undefined }[]
}

/** How a queue is consumed. */
interface Consumer {
  queue: string
  maxBatchSize: number
  maxRetries: number
  retryDelay: number
  deadLetterQueue: string | null
}

export const CONSUMERS = new Map(
  [producer, consumers]
    .flatMap((toml) => toml.split(/^\[\[.*queues\.consumers\]\]$/m).slice(1))
    .map(readConsumer)
    .map((consumer) => [consumer.queue, consumer]),
)

function readConsumer(block: string): Consumer {
  const [table = ''] = block.split(/^\[/m)
  const settings = new Map(
    Array.from(table.matchAll(/^(\w+) = "?([^"\n]+)"?$/gm), ([, name, value]) => [name, value]),
  )
  return {
    queue: settings.get('queue') ?? '',
    maxBatchSize: Number(settings.get('max_batch_size')),
    maxRetries: Number(settings.get('max_retries')),
    retryDelay: Number(settings.get('retry_delay')),
    deadLetterQueue: settings.get('dead_letter_queue') ?? null,
  }
}

const METRICS = { metadata: { metrics: { backlogCount: 0, backlogBytes: 0 } } }

export class TestQueues {
  readonly #waiting = new Map<string, Sent[]>()
  /** Everything that was ever sent. */
  readonly sent: { queue: string; body: unknown }[] = []
  readonly #crash: Crash
  #inFlight: { name: string; messages: Sent[] } | null = null
  #ids = 0

  constructor(crash: Crash) {
    this.#crash = crash
  }

  /** A queue binding. */
  binding<Body>(name: string): Queue<Body> {
    const put = (body: unknown, delaySeconds = 0) => {
      this.sent.push({ queue: name, body })
      this.of(name).push({
        id: `m${++this.#ids}`,
        body: structuredClone(body),
        attempts: 0,
        readyAt: Date.now() + delaySeconds * 1000,
      })
    }
    return {
      metrics: async () => ({ backlogCount: this.of(name).length, backlogBytes: 0 }),
      send: (body: Body, options?: QueueSendOptions) =>
        this.#crash.edge(async () => {
          put(body, options?.delaySeconds)
          return METRICS
        }, `send ${name}`),
      sendBatch: (messages: Iterable<MessageSendRequest<Body>>) =>
        this.#crash.edge(async () => {
          for (const { body, delaySeconds } of messages) put(body, delaySeconds)
          return METRICS
        }, `send ${name}`),
    }
  }

  /** What lies in a queue, delayed or not. */
  of(name: string): Sent[] {
    const waiting = this.#waiting.get(name) ?? []
    this.#waiting.set(name, waiting)
    return waiting
  }

  /** What could be delivered now. */
  ready(name: string): Sent[] {
    return this.of(name).filter(({ readyAt }) => readyAt <= Date.now())
  }

  /** Everything is gone, what was in flight too, as after a restart. */
  lose(): void {
    this.#waiting.clear()
    this.#inFlight = null
  }

  /** What a dead handler held comes again. */
  redeliver(): void {
    if (this.#inFlight === null) return
    const { name, messages } = this.#inFlight
    this.of(name).push(...messages.map((sent) => ({ ...sent, attempts: sent.attempts + 1 })))
    this.#inFlight = null
  }

  /** Hands a batch to a handler and settles it as the platform does. @throws Crashed */
  async deliver(
    name: string,
    handler: (batch: MessageBatch) => unknown,
    given?: { bodies?: unknown[] | undefined; size?: number | undefined },
  ): Promise<Delivery> {
    const taken = given?.bodies
      ? given.bodies.map((body, nth) => ({ id: `given${nth}`, body, attempts: 0, readyAt: 0 }))
      : this.#take(name, given?.size ?? CONSUMERS.get(name)?.maxBatchSize ?? 1)
    this.#inFlight = { name, messages: taken }
    const verdicts = new Map<Sent, 'ack' | { delaySeconds: number | undefined }>()
    const batch = batchOf(name, taken, (sent, verdict) => {
      if (!verdicts.has(sent)) verdicts.set(sent, verdict) // the first one counts
    })
    await this.#crash.invoke(() => handler(batch))
    this.#inFlight = null
    return this.#settle(name, taken, verdicts)
  }

  #take(name: string, size: number): Sent[] {
    const taken = this.ready(name).slice(0, size)
    this.#waiting.set(
      name,
      this.of(name).filter((sent) => !taken.includes(sent)),
    )
    return taken
  }

  #settle(
    name: string,
    taken: Sent[],
    verdicts: Map<Sent, 'ack' | { delaySeconds: number | undefined }>,
  ): Delivery {
    const delivery: Delivery = { acked: 0, retried: [] }
    const { maxRetries = 0, retryDelay = 0, deadLetterQueue = null } = CONSUMERS.get(name) ?? {}
    for (const sent of taken) {
      const verdict = verdicts.get(sent) ?? 'ack' // a handler that returns acknowledges the rest
      if (verdict === 'ack') {
        delivery.acked += 1
        continue
      }
      delivery.retried.push({ body: sent.body, delaySeconds: verdict.delaySeconds })
      const attempts = sent.attempts + 1
      const readyAt = Date.now() + (verdict.delaySeconds ?? retryDelay) * 1000
      if (attempts <= maxRetries) this.of(name).push({ ...sent, attempts, readyAt })
      else if (deadLetterQueue !== null)
        this.of(deadLetterQueue).push({ ...sent, attempts: 0, readyAt: Date.now() })
    }
    return delivery
  }
}

function batchOf(
  queue: string,
  taken: Sent[],
  settle: (sent: Sent, verdict: 'ack' | { delaySeconds: number | undefined }) => void,
): MessageBatch {
  return {
    queue,
    messages: taken.map((sent) => ({
      id: sent.id,
      timestamp: new Date(),
      body: sent.body,
      attempts: sent.attempts + 1,
      ack: () => settle(sent, 'ack'),
      retry: (options) => settle(sent, { delaySeconds: options?.delaySeconds }),
    })),
    ackAll: () => taken.forEach((sent) => settle(sent, 'ack')),
    retryAll: (options) =>
      taken.forEach((sent) => settle(sent, { delaySeconds: options?.delaySeconds })),
    ...METRICS,
  }
}
