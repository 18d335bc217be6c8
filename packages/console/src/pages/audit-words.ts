/** What the audit page says. No I/O. */
import type { AuditRow } from '@switchboard/shared/api/audit'
import { count } from '../format/numbers.ts'
import { moment } from '../format/time.ts'
import type { Clock } from '../format/time.ts'

/** The page's sentence: who did the last thing, and when. @param rows newest first */
export function auditSentence(rows: AuditRow[], hasMore: boolean, clock: Clock): string {
  const [last] = rows
  if (last === undefined) return 'Nobody has done anything here yet.'
  const people = new Set(rows.map(({ actor }) => actor)).size
  const by = people === 1 ? 'one person' : `${count(people)} people`
  const acts = `${count(rows.length)}${hasMore ? ' newest' : ''} ${rows.length === 1 ? 'act' : 'acts'}`
  return `${acts} by ${by}. The last: ${actionWords(last.action)} by ${last.actor}, ${moment(last.at, clock)}.`
}

/** `startRun` as `start run`. */
export function actionWords(action: string): string {
  return action.replaceAll(
    /([a-z])([A-Z])/g,
    (_all, before: string, after: string) => `${before} ${after.toLowerCase()}`,
  )
}

/** How an act ended, by the status of its answer; null: its end was not heard of. */
export function outcome(status: number | null): {
  state: 'done' | 'failed' | 'skipped'
  words: string
} {
  if (status === null) return { state: 'failed', words: 'not heard of again' }
  if (status < 400) return { state: 'done', words: 'done' }
  return { state: status < 500 ? 'skipped' : 'failed', words: `refused, ${status}` }
}

/** What was given with it, in one line: `days 30, kinds call mail`. */
export function detailWords(detail: Record<string, unknown> | null): string {
  return Object.entries(detail ?? {})
    .map(([name, value]) => `${name} ${valueWords(value)}`)
    .join(', ')
}

function valueWords(value: unknown): string {
  if (Array.isArray(value))
    return value.length > 3 ? `of ${value.length}` : value.map(valueWords).join(' ')
  if (typeof value === 'object' && value !== null) return JSON.stringify(value)
  return String(value)
}
