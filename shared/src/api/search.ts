/** Search: what is asked, what was understood of it, what was found (docs/search.md). */
import * as v from 'valibot'
import { CALL_CATEGORIES, SENTIMENTS, TEXT_CATEGORIES } from '../analysis.ts'
import { KINDS } from '../kinds.ts'
import { Moment, operation } from './operation.ts'

/** By words and by meaning, or one of them alone. */
const MODES = ['hybrid', 'text', 'vector'] as const
export type Mode = (typeof MODES)[number]

export const CATEGORIES = [...new Set([...CALL_CATEGORIES, ...TEXT_CATEGORIES])] as const
export type Category = (typeof CATEGORIES)[number]

/** A day in UTC, or a moment. */
const When = (description: string) =>
  v.optional(
    v.pipe(
      v.string(),
      v.check((text) => !Number.isNaN(momentOf(text)), 'must be a date or a moment (ISO 8601)'),
      v.description(description),
    ),
  )

const ISO = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?$/

/** Ms since epoch; what names no zone is UTC; NaN: it is none. */
export function momentOf(text: string): number {
  if (!ISO.test(text)) return Number.NaN
  return Date.parse(/T[\d:.]+$/.test(text) ? `${text}Z` : text)
}

/** Whether a moment is a whole day. */
export function isDay(text: string): boolean {
  return !text.includes('T')
}

/** What a search may be narrowed by. */
export const SEARCH_FILTERS = {
  kinds: v.optional(
    v.pipe(
      v.array(v.picklist(KINDS, 'must be call, message or mail')),
      v.description('Only records of these kinds.'),
    ),
  ),
  merchant: v.optional(
    v.pipe(
      v.string(),
      v.minLength(1, 'is empty'),
      v.maxLength(200, 'is too long'),
      v.description(
        'A Canvas page id, a phone number, a mail address, or a name as people type it.',
      ),
    ),
  ),
  from: When('Not before this day or moment.'),
  to: When('Not after this day; or before this moment.'),
  sentiment: v.optional(v.picklist(SENTIMENTS, `must be one of ${SENTIMENTS.join(', ')}`)),
  category: v.optional(v.picklist(CATEGORIES, `must be one of ${CATEGORIES.join(', ')}`)),
}

/** A word of the query that became a filter. */
export const Chip = v.object({
  word: v.pipe(v.string(), v.description('As it was typed.')),
  filter: v.picklist(['kinds', 'merchant', 'time', 'sentiment', 'category']),
  value: v.pipe(
    v.string(),
    v.description('A kind, a Canvas page id, `from/to` (either may be `..`), or a label.'),
  ),
  label: v.pipe(v.string(), v.description('For people.')),
})
export type Chip = v.InferOutput<typeof Chip>

export const MerchantLink = v.object({
  id: v.pipe(v.string(), v.description('Of the Canvas page.')),
  name: v.string(),
  url: v.nullable(v.string()),
})

const Score = v.pipe(
  v.number(),
  v.description('From 1 downwards, best first; comparable within one answer.'),
)

export const RecordHit = v.object({
  kind: v.picklist(KINDS),
  id: v.string(),
  score: Score,
  passage: v.pipe(v.string(), v.description('What matched best, in the words of the record.')),
  at: Moment,
  seconds: v.pipe(
    v.nullable(v.number()),
    v.description('Of a call: when the passage begins, from the start of its segment.'),
  ),
  direction: v.nullable(v.picklist(['incoming', 'outgoing'])),
  subject: v.pipe(v.nullable(v.string()), v.description('Of a mail.')),
  summary: v.nullable(v.string()),
  sentiment: v.nullable(v.string()),
  category: v.nullable(v.string()),
  parties: v.pipe(v.array(v.string()), v.description('Outside numbers and addresses.')),
  merchants: v.array(MerchantLink),
  page: v.pipe(v.nullable(v.string()), v.description('The Notion page.')),
  url: v.pipe(v.string(), v.description('The record in the console.')),
  foundBy: v.array(v.picklist(['text', 'vector'])),
})
export type RecordHit = v.InferOutput<typeof RecordHit>

export const MerchantHit = v.object({
  kind: v.literal('merchant'),
  id: v.pipe(v.string(), v.description('Of the Canvas page.')),
  score: Score,
  passage: v.pipe(v.string(), v.description('Its name, number or address: what matched.')),
  name: v.string(),
  page: v.nullable(v.string()),
  url: v.pipe(v.string(), v.description('The merchant in the console.')),
})
export type MerchantHit = v.InferOutput<typeof MerchantHit>

export const search = operation({
  name: 'search',
  method: 'POST',
  path: '/api/search',
  summary: 'Finds records by their words and by what they mean, and merchants by name.',
  access: 'read',
  body: v.object({
    query: v.pipe(
      v.optional(v.pipe(v.string(), v.maxLength(1000, 'is too long')), ''),
      v.description('As people type it: “calls about pricing last week”. Empty: the newest.'),
    ),
    ...SEARCH_FILTERS,
    asWords: v.pipe(
      v.optional(v.array(v.string()), []),
      v.description('Words of the query that are meant as words: their chips are taken off.'),
    ),
    limit: v.optional(
      v.pipe(
        v.number(),
        v.integer('must be a whole number'),
        v.minValue(1, 'must be 1 or more'),
        v.maxValue(100, 'must be 100 or less'),
      ),
      10,
    ),
    cursor: v.optional(v.string()),
    mode: v.optional(v.picklist(MODES, `must be one of ${MODES.join(', ')}`), 'hybrid'),
    now: When('What words like “yesterday” count from; the clock where it is left out.'),
  }),
  answer: v.object({
    hits: v.pipe(
      v.array(v.variant('kind', [RecordHit, MerchantHit])),
      v.description(
        'Records, then merchants if there is room. A merchant that is all that was asked for comes first.',
      ),
    ),
    merchants: v.pipe(v.array(MerchantHit), v.description('On the first page, room or not.')),
    mode: v.pipe(v.picklist(MODES), v.description('How it was searched in the end.')),
    reason: v.pipe(
      v.nullable(v.string()),
      v.description('Why not as it was asked for: what is out, and since when.'),
    ),
    chips: v.array(Chip),
    words: v.pipe(v.string(), v.description('What was left of the query to search for.')),
    nextCursor: v.nullable(v.string()),
  }),
})
