/** What the page for questions says, and how an answer grows. No I/O. */
import type { Answer } from '@switchboard/shared/api/ask'
import type { ServerEvent } from '../events.ts'
import { counted } from '../format/numbers.ts'

/** An answer as far as it has come. */
export interface Growing extends Pick<Answer, 'statements' | 'sources'> {
  /** Null: it still grows. */
  end: Pick<Answer, 'answered' | 'reason' | 'model' | 'cached'> | null
  failed: string | null
}

export const NOTHING_YET: Growing = { statements: [], sources: [], end: null, failed: null }

/** The answer with one more step. A step that is not known changes nothing. */
export function grown(answer: Growing, { event, data }: ServerEvent): Growing {
  switch (event) {
    case 'sources':
      return { ...answer, sources: data as Answer['sources'] }
    case 'statement':
      return { ...answer, statements: [...answer.statements, data as Answer['statements'][number]] }
    case 'done':
      return { ...answer, end: data as Growing['end'] }
    case 'failed':
      return { ...answer, failed: (data as { reason: string }).reason }
    default:
      return answer
  }
}

/** The sources that a statement names, in their order. */
export function usedSources({ statements, sources }: Growing): Answer['sources'] {
  const named = new Set(statements.map(({ source }) => source))
  return sources.filter(({ n }) => named.has(n))
}

/** The page's sentence. */
export function askSentence(answer: Growing | null): string {
  if (answer === null)
    return 'Ask what was said or promised. Every statement names the record it rests on.'
  if (answer.failed !== null) return answer.failed
  if (answer.end === null)
    return answer.sources.length === 0
      ? 'Looking for what was said.'
      : `Reading ${counted(answer.sources.length, 'record')}.`
  if (!answer.end.answered) return answer.end.reason ?? 'The records do not say.'
  const used = usedSources(answer).length
  return `${counted(answer.statements.length, 'statement')} from ${counted(used, 'record')}, each with its words.`
}
