/** Merchants: everything that is known of one, and finding one. Answered from D1. */
import * as v from 'valibot'
import { KINDS } from '../kinds.ts'
import { Moment, PAGE_QUERY, listOf, operation } from './operation.ts'

export const MerchantRow = v.object({
  id: v.pipe(v.string(), v.description('Of the Canvas page.')),
  name: v.string(),
  url: v.pipe(v.nullable(v.string()), v.description('The Canvas page.')),
  keys: v.pipe(
    v.array(v.string()),
    v.description('Its numbers (E.164) and mail addresses in lower case.'),
  ),
})
export type MerchantRow = v.InferOutput<typeof MerchantRow>

/** What every kind of record has here. */
const RECORD = {
  id: v.string(),
  at: Moment,
  direction: v.nullable(v.picklist(['incoming', 'outgoing'])),
  parties: v.pipe(v.array(v.string()), v.description('Outside numbers and addresses.')),
  summary: v.nullable(v.string()),
  sentiment: v.nullable(v.string()),
  category: v.nullable(v.string()),
  leadScore: v.nullable(v.number()),
  actionItems: v.array(v.object({ text: v.string(), quote: v.string() })),
  page: v.pipe(v.nullable(v.string()), v.description('The Notion page.')),
}

export const MerchantCall = v.object({
  kind: v.literal('call'),
  ...RECORD,
  status: v.string(),
  durationSeconds: v.number(),
  voicemail: v.pipe(v.nullable(v.string()), v.description('What was said on it.')),
})
export const MerchantMessage = v.object({ kind: v.literal('message'), ...RECORD, text: v.string() })
export const MerchantMail = v.object({
  kind: v.literal('mail'),
  ...RECORD,
  subject: v.string(),
  text: v.string(),
})

const Count = v.pipe(v.number(), v.integer())

export const MerchantStatistics = v.object({
  counts: v.object({ calls: Count, messages: Count, mail: Count }),
  interactions: v.pipe(Count, v.description('All records together.')),
  firstContact: v.nullable(Moment),
  lastContact: v.nullable(Moment),
  sentiment: v.object({
    counts: v.object({ positive: Count, neutral: Count, negative: Count, unknown: Count }),
    shares: v.pipe(
      v.object({ positive: v.number(), neutral: v.number(), negative: v.number() }),
      v.description('Of the records whose sentiment is known, from 0 to 1.'),
    ),
    trend: v.pipe(
      v.picklist(['better', 'same', 'worse', 'unknown']),
      v.description('The last ten records with a sentiment against the ten before.'),
    ),
    months: v.pipe(
      v.array(
        v.object({
          month: v.pipe(v.string(), v.description('YYYY-MM, UTC.')),
          positive: Count,
          neutral: Count,
          negative: Count,
          unknown: Count,
        }),
      ),
      v.description('Months with records, oldest first.'),
    ),
  }),
  leadScore: v.object({ mean: v.nullable(v.number()), latest: v.nullable(v.number()) }),
  openActionItems: v.pipe(
    v.array(
      v.object({
        kind: v.picklist(KINDS),
        id: v.string(),
        at: Moment,
        text: v.string(),
        quote: v.pipe(v.string(), v.description('The words it rests on.')),
      }),
    ),
    v.description('The newest 50.'),
  ),
  responseTimes: v.pipe(
    v.object({
      answered: v.pipe(Count, v.description('Times that something of theirs was answered.')),
      unanswered: v.pipe(Count, v.description('Times that nothing came back within a week.')),
      medianSeconds: v.nullable(v.number()),
      p90Seconds: v.nullable(v.number()),
    }),
    v.description('From what they sent, or a call of theirs nobody took, to our next record.'),
  ),
})
export type MerchantStatistics = v.InferOutput<typeof MerchantStatistics>

const Everything = v.object({
  merchant: v.pipe(
    v.nullable(MerchantRow),
    v.description('Null: the number or address is known, but nobody in Canvas has it.'),
  ),
  merchants: v.pipe(
    v.array(MerchantRow),
    v.description('Everybody in Canvas who has the number or address; `merchant` is the first.'),
  ),
  calls: v.array(MerchantCall),
  messages: v.array(MerchantMessage),
  mail: v.array(MerchantMail),
  timeline: v.pipe(
    v.array(v.object({ kind: v.picklist(KINDS), id: v.string(), at: Moment })),
    v.description('The records of this page, newest first.'),
  ),
  statistics: v.pipe(MerchantStatistics, v.description('Over all pages.')),
  nextCursor: v.nullable(v.string()),
})
export type Everything = v.InferOutput<typeof Everything>

const PAGE = {
  cursor: v.optional(v.pipe(v.string(), v.description('`nextCursor` of the page before.'))),
  limit: v.optional(
    v.pipe(
      v.number(),
      v.integer('must be a whole number'),
      v.minValue(1, 'must be 1 or more'),
      v.maxValue(200, 'must be 200 or less'),
    ),
    50,
  ),
}

const given = (description: string) =>
  v.pipe(
    v.string('must be text'),
    v.minLength(1, 'is empty'),
    v.maxLength(320, 'is too long'),
    v.description(description),
  )

export const merchantByPhone = operation({
  name: 'merchantByPhone',
  method: 'POST',
  path: '/api/merchant/phone',
  summary: 'Everything with whoever has this number.',
  access: 'read',
  body: v.object({ phoneNumber: given('In any usual format.'), ...PAGE }),
  answer: Everything,
})

export const merchantByEmail = operation({
  name: 'merchantByEmail',
  method: 'POST',
  path: '/api/merchant/email',
  summary: 'Everything with whoever has this mail address.',
  access: 'read',
  body: v.object({ email: given('A mail address.'), ...PAGE }),
  answer: Everything,
})

export const merchantByCanvas = operation({
  name: 'merchantByCanvas',
  method: 'POST',
  path: '/api/merchant/canvas',
  summary: 'Everything with this merchant, over all its numbers and addresses.',
  access: 'read',
  body: v.object({ canvasId: given('The id of its Canvas page, or its address.'), ...PAGE }),
  answer: Everything,
})

export const listMerchants = operation({
  name: 'listMerchants',
  method: 'GET',
  path: '/api/merchants',
  summary: 'Merchants by name, number or address, typos forgiven; without a query all, by name.',
  access: 'read',
  query: v.object({
    query: v.optional(v.pipe(v.string(), v.maxLength(200, 'is too long'))),
    ...PAGE_QUERY,
  }),
  answer: listOf(
    v.object({
      ...MerchantRow.entries,
      score: v.pipe(v.nullable(v.number()), v.description('How like the query, from 1 downwards.')),
    }),
  ),
})
