/**
 * A real dialog: the browser keeps the focus in it, Esc closes it, and the focus goes back to where
 * it was. Full screen on a phone, its buttons stuck below.
 */
import { useEffect, useId, useRef } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { Button } from './button.tsx'
import type { ButtonProps } from './button.tsx'
import './dialog.css'

/**
 * @param say one sentence under the title
 * @param foot the buttons, what is done last; @param note a small line beside them
 */
export function Dialog({
  title,
  say,
  children,
  foot,
  note,
  onClose,
}: {
  title: ComponentChildren
  say?: ComponentChildren
  children?: ComponentChildren
  foot?: ComponentChildren
  note?: ComponentChildren
  onClose: () => void
}) {
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    return () => {
      // What opened it may be gone with what was done: then the page begins again.
      const stands = before instanceof HTMLElement && before.isConnected && before !== document.body
      ;(stands ? before : document.getElementById('main'))?.focus({ preventScroll: !stands })
    }
  }, [])
  const pressed = useRef<EventTarget | null>(null)
  return (
    <dialog
      ref={dialog}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onPointerDown={(event) => {
        pressed.current = event.target
      }}
      onClick={(event) => {
        // On the veil around it, from the press on: words may be chosen past the dialog's edge.
        if (event.target === event.currentTarget && pressed.current === event.target) onClose()
      }}
    >
      <div class="dh">
        <h2 id={id}>{title}</h2>
        {say !== undefined && <p class="soft">{say}</p>}
      </div>
      {children !== undefined && <div class="db">{children}</div>}
      <div class="df">
        {note !== undefined && <span class="small">{note}</span>}
        {foot ?? (
          <button type="button" class="btn" onClick={onClose}>
            Close
          </button>
        )}
      </div>
    </dialog>
  )
}

type ActFootProps = Pick<ButtonProps, 'children' | 'onClick' | 'busy' | 'blocked'> & {
  onCancel: () => void
}

/** The foot of a dialog that does one thing: that, or nothing. */
export function ActFoot({ onCancel, ...doing }: ActFootProps) {
  return (
    <>
      <Button onClick={onCancel}>Cancel</Button>
      <Button acts tone="go" {...doing} />
    </>
  )
}
