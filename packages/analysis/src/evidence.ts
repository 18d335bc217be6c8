/**
 * A claim stands only on words of the record. Quotes are looked up (fold.ts says what is the same),
 * claims without one are dropped, and what is kept quotes the record in its own characters. Pure.
 *
 * Must hold: a quote comes from within one utterance; an empty one, or one without a letter, digit
 * or symbol such as an emoji, never counts.
 */
import type { Analysis } from '@switchboard/shared/analysis'
import { findIn, fold } from './fold.ts'
import type { Folded } from './fold.ts'
import type { Answer } from './schema.ts'
import type { AnalysisSubject } from './subject.ts'

/** An analysis but for the lead score, which is ours. */
export type Checked = Omit<Analysis, 'leadScore'>

export const MAX_KEYWORDS = 10

/** Whether the quote stands within one of these utterances. */
export function supports(quote: string, utterances: { text: string }[]): boolean {
  return findQuote(quote, foldAll(utterances)) !== null
}

/** The quote as one of these texts has it; null: none does. */
export function supporting(quote: string, texts: readonly { text: string }[]): string | null {
  return findQuote(quote, foldAll(texts))
}

/**
 * The answer without what the record does not bear out: sentiment and category become null (but
 * `unknown` needs no words), action items and keywords are left out.
 */
export function checkEvidence(answer: Answer, subject: AnalysisSubject): Checked {
  const folded = foldAll(subject.utterances)
  const sentiment = checkLabel(answer.sentiment, folded)
  const category = checkLabel(answer.category, folded)
  const actionItems = answer.actionItems.flatMap(({ text, quote }) => {
    const found = findQuote(quote, folded)
    return found === null || text.trim() === '' ? [] : [{ text: text.trim(), quote: found }]
  })
  const made = 2 + answer.actionItems.length
  const kept = [sentiment, category].filter((one) => one !== null).length + actionItems.length
  return {
    sentiment,
    summary: answer.summary,
    category,
    actionItems,
    claims: { made, dropped: made - kept },
    keywords:
      'keywords' in answer
        ? checkKeywords(answer.keywords, [fold(subject.subject ?? ''), ...folded])
        : [],
  }
}

function checkLabel<C extends { label: string; quote: string }>(
  claim: C,
  folded: Folded[],
): C | null {
  const quote = findQuote(claim.quote, folded)
  if (quote !== null) return { ...claim, quote }
  return claim.label === 'unknown' ? { ...claim, quote: '' } : null
}

/** The quote as the record has it. */
function findQuote(quote: string, utterances: Folded[]): string | null {
  const wanted = fold(quote)
  if (!/[\p{L}\p{N}\p{S}]/u.test(wanted.text)) return null
  for (const utterance of utterances) {
    const found = findIn(utterance, wanted)
    if (found !== null) return found
  }
  return null
}

/** A keyword is made of whole words that stand side by side in the text or in a mail's subject. */
function checkKeywords(keywords: string[], texts: Folded[]): string[] {
  const said = texts.map(({ text }) => wordsOf(text))
  const kept = new Map<string, string>()
  for (const keyword of keywords) {
    const words = wordsOf(fold(keyword).text)
    if (words.trim() === '' || kept.has(words) || !said.some((text) => text.includes(words)))
      continue
    kept.set(words, keyword.trim().replace(/\s+/gu, ' '))
  }
  return [...kept.values()].slice(0, MAX_KEYWORDS)
}

/** The words of a folded text, each between two blanks. */
function wordsOf(folded: string): string {
  return ` ${folded.match(/[\p{L}\p{M}\p{N}]+/gu)?.join(' ') ?? ''} `
}

function foldAll(utterances: readonly { text: string }[]): Folded[] {
  return utterances.map(({ text }) => fold(text))
}
