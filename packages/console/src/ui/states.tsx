/** What stands in place of content: nothing there, not here yet, refused, old. */
import type { ComponentChildren } from 'preact'
import { moment } from '../format/time.ts'
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
  return (
    <div class="banner bad" role="alert">
      <Icon name="cross" />
      <span>
        <strong>{error.message}</strong> At {moment(Date.now(), { now: Date.now() }, true)}.
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
 * it could not be read again.
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
  const { data, error, again, old } = poll
  return (
    <>
      {error !== null && <Failed error={error} again={again} />}
      {data === undefined ? (
        error === null && <Loading rows={rows} />
      ) : (
        <div class={error !== null || old ? 'dim' : undefined}>{children(data)}</div>
      )}
    </>
  )
}
