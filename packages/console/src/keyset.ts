/** A list that is read by pages and changes at its top while it is looked at. No I/O. */

export interface Keyset<Row> {
  rows: Row[]
  nextCursor: string | null
}

/**
 * The list with its first page read anew: rows that are still there swap in place; what came and
 * what went is counted, and shown only when the reader asks.
 * @param shown the list as it stands @param head its first page now
 */
export function compare<Row>(shown: Keyset<Row>, head: Keyset<Row>, keyOf: (row: Row) => string) {
  const newByKey = new Map(head.rows.map((row) => [keyOf(row), row]))
  const known = new Set(shown.rows.map(keyOf))
  // Up to here the first page speaks of what is shown; rows behind it are of later pages.
  const lastCommon = shown.rows.findLastIndex((row) => newByKey.has(keyOf(row)))
  const covered = head.nextCursor === null ? shown.rows.length : lastCommon + 1
  const gone = shown.rows.slice(0, covered).filter((row) => !newByKey.has(keyOf(row))).length
  const came = head.rows.filter((row) => !known.has(keyOf(row))).length
  const swapped: Keyset<Row> = {
    ...shown,
    rows: shown.rows.map((row) => newByKey.get(keyOf(row)) ?? row),
  }
  // Without a common row nothing says how the two fit together: the first page is all we know.
  const merged: Keyset<Row> =
    lastCommon === -1 || head.nextCursor === null
      ? head
      : { rows: [...head.rows, ...shown.rows.slice(covered)], nextCursor: shown.nextCursor }
  return { came, gone, swapped, merged }
}

/** The list with one more page; a row that moved meanwhile stands once. */
export function append<Row>(
  shown: Keyset<Row>,
  page: Keyset<Row>,
  keyOf: (row: Row) => string,
): Keyset<Row> {
  const known = new Set(shown.rows.map(keyOf))
  return {
    rows: [...shown.rows, ...page.rows.filter((row) => !known.has(keyOf(row)))],
    nextCursor: page.nextCursor,
  }
}

/** `3 new`, `2 gone`, `3 new, 2 gone`; null: as it is shown. */
export function changes({ came, gone }: { came: number; gone: number }): string | null {
  const words = [came > 0 && `${came} new`, gone > 0 && `${gone} gone`].filter(Boolean)
  return words.length === 0 ? null : words.join(', ')
}
