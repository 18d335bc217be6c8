/** Words about what just changed: shown for a while, and spoken by one polite live region. */
import { cell, useCell } from './cell.ts'

export interface Toast {
  id: number
  text: string
  bad: boolean
  undo: (() => void) | null
}

const SHOWN_MS = 6000
/** Whoever must decide whether to take it back needs longer. */
const SHOWN_WITH_UNDO_MS = 15_000

const toasts = cell<Toast[]>([])
const spoken = cell('')
const timers = new Set<ReturnType<typeof setTimeout>>()
let made = 0
let held = false

export function useToasts(): Toast[] {
  return useCell(toasts)
}

/** What the live region holds. */
export function useSpoken(): string {
  return useCell(spoken)
}

/** Shows and speaks a sentence. @param undo takes it back, under a button */
export function say(text: string, undo: (() => void) | null = null, bad = false): void {
  const id = ++made
  toasts.set([...toasts.get().slice(-2), { id, text, bad, undo }])
  speak(text)
  if (!held) leaveLater(id, undo)
}

/** They stay while somebody is at them, and as long again once nobody is. */
export function holdToasts(hold: boolean): void {
  if (hold === held) return
  held = hold
  for (const timer of timers) clearTimeout(timer)
  timers.clear()
  if (!hold) for (const { id, undo } of toasts.get()) leaveLater(id, undo)
}

function leaveLater(id: number, undo: Toast['undo']): void {
  timers.add(setTimeout(() => dismiss(id), undo === null ? SHOWN_MS : SHOWN_WITH_UNDO_MS))
}

/** Speaks without showing: a change of state that is seen elsewhere. */
export function speak(text: string): void {
  // The same words twice would be said once.
  spoken.set(spoken.get() === text ? `${text} ` : text)
}

export function dismiss(id: number): void {
  toasts.set(toasts.get().filter((toast) => toast.id !== id))
}
