/**
 * A workspace of any size, for benchmarks: the live scripts again and again over the last 30 days,
 * three text messages to every call. Believable in each record, not as a whole. Pure.
 */
import type { World } from '../world.ts'
import { liveCall, liveText } from './live-scripts.ts'
import { sampleWorld } from './workspace.ts'

const DAYS = 29
const DAY_MS = 86_400_000
/** Beyond whatever happens live, so that no id comes twice. */
const FIRST = 1_000_000

/** @param count calls and text messages together; no mails */
export function generatedWorld(count: number, anchor: Date): World {
  const world: World = { ...sampleWorld(anchor), calls: [], textMessages: [], mails: [] }
  for (let nth = 0; nth < count; nth++) {
    const agoMs = ((nth + 1) / (count + 1)) * DAYS * DAY_MS
    const at = new Date(anchor.getTime() - DAY_MS / 24 - agoMs)
    if (nth % 4 === 0) world.calls.push(liveCall(FIRST + nth, at))
    else world.textMessages.push(liveText(FIRST + nth, at))
  }
  return world
}
