/** Pages of a list: one row more than asked for tells whether there is another page. */
import type * as v from 'valibot'
import { readCursor, writeCursor } from '@switchboard/shared/api/cursor'
import { BadInput } from '../door/problem.ts'

/** The sort key that a cursor holds; null: the first page. @throws BadInput */
export function cursorIn<S extends v.GenericSchema>(
  cursor: string | undefined,
  schema: S,
): v.InferOutput<S> | null {
  if (cursor === undefined || cursor === '') return null
  const key = readCursor(cursor, schema)
  if (key === null) throw new BadInput([{ path: 'cursor', detail: 'is no cursor of this list' }])
  return key
}

/** @param found up to limit + 1 rows */
export function nextCursor<Row>(
  found: readonly Row[],
  limit: number,
  keyOf: (row: Row) => unknown,
): string | null {
  const last = found[limit - 1]
  return found.length > limit && last !== undefined ? writeCursor(keyOf(last)) : null
}
