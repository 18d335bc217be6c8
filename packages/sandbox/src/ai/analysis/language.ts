/**
 * wink-nlp, set up once, and the little that is asked of it: tokens and stems for the hashed vectors,
 * parts of speech for the keywords. Two instances, since tagging costs as much as all the rest.
 */

import english from 'wink-eng-lite-web-model'
import winkNlp, { type ItsFunction, type PartOfSpeech } from 'wink-nlp'

const tokeniser = winkNlp(english, [])
const tagger = winkNlp(english, ['sbd', 'pos'])

/** The helpers as what `out` takes them for: plain functions, which they are. */
interface Its {
  readonly type: ItsFunction<string>
  readonly stem: ItsFunction<string>
  readonly stopWordFlag: ItsFunction<boolean>
  readonly pos: ItsFunction<PartOfSpeech>
  readonly precedingSpaces: ItsFunction<string>
}
const its = tokeniser.its as Its

export interface Stem {
  word: string
  stem: string
}

/** Words that mean something, with their stems; punctuation and stop words left out. */
export function stemsOf(text: string): Stem[] {
  const tokens = tokeniser.readDoc(text).tokens()
  const words = tokens.out()
  const types = tokens.out(its.type)
  const stops = tokens.out(its.stopWordFlag)
  return tokens
    .out(its.stem)
    .map((stem, index) => ({ stem, word: words[index] ?? '' }))
    .filter((_, index) => types[index] !== 'punctuation' && stops[index] !== true)
}

export interface Tagged {
  word: string
  pos: string
  /** The blanks in front of it. */
  before: string
}

export function tag(text: string): Tagged[] {
  const tokens = tagger.readDoc(text).tokens()
  const poses = tokens.out(its.pos)
  const blanks = tokens.out(its.precedingSpaces)
  return tokens.out().map((word, index) => ({
    word,
    pos: poses[index] ?? '',
    before: blanks[index] ?? '',
  }))
}
