/**
 * A listing by time, a page of a hundred rows at a time, in windows: the next page begins at the last
 * row's time. Notion's own cursor names a row, and a row that is edited or trashed meanwhile would
 * take the rest of the listing with it; it is used only within one minute of more than a hundred
 * rows. A row may come twice. A query ends silently after 10,000 rows: a window goes past them, too.
 * Rows that do not come in order, or from before the window, show that it cannot be relied on: then
 * the listing goes on by cursors alone.
 */
import { StageError } from '@switchboard/shared/failure'
import type * as v from 'valibot'
import type { Page, QueryAnswer } from './wire.ts'

type Answer = v.InferOutput<typeof QueryAnswer>

/** Where a listing is. */
export interface Place {
  since: string | null // rows of this time or later; null: all
  next: string | null // Notion's cursor within the window
  /** `again`: a cursor of this window was refused before; `cursors`: no window is relied on. */
  mode: 'windows' | 'again' | 'cursors'
}

export interface Window {
  rows: Page[]
  /** For the next page; null: these were the last. */
  cursor: string | null
  /** Notion left rows out and there is no way on: more than 10,000 are of one instant. */
  stuck: boolean
}

/** @param since where the listing begins @param cursor null, or what the page before gave */
export function place(since: string | null, cursor: string | null): Place {
  if (cursor === null) return { since, next: null, mode: 'windows' }
  const [from = '', next = '', said] = cursor.split(' ')
  const mode = said === 'again' || said === 'cursors' ? said : 'windows'
  return { since: from || null, next: next || null, mode }
}

/**
 * One page of the listing. A cursor that Notion refuses is too old, or its row is gone: the window
 * begins anew, once.
 * @throws StageError as `ask` does
 */
export async function listWindow(
  at: Place,
  time: 'created_time' | 'last_edited_time',
  ask: (start: { start_cursor: string | null }) => Promise<Answer>,
): Promise<Window> {
  const answer = await ask({ start_cursor: at.next }).catch((error: unknown) => {
    if (at.next !== null && at.mode === 'windows' && isRefusal(error)) return null
    throw error
  })
  if (answer === null)
    return { rows: [], cursor: cursorOf({ ...at, next: null, mode: 'again' }), stuck: false }
  const { results: rows, next_cursor: next } = answer
  const last = rows.at(-1)?.[time] ?? ''
  const isFurther = last !== '' && last !== at.since
  const window = cursorOf({ since: last, next: null, mode: 'windows' })
  if (answer.has_more && next !== null) {
    const mode = at.mode === 'cursors' || !isInOrder(rows, time, at.since) ? 'cursors' : at.mode
    const byCursor = mode === 'cursors' || !isFurther
    return { rows, cursor: byCursor ? cursorOf({ ...at, next, mode }) : window, stuck: false }
  }
  if (answer.request_status?.type !== 'incomplete') return { rows, cursor: null, stuck: false }
  const isWay = isFurther && at.mode !== 'cursors'
  return { rows, cursor: isWay ? window : null, stuck: !isWay }
}

/** Oldest first, and none of them from before the window, by the minute. */
function isInOrder(
  rows: readonly Page[],
  time: 'created_time' | 'last_edited_time',
  since: string | null,
): boolean {
  const minutes = rows.map((row) => Math.floor(Date.parse(row[time]) / MINUTE_MS))
  const from = since === null ? -Infinity : Math.floor(Date.parse(since) / MINUTE_MS)
  return minutes.every((minute, nth) => minute >= (minutes[nth - 1] ?? from))
}

const MINUTE_MS = 60_000

function cursorOf({ since, next, mode }: Place): string {
  return `${since ?? ''} ${next ?? ''}${mode === 'windows' ? '' : ` ${mode}`}`
}

function isRefusal(error: unknown): boolean {
  return error instanceof StageError && error.failure.kind === 'record.refused'
}
