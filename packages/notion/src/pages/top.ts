/**
 * What stands on top of a call's page: where to hear it, what it was about, and what is to be done,
 * each with the words it rests on and the second of the call they were said at. It is one block,
 * written together with the transcript below it where there is a long one; it follows the record as
 * long as no person has touched it. No I/O.
 */
import type { AnalysisResult } from '@switchboard/shared/analysis'
import type { CallRecord } from '@switchboard/shared/record'
import { topBlock } from '../body.ts'
import type { Block } from '../body.ts'
import { oneLine } from '../text.ts'

/**
 * The block; none where there is nothing to say yet. A long body always has one, so that a page's
 * first block is never an utterance.
 * @param audio the links to listen at, the first recording's first
 */
export function topOf(
  record: CallRecord,
  analysis: AnalysisResult | null,
  audio: string[],
  hasBody: boolean,
): Block[] {
  if (analysis === null && !hasBody) return []
  return [topBlock(audio, [summaryLine(analysis), ...actionLines(record, analysis)].join('\n'))]
}

function summaryLine(analysis: AnalysisResult | null): string {
  if (analysis === null) return 'AI summary: see the properties.'
  if (!analysis.analysed) return `AI summary: (not analysed: ${analysis.reason})`
  return `AI summary: ${oneLine(analysis.analysis.summary)}`
}

function actionLines(record: CallRecord, analysis: AnalysisResult | null): string[] {
  if (analysis?.analysed !== true || analysis.analysis.actionItems.length === 0) return []
  const lines = analysis.analysis.actionItems.map(({ text, quote }) => {
    const at = secondOf(record, quote)
    const when = at === null ? '' : ` (at ${clock(at)})`
    return `- ${oneLine(text)}: “${oneLine(quote)}”${when}`
  })
  return ['Action items:', ...lines]
}

/** When in the call the words were said, in seconds from its answer; null: not told. */
function secondOf(record: CallRecord, quote: string): number | null {
  const words = folded(quote)
  if (words === '') return null
  const answered = Date.parse(record.answeredAt ?? record.createdAt)
  for (const [nth, { startTime, utterances }] of (record.transcripts?.segments ?? []).entries()) {
    const said = utterances.find(({ text }) => folded(text).includes(words))
    if (said === undefined) continue
    const started = startTime === null ? Number.NaN : Date.parse(startTime)
    // A segment counts from its own start; the first one starts with the call.
    const before = Number.isNaN(started) ? (nth === 0 ? 0 : null) : (started - answered) / 1000
    return before === null ? null : Math.max(0, Math.floor(before + said.startSeconds))
  }
  return null
}

function folded(text: string): string {
  return oneLine(text).toLowerCase()
}

function clock(seconds: number): string {
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) =>
    String(part).padStart(2, '0'),
  )
  return [...(seconds >= 3600 ? [Math.floor(seconds / 3600)] : []), ...parts].join(':')
}
