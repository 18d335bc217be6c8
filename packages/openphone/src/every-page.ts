/** Short lists that are wanted whole: page after page until there is no more. */
import { StageError } from '@switchboard/shared/failure'
import type { Page, Unreadable } from './page.ts'

/**
 * All pages as one, `cursor` null.
 * @throws StageError whatever `list` throws; upstream.unavailable where the cursor stands still
 */
export async function everyPage<T>(
  list: (cursor: string | null) => Promise<Page<T>>,
): Promise<Page<T>> {
  const rows: T[] = []
  const unreadable: Unreadable[] = []
  const seen = new Set<string>()
  let cursor: string | null = null
  do {
    const page: Page<T> = await list(cursor)
    rows.push(...page.rows)
    unreadable.push(...page.unreadable)
    cursor = page.cursor
    if (cursor !== null && seen.has(cursor)) throw standingStill()
    if (cursor !== null) seen.add(cursor)
  } while (cursor !== null)
  return { rows, unreadable, cursor: null }
}

function standingStill(): StageError {
  return new StageError({
    kind: 'upstream.unavailable',
    api: 'openphone',
    status: 200,
    detail: 'the same cursor came twice',
  })
}
