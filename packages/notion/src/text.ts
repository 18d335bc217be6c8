/**
 * Text within Notion's limits: pieces of at most 2,000 characters, at most 100 of them in one
 * property or block, and a size in bytes as it stands in a JSON request. A character outside the
 * basic plane is two UTF-16 units: it is never cut in half. No I/O.
 */

export const PIECE_LENGTH = 2000 // UTF-16 units of one rich_text element
export const MOST_PIECES = 100 // elements of one rich_text array

const CUT = ' …'

/** One element of a rich_text array, as a request writes it. */
export interface RichText {
  text: { content: string; link?: { url: string } }
}

export function richText(text: string): RichText[] {
  return splitText(text).map((content) => ({ text: { content } }))
}

/** The pieces whose concatenation is the text; none for an empty one. */
export function splitText(text: string): string[] {
  const pieces: string[] = []
  for (let from = 0; from < text.length;) {
    const to = safeEnd(text, from + PIECE_LENGTH)
    pieces.push(text.slice(from, to))
    from = to
  }
  return pieces
}

/** Whether one property (or block) takes the text whole. */
export function fitsProperty(text: string): boolean {
  // Every piece but the last has 1,999 units at least, so most texts need no splitting.
  return text.length <= MOST_PIECES * (PIECE_LENGTH - 1) || splitText(text).length <= MOST_PIECES
}

/** The text, cut with ` …` where one property does not take it whole. */
export function cutToProperty(text: string): string {
  if (fitsProperty(text)) return text
  const most = splitText(text).slice(0, MOST_PIECES).join('')
  return head(text, most.length - CUT.length) + CUT
}

/** The text, cut with ` …` where its JSON has more than `bytes` bytes (at least four). */
export function cutToBytes(text: string, bytes: number): string {
  if (jsonBytes(text) <= bytes) return text
  let size = jsonBytes(CUT)
  let end = 0
  for (const char of text) {
    size += jsonBytes(char)
    if (size > bytes) break
    end += char.length
  }
  return text.slice(0, end) + CUT
}

/** How many bytes the text takes within the quotes of a JSON string, in UTF-8. */
export function jsonBytes(text: string): number {
  let bytes = 0
  for (let at = 0; at < text.length; at++) bytes += unitBytes(text.charCodeAt(at))
  return bytes
}

function unitBytes(unit: number): number {
  if (unit < 0x20) return 6 // \u00XX at the most
  if (unit === 0x22 || unit === 0x5c) return 2
  if (unit < 0x80) return 1
  if (unit < 0x800) return 2
  return unit >= 0xd800 && unit <= 0xdfff ? 2 : 3 // half of a pair of four bytes
}

/** Text as Notion takes it: no lone surrogates, no NUL. */
export function clean(text: string): string {
  return text.toWellFormed().replaceAll('\u0000', '')
}

/** The first `length` UTF-16 units, one less where a pair would be cut. */
export function head(text: string, length: number): string {
  return text.slice(0, safeEnd(text, length))
}

/** On one line: line breaks and runs of blanks become one blank. */
export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}

/** `end`, or one before it where a pair would be cut. */
function safeEnd(text: string, end: number): number {
  if (end >= text.length) return text.length
  const unit = text.charCodeAt(end - 1)
  return unit >= 0xd800 && unit <= 0xdbff ? end - 1 : end
}
