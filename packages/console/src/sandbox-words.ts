/** Which faults stand in the sandbox, in a few words. No I/O. */
import type { SandboxState } from '@switchboard/shared/api/sandbox'
import { counted } from './format/numbers.ts'

const NAMES = { openphone: 'OpenPhone', notion: 'Notion', mailbox: 'mailbox' } as const

/** Null: none. */
export function faultWords({ faults, refusals }: SandboxState): string | null {
  const words = (['openphone', 'notion', 'mailbox'] as const).flatMap((system) => {
    const of = faults[system]
    if (of === null) return []
    return [
      ...(of.down ? [`${NAMES[system]} down`] : []),
      ...(of.revoked ? [`${NAMES[system]} token`] : []),
      ...(of.throttled > 0 ? [`${NAMES[system]} 429`] : []),
    ]
  })
  const { ai } = faults
  if (ai.down) words.push('AI down')
  if (ai.throttled > 0) words.push('AI 429')
  if (ai.slowMs > 0) words.push('AI slow')
  const refused = refusals.left + refusals.records.length
  if (refused > 0) words.push(`${counted(refused, 'record')} refused`)
  return words.length === 0 ? null : words.join(', ')
}
