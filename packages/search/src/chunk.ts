/**
 * Text in, chunks out: what is embedded, one vector each. Pure and deterministic.
 *
 * Must hold: a chunk has at most MAX_WORDS words; every word is in some chunk, in order, and none is
 * cut; a chunk begins with the sentence that ended the one before, so that what belongs together
 * stands together somewhere. MAX_WORDS is what the smallest of our models reads to its end.
 */

export const MAX_WORDS = 60
/**
 * A longer sentence (speech without stops) is cut at words into even parts, each of which then counts
 * as a sentence. Half a chunk: so one and its neighbour always fit into the same chunk.
 */
export const MAX_SENTENCE_WORDS = MAX_WORDS / 2

interface Sentence {
  text: string
  words: number
}

/**
 * @param units utterances or paragraphs, in order, without speaker labels; each ends a sentence
 * @returns nothing for blank text; blanks within a chunk are folded
 */
export function chunk(units: string[]): string[] {
  const chunks: Sentence[][] = []
  let current: Sentence[] = []
  let words = 0
  for (const sentence of units.flatMap(sentencesOf)) {
    const last = current.at(-1)
    if (last !== undefined && words + sentence.words > MAX_WORDS) {
      chunks.push(current)
      current = [last]
      words = last.words
    }
    current.push(sentence)
    words += sentence.words
  }
  if (current.length > 0) chunks.push(current)
  return chunks.map((sentences) => sentences.map(({ text }) => text).join(' '))
}

// A fixed locale: the same text makes the same chunks everywhere.
const SENTENCES = new Intl.Segmenter('en', { granularity: 'sentence' })
const WORDS = new Intl.Segmenter('en', { granularity: 'word' })
/** Scripts that put no blanks between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u

/** A blank ends a sentence, or a stop that needs none: not the ? in a link, not the ! in ok!fine. */
const ENDS_SENTENCE = /[\s。！？｡]$/u

function sentencesOf(unit: string): Sentence[] {
  const sentences: string[] = ['']
  for (const { segment } of SENTENCES.segment(unit)) {
    const open = sentences.pop() ?? ''
    sentences.push(open + segment)
    if (ENDS_SENTENCE.test(segment)) sentences.push('')
  }
  return sentences.flatMap(partsOf)
}

/** A sentence, or the even parts of one that is too long; nothing if it is blank. */
function partsOf(sentence: string): Sentence[] {
  const words = wordsOf(sentence)
  const parts = Math.ceil(words.length / MAX_SENTENCE_WORDS)
  return Array.from({ length: parts }, (_, n) => {
    const part = words.slice(
      Math.floor((n * words.length) / parts),
      Math.floor(((n + 1) * words.length) / parts),
    )
    const text = sentence.slice(part[0]?.start, part.at(-1)?.end)
    return { text: text.replace(/\s+/gu, ' '), words: part.length }
  })
}

/** Where each word stands: what lies between blanks, or a word of a script without them. */
function wordsOf(text: string): { start: number; end: number }[] {
  return Array.from(text.matchAll(/\S+/gu), ({ 0: run, index }) => {
    if (!UNSPACED.test(run)) return [{ start: index, end: index + run.length }]
    return Array.from(WORDS.segment(run), ({ segment, index: at }) => ({
      start: index + at,
      end: index + at + segment.length,
    }))
  }).flat()
}
