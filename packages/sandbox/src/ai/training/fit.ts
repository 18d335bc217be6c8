/**
 * Fits a softmax regression by gradient descent with a penalty on the weights' size. Deterministic:
 * the same examples give the same weights. Used by the training script and the evaluation only.
 */

import { softmax, type SoftmaxModel } from '../analysis/softmax.ts'

export interface Example {
  features: ArrayLike<number>
  label: string
}

export interface FitOptions {
  labels: readonly string[]
  /** Strength of the penalty, features having been scaled. */
  penalty: number
  /** How far a feature is scaled below unit variance: a block of many weak features gets less say. */
  share: (feature: number) => number
}

const STEPS = 200
const PACE = 0.3
const MOMENTUM = 0.9
/** 0: labels count as often as they occur; 1: every label counts the same. */
const BALANCE = 0.5

export function fit(examples: readonly Example[], options: FitOptions): SoftmaxModel {
  const width = examples[0]?.features.length ?? 0
  const { labels, penalty } = options
  const { shift, scale } = standardise(examples, width, options.share)
  const rows = examples.map(({ features }) =>
    Float64Array.from(
      { length: width },
      (_, at) => ((features[at] ?? 0) - (shift[at] ?? 0)) * (scale[at] ?? 0),
    ),
  )
  const targets = examples.map(({ label }) => labels.indexOf(label))
  const importance = weighExamples(targets, labels.length)
  const weights = labels.map(() => new Float64Array(width + 1))
  const speeds = labels.map(() => new Float64Array(width + 1))
  for (let step = 0; step < STEPS; step++) {
    const slopes = slopesOf(weights, rows, targets, importance, penalty)
    for (const [label, slope] of slopes.entries()) {
      const row = weights[label] ?? new Float64Array()
      const speed = speeds[label] ?? new Float64Array()
      for (let at = 0; at <= width; at++) {
        speed[at] = MOMENTUM * (speed[at] ?? 0) - PACE * (slope[at] ?? 0)
        row[at] = (row[at] ?? 0) + (speed[at] ?? 0)
      }
    }
  }
  return { labels: [...labels], weights: weights.map((row) => unscale(row, shift, scale)) }
}

function slopesOf(
  weights: readonly Float64Array[],
  rows: readonly Float64Array[],
  targets: readonly number[],
  importance: readonly number[],
  penalty: number,
): Float64Array[] {
  const slopes = weights.map((row) => {
    const slope = row.map((value) => value * penalty)
    slope[row.length - 1] = 0 // the constant is free
    return slope
  })
  for (const [index, row] of rows.entries()) {
    const shares = softmax(weights.map((label) => dot(label, row)))
    for (const [label, slope] of slopes.entries()) {
      const error = (shares[label] ?? 0) - (targets[index] === label ? 1 : 0)
      const factor = error * (importance[index] ?? 0)
      for (let at = 0; at < row.length; at++) {
        slope[at] = (slope[at] ?? 0) + factor * (row[at] ?? 0)
      }
      slope[row.length] = (slope[row.length] ?? 0) + factor
    }
  }
  return slopes
}

/** Shares of one: an example of a rare label counts more. */
function weighExamples(targets: readonly number[], labels: number): number[] {
  const counts = Array.from(
    { length: labels },
    (_, label) => targets.filter((target) => target === label).length,
  )
  const weights = targets.map(
    (target) => (targets.length / labels / (counts[target] ?? 1)) ** BALANCE,
  )
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map((weight) => weight / total)
}

function standardise(
  examples: readonly Example[],
  width: number,
  share: (feature: number) => number,
): { shift: number[]; scale: number[] } {
  const shift: number[] = []
  const scale: number[] = []
  for (let at = 0; at < width; at++) {
    const values = examples.map(({ features }) => features[at] ?? 0)
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    shift.push(mean)
    scale.push(variance < 1e-9 ? 0 : share(at) / Math.sqrt(variance))
  }
  return { shift, scale }
}

/** Weights for features as they come. */
function unscale(row: Float64Array, shift: readonly number[], scale: readonly number[]): number[] {
  const weights = shift.map((_, at) => (row[at] ?? 0) * (scale[at] ?? 0))
  const moved = weights.reduce((sum, weight, at) => sum + weight * (shift[at] ?? 0), 0)
  return [...weights, (row[shift.length] ?? 0) - moved]
}

function dot(weights: Float64Array, row: Float64Array): number {
  let sum = weights[row.length] ?? 0
  for (let at = 0; at < row.length; at++) sum += (weights[at] ?? 0) * (row[at] ?? 0)
  return sum
}
