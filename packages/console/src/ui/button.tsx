/** Buttons: a verb and a count, `...` where a question follows. */
import { useId } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { useMayNotAct } from '../session.ts'
import { Icon } from './icon.tsx'
import type { IconName } from './icon.tsx'

export interface ButtonProps {
  children: ComponentChildren
  onClick: () => unknown
  /** `go` for the one thing that a page or dialog is for. */
  tone?: 'go' | 'bare'
  tiny?: boolean
  icon?: IconName
  busy?: boolean
  /** It changes something: whoever may only read sees it disabled, with the reason. */
  acts?: boolean
  /** Why it cannot be pressed now; null or left out: it can. */
  blocked?: string | null | undefined
  /** What a screen reader says in place of the words, where they do not name the row. */
  label?: string
}

export function Button({
  children,
  onClick,
  tone,
  tiny = false,
  icon,
  busy = false,
  acts = false,
  blocked = null,
  label,
}: ButtonProps) {
  const mayNot = useMayNotAct()
  const id = useId()
  const reason = (acts ? mayNot : null) ?? blocked
  return (
    <>
      <button
        type="button"
        class={['btn', tone, tiny && 'tiny'].filter(Boolean).join(' ')}
        aria-disabled={reason !== null || busy}
        aria-describedby={reason === null ? undefined : id}
        aria-label={label}
        title={reason ?? undefined}
        onClick={() => {
          if (reason === null && !busy) onClick()
        }}
      >
        {icon !== undefined && <Icon name={icon} />}
        {children}
      </button>
      {reason !== null && (
        <span id={id} class="sr">
          {reason}
        </span>
      )}
    </>
  )
}
