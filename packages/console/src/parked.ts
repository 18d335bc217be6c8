/** The parked line: what stands, why, and that nothing is lost. No I/O. */
import { count, counted } from './format/numbers.ts'
import { moment } from './format/time.ts'
import type { Clock } from './format/time.ts'
import type { Pulse } from './pulse.ts'

/** The first parked scope in a sentence, and how many more there are; null: nothing is parked. */
export function parkedLine(
  parked: Pulse['parked'],
  clock: Clock,
): { what: string; rest: string } | null {
  const [first, ...others] = parked
  if (first === undefined) return null
  const waits =
    first.waiting === 0
      ? 'Nothing is lost.'
      : `Nothing is lost: ${counted(first.waiting, 'row')} ${first.waiting === 1 ? 'waits' : 'wait'}.`
  const more = others.length === 0 ? '' : ` And ${count(others.length)} more.`
  return {
    what: `${capital(first.scope)} is parked since ${moment(first.since, clock)}.`,
    rest: `${sentence(first.reason)} ${waits}${more}`,
  }
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function sentence(text: string): string {
  const trimmed = capital(text.trim())
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}
