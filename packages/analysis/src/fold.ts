/**
 * Folding for comparison: two texts that differ only in what a model copies carelessly fold to the
 * same, and a match is found again in the original. Pure.
 *
 * Folded are: compatibility forms (NFKC), case (full: ß is ss), runs of blanks to one, typographic
 * quotes and apostrophes to ' and ", dashes to -. Invisible characters (zero width, soft hyphen,
 * variation selectors) are dropped.
 */

/** A folded text; `starts[i]` to `ends[i]` is where its i-th UTF-16 unit comes from. */
export interface Folded {
  text: string
  original: string
  starts: number[]
  ends: number[]
}

/** Folded letter by letter, a letter with its marks, so that each knows where it stood. */
export function fold(original: string): Folded {
  const folded: Folded = { text: '', original, starts: [], ends: [] }
  let afterBlank = false
  for (let at = 0, end = 0; at < original.length; at = end) {
    const letter = letterAt(original, at)
    end = at + letter.length
    for (const unit of foldLetter(letter)) {
      if (unit === ' ' && afterBlank) continue
      afterBlank = unit === ' '
      folded.text += unit
      for (let n = 0; n < unit.length; n++) {
        folded.starts.push(at)
        folded.ends.push(end)
      }
    }
  }
  return folded
}

/** The first place where `wanted` stands in a text, in the text's own characters; null if nowhere. */
export function findIn(within: Folded, wanted: Folded): string | null {
  const words = wanted.text.trim()
  const at = within.text.indexOf(words)
  const last = at + words.length - 1
  if (words === '' || at < 0) return null
  return within.original.slice(within.starts[at], within.ends[last])
}

// A base with its marks (half-width kana marks too), or Hangul letters in a row: what NFKC joins.
const LETTER = /[\u1100-\u11FF\uA960-\uA97C\uD7B0-\uD7FB]+|\P{M}[\p{M}\uFF9E\uFF9F]*|\p{M}+/suy
const FIRST_MARK = 0x300
const INVISIBLE = /\u00AD|[\u200B-\u200F]|\u2060|\p{Variation_Selector}|\uFEFF/gu
const SINGLE_QUOTES = /[`´‘’‚‛′‹›]/gu
const DOUBLE_QUOTES = /[“”„‟″«»]/gu
const DASHES = /[‐‑‒–—―−﹘]/gu

/** ASCII goes the short way: a transcript is tens of thousands of letters. */
function letterAt(text: string, at: number): string {
  const mayBeMarked = text.charCodeAt(at + 1) >= FIRST_MARK
  if (text.charCodeAt(at) < 0x80 && !mayBeMarked) return text.charAt(at)
  LETTER.lastIndex = at
  return LETTER.exec(text)?.[0] ?? text.charAt(at)
}

function foldLetter(letter: string): string {
  if (letter === '`') return "'"
  if (letter.length === 1 && letter < '\u0080')
    return /\s/.test(letter) ? ' ' : letter.toLowerCase()
  // Changing case may leave a letter beside its marks: ῒ does.
  return tidy(tidy(letter.normalize('NFC')).normalize('NFKC'))
    .toUpperCase()
    .toLowerCase()
    .normalize('NFC')
}

/** Before NFKC, which would take ´ and ″ apart, and after it, which makes new dashes. */
function tidy(letter: string): string {
  return letter
    .replace(INVISIBLE, '')
    .replace(SINGLE_QUOTES, "'")
    .replace(DOUBLE_QUOTES, '"')
    .replace(DASHES, '-')
    .replace(/\s+/gu, ' ')
}
