/** Where and why something could not be read, in words that never hold a value of it. No I/O. */
import type * as v from 'valibot'

/**
 * The place by its path, as in `data.resource.recordings[0].url`; '' is the whole.
 * @param within what the path begins at, as in `data[3]`
 */
export function place(issue: v.BaseIssue<unknown>, within = ''): string {
  const inside = (issue.path ?? [])
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
  return within === '' ? inside.replace(/^\./, '') : within + inside
}

/** Valibot's own words quote the value, which may be somebody's number. */
export function reason(issue: v.BaseIssue<unknown>): string {
  if (issue.input === undefined) return 'is missing'
  if (issue.type === 'non_empty') return 'is empty'
  const found = issue.input === null ? 'null' : typeof issue.input
  return `expected ${issue.expected ?? issue.type.replaceAll('_', ' ')}, found ${found}`
}
