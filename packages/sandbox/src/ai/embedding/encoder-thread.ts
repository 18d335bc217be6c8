/** The thread that the sentence encoder works in (encoder-client.ts talks to it). */

import { parentPort } from 'node:worker_threads'
import { SentenceEncoder } from '../encoder/encoder.ts'
import { readModelFiles } from '../encoder/weights.ts'

export interface Step {
  texts: string[]
}

/** The texts' vectors, one after the other. */
export type StepDone = Float32Array

const encoder = new SentenceEncoder(readModelFiles())

parentPort?.on('message', ({ texts }: Step) => {
  const vectors = encoder.encode(texts)
  const width = vectors[0]?.length ?? 0
  const memory = new ArrayBuffer(4 * width * vectors.length)
  const done: StepDone = new Float32Array(memory)
  for (const [index, vector] of vectors.entries()) done.set(vector, index * width)
  parentPort?.postMessage(done, [memory])
})
