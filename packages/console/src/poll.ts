/** What a page reads: fetched at once, read again when the pulse says that it moved. */
import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { ApiError, ask, lastAnswer } from './api.ts'
import { beatNow, isOld, useBeat } from './pulse.ts'
import type { Beat } from './pulse.ts'
import { say } from './toasts.ts'

export interface Poll<T> {
  /** The newest answer; while another address is read, or after an error, the one before. */
  data: T | undefined
  /** Of the last try; null when it went well. */
  error: ApiError | null
  loading: boolean // the first answer of this address is not here yet
  old: boolean // three beats were missed
  at: number | null // when `data` was read, ms since epoch
  again: () => void
}

/**
 * Lives on an answer of the API.
 * @param path with its query; null: nothing yet
 * @param page the name of the version in `/api/pulse` that tells when to read again; a name that
 *   the pulse does not know is read at every beat, which costs a 304; null: once and when asked
 */
export function usePoll<T>(path: string | null, page: string | null): Poll<T> {
  const beat = useBeat()
  const [state, setState] = useState<Omit<Poll<T>, 'old' | 'again'>>(() => first(path))
  const [asked, setAsked] = useState(0)
  const version = versionOf(beat, page)
  const current = useRef(path)

  useEffect(() => {
    if (path === null) return
    if (current.current !== path) {
      current.current = path
      const known = lastAnswer<T>(path)
      setState((last) => ({ ...last, data: known ?? last.data, loading: known === undefined }))
    }
    const stop = new AbortController()
    ask<T>(path, stop.signal).then(
      (data) => setState({ data, error: null, loading: false, at: Date.now() }),
      (error: unknown) => {
        if (stop.signal.aborted) return
        setState((last) => ({
          ...last,
          error: stillThe(last.error, apiError(error)),
          loading: false,
        }))
      },
    )
    return () => stop.abort()
  }, [path, version, asked])

  const again = useCallback(() => {
    setState((last) => ({ ...last, error: null, loading: true }))
    setAsked((n) => n + 1)
  }, [])
  return { ...state, old: isOld(beat), again }
}

/** A failure that goes on is told once, with the time when it began. */
export function stillThe(last: ApiError | null, error: ApiError): ApiError {
  return last?.status === error.status && last.message === error.message ? last : error
}

/** What tells that a page moved; the same text as long as it did not. While it is held, nothing does. */
export function versionOf(beat: Beat, page: string | null): string {
  const last = useRef('')
  if (page !== null && !beat.held && beat.pulse !== null)
    last.current =
      (beat.pulse.versions as Record<string, string | undefined>)[page] ?? `beat ${beat.count}`
  return last.current
}

function first<T>(path: string | null): Omit<Poll<T>, 'old' | 'again'> {
  const data = path === null ? undefined : lastAnswer<T>(path)
  return { data, error: null, loading: data === undefined, at: null }
}

export function apiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  return new ApiError(0, error instanceof Error ? error.message : String(error))
}

export interface Act<Args extends unknown[], T> {
  /** Sends it. @returns the answer; undefined where it was refused: `error` says why */
  run: (...args: Args) => Promise<T | undefined>
  busy: boolean
  error: ApiError | null
  clear: () => void
}

/**
 * Something that acts. When it went well the pulse beats at once and `done` is said.
 * @example const replay = useAct((ids: string[]) => act('POST', '/api/dead-letters/replay', { ids }), 'Replay of 13 began.')
 */
export function useAct<Args extends unknown[], T>(
  send: (...args: Args) => Promise<T>,
  done?: string | ((answer: T) => string),
): Act<Args, T> {
  const [state, setState] = useState<{ busy: boolean; error: ApiError | null }>({
    busy: false,
    error: null,
  })
  const newest = useRef(send)
  newest.current = send
  const run = async (...args: Args) => {
    setState({ busy: true, error: null })
    try {
      const answer = await newest.current(...args)
      setState({ busy: false, error: null })
      beatNow()
      if (done !== undefined) say(typeof done === 'string' ? done : done(answer))
      return answer
    } catch (error) {
      setState({ busy: false, error: apiError(error) })
      return undefined
    }
  }
  return { ...state, run, clear: () => setState({ busy: false, error: null }) }
}
