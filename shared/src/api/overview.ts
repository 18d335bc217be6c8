/** The overview: is everything there, who waits, what was said. */
import * as v from 'valibot'
import { KINDS } from '../kinds.ts'
import { Moment, operation } from './operation.ts'
import { RecordRow } from './records.ts'

const Count = v.pipe(v.number(), v.integer())
const Day = v.pipe(v.string(), v.isoDate(), v.description('A day in UTC.'))
const Kind = v.picklist(KINDS)

/** What stands where between a source and Notion. */
const PLACES = {
  source: v.pipe(
    v.nullable(Count),
    v.description('What the last complete listing told, and webhooks since. Null: never listed.'),
  ),
  stored: v.pipe(Count, v.description('In D1.')),
  filed: v.pipe(Count, v.description('In Notion.')),
  way: v.pipe(Count, v.description('Not filed yet.')),
  stuck: v.pipe(Count, v.description('Not filed: a dead letter.')),
  removed: v.pipe(Count, v.description('A person removed its page.')),
  skipped: v.pipe(Count, v.description('There is nothing to file.')),
  missing: v.pipe(Count, v.description('Listed at the source, not in D1.')),
  extra: v.pipe(Count, v.description('In D1, not listed at the source any more.')),
}

export const ProofDay = v.object({ day: Day, ...PLACES })
export type ProofDay = v.InferOutput<typeof ProofDay>

export const ProofOfKind = v.object({
  kind: Kind,
  ...PLACES,
  from: v.pipe(v.nullable(Day), v.description('The first day of these that was ever listed.')),
  listedAt: v.pipe(v.nullable(Moment), v.description('Up to when the last listing goes.')),
  unlisted: v.pipe(Count, v.description('In D1, of days before that; not among the others.')),
  days: v.array(ProofDay),
})
export type ProofOfKind = v.InferOutput<typeof ProofOfKind>

const Counted = v.object({ name: v.string(), count: Count })

export const Need = v.object({
  what: v.picklist(['promise', 'task', 'complaint', 'talker']),
  kind: v.nullable(Kind),
  id: v.nullable(v.string()),
  at: Moment,
  party: v.nullable(v.string()),
  merchant: v.nullable(v.object({ id: v.string(), name: v.string() })),
  text: v.pipe(v.string(), v.description('What is to be done.')),
  quote: v.pipe(v.nullable(v.string()), v.description('The words it rests on.')),
  by: v.pipe(v.nullable(v.string()), v.description('Who said them, where it is one of us.')),
  second: v.pipe(v.nullable(v.number()), v.description('When in the call they were said.')),
  talks: v.pipe(v.nullable(Count), v.description('Of a talker: how many conversations.')),
})
export type Need = v.InferOutput<typeof Need>

export const Overview = v.object({
  days: Count,
  from: Day,
  to: Day,
  proof: v.object({
    kinds: v.array(ProofOfKind),
    missed: v.pipe(
      Count,
      v.description('Listed or delivered in vain at the source, and not in D1.'),
    ),
    since: v.pipe(v.nullable(Day), v.description('From when on all was listed.')),
    deliveries: v.object({ heard: Count, failed: Count, recovered: Count, asked: Count }),
    lastSweep: v.nullable(
      v.object({ id: v.string(), at: Moment, synced: Count, skipped: Count, failed: Count }),
    ),
    nextSweepAt: Moment,
  }),
  kinds: v.array(
    v.object({ kind: Kind, synced: Count, failed: Count, skipped: Count, waiting: Count }),
  ),
  said: v.object({
    analysed: Count,
    notAnalysed: Count,
    sentiments: v.array(Counted),
    calls: v.object({
      count: Count,
      meanLeadScore: v.nullable(v.number()),
      categories: v.array(Counted),
    }),
    texts: v.object({ count: Count, categories: v.array(Counted) }),
    actionItems: Count,
  }),
  links: v.nullable(
    v.object({
      filed: Count,
      linked: v.pipe(Count, v.description('To one merchant or several.')),
      several: Count,
      unmatched: Count,
      anonymous: Count,
    }),
  ),
  memory: v.pipe(
    v.object({ answered: Count, worked: Count }),
    v.description('Stage work that kept fingerprints answered; of the last 40 days at most.'),
  ),
  claims: v.object({ made: Count, dropped: v.pipe(Count, v.description('For want of a quote.')) }),
  live: v.object({
    records: Count,
    p95Ms: v.pipe(v.nullable(v.number()), v.description('From the webhook to the first page.')),
  }),
  needs: v.object({
    items: v.array(Need),
    talkers: v.pipe(Count, v.description('Numbers and addresses of no merchant.')),
  }),
  recent: v.array(RecordRow),
})
export type Overview = v.InferOutput<typeof Overview>

export const readOverview = operation({
  name: 'readOverview',
  method: 'GET',
  path: '/api/overview',
  summary: 'The proof that nothing is missing, who waits for a person, and what was said.',
  access: 'read',
  query: v.object({
    days: v.optional(
      v.pipe(
        v.picklist(['7', '30', '90'], 'must be 7, 30 or 90'),
        v.transform((days) => Number(days)),
      ),
      '30',
    ),
  }),
  answer: Overview,
})
