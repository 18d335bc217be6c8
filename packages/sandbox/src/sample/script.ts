/**
 * The notation that calls and text messages share: blocks that begin with a line `# ...`, and
 * the parties' names in it. A line that is not understood is an error with its text: a slip of
 * the pen must not become a silent gap.
 */
import { merchantNumber } from './merchants.ts'

export interface Block {
  head: string // without the `# `
  lines: string[] // trimmed at the right; blank ones included
}

/** Cuts a script at its `# ` lines. */
export function blocksOf(script: string): Block[] {
  const blocks: Block[] = []
  for (const line of script.split('\n')) {
    if (line.startsWith('# ')) blocks.push({ head: line.slice(2).trim(), lines: [] })
    else if (blocks.length > 0) blocks.at(-1)?.lines.push(line.trimEnd())
    else if (line.trim() !== '') throw new Error(`Before the first block of a script: ${line}`)
  }
  return blocks
}

/**
 * The number of a party: a merchant's key (`fogline`, its second number `fogline:2`), or a number
 * as it stands (`+1614...`, `22000`, `anonymous`).
 */
export function partyNumber(party: string): string {
  if (/^(\+?\d+|anonymous)$/.test(party)) return party
  const [key = '', which = '1'] = party.split(':')
  return merchantNumber(key, Number(which))
}
