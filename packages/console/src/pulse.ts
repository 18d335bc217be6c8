/**
 * The heartbeat of the page: one small answer every 2 s (hidden 15 s) that carries badges, what is
 * parked, and a version a page. A page reads again when its version moved. A beat that is not
 * answered by the next one is missed; after three missed beats what is shown is old, and says so.
 */
import type { Pulse } from '@switchboard/shared/api/pulse'
import { ApiError, ask } from './api.ts'
import { cell, useCell } from './cell.ts'
import type { Cell } from './cell.ts'

export interface Beat {
  pulse: Pulse | null
  heardAt: number | null // ms since epoch
  missed: number // in a row
  held: boolean // nothing is read by itself until it is let go
  count: number // of the beats that were heard
}

const VISIBLE_MS = 2000
const HIDDEN_MS = 15_000
/** After so many missed beats what is shown is old. */
const OLD_AFTER = 3

const beat: Cell<Beat> = cell<Beat>({
  pulse: null,
  heardAt: null,
  missed: 0,
  held: false,
  count: 0,
})
let timer: ReturnType<typeof setTimeout> | undefined
let asking = false
let askAgain = false
let running = false

export function useBeat(): Beat {
  return useCell(beat)
}

export function isOld({ missed }: Beat): boolean {
  return missed >= OLD_AFTER
}

/** Starts to beat; ends when the returned function is called. */
export function startPulse(): () => void {
  running = true
  document.addEventListener('visibilitychange', tick)
  tick()
  return () => {
    running = false
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', tick)
    beat.set({ pulse: null, heardAt: null, missed: 0, held: false, count: 0 })
  }
}

/** Beats at once: something was done, its effect should show. */
export function beatNow(): void {
  if (asking) askAgain = true // what is on its way may have been read before it
  else if (running) void listen()
}

/** Holds what is shown, or lets it go on. @returns whether it is held now */
export function toggleHold(): boolean {
  const held = !beat.get().held
  beat.set({ ...beat.get(), held })
  if (!held) beatNow()
  return held
}

function tick(): void {
  clearTimeout(timer)
  timer = setTimeout(tick, document.hidden ? HIDDEN_MS : VISIBLE_MS)
  if (asking) miss()
  else void listen()
}

async function listen(): Promise<void> {
  asking = true
  try {
    const pulse = await ask<Pulse>('/api/pulse')
    if (running)
      beat.set({
        ...beat.get(),
        pulse,
        heardAt: Date.now(),
        missed: 0,
        count: beat.get().count + 1,
      })
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 401)) miss()
  } finally {
    asking = false
    const again = askAgain
    askAgain = false
    if (again) beatNow()
  }
}

function miss(): void {
  if (running) beat.set({ ...beat.get(), missed: beat.get().missed + 1 })
}
