/**
 * What is analysed: a record as talk, and the part of it that a model is shown. Pure.
 *
 * Must hold: `shown` is all that the model sees of a record; the fingerprint covers just that.
 */
import type { Kind } from '@switchboard/shared/kinds'

/** `them` is the outside party; `unknown` where the source does not say who spoke. */
export type Speaker = 'them' | 'us' | 'unknown'

export interface Spoken {
  by: Speaker
  text: string
}

/** A call's transcript, a text message or a mail. Without utterances there is nothing to analyse. */
export interface AnalysisSubject {
  kind: Kind
  direction: 'incoming' | 'outgoing'
  subject?: string // of a mail
  utterances: Spoken[]
  durationSeconds?: number // of a call; the model is not told
}

/** What the model sees, as the JSON of the one user turn. */
export interface Shown {
  kind: Kind
  direction: 'incoming' | 'outgoing'
  subject?: string
  utterances: Spoken[]
}

/**
 * At most so many characters of talk are shown, each utterance counted with SPOKEN_COST more: about
 * 16,000 tokens, or two hours on the phone. Of a longer record the head and the tail are kept, half
 * each, since the matter stands at the start and the outcome at the end.
 */
export const BUDGET_CHARACTERS = 64_000
/** What an utterance costs beside its text: its JSON. */
export const SPOKEN_COST = 24
const SUBJECT_CHARACTERS = 500

/** Whether anybody said anything. */
export function hasText({ utterances }: AnalysisSubject): boolean {
  return utterances.some(({ text }) => text.trim() !== '')
}

/** The record as the model sees it: blank utterances left out, a very long one cut in the middle. */
export function shown({ kind, direction, subject, utterances }: AnalysisSubject): Shown {
  const spoken = utterances.filter(({ text }) => text.trim() !== '')
  return {
    kind,
    direction,
    ...(subject === undefined ? {} : { subject: head(subject, SUBJECT_CHARACTERS) }),
    utterances: withinBudget(spoken, BUDGET_CHARACTERS),
  }
}

function withinBudget(spoken: Spoken[], budget: number): Spoken[] {
  if (cost(spoken) <= budget) return spoken
  const start = take(spoken, budget / 2, head)
  const end = take(spoken.toReversed(), budget / 2, tail).toReversed()
  return [...start, { by: 'unknown', text: '[a long part of the record is left out here]' }, ...end]
}

function cost(spoken: Spoken[]): number {
  return spoken.reduce((sum, { text }) => sum + text.length + SPOKEN_COST, 0)
}

/** Utterances from the start of the list while there is room, the last one cut. */
function take(spoken: Spoken[], room: number, cut: typeof head): Spoken[] {
  const taken: Spoken[] = []
  let left = room
  for (const { by, text } of spoken) {
    left -= SPOKEN_COST
    if (left <= 0) break
    taken.push({ by, text: cut(text, left) })
    left -= text.length
  }
  return taken
}

// toWellFormed: a cut may fall between the two halves of a character.
function head(text: string, length: number): string {
  return text.length <= length ? text : text.slice(0, length).toWellFormed()
}

function tail(text: string, length: number): string {
  return text.length <= length ? text : text.slice(-length).toWellFormed()
}
