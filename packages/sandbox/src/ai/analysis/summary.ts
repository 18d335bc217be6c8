/**
 * At most two sentences: what the other party is after, and what matters most beside it, told in the
 * third person. Taken from the text, never made up. No I/O.
 */

import type { Conversation, Line } from './conversation.ts'
import { sentencesOf } from './conversation.ts'
import { aboutThem, aboutUs, capitalised, shortened } from './rewording.ts'

const SENTENCE_CHARACTERS = 220

const GREETING =
  /^(?:(?:hi|hello|hey|morning|good (?:morning|afternoon|evening)|thanks? for calling|dear|how (?:can|may) i help|this is|it's|buenas?|hola)\b.{0,60}|(?:yes|yeah|ok|okay|sure|thanks?|thank you|bye|great|right|mhm|uh)\b.{0,25})$/iu
/** Nothing but names: who is speaking, from where. */
const INTRODUCTION =
  /^(?:(?:[Yy]eah|[Ss]o|[Uu]m|[Hh]i|[Hh]ello|[Hh]ey|[Mm]orning)[,.]? )*(?:[Ii]t's |[Tt]his is )?(?:(?:\p{Lu}[\p{L}']*|from|at|of|with|here|the|and|again)[,.]?(?: |$))+$/u
const STOP = new Set(
  'the a an and or but if so to of in on at for with from by is are was were be been am do does did have has had i you he she it we they me my your our their them his her its this that these those there here what when where who how why not no yes can could will would should just please about as than then too very out up down all any some one get got'.split(
    ' ',
  ),
)
const TELLING =
  /\$|\d|\b(?:want|need|ask|send|call|cancel|refund|fee|rate|broken|error|appointment|price|offer|problem|because|by (?:mon|tues|wednes|thurs|fri)day|will|I'll|agreed|booked)\b/iu

export function summarise(conversation: Conversation): string {
  const sentences = sentencesOf(conversation, 'all')
  const first = sentences.find(({ by, text }) => by !== 'us' && says(text)) ?? sentences[0]
  if (first === undefined) return ''
  const weights = wordWeights(sentences)
  const second = sentences
    .filter(
      ({ by, text }, index) =>
        sentences[index] !== first && says(text) && !(by === 'us' && text.endsWith('?')),
    )
    .map((sentence) => ({ sentence, score: score(sentence, weights, sentences) }))
    .toSorted((a, b) => b.score - a.score)[0]?.sentence
  const chosen = second === undefined ? [first] : [first, second]
  return tellAll(
    chosen.toSorted((a, b) => sentences.indexOf(a) - sentences.indexOf(b)),
    conversation,
  )
}

function says(text: string): boolean {
  return text.split(/\s+/u).length >= 3 && !GREETING.test(text) && !INTRODUCTION.test(text)
}

/** Words the record comes back to, and signs of a matter; a middling length reads best. */
function score(
  sentence: Line,
  weights: ReadonlyMap<string, number>,
  sentences: readonly Line[],
): number {
  const words = wordsOf(sentence.text)
  const sum = words.reduce((total, word) => total + (weights.get(word) ?? 0), 0)
  const late = sentences.indexOf(sentence) / sentences.length
  return sum / Math.sqrt(words.length + 4) + (TELLING.test(sentence.text) ? 1 : 0) + 0.3 * late
}

function wordWeights(sentences: readonly Line[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { text } of sentences) {
    for (const word of wordsOf(text)) counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return new Map([...counts].map(([word, count]) => [word, Math.log1p(count)]))
}

function wordsOf(text: string): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? []).filter((word) => !STOP.has(word))
}

/** Two sentences of one speaker are told under one head. */
function tellAll(chosen: readonly Line[], conversation: Conversation): string {
  const told: string[] = []
  let head = ''
  for (const { by, text } of chosen) {
    const sentence = /[.!?…]$/u.test(text) ? text : `${text}.`
    const next = headFor(by, sentence, conversation)
    const about = told.length === 0 && next !== '' && conversation.subject !== ''
    const introduced = about ? next.replace(':', ` (${conversation.subject}):`) : next
    told.push(next === head ? '' : introduced, wording(by, sentence, conversation))
    head = next
  }
  return told.filter(Boolean).join(' ')
}

function headFor(by: Line['by'], sentence: string, conversation: Conversation): string {
  const isCall = conversation.kind === 'call'
  if (conversation.isNote) return by === 'us' ? 'Agent:' : ''
  if (by === 'us') return ''
  const verb = sentence.endsWith('?') ? 'ask' : isCall ? 'say' : 'write'
  if (!isCall) return `They ${verb}:`
  return `${conversation.isOutgoing ? 'The other side' : 'The caller'} ${verb}s:`
}

function wording(by: Line['by'], sentence: string, conversation: Conversation): string {
  const turned =
    conversation.isNote || (by !== 'us' && sentence.endsWith('?'))
      ? sentence
      : by === 'us'
        ? aboutUs(sentence)
        : aboutThem(sentence)
  return shortened(capitalised(turned), SENTENCE_CHARACTERS)
}
