/** Questions that need a body: asked anew when what is asked changes, the last answer stays meanwhile. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { act } from './api.ts'
import type { ApiError } from './api.ts'
import { apiError } from './poll.ts'

export interface Answered<T> {
  data: T | undefined
  error: ApiError | null
  loading: boolean
  again: () => void
  /** Reads the next page, and puts it to what is there. */
  more: () => void
}

interface Paged {
  nextCursor: string | null
}

/**
 * Posts a question. @param body null: nothing is asked
 * @param join puts a further page behind what is there
 */
export function useAnswer<T extends Paged>(
  path: string,
  body: Record<string, unknown> | null,
  join: (shown: T, page: T) => T,
): Answered<T> {
  const [state, setState] = useState<Omit<Answered<T>, 'again' | 'more'>>({
    data: undefined,
    error: null,
    loading: body !== null,
  })
  const [asked, setAsked] = useState(0)
  const reading = useRef(false)
  const wanted = JSON.stringify(body)

  useEffect(() => {
    if (body === null) return
    const stop = new AbortController()
    reading.current = false
    setState((last) => ({ ...last, loading: true }))
    act<T>('POST', path, body, stop.signal).then(
      (data) => setState({ data, error: null, loading: false }),
      (error: unknown) => {
        if (!stop.signal.aborted)
          setState((last) => ({ ...last, error: apiError(error), loading: false }))
      },
    )
    return () => stop.abort()
  }, [path, wanted, asked])

  const more = () => {
    const cursor = state.data?.nextCursor ?? null
    if (cursor === null || reading.current || state.loading || body === null) return
    reading.current = true
    act<T>('POST', path, { ...body, cursor }).then(
      (page) => {
        reading.current = false
        setState((last) =>
          last.data?.nextCursor === cursor ? { ...last, data: join(last.data, page) } : last,
        )
      },
      (error: unknown) => {
        reading.current = false
        setState((last) => ({ ...last, error: apiError(error) }))
      },
    )
  }
  return { ...state, more, again: useCallback(() => setAsked((n) => n + 1), []) }
}
