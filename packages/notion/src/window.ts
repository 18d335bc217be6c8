/**
 * A listing by time, a page of a hundred rows at a time, in windows: the next page begins at the last
 * row's time. Notion's own cursor names a row, and a row that is edited or trashed meanwhile would
 * take the rest of the listing with it; it is used only within one minute of more than a hundred
 * rows. A row may come twice. A query ends silently after 10,000 rows: a window goes past them, too.
 */
import { StageError } from '@switchboard/shared/failure'
import type * as v from 'valibot'
import type { Page, QueryAnswer } from './wire.ts'

type Answer = v.InferOutput<typeof QueryAnswer>

/** Where a listing is. */
export interface Place {
  since: string | null // rows of this time or later; null: all
  next: string | null // Notion's cursor within the window
  again: boolean // a cursor of this window was refused before
}

export interface Window {
  rows: Page[]
  /** For the next page; null: these were the last. */
  cursor: string | null
  /** Notion left rows out and there is no way on: more than 10,000 are of one instant. */
  stuck: boolean
}

const AGAIN = 'again'

/** @param since where the listing begins @param cursor null, or what the page before gave */
export function place(since: string | null, cursor: string | null): Place {
  if (cursor === null) return { since, next: null, again: false }
  const [from = '', next = '', again] = cursor.split(' ')
  return { since: from || null, next: next || null, again: again === AGAIN }
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
    if (at.next !== null && !at.again && isRefusal(error)) return null
    throw error
  })
  if (answer === null)
    return { rows: [], cursor: cursorOf({ ...at, next: null, again: true }), stuck: false }
  const { results: rows, next_cursor: next } = answer
  const last = rows.at(-1)?.[time] ?? ''
  const isFurther = last !== '' && last !== at.since
  const window = cursorOf({ since: last, next: null, again: false })
  if (answer.has_more && next !== null)
    return { rows, cursor: isFurther ? window : cursorOf({ ...at, next }), stuck: false }
  if (answer.request_status?.type !== 'incomplete') return { rows, cursor: null, stuck: false }
  return { rows, cursor: isFurther ? window : null, stuck: !isFurther }
}

function cursorOf({ since, next, again }: Place): string {
  return `${since ?? ''} ${next ?? ''}${again ? ` ${AGAIN}` : ''}`
}

function isRefusal(error: unknown): boolean {
  return error instanceof StageError && error.failure.kind === 'record.refused'
}
