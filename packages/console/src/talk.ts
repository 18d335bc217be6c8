/** A call's lines beside its recording: who speaks when, which line is heard now. No I/O. */
import type { TalkLine } from '@switchboard/shared/api/talk'

/** A line without an end lasts as long as it takes to say it. */
const CHARACTERS_A_SECOND = 15
const LEAST_SECONDS = 1

export interface Turn {
  ours: boolean | null
  from: number // seconds
  to: number
}

/** Who speaks when in one recording: until the next line, or as long as the words take. */
export function turnsOf(lines: TalkLine[], recording: number, durationSeconds: number): Turn[] {
  const timed = lines.filter((line) => line.recording === recording && line.seconds !== null)
  return timed.map((line, index) => {
    const from = line.seconds ?? 0
    const next = timed[index + 1]?.seconds ?? durationSeconds
    const said = Math.max(LEAST_SECONDS, line.text.length / CHARACTERS_A_SECOND)
    return { ours: line.ours, from, to: Math.max(from, Math.min(next, from + said)) }
  })
}

/** The line that is heard at this second; -1: none yet. */
export function lineAt(lines: TalkLine[], recording: number, seconds: number): number {
  return lines.findLastIndex(
    (line) =>
      line.recording === recording && line.seconds !== null && line.seconds <= seconds + 0.05,
  )
}

/** The line that says these words; -1: none does. A quote is verbatim but for its spaces. */
export function lineWith(lines: TalkLine[], quote: string): number {
  const wanted = folded(quote)
  return wanted === '' ? -1 : lines.findIndex(({ text }) => folded(text).includes(wanted))
}

function folded(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
