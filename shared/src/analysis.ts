/** What the model said about a record, after its evidence was checked. Stored as JSON in D1. */
import * as v from 'valibot'

export const SENTIMENTS = ['positive', 'neutral', 'negative', 'unknown'] as const
export const CALL_CATEGORIES = [
  'sales',
  'support',
  'inquiry',
  'follow-up',
  'appointment',
  'complaint',
  'general',
  'unknown',
] as const
export const TEXT_CATEGORIES = [
  'question',
  'information',
  'request',
  'confirmation',
  'unknown',
] as const

const Label = <T extends readonly string[]>(labels: T) =>
  v.object({ label: v.picklist(labels), quote: v.string() }) // quote: the record's own words

/** `quote` is verbatim from one utterance; a claim without one was dropped. */
export const Analysis = v.object({
  sentiment: v.nullable(
    v.object({
      ...Label(SENTIMENTS).entries,
      confidence: v.pipe(v.number(), v.minValue(0), v.maxValue(1)),
    }),
  ),
  summary: v.string(),
  category: v.nullable(Label([...CALL_CATEGORIES, ...TEXT_CATEGORIES] as const)),
  actionItems: v.array(v.object({ text: v.string(), quote: v.string() })),
  keywords: v.array(v.string()),
  leadScore: v.nullable(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100))), // calls only
  /** Of sentiment, category and action items: how many, and how many of them had no words. */
  claims: v.optional(v.object({ made: v.number(), dropped: v.number() })),
})
export type Analysis = v.InferOutput<typeof Analysis>

/** An analysis, or why there is none: AI is an extra, not a gate. */
export type AnalysisResult =
  | { analysed: true; analysis: Analysis }
  | { analysed: false; reason: string }
