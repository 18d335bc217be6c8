/** Mail addresses as keys: trimmed and in lower case, nothing else changed. No I/O. */

/** Fields are typed by people: what is longer is no field. */
const LONGEST_FIELD = 2000

/**
 * The address in lower case, without `mailto:`, a name or angle brackets; null where there is none.
 * Tags (`jo+shop@`) and dots stay: only some providers ignore them.
 */
export function toAddress(text: string): string | null {
  const bracketed = /<([^<>]*)>/.exec(text)?.[1] ?? text
  const address = bracketed
    .trim()
    .toLowerCase()
    .replace(/^mailto:/, '')
    .replace(/\?.*$/s, '') // a subject, say, behind a mailto:
    .trim()
  return ADDRESS.test(address) ? address : null
}

/** Every address of a field as people type it, in order, none twice. */
export function addressesIn(field: string): string[] {
  const found = field
    .slice(0, LONGEST_FIELD)
    .split(/[\s,:;|/<>()[\]"]+/)
    .map((part) => toAddress(part.replace(/^'+/, '').replace(/['.]+$/, '')))
    .filter((address) => address !== null)
  return [...new Set(found)]
}

const ADDRESS = /^[^\s@<>()[\],;:"]+@[^\s@<>()[\],;:"'.]+(?:\.[^\s@<>()[\],;:"'.]+)+$/
