/**
 * Text in, chunks out: what is embedded, one vector each. Pure and deterministic.
 *
 * Must hold: a chunk has at most MAX_WORDS words and MAX_CHARACTERS; every word is in some chunk, in
 * order, and none is cut; a chunk begins with the sentence that ended the one before, so that what
 * belongs together stands together somewhere. MAX_WORDS is what the smallest of our models reads to
 * its end; a hundred times MAX_CHARACTERS fits into one request to the largest.
 */

export const MAX_WORDS = 60
export const MAX_CHARACTERS = 2000
/** A run without blanks that is longer (a link's tail, base64) is no word: its beginning stands for it. */
const LONGEST_WORD = 192
/** A longer word counts as several, so that a chunk has fewer of them. */
const CHARACTERS_A_WORD = 24
/**
 * A longer sentence (speech without stops) is cut at words into even parts, each of which then counts
 * as a sentence. Half a chunk: so one and its neighbour always fit into the same chunk.
 */
export const MAX_SENTENCE_WORDS = MAX_WORDS / 2

interface Sentence {
  text: string
  words: number // as which its words count
}

/**
 * @param units utterances or paragraphs, in order, without speaker labels; each ends a sentence
 * @returns nothing for blank text; blanks within a chunk are folded
 */
export function chunk(units: string[]): string[] {
  const chunks: Sentence[][] = []
  let current: Sentence[] = []
  let words = 0
  for (const sentence of units.flatMap((unit) => sentencesOf(unit.replace(OVERLONG, '$1')))) {
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
const UNSPACED_SCRIPTS = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => `\\p{Script=${script}}`)
  .join('')
const UNSPACED = new RegExp(`[${UNSPACED_SCRIPTS}]`, 'u')
const OVERLONG = new RegExp(
  `([^\\s${UNSPACED_SCRIPTS}]{${LONGEST_WORD}})[^\\s${UNSPACED_SCRIPTS}]+`,
  'gu',
)

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
  const whole = words.reduce((sum, { counts }) => sum + counts, 0)
  const parts = Math.ceil(whole / MAX_SENTENCE_WORDS)
  let before = 0
  let nth = 0
  const cut: Word[][] = Array.from({ length: parts }, () => [])
  for (const word of words) {
    while (before >= Math.floor(((nth + 1) * whole) / parts)) nth += 1
    cut[nth]?.push(word)
    before += word.counts
  }
  const filled = cut.filter((part) => part.length > 0)
  return filled.map((part) => {
    const text = sentence.slice(part[0]?.start, part.at(-1)?.end)
    return {
      text: text.replace(/\s+/gu, ' '),
      words: part.reduce((sum, { counts }) => sum + counts, 0),
    }
  })
}

/** Where a word stands, and as how many it counts. */
interface Word {
  start: number
  end: number
  counts: number
}

/** Where each word stands: what lies between blanks, or a word of a script without them. */
function wordsOf(text: string): Word[] {
  return Array.from(text.matchAll(/\S+/gu), ({ 0: run, index }) =>
    UNSPACED.test(run)
      ? Array.from(WORDS.segment(run), ({ segment, index: at }) => wordAt(index + at, segment))
      : [wordAt(index, run)],
  ).flat()
}

function wordAt(start: number, { length }: string): Word {
  return { start, end: start + length, counts: Math.ceil(length / CHARACTERS_A_WORD) }
}
