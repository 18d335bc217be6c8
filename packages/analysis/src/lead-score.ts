/** The lead score of a call: ours, not the model's. A pure function of three things, each 0 to 1. */
import type { Analysis } from '@switchboard/shared/analysis'
import type { Spoken } from './subject.ts'

/** What each part adds at most; together 100. */
export const LEAD_WEIGHTS = { sentiment: 40, engagement: 35, duration: 25 } as const

/** The outside party's share of the words from which engagement is full. */
const FULL_SHARE = 0.5
/** The length of a call from which duration is full. */
const FULL_DURATION_SECONDS = 600

export interface LeadSigns {
  /** Null or unknown counts as neutral. */
  sentiment: NonNullable<Analysis['sentiment']>['label'] | null
  confidence: number // 0 to 1
  outsideShare: number // 0 to 1
  durationSeconds: number
}

/**
 * 0 to 100, a whole number:
 * - sentiment, 40: positive 1, neutral 0.5, negative 0, drawn to 0.5 as confidence falls to 0;
 * - engagement, 35: the outside party's share of the words, full from one half on;
 * - duration, 25: full from ten minutes on.
 */
export function leadScore(signs: LeadSigns): number {
  const parts = {
    sentiment: 0.5 + (MOOD[signs.sentiment ?? 'unknown'] - 0.5) * within(signs.confidence),
    engagement: within(signs.outsideShare / FULL_SHARE),
    duration: within(signs.durationSeconds / FULL_DURATION_SECONDS),
  }
  return Math.round(
    LEAD_WEIGHTS.sentiment * parts.sentiment +
      LEAD_WEIGHTS.engagement * parts.engagement +
      LEAD_WEIGHTS.duration * parts.duration,
  )
}

/**
 * The outside party's words among those whose speaker is known, 0 to 1; 0.5 where no speaker is
 * known, which speaks neither for nor against.
 */
export function outsideShare(utterances: Spoken[]): number {
  const words = { them: 0, us: 0, unknown: 0 }
  for (const { by, text } of utterances) words[by] += text.match(/\S+/g)?.length ?? 0
  const known = words.them + words.us
  return known === 0 ? 0.5 : words.them / known
}

const MOOD = { positive: 1, neutral: 0.5, unknown: 0.5, negative: 0 } as const

function within(part: number): number {
  return Math.min(1, Math.max(0, part))
}
