/** Questions to the records, and briefs on merchants. */
import * as v from 'valibot'
import { KINDS } from '../kinds.ts'
import { Moment, operation } from './operation.ts'
import { MerchantLink, SEARCH_FILTERS } from './search.ts'

/** A record that an answer rests on. */
export const AnswerSource = v.object({
  n: v.pipe(v.number(), v.description('By which statements name it.')),
  kind: v.picklist(KINDS),
  id: v.string(),
  at: Moment,
  who: v.pipe(v.string(), v.description('The merchant, else the outside party.')),
  url: v.pipe(v.string(), v.description('The record in the console.')),
  page: v.pipe(v.nullable(v.string()), v.description('The Notion page.')),
})
export type AnswerSource = v.InferOutput<typeof AnswerSource>

const Stated = v.object({
  text: v.string(),
  source: v.pipe(v.number(), v.description('The `n` of the source it rests on.')),
  quote: v.pipe(v.string(), v.description('The words there, as they stand.')),
})

/** What an answer is when it is whole; streamed it comes as `sources`, `statement`..., `done`. */
export const Answer = v.object({
  answered: v.pipe(v.boolean(), v.description('False: the records do not say.')),
  reason: v.nullable(v.string()),
  statements: v.array(Stated),
  sources: v.array(AnswerSource),
  model: v.string(),
  cached: v.boolean(),
})
export type Answer = v.InferOutput<typeof Answer>

export const ask = operation({
  name: 'ask',
  method: 'POST',
  path: '/api/ask',
  summary:
    'Answers a question from the records, with citations: server-sent events, or JSON where that is accepted alone.',
  access: 'read',
  body: v.object({
    question: v.pipe(
      v.string('is missing'),
      v.trim(),
      v.minLength(1, 'is empty'),
      v.maxLength(1000, 'is too long'),
    ),
    ...SEARCH_FILTERS,
    now: v.optional(v.pipe(v.string(), v.isoTimestamp('must be a moment (ISO 8601)'))),
  }),
  answer: Answer,
})

const TOPIC = v.array(Stated)

export const merchantSummary = operation({
  name: 'merchantSummary',
  method: 'POST',
  path: '/api/merchant/summary',
  summary: 'A brief on one merchant: history, mood, open matters, the next step.',
  access: 'read',
  body: v.pipe(
    v.object({
      canvasId: v.optional(v.pipe(v.string(), v.minLength(1, 'is empty'))),
      phoneNumber: v.optional(v.pipe(v.string(), v.minLength(1, 'is empty'))),
      email: v.optional(v.pipe(v.string(), v.minLength(1, 'is empty'))),
    }),
    v.check(
      (body) => Object.values(body).filter((value) => value !== undefined).length === 1,
      'needs one of canvasId, phoneNumber and email',
    ),
  ),
  answer: v.object({
    merchant: v.nullable(MerchantLink),
    history: TOPIC,
    mood: TOPIC,
    open: TOPIC,
    next: TOPIC,
    reason: v.pipe(v.nullable(v.string()), v.description('Why there is no brief.')),
    sources: v.array(AnswerSource),
    model: v.string(),
    cached: v.boolean(),
  }),
})

export const readCache = operation({
  name: 'readCache',
  method: 'GET',
  path: '/api/cache',
  summary: 'How often the cache had what was wanted, over the last 30 days.',
  access: 'read',
  answer: v.object({
    items: v.array(
      v.object({
        sort: v.picklist(['embedding', 'answer', 'brief']),
        hits: v.number(),
        misses: v.number(),
        share: v.pipe(v.number(), v.description('Of hits, from 0 to 1.')),
      }),
    ),
  }),
})
