/**
 * The sentence encoder, in a thread of its own. Texts of all requests wait in two queues and are
 * handed over in small steps, urgent ones first: an analysis waits for one step, never behind a
 * hundred texts that want vectors. What was encoded once is kept by the hash of its text.
 */

import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { ENCODED_WIDTH } from '../encoder/encoder.ts'
import type { Step, StepDone } from './encoder-thread.ts'

/** About 80 ms of work. */
const STEP_CHARACTERS = 1500
/** One step works while the next waits at the thread's door. */
const STEPS_UNDER_WAY = 2
/** 2 KB each. */
const KEPT_VECTORS = 10_000

interface Waiting {
  text: string
  settle: (vector: Float32Array) => void
  fail: (error: Error) => void
}

export class EncoderClient {
  private readonly thread = new Worker(new URL('encoder-thread.ts', import.meta.url))
  private readonly urgent: Waiting[] = []
  private readonly patient: Waiting[] = []
  private readonly underWay: Waiting[][] = []
  private readonly kept = new Map<string, Promise<Float32Array>>()
  private broken: Error | null = null

  constructor() {
    this.thread.unref()
    this.thread.on('message', (vectors: StepDone) => {
      this.finish(vectors)
    })
    this.thread.on('error', (error) => {
      this.breakDown(error instanceof Error ? error : new Error(String(error)))
    })
  }

  /**
   * A vector of 512 numbers; zeros for a blank text.
   * @throws Error where the thread has ended
   */
  encode(text: string, isUrgent: boolean): Promise<Float32Array> {
    if (text.trim() === '') return Promise.resolve(new Float32Array(ENCODED_WIDTH))
    const key = createHash('sha1').update(text).digest('base64')
    const known = this.kept.get(key)
    if (known !== undefined) {
      // Used again: it moves to the young end.
      this.kept.delete(key)
      this.kept.set(key, known)
      return known
    }
    const vector = new Promise<Float32Array>((settle, fail) => {
      if (this.broken !== null) fail(this.broken)
      ;(isUrgent ? this.urgent : this.patient).push({ text, settle, fail })
    })
    this.kept.set(key, vector)
    for (const oldest of this.kept.keys()) {
      if (this.kept.size <= KEPT_VECTORS) break
      this.kept.delete(oldest)
    }
    this.handOver()
    return vector
  }

  async stop(): Promise<void> {
    await this.thread.terminate()
  }

  private handOver(): void {
    while (this.underWay.length < STEPS_UNDER_WAY) {
      const step: Waiting[] = []
      let characters = 0
      for (const queue of [this.urgent, this.patient]) {
        while (queue[0] !== undefined && (step.length === 0 || characters < STEP_CHARACTERS)) {
          const next = queue.shift()
          if (next === undefined) break
          step.push(next)
          characters += next.text.length
        }
      }
      if (step.length === 0) return
      this.underWay.push(step)
      const message: Step = { texts: step.map(({ text }) => text) }
      this.thread.postMessage(message, [])
    }
  }

  private finish(vectors: StepDone): void {
    for (const [index, { settle }] of (this.underWay.shift() ?? []).entries()) {
      settle(vectors.slice(index * ENCODED_WIDTH, (index + 1) * ENCODED_WIDTH))
    }
    this.handOver()
  }

  private breakDown(error: Error): void {
    this.broken = error
    for (const { fail } of [...this.underWay.flat(), ...this.urgent, ...this.patient]) fail(error)
    this.kept.clear()
  }
}
