/**
 * The trained models, read from the committed weights: `full` sees a sentence encoder's vector beside
 * the cues, `light` the cues alone. Which features they take, and which texts: here, so that training
 * and use cannot differ.
 */

import { readFileSync } from 'node:fs'
import * as v from 'valibot'
import { CALL_ACTIONS, WRITTEN_ACTIONS } from './action-cues.ts'
import { CALL_CUES, WRITTEN_CUES, type Cues } from './category-cues.ts'
import { readCues, type CueReading } from './cue-features.ts'
import type { Conversation } from './conversation.ts'
import type { Mode } from '../mode.ts'
import type { Mood } from './mood-features.ts'

const Softmax = v.object({ labels: v.array(v.string()), weights: v.array(v.array(v.number())) })
const Weights = v.object({
  sentiment: Softmax,
  callCategory: Softmax,
  writtenCategory: Softmax,
  callAction: Softmax,
  writtenAction: Softmax,
})
export type Models = v.InferOutput<typeof Weights>

export const SOME_ACTION = 'some'
export const NO_ACTION = 'none'

/** Words the encoder is given: the end of what they said, since the mood counts at the end. */
const ENCODED_WORDS = 60

export function loadModels(mode: Mode): Models {
  const file = new URL(`../weights/${mode}.json`, import.meta.url)
  return v.parse(Weights, JSON.parse(readFileSync(file, 'utf8')))
}

/** What the encoder reads of a conversation; '' where the other party says nothing. */
export function encodedText(mood: Mood): string {
  const words = mood.sentences
    .map(({ text }) => text)
    .join(' ')
    .split(/\s+/u)
    .filter(Boolean)
  return words.slice(-ENCODED_WORDS).join(' ')
}

function categoryCues(conversation: Conversation): Cues {
  return conversation.kind === 'call' ? CALL_CUES : WRITTEN_CUES
}

function actionCues(conversation: Conversation): Cues {
  return conversation.kind === 'call' ? CALL_ACTIONS : { ...WRITTEN_ACTIONS, ...WRITTEN_CUES }
}

/** Everything the models look at, once. */
export interface Reading {
  mood: Mood
  category: CueReading
  action: CueReading
}

export function readAll(conversation: Conversation, mood: Mood): Reading {
  return {
    mood,
    category: readCues(conversation, categoryCues(conversation)),
    action: readCues(conversation, actionCues(conversation)),
  }
}

/** A model's features: the hand-made ones, then the encoder's where the mode has it. */
export function withVector(features: readonly number[], vector: Float32Array | null): number[] {
  return vector === null ? [...features] : [...features, ...vector]
}
