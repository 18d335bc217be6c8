/** What a schema found wrong, without the value: Valibot's own words quote it, and it may be private. */
import type * as v from 'valibot'

/** Where, as in `.from[0].email`. */
export function place(issue: v.BaseIssue<unknown>): string {
  return (issue.path ?? [])
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
}

/** What, as in `expected string, found number`. */
export function reason(issue: v.BaseIssue<unknown>): string {
  if (issue.input === undefined) return 'is missing'
  const found = issue.input === null ? 'null' : typeof issue.input
  return `expected ${issue.expected ?? issue.type.replaceAll('_', ' ')}, found ${found}`
}
