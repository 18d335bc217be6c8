/**
 * Rows that live. While the pointer or the focus is among them they swap in place and keep their
 * order; what came or went waits above until it is asked for, or until the reader is gone.
 */
import { useRef, useState } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { changes, compare } from '../keyset.ts'

export function Still<Row>({
  rows,
  keyOf,
  children,
}: {
  rows: Row[]
  keyOf: (row: Row) => string
  children: (rows: Row[]) => ComponentChildren
}) {
  const [held, setHeld] = useState<Row[] | null>(null)
  const here = useRef({ pointer: false, focus: false })
  const whole = (of: Row[]) => ({ rows: of, nextCursor: null })
  const { came, gone, swapped } = compare(whole(held ?? rows), whole(rows), keyOf)
  const fresh = held === null ? null : changes({ came, gone })
  const look = (change: Partial<typeof here.current>) => {
    Object.assign(here.current, change)
    const { pointer, focus } = here.current
    setHeld((last) => (pointer || focus ? (last ?? rows) : null))
  }
  return (
    <div
      onPointerEnter={() => look({ pointer: true })}
      onPointerLeave={() => look({ pointer: false })}
      onFocusIn={() => look({ focus: true })}
      onFocusOut={() => look({ focus: false })}
    >
      {fresh !== null && (
        <div class="fresh">
          <button type="button" class="btn tiny" onClick={() => setHeld(rows)}>
            {fresh}
          </button>
        </div>
      )}
      {children(held === null ? rows : swapped.rows)}
    </div>
  )
}
