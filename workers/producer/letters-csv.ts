/**
 * Dead letters as CSV, a page at a time, so that any number of them fits. What a spreadsheet would
 * take for a formula is text: it begins with an apostrophe.
 */
import { listLetters } from '@switchboard/store/letter-list'
import type { LetterCursor, LetterFilter } from '@switchboard/store/letter-list'
import Papa from 'papaparse'

const COLUMNS = [
  'stage',
  'kind',
  'id',
  'state',
  'failure',
  'reason',
  'attempts',
  'first',
  'last',
  'closed',
  'run',
  'discarded by',
  'why',
]
const A_PAGE = 500

/** A stream of lines, the newest letter first; the first line names the columns. */
export function lettersCsv(db: D1Database, filter: LetterFilter): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let after: LetterCursor | null = null
  let isFirst = true
  return new ReadableStream({
    async pull(controller) {
      const { letters, next } = await listLetters(db, filter, after, A_PAGE)
      const rows = letters.map((letter) => [
        letter.stage,
        letter.kind,
        letter.id,
        letter.state,
        letter.failure,
        letter.reason,
        letter.attempts,
        time(letter.firstAt),
        time(letter.lastAt),
        time(letter.closedAt),
        letter.runId,
        letter.discardedBy,
        letter.discardReason,
      ])
      // Spreadsheets tell UTF-8 by its mark.
      const lines = isFirst ? [COLUMNS, ...rows] : rows
      const text = Papa.unparse(lines, { escapeFormulae: true, newline: '\r\n' })
      if (lines.length > 0)
        controller.enqueue(encoder.encode(`${isFirst ? '\ufeff' : ''}${text}\r\n`))
      isFirst = false
      after = next
      if (next === null) controller.close()
    },
  })
}

function time(ms: number | null): string {
  return ms === null ? '' : new Date(ms).toISOString()
}
