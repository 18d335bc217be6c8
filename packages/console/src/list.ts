/** A keyset list of the API, read page by page as the reader scrolls, live at its top. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import type { ApiError } from './api.ts'
import { ask } from './api.ts'
import { append, changes, compare } from './keyset.ts'
import { keepList, keptList } from './kept-lists.ts'
import type { Keyset } from './keyset.ts'
import { withQuery } from './match.ts'
import { placeNow } from './place.ts'
import { apiError, stillThe, versionOf } from './poll.ts'
import { isOld, useBeat } from './pulse.ts'

export interface List<Row> {
  rows: Row[] | undefined // undefined: not here yet
  /** What these rows answer: while other filters are awaited, the ones before. */
  asked: URLSearchParams
  awaited: boolean // the rows of the newest filters are not here yet
  reads: number // further pages that were read
  /** What changed since, in words: a button above the list. */
  fresh: string | null
  showFresh: () => void
  more: () => void // reads the next page, if there is one
  hasMore: boolean
  error: ApiError | null
  old: boolean
  again: () => void
  /** Takes what is there now at once: after the reader's own act. */
  reload: () => void
}

interface Answer<Row> {
  items: Row[]
  nextCursor: string | null
}

interface Shown<Row> {
  path: string
  list: Keyset<Row>
  reads: number
  waiting: { came: number; gone: number; merged: Keyset<Row> } | null
}

/**
 * @param path of the list, with its filters; null: nothing yet
 * @param page its version in `/api/pulse` (see usePoll)
 */
export function useList<Row>(
  path: string | null,
  page: string | null,
  keyOf: (row: Row) => string,
): List<Row> {
  const beat = useBeat()
  const version = versionOf(beat, page)
  const [shown, setShown] = useState<Shown<Row> | null>(() => asItWasLeft(path))
  const [error, setError] = useState<ApiError | null>(null)
  const [asked, setAsked] = useState(0)
  const takeAll = useRef(false)
  const readingMore = useRef(false)
  const key = useRef(keyOf)
  key.current = keyOf

  useEffect(() => {
    if (path === null) return
    const stop = new AbortController()
    ask<Answer<Row>>(path, stop.signal).then(
      ({ items, nextCursor }) => {
        const head = { rows: items, nextCursor }
        setError(null)
        setShown((last) => {
          // Under an empty list nothing can move.
          const none = last?.list.rows.length === 0
          if (last === null || last.path !== path || takeAll.current || none) {
            takeAll.current = false
            const merged = last?.path === path ? compare(last.list, head, key.current).merged : head
            return { path, list: merged, reads: 0, waiting: null }
          }
          const { came, gone, swapped, merged } = compare(last.list, head, key.current)
          const waiting = came + gone > 0 ? { came, gone, merged } : null
          return { ...last, list: swapped, waiting }
        })
      },
      (refused: unknown) => {
        if (!stop.signal.aborted) setError((last) => stillThe(last, apiError(refused)))
      },
    )
    return () => stop.abort()
  }, [path, version, asked])

  useEffect(() => {
    if (shown !== null) keepList(shown.path, shown.list)
  }, [shown])

  const more = () => {
    const cursor = shown?.list.nextCursor
    if (shown === null || cursor === null || cursor === undefined || readingMore.current) return
    readingMore.current = true
    ask<Answer<Row>>(withQuery(shown.path, { cursor })).then(
      ({ items, nextCursor }) => {
        readingMore.current = false
        setShown((last) =>
          last === null || last.path !== shown.path || last.list.nextCursor !== cursor
            ? last
            : {
                ...last,
                list: append(last.list, { rows: items, nextCursor }, key.current),
                reads: last.reads + 1,
              },
        )
      },
      (refused: unknown) => {
        readingMore.current = false
        setError(apiError(refused))
      },
    )
  }
  const again = useCallback(() => {
    setError(null)
    setAsked((n) => n + 1)
  }, [])
  return {
    rows: shown?.list.rows,
    asked: new URLSearchParams(shown?.path.split('?')[1] ?? ''),
    awaited: shown !== null && shown.path !== path,
    reads: shown?.reads ?? 0,
    fresh: shown?.waiting ? changes(shown.waiting) : null,
    showFresh: () =>
      setShown((last) =>
        last?.waiting ? { ...last, list: last.waiting.merged, waiting: null } : last,
      ),
    more,
    hasMore: (shown?.list.nextCursor ?? null) !== null,
    error,
    old: isOld(beat),
    again,
    reload: () => {
      takeAll.current = true
      again()
    },
  }
}

/** Whoever comes back finds the list as it was; whoever comes by a link, as it is. */
function asItWasLeft<Row>(path: string | null): Shown<Row> | null {
  const list = path === null || !placeNow().isBack ? undefined : keptList<Row>(path)
  return path === null || list === undefined ? null : { path, list, reads: 0, waiting: null }
}
