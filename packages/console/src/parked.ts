/** The parked line: what stands, since when, why, and that nothing is lost. No I/O. */
import type { Pulse } from '@switchboard/shared/api/pulse'
import { count } from './format/numbers.ts'
import { asSentence, capital } from './format/sentence.ts'
import { moment } from './format/time.ts'
import type { Clock } from './format/time.ts'

/** The API counts rows that wait up to here. */
const MOST_COUNTED = 200

const NAMES: Record<string, string> = {
  openphone: 'OpenPhone',
  notion: 'Notion',
  mailbox: 'The mailbox',
  'workers-ai': 'Workers AI',
  vectorize: 'Vectorize',
}

const PARTS: Record<string, string> = {
  call: 'Calls',
  message: 'Messages',
  mail: 'Mail',
  canvas: 'Canvas',
}

/** A parked scope by the name people know: `notion:call` is "Notion (Calls)". */
export function scopeName(scope: string): string {
  const [system = '', part] = scope.split(':')
  const name = NAMES[system] ?? capital(system)
  return part === undefined ? name : `${name} (${PARTS[part] ?? part})`
}

/** The first parked scope in a sentence, and how many more there are; null: nothing is parked. */
export function parkedLine(
  parked: Pulse['parked'],
  clock: Clock,
): { what: string; rest: string } | null {
  const [first, ...others] = parked
  if (first === undefined) return null
  const more = others.length === 0 ? '' : ` And ${count(others.length)} more.`
  return {
    what: `${scopeName(first.scope)} is parked since ${moment(first.since, clock)}.`,
    rest: `${asSentence(first.reason)} Nothing is lost${waits(first.waiting)}.${more}`,
  }
}

function waits(rows: number): string {
  if (rows === 0) return ''
  if (rows === 1) return ': 1 row waits'
  return `: ${count(rows)}${rows >= MOST_COUNTED ? ' rows or more wait' : ' rows wait'}`
}
