/** Dead letters as a file, page by page, so that any number of them fits. */
import { listLetters } from '@switchboard/store/letter-list'
import type { LetterCursor, LetterFilter } from '@switchboard/store/letter-list'
import { csvResponse } from '../records/csv.ts'

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

/** A line a letter, the newest first. */
export function lettersCsv(db: D1Database, filter: LetterFilter): Response {
  return csvResponse('dead-letters.csv', COLUMNS, pages(db, filter))
}

async function* pages(db: D1Database, filter: LetterFilter) {
  let after: LetterCursor | null = null
  do {
    const { letters, next } = await listLetters(db, filter, after, A_PAGE)
    yield letters.map((letter) => [
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
    after = next
  } while (after !== null)
}

function time(ms: number | null): string {
  return ms === null ? '' : new Date(ms).toISOString()
}
