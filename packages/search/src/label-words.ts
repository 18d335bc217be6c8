/**
 * Words that name a kind, a sentiment or a category. A word counts only where it can hardly mean
 * anything else: `calls` is a kind, the `call` in `asks for a call back` is what was said. Pure.
 */
import { CALL_CATEGORIES, SENTIMENTS } from '@switchboard/shared/analysis'
import type { Kind } from '@switchboard/shared/kinds'
import type { Word } from './words.ts'

export interface Read<Value> {
  value: Value
  length: number // in words
}

type Sentiment = (typeof SENTIMENTS)[number]

const PLURALS: Record<string, Kind> = {
  calls: 'call',
  voicemails: 'call',
  texts: 'message',
  sms: 'message',
  messages: 'message',
  mails: 'mail',
  emails: 'mail',
  'e-mails': 'mail',
}
const SINGULARS: Record<string, Kind> = {
  call: 'call',
  voicemail: 'call',
  text: 'message',
  message: 'message',
  mail: 'mail',
  email: 'mail',
  'e-mail': 'mail',
}
/** What is one of several: then a singular names a kind. */
const ONE_OF = /^(?:the|a|an|any|every|each|last|latest|first|which|that|this|phone|by|via)$/
/** What comes behind a kind, not behind what somebody did or asks for. */
const ABOUT =
  /^(?:about|with|from|on|regarding|concerning|where|that|who|which|in|since|last|mentioning)$/
/** `calls us` is what they do. */
const OBJECT = /^(?:us|me|you|him|her|them|back|off)$/
/** Asked for, promised: not a record that there is. */
const WANTED = /^(?:for|to|want|wants|wanted|need|needs|our|your|no|by)$/

/** The kind that this word names. */
export function kindAt(words: readonly Word[], at: number): Read<Kind> | null {
  const norm = normAt(words, at)
  const next = normAt(words, at + 1)
  const before = normAt(words, at - 1)
  if (norm === 'text' && (next === 'messages' || next === 'message'))
    return { value: 'message', length: 2 }
  if (norm === 'phone' && next === 'calls') return { value: 'call', length: 2 }
  const plural = PLURALS[norm]
  if (plural !== undefined)
    return OBJECT.test(next) || before === 'who' || before === 'to'
      ? null
      : { value: plural, length: 1 }
  const singular = SINGULARS[norm]
  if (singular === undefined || OBJECT.test(next)) return null
  const named =
    at === 0 || (ONE_OF.test(before) && !WANTED.test(normAt(words, at - 2)) && !WANTED.test(before))
  return named && ABOUT.test(next) ? { value: singular, length: 1 } : null
}

/** Whether this word joins two kinds: `calls and texts`, `calls, texts or mails`. */
export function joinsKinds(words: readonly Word[], at: number): boolean {
  return /^(?:and|or|plus)$/.test(normAt(words, at)) && kindAt(words, at + 1) !== null
}

const NEGATIVE =
  /^(?:unhappy|angry|upset|annoyed|frustrated|dissatisfied|unsatisfied|displeased|furious|irritated|disappointed)$/
const POSITIVE = /^(?:happy|satisfied|pleased|delighted|thrilled|glad|thankful|grateful)$/
const MOOD = /^(?:sentiment|mood|tone|feedback|conversations|records|ones|customers|merchants)$/

/** The sentiment that this word names. */
export function sentimentAt(words: readonly Word[], at: number): Read<Sentiment> | null {
  const norm = normAt(words, at)
  const before = normAt(words, at - 1)
  const explicit = keyed(norm, 'sentiment', SENTIMENTS)
  if (explicit !== null) return { value: explicit, length: 1 }
  if (NEGATIVE.test(norm)) return { value: 'negative', length: 1 }
  if (norm === 'not' && POSITIVE.test(normAt(words, at + 1)))
    return { value: 'negative', length: 2 }
  if (POSITIVE.test(norm))
    return { value: before.endsWith("n't") ? 'negative' : 'positive', length: 1 }
  if (norm !== 'positive' && norm !== 'negative' && norm !== 'neutral') return null
  const next = normAt(words, at + 1)
  const isMood = MOOD.test(next) || kindAt(words, at + 1) !== null || words.length === 1
  return isMood ? { value: norm, length: /^(?:sentiment|mood|tone)$/.test(next) ? 2 : 1 } : null
}

/** The category that this word names: `sales calls`, `category:complaint`. */
export function categoryAt(
  words: readonly Word[],
  at: number,
  known: readonly string[],
): Read<string> | null {
  const norm = normAt(words, at)
  const explicit = keyed(norm, 'category', known)
  if (explicit !== null) return { value: explicit, length: 1 }
  if (norm === 'category' && known.includes(normAt(words, at + 1)))
    return { value: normAt(words, at + 1), length: 2 }
  const label = CALL_CATEGORIES.find((category) => category === norm)
  return label !== undefined &&
    label !== 'unknown' &&
    /^(?:calls|call)$/.test(normAt(words, at + 1))
    ? { value: label, length: 1 }
    : null
}

function keyed<T extends string>(norm: string, key: string, values: readonly T[]): T | null {
  return values.find((value) => norm === `${key}:${value}`) ?? null
}

/** Quoted words are never read. */
function normAt(words: readonly Word[], at: number): string {
  const word = words[at]
  return word === undefined || word.quoted ? '' : word.norm
}
