/**
 * Text flowing into lines: blanks fold, a list's mark waits for its first word, quotes carry their
 * mark, and there is never more than one blank line in a row.
 */

export interface Flow {
  add(text: string): void
  /** Ends the line; `apart` leaves a blank one behind it. */
  newLine(apart: boolean): void
  /** A break the writer asked for: two in a row leave a blank line. */
  lineBreak(): void
  /** Begins a point of a list, `depth` from 1. */
  beginPoint(mark: string, depth: number): void
  /** What follows belongs to the list around it, `depth` from 0. */
  endPoint(depth: number): void
  quote(step: 1 | -1): void
  /** As it stands: blanks and line ends are the writer's. */
  verbatim(step: 1 | -1): void
  done(): string
}

// Deeper nesting changes nothing for a reader, and must not let lines grow without bound.
const DEEPEST = 6

export function newFlow(): Flow {
  const lines: string[] = []
  let line = ''
  let endsBlank = false // kept apart: looking at the end of a growing string copies it
  let mark = ''
  let indent = 0
  let quotes = 0
  let verbatims = 0

  function newLine(apart: boolean): void {
    const written = line.trimEnd()
    if (written !== '') lines.push('> '.repeat(Math.min(quotes, DEEPEST)) + written)
    line = ''
    if (apart && lines.length > 0 && lines.at(-1) !== '') lines.push('')
  }

  function lineBreak(): void {
    newLine(line.trim() === '')
  }

  function addWords(words: string): void {
    if (words === '') return
    if (line === '') {
      line = '  '.repeat(mark === '' ? indent : indent - 1) + mark
      mark = ''
    }
    line += words
    endsBlank = words.endsWith(' ')
  }

  function add(text: string): void {
    if (verbatims === 0) {
      const words = text.replaceAll(/\s+/g, ' ')
      addWords(line === '' || endsBlank ? words.trimStart() : words)
      return
    }
    for (const [index, part] of text.split(/\r?\n/).entries()) {
      if (index > 0) lineBreak()
      addWords(part)
    }
  }

  return {
    add,
    newLine,
    lineBreak,
    beginPoint(text, depth) {
      newLine(false)
      mark = text
      indent = Math.min(Math.max(depth, 1), DEEPEST)
    },
    endPoint(depth) {
      newLine(false)
      mark = ''
      indent = Math.min(depth, DEEPEST)
    },
    quote(step) {
      newLine(true)
      quotes = Math.max(0, quotes + step)
    },
    verbatim(step) {
      newLine(true)
      verbatims = Math.max(0, verbatims + step)
    },
    done() {
      newLine(false)
      return lines.join('\n').trim()
    },
  }
}
