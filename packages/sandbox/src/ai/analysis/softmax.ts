/**
 * Softmax regression as it is applied: one row of weights a label, the constant last. Small on
 * purpose: with a few hundred labelled texts anything larger learns them by heart. No I/O.
 */

export interface SoftmaxModel {
  labels: string[]
  weights: number[][]
}

/**
 * Probabilities by label, in the model's order.
 * @throws Error where the weights were trained on other features than these
 */
export function applySoftmax(model: SoftmaxModel, features: ArrayLike<number>): number[] {
  return softmax(
    model.weights.map((weights) => {
      if (weights.length !== features.length + 1) {
        throw new Error(
          `${features.length} features, ${weights.length} weights: run train.ts again`,
        )
      }
      let sum = weights[features.length] ?? 0
      for (let at = 0; at < features.length; at++) sum += (features[at] ?? 0) * (weights[at] ?? 0)
      return sum
    }),
  )
}

/** The most likely of the labels allowed, with its probability; null where none is. */
export function mostLikely(
  model: SoftmaxModel,
  probabilities: readonly number[],
  allowed: (label: string) => boolean = () => true,
): { label: string; probability: number } | null {
  let found: { label: string; probability: number } | null = null
  for (const [index, label] of model.labels.entries()) {
    const probability = probabilities[index] ?? 0
    if (allowed(label) && probability > (found?.probability ?? -1)) found = { label, probability }
  }
  return found
}

export function softmax(scores: readonly number[]): number[] {
  const highest = Math.max(...scores)
  const shares = scores.map((score) => Math.exp(score - highest))
  const sum = shares.reduce((total, share) => total + share, 0)
  return shares.map((share) => share / sum)
}
