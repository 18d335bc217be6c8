/**
 * The keys. A page names what its keys do; `?` lists all that stand now; one switch turns them off.
 * Not while typing, never with a modifier, and not while a dialog is open (a dialog has its own).
 */
import { useEffect, useRef } from 'preact/hooks'
import { cell, useCell } from './cell.ts'

export interface KeyUse {
  does: string // for the list
  run: (event: KeyboardEvent) => void
}
/** By key, `g o` for one after the other. */
export type KeyUses = Record<string, KeyUse>

const OFF = 'switchboard.keys'
const SEQUENCE_MS = 1200

const on = cell(readOn())
const layers = new Set<{ current: KeyUses }>()
let before: { key: string; at: number } | null = null

export function useKeysOn(): [boolean, (next: boolean) => void] {
  return [
    useCell(on),
    (next) => {
      localStorage.setItem(OFF, next ? 'on' : 'off')
      on.set(next)
    },
  ]
}

/** These keys do this as long as the component stands; the newest layer wins. */
export function useKeys(uses: KeyUses): void {
  const layer = useRef(uses)
  layer.current = uses
  useEffect(() => {
    layers.add(layer)
    return () => {
      layers.delete(layer)
    }
  }, [])
}

/** Every key that does something now, as `?` lists them. */
export function keyUses(): [string, string][] {
  const all = new Map<string, string>()
  for (const layer of layers)
    for (const [key, { does }] of Object.entries(layer.current)) all.set(key, does)
  return [...all]
}

/** Starts to listen. */
export function listenForKeys(): void {
  document.addEventListener('keydown', (event) => {
    if (!on.get() || event.defaultPrevented) return
    if (event.metaKey || event.ctrlKey || event.altKey || event.isComposing) return
    if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return
    const key = event.key === ' ' ? 'Space' : event.key
    // A button or link that has the focus keeps the keys that press it.
    if ((key === 'Space' || key === 'Enter') && isPressed(event.target)) return
    const sequence =
      before !== null && event.timeStamp - before.at < SEQUENCE_MS ? `${before.key} ${key}` : null
    before = null
    const use = (sequence === null ? undefined : find(sequence)) ?? find(key)
    if (use !== undefined) {
      event.preventDefault()
      use.run(event)
    } else before = { key, at: event.timeStamp }
  })
}

function find(key: string): KeyUse | undefined {
  return [...layers].toReversed().find((layer) => key in layer.current)?.current[key]
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'range'].includes(target.type)
  return target.isContentEditable || ['TEXTAREA', 'SELECT'].includes(target.tagName)
}

function isPressed(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    ['A', 'BUTTON', 'INPUT', 'SUMMARY', 'AUDIO'].includes(target.tagName)
  )
}

function readOn(): boolean {
  return typeof localStorage === 'undefined' || localStorage.getItem(OFF) !== 'off'
}

/**
 * Moves the focus among the rows that a page lists: `[data-row]` in the main part.
 */
export function moveRow(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')]
  const now = rows.findIndex((row) => row.contains(document.activeElement))
  const next = rows[now === -1 ? (step === 1 ? 0 : rows.length - 1) : now + step]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}

/** Opens the focused row: its own link or button, else as a click on it does. */
export function openRow(): void {
  const row = focusedRow()
  const own = row?.querySelector<HTMLElement>('[data-open], a[href], button')
  ;(own ?? row)?.click()
}

/** Ticks or unticks the focused row. */
export function tickRow(): void {
  focusedRow()?.querySelector<HTMLInputElement>('input[type="checkbox"]')?.click()
}

function focusedRow(): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>('[data-row]') ?? null
}
