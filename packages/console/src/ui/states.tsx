/** What stands in place of content: nothing there, not here yet, refused, old. */
import { useMemo } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { moment } from '../format/time.ts'
import { ended } from '../format/sentence.ts'
import type { Poll } from '../poll.ts'
import { Icon } from './icon.tsx'

/** Nothing there: why, and what next. */
export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="none">{children}</p>
}

/** Grey rows of the final height, after 200 ms. */
export function Loading({ rows = 6 }: { rows?: number }) {
  return (
    <div class="ghost" role="status" aria-label="Loading">
      {Array.from({ length: rows }, () => (
        <i />
      ))}
    </div>
  )
}

/** What went wrong, when, and a way to try again. What was read before stays under it. */
export function Failed({
  error,
  again,
}: {
  error: { message: string; status?: number }
  again?: () => void
}) {
  // Of the failure, not of the drawing: an alert whose words change is spoken again.
  const at = useMemo(() => Date.now(), [error])
  return (
    <div class="banner bad" role="alert">
      <Icon name="cross" />
      <span>
        <strong>{ended(error.message)}</strong> At {moment(at, { now: Date.now() }, true)}.
      </span>
      {again !== undefined && (
        <button type="button" class="btn tiny" onClick={again}>
          Try again
        </button>
      )}
    </div>
  )
}

/**
 * Content that lives on a poll: grey rows until it is there, dimmed with the problem above it when
 * it could not be read again, and dimmed while the answer of another address is awaited.
 * @example <Polled poll={poll} rows={8}>{(data) => <Table .../>}</Polled>
 */
export function Polled<T>({
  poll,
  rows = 6,
  children,
}: {
  poll: Poll<T>
  rows?: number
  children: (data: T) => ComponentChildren
}) {
  const { data, error, again, old, loading } = poll
  return (
    <>
      {error !== null && <Failed error={error} again={again} />}
      {data === undefined ? (
        error === null && <Loading rows={rows} />
      ) : (
        <div class={dimmed(error !== null || old, loading)}>{children(data)}</div>
      )}
    </>
  )
}

/** What is old is dimmed at once; what is only awaited after 200 ms, so that nothing flickers. */
export function dimmed(old: boolean, awaited: boolean): string | undefined {
  return old ? 'dim' : awaited ? 'awaited' : undefined
}
