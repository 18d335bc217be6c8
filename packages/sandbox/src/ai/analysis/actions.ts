/**
 * What somebody still has to do. Whether anything is, a model decides over the whole record; which
 * sentences say so, the cues. No I/O.
 */

import { CALL_ACTIONS, NOT_AN_ACTION, WRITTEN_ACTIONS } from './action-cues.ts'
import type { Conversation, Line } from './conversation.ts'
import { evidenceFor } from './cue-features.ts'
import { SOME_ACTION, withVector, type Models, type Reading } from './models.ts'
import { aboutThem, aboutUs, capitalised, shortened } from './rewording.ts'
import { applySoftmax, mostLikely } from './softmax.ts'

export interface ActionItem {
  text: string
  quote: string
}

const ITEMS_AT_MOST = 4
const ITEM_CHARACTERS = 120
/** How clearly a cue says that something is to be done. */
const SAY: Readonly<Record<string, number>> = {
  promise: 3,
  demand: 3,
  asked: 2.5,
  noted: 2,
  notedNow: 2,
  callMe: 2,
  polite: 1.5,
  wanted: 1,
  insisted: 2,
  question: 1,
  questionStart: 0.5,
  waiting: 1,
  dateMade: 1,
  condition: 0.5,
  finished: -1,
}

export function findActions(
  conversation: Conversation,
  { action }: Reading,
  vector: Float32Array | null,
  models: Models,
): ActionItem[] {
  const isCall = conversation.kind === 'call'
  const model = isCall ? models.callAction : models.writtenAction
  const shares = applySoftmax(model, withVector(action.features, vector))
  if (mostLikely(model, shares)?.label !== SOME_ACTION) return []
  const names = Object.keys(isCall ? CALL_ACTIONS : WRITTEN_ACTIONS)
  const scored = action.sentences.map((sentence, index) => ({
    sentence,
    index,
    score: NOT_AN_ACTION.test(sentence.text)
      ? 0
      : names.reduce(
          (sum, name, cue) => sum + (action.hits[index]?.[cue] ? (SAY[name] ?? 0) : 0),
          0,
        ),
  }))
  const clear = scored.filter(({ score }) => score >= 2)
  // Where no cue is clear, the model's own reason is the item.
  const reason = evidenceFor(SOME_ACTION, action, model)
  const reasons = scored.filter(
    ({ sentence: { text } }) => text === reason && !NOT_AN_ACTION.test(text),
  )
  return (clear.length > 0 ? clear : reasons.slice(0, 1))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, ITEMS_AT_MOST)
    .toSorted((a, b) => a.index - b.index)
    .map(({ sentence }) => ({ text: wordAction(sentence, conversation), quote: sentence.text }))
}

/** In a few words, from the business's side: `Send them the link`, `They will bring the form`. */
function wordAction({ by, text }: Line, conversation: Conversation): string {
  const bare = text.replace(/[.!]+$/u, '').trim()
  if (conversation.isNote) return shortened(capitalised(bare), ITEM_CHARACTERS)
  if (by === 'us') {
    const done = aboutUs(bare.replace(/^(?:(?:ok|okay|yes|sure|then|great|good)[,.!]? )*/iu, ''))
    return shortened(
      capitalised(done.replace(/^(?:then )?(?:we'll|we will|let us) /iu, '')),
      ITEM_CHARACTERS,
    )
  }
  if (bare.endsWith('?') && !/\b(?:can|could|would|will) (?:you|u)\b/iu.test(bare)) {
    return shortened(`Answer: ${bare}`, ITEM_CHARACTERS)
  }
  const asked = bare
    .replace(/\?$/u, '')
    .replace(/^(?:hi|hello|hey)\b[^,.!]*[,.!] */iu, '')
    .replace(/^(?:(?:and|so|but|then|please|pls|plz|kindly|just) )*/iu, '')
    .replace(/^(?:can|could|would|will) (?:you|u)(?: guys)?(?: please| pls)? /iu, '')
  const promised = /^(?:i|we)(?:'ll| will| can|'m going to) /iu.exec(asked)
  if (promised !== null) {
    return shortened(`They will ${aboutThem(asked.slice(promised[0].length))}`, ITEM_CHARACTERS)
  }
  return shortened(capitalised(aboutThem(asked)), ITEM_CHARACTERS)
}
