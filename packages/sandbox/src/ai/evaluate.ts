/**
 * Prints how good the local analysis is on the labelled texts: `node packages/sandbox/src/ai/evaluate.ts`.
 * `cross-validated`: five parts, each judged by models trained on the other four, figures over all
 * and over the first set; `first set unseen`: trained on all other texts; `trained on`: the committed
 * weights on the texts they were made from, an upper bound.
 */

import { loadModels, type Models } from './analysis/models.ts'
import { applySoftmax, mostLikely, type SoftmaxModel } from './analysis/softmax.ts'
import { SentenceEncoder } from './encoder/encoder.ts'
import { readModelFiles } from './encoder/weights.ts'
import { readLabelled, SETS } from './labelled/labelled.ts'
import type { Mode } from './mode.ts'
import { examplesOf, MODEL_NAMES, prepare, train, type Prepared } from './training/examples.ts'

const PARTS = 5
type Pair = readonly [meant: string, said: string]

const texts = SETS.flatMap(readLabelled)
const firstIds = new Set(readLabelled('first').map(({ id }) => id))
for (const mode of ['light', 'full'] as const) {
  const prepared = prepare(texts, mode === 'full' ? new SentenceEncoder(readModelFiles()) : null)
  const committed = loadModels(mode)
  console.log(`\n${mode}: accuracy / macro-F1`)
  for (const name of MODEL_NAMES) report(name, prepared, mode, committed)
}

function report(
  name: keyof Models,
  prepared: readonly Prepared[],
  mode: Mode,
  committed: Models,
): void {
  const own = shuffled(prepared.filter(({ models }) => models[name] !== undefined))
  const unseen = train(
    name,
    own.filter((text) => !isFirst(text)),
    mode,
  )
  const judged = Array.from({ length: PARTS }, (_, part) => {
    const model = train(
      name,
      own.filter((_text, index) => index % PARTS !== part),
      mode,
    )
    const tested = own.filter((_text, index) => index % PARTS === part)
    return tested.map((text, index) => ({
      text,
      pair: judge(model, name, tested)[index] ?? (['', ''] as const),
    }))
  }).flat()
  console.log(
    [
      name.padEnd(16),
      `cross-validated ${figures(judged.map(({ pair }) => pair))}`,
      `first set ${figures(judged.filter(({ text }) => isFirst(text)).map(({ pair }) => pair))}`,
      `first set unseen ${figures(judge(unseen, name, own.filter(isFirst)))}`,
      `trained on ${figures(judge(committed[name], name, own))}`,
      `(${own.length} texts)`,
    ].join('  '),
  )
}

function isFirst({ labelled }: Prepared): boolean {
  return firstIds.has(labelled.id)
}

function judge(model: SoftmaxModel, name: keyof Models, prepared: readonly Prepared[]): Pair[] {
  return examplesOf(name, prepared).map(({ features, label }) => [
    label,
    mostLikely(model, applySoftmax(model, features))?.label ?? '',
  ])
}

function figures(pairs: readonly Pair[]): string {
  const labels = [...new Set(pairs.map(([meant]) => meant))]
  const f1 = labels.map((label) => {
    const hits = pairs.filter(([meant, said]) => meant === label && said === label).length
    const named = pairs.filter(([meant, said]) => (meant === label) !== (said === label)).length
    return (2 * hits) / (2 * hits + named)
  })
  const right = pairs.filter(([meant, said]) => meant === said).length
  const mean = f1.reduce((sum, value) => sum + value, 0) / f1.length
  return `${(right / pairs.length).toFixed(2)} / ${mean.toFixed(2)}`
}

/** Always the same order. */
function shuffled<T>(list: readonly T[]): T[] {
  let seed = 7
  const next = (): number => (seed = (seed * 1_103_515_245 + 12_345) & 0x7fffffff)
  return list
    .map((member) => ({ member, at: next() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ member }) => member)
}
