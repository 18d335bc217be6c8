/**
 * Trains the models of the local analysis on the labelled texts and writes `weights/`. Run by hand
 * after a change to features, cues or texts: `node packages/sandbox/src/ai/train.ts`.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { SentenceEncoder } from './encoder/encoder.ts'
import { readModelFiles } from './encoder/weights.ts'
import { readLabelled, SETS } from './labelled/labelled.ts'
import { MODEL_NAMES, prepare, train } from './training/examples.ts'

const SIGNIFICANT_DIGITS = 3

const texts = SETS.flatMap(readLabelled)
mkdirSync(new URL('weights/', import.meta.url), { recursive: true })
for (const mode of ['light', 'full'] as const) {
  const prepared = prepare(texts, mode === 'full' ? new SentenceEncoder(readModelFiles()) : null)
  const models = Object.fromEntries(
    MODEL_NAMES.map((name) => {
      const { labels, weights } = train(name, prepared, mode)
      return [name, { labels, weights: weights.map((row) => row.map(rounded)) }]
    }),
  )
  const file = new URL(`weights/${mode}.json`, import.meta.url)
  writeFileSync(file, `${JSON.stringify(models)}\n`)
  console.log(`${mode}: ${texts.length} texts, ${JSON.stringify(models).length} bytes`)
}

function rounded(value: number): number {
  return Number(value.toPrecision(SIGNIFICANT_DIGITS))
}
