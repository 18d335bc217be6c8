/** Light, dark, or as the reader's system is. Charts redraw when it changes. */
import { cell, useCell } from './cell.ts'

export type Theme = 'system' | 'light' | 'dark'
export const THEMES: Theme[] = ['system', 'light', 'dark']

const KEPT = 'switchboard.theme'
const theme = cell<Theme>('system')
/** Counts the changes of what is seen. */
const turns = cell(0)

export function useTheme(): [Theme, (next: Theme) => void] {
  return [
    useCell(theme),
    (next) => {
      localStorage.setItem(KEPT, next)
      apply(next)
    },
  ]
}

/** Changes whenever colours did: whoever draws on a canvas draws again. */
export function useThemeTurn(): number {
  return useCell(turns)
}

/** Takes up what the reader chose last. */
export function startTheme(): void {
  const known = THEMES.find((one) => one === localStorage.getItem(KEPT))
  apply(known ?? 'system')
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
    turns.set(turns.get() + 1),
  )
}

function apply(next: Theme): void {
  if (next === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = next
  theme.set(next)
  turns.set(turns.get() + 1)
}
