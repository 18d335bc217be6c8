/**
 * What the server that took a mail in found about its sender: the topmost Authentication-Results
 * header, since those below it came with the mail and may be made up. No I/O. Spec: RFC 8601.
 */
import type { MailAuthentication } from '@switchboard/shared/record'

const METHODS = ['spf', 'dkim', 'dmarc'] as const
const LONGEST = 4000

/** The results of the three methods; undefined: none is told. */
export function authenticationOf(header: string | null): MailAuthentication | undefined {
  const text = (header ?? '').slice(0, LONGEST).replaceAll(/\([^()]*\)/g, ' ')
  const results = METHODS.map((method): [string, string | null] => {
    const found = new RegExp(`(?:^|[;\\s])${method}\\s*=\\s*([a-z]+)`, 'gi')
    const all = [...text.matchAll(found)].map(([, result = '']) => result.toLowerCase())
    // Several signatures: one that holds is enough.
    return [method, all.find((result) => result === 'pass') ?? all[0] ?? null]
  })
  if (results.every(([, result]) => result === null)) return undefined
  return Object.fromEntries(results) as MailAuthentication
}
