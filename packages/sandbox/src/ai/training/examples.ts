/**
 * Labelled texts as examples for each model, and how each model is fitted. The same functions read a
 * text here and at run time. Used by the training script and the evaluation only.
 */

import { readConversation } from '../analysis/conversation.ts'
import { readMood } from '../analysis/mood-features.ts'
import {
  encodedText,
  NO_ACTION,
  readAll,
  SOME_ACTION,
  withVector,
  type Models,
} from '../analysis/models.ts'
import type { SoftmaxModel } from '../analysis/softmax.ts'
import { ENCODED_WIDTH, type SentenceEncoder } from '../encoder/encoder.ts'
import type { Mode } from '../mode.ts'
import type { Labelled } from '../labelled/labelled.ts'
import { fit, type Example } from './fit.ts'

export interface Prepared {
  labelled: Labelled
  models: Partial<Record<keyof Models, Example>>
}

/** Penalty, and the say of hand-made features and of the encoder's; found by cross-validation. */
const FITS: Readonly<
  Record<keyof Models, readonly [penalty: number, cues: number, vector: number]>
> = {
  sentiment: [0.02, 0.6, 0.35],
  callCategory: [0.03, 1, 0.2],
  writtenCategory: [0.1, 0.6, 0.35],
  callAction: [0.1, 0.6, 0.2],
  writtenAction: [0.03, 0.6, 0.35],
}

export const MODEL_NAMES = Object.keys(FITS) as (keyof Models)[]

/** @param encoder null prepares for the light mode */
export function prepare(texts: readonly Labelled[], encoder: SentenceEncoder | null): Prepared[] {
  const conversations = texts.map(({ kind, text }) =>
    readConversation(JSON.stringify({ kind, utterances: [{ by: 'them', text }] })),
  )
  const moods = conversations.map(readMood)
  const vectors = encoder?.encode(moods.map(encodedText)) ?? []
  return texts.map((labelled, index) => {
    const [conversation, mood] = [conversations[index], moods[index]]
    if (conversation === undefined || mood === undefined) throw new Error('unequal lengths')
    const reading = readAll(conversation, mood)
    const vector = vectors[index] ?? null
    const example = (features: readonly number[], label: string): Example => ({
      features: withVector(features, vector),
      label,
    })
    const isCall = labelled.kind === 'call'
    return {
      labelled,
      models: {
        sentiment: example(mood.features, labelled.sentiment),
        [isCall ? 'callCategory' : 'writtenCategory']: example(
          reading.category.features,
          labelled.category,
        ),
        [isCall ? 'callAction' : 'writtenAction']: example(
          reading.action.features,
          labelled.hasAction ? SOME_ACTION : NO_ACTION,
        ),
      },
    }
  })
}

export function train(name: keyof Models, prepared: readonly Prepared[], mode: Mode): SoftmaxModel {
  const examples = examplesOf(name, prepared)
  const labels = [...new Set(examples.map(({ label }) => label))].toSorted()
  const width = examples[0]?.features.length ?? 0
  const cues = mode === 'full' ? width - ENCODED_WIDTH : width
  const [penalty, cueShare, vectorShare] = FITS[name]
  return fit(examples, {
    labels,
    penalty,
    share: (at) => (mode === 'light' ? 1 : at < cues ? cueShare : vectorShare),
  })
}

export function examplesOf(name: keyof Models, prepared: readonly Prepared[]): Example[] {
  return prepared.flatMap(({ models }) => models[name] ?? [])
}
