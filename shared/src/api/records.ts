/** Records: finding them, what became of each, and what people hold of them. */
import * as v from 'valibot'
import { CALL_CATEGORIES, SENTIMENTS, TEXT_CATEGORIES } from '../analysis.ts'
import { KINDS, STAGES } from '../kinds.ts'
import { Moment, PAGE_QUERY, listOf, operation } from './operation.ts'

export const RecordParams = v.object({
  kind: v.picklist(KINDS, 'must be call, message or mail'),
  id: v.pipe(v.string(), v.minLength(1, 'is missing')),
})

/** Of an action item. */
export const Done = v.pipe(
  v.nullable(v.object({ at: Moment, by: v.string() })),
  v.description('When somebody marked it as done, and who; null: it is open.'),
)

const Key = v.object({ kind: v.picklist(KINDS), id: v.string() })

export const releaseProperty = operation({
  name: 'releaseProperty',
  method: 'POST',
  path: '/api/records/:kind/:id/release',
  summary: 'Hands a property that a person changed in Notion back to us.',
  access: 'act',
  params: RecordParams,
  body: v.object({ property: v.pipe(v.string(), v.minLength(1, 'is missing')) }),
  answer: Key,
  status: 202,
})

export const pageAgain = operation({
  name: 'pageAgain',
  method: 'POST',
  path: '/api/records/:kind/:id/page',
  summary: 'Makes the page of a record again that a person removed.',
  access: 'act',
  params: RecordParams,
  answer: Key,
  status: 202,
})

/**
 * How a record stands. `filed`: in Notion; `failing`: there, and a later change is stuck; `way`: not
 * filed yet; `stuck`: not filed, a dead letter; `removed`: a person removed its page; `skipped`:
 * nothing to file.
 */
export const STATES = ['filed', 'failing', 'way', 'stuck', 'removed', 'skipped'] as const
/** Lists beside the states: some of their records, and ids in which a listing and D1 differ. */
export const LISTS = ['parked', 'retrying', 'held', 'missing', 'extra'] as const
export const LINKS = ['linked', 'several', 'unmatched', 'anonymous'] as const

const Kind = v.picklist(KINDS)
const Count = v.pipe(v.number(), v.integer())
const MerchantOf = v.object({ id: v.string(), name: v.string() })

export const RecordRow = v.object({
  kind: Kind,
  id: v.string(),
  at: Moment,
  state: v.picklist([...STATES, 'missing'] as const),
  doing: v.pipe(
    v.nullable(v.picklist(['parked', 'retrying', 'updating'])),
    v.description('Of what is still owed on its way to Notion.'),
  ),
  dueAt: v.pipe(v.nullable(Moment), v.description('When it is tried again.')),
  party: v.pipe(v.nullable(v.string()), v.description('The number or address outside.')),
  parties: v.pipe(Count, v.description('How many of them.')),
  merchant: v.nullable(MerchantOf),
  link: v.nullable(v.picklist(LINKS)),
  direction: v.nullable(v.string()),
  text: v.pipe(v.string(), v.description('The summary, else the subject, else how it begins.')),
  sentiment: v.nullable(v.string()),
  category: v.nullable(v.string()),
  leadScore: v.nullable(v.number()),
  held: v.pipe(Count, v.description('Properties that people keep as they set them.')),
  pageUrl: v.nullable(v.string()),
})
export type RecordRow = v.InferOutput<typeof RecordRow>

const some = <const T extends readonly string[]>(of: T, named: string) =>
  v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => text.split(',').filter((word) => word !== '')),
      v.array(v.picklist(of, `must be ${named}`)),
    ),
  )

const Edge = v.optional(
  v.pipe(
    v.string(),
    v.union([v.pipe(v.string(), v.isoDate()), v.pipe(v.string(), v.isoTimestamp())]),
    v.description('A day in UTC (to its end), or a moment.'),
  ),
)

/** What a record may be said to be about. */
const CATEGORIES = [...new Set([...CALL_CATEGORIES, ...TEXT_CATEGORIES])]

const RECORD_FILTER = {
  q: v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.maxLength(300, 'must be 300 or shorter'),
      v.description('An id, a number in any usual format, an address, or a merchant’s name.'),
    ),
  ),
  kind: some(KINDS, 'call, message or mail'),
  state: some([...STATES, ...LISTS], 'a state of records, several with commas between'),
  link: v.optional(v.picklist(LINKS, 'must be linked, several, unmatched or anonymous')),
  sentiment: v.optional(
    v.pipe(
      v.picklist([...SENTIMENTS, 'none'], 'must be a sentiment, or none'),
      v.description('As it was analysed; `none`: not analysed.'),
    ),
  ),
  category: v.optional(v.picklist(CATEGORIES, 'must be a category of calls or of texts')),
  from: Edge,
  to: Edge,
  merchant: v.optional(v.pipe(v.string(), v.description('Of the Canvas page.'))),
  party: v.optional(v.pipe(v.string(), v.description('A number or an address.'))),
}

export const listRecords = operation({
  name: 'listRecords',
  method: 'GET',
  path: '/api/records',
  summary: 'Records, newest first. A page may hold less than `limit` and still have a next one.',
  access: 'read',
  query: v.object({ ...RECORD_FILTER, ...PAGE_QUERY }),
  answer: listOf(RecordRow),
})

export const exportRecords = operation({
  name: 'exportRecords',
  method: 'GET',
  path: '/api/records.csv',
  summary: 'The same list as CSV, safe to open in a spreadsheet.',
  access: 'read',
  query: v.object(RECORD_FILTER),
  answer: v.string(),
  contentType: 'text/csv',
})

export const RecordDetails = v.object({
  ...RecordRow.entries,
  title: v.pipe(v.string(), v.description('With whom, in words.')),
  revision: Count,
  storedAt: Moment,
  changedAt: Moment,
  goneAt: v.pipe(v.nullable(Moment), v.description('When OpenPhone said it knows it no more.')),
  filedMs: v.pipe(v.nullable(v.number()), v.description('From the webhook to its first page.')),
  facts: v.pipe(
    v.array(v.object({ name: v.string(), value: v.string() })),
    v.description('What the source says of it, for people.'),
  ),
  people: v.array(
    v.object({
      party: v.string(),
      merchants: v.array(MerchantOf),
    }),
  ),
  analysis: v.nullable(
    v.object({
      reason: v.pipe(v.nullable(v.string()), v.description('Why there is none.')),
      summary: v.nullable(v.string()),
      sentiment: v.nullable(
        v.object({
          label: v.string(),
          confidence: v.number(),
          quote: v.string(),
          second: v.nullable(v.number()),
        }),
      ),
      category: v.nullable(
        v.object({ label: v.string(), quote: v.string(), second: v.nullable(v.number()) }),
      ),
      actionItems: v.array(
        v.object({
          text: v.string(),
          quote: v.string(),
          second: v.nullable(v.number()),
          done: Done,
        }),
      ),
      keywords: v.array(v.string()),
      leadScore: v.nullable(v.number()),
      dropped: v.pipe(v.nullable(Count), v.description('Claims left out for want of a quote.')),
      model: v.string(),
      promptVersion: v.string(),
      at: Moment,
    }),
  ),
  page: v.nullable(
    v.object({
      id: v.nullable(v.string()),
      url: v.nullable(v.string()),
      writtenAt: v.nullable(Moment),
      removedAt: v.nullable(Moment),
      blocks: Count,
    }),
  ),
  keeps: v.pipe(
    v.array(v.object({ property: v.string(), value: v.unknown(), at: Moment })),
    v.description('Properties as people set them: never sent again.'),
  ),
  vectors: v.nullable(v.object({ chunks: Count, model: v.string(), at: Moment })),
  files: v.array(
    v.object({
      key: v.string(),
      url: v.nullable(v.string()),
      contentType: v.nullable(v.string()),
      sizeBytes: v.nullable(v.number()),
      sha256: v.nullable(v.string()),
      error: v.nullable(v.string()),
    }),
  ),
  parts: v.array(
    v.object({
      part: v.string(),
      version: Moment,
      hash: v.string(),
      characters: Count,
      at: Moment,
    }),
  ),
  work: v.array(
    v.object({
      stage: v.picklist(STAGES),
      lane: v.string(),
      cause: v.string(),
      state: v.picklist(['done', 'waiting', 'working', 'retrying', 'parked']),
      tries: Count,
      error: v.nullable(v.string()),
      reason: v.pipe(v.nullable(v.string()), v.description('Why it stands.')),
      willBeDoneAt: v.nullable(Moment),
    }),
  ),
  letters: v.array(
    v.object({ stage: v.string(), reason: v.string(), lastAt: Moment, open: v.boolean() }),
  ),
  sourceUrl: v.pipe(v.nullable(v.string()), v.description('In OpenPhone.')),
})
export type RecordDetails = v.InferOutput<typeof RecordDetails>

export const JourneyStep = v.object({
  at: Moment,
  revision: Count,
  where: v.picklist(['source', ...STAGES, 'sweep', 'person', 'letter', 'file', 'wait'] as const),
  state: v.picklist([
    'done',
    'unchanged',
    'retrying',
    'waiting',
    'parked',
    'failed',
    'kept',
  ] as const),
  what: v.string(),
  detail: v.nullable(v.string()),
  attempt: v.nullable(Count),
  waitedMs: v.nullable(v.number()),
  workedMs: v.nullable(v.number()),
  lane: v.nullable(v.string()),
  runId: v.nullable(v.string()),
})
export type JourneyStep = v.InferOutput<typeof JourneyStep>

export const readRecord = operation({
  name: 'readRecord',
  method: 'GET',
  path: '/api/records/:kind/:id',
  summary: 'One record: all that is kept of it, and its journey in the order of time.',
  access: 'read',
  params: RecordParams,
  answer: v.object({ record: RecordDetails, journey: v.array(JourneyStep) }),
})
export type RecordAnswer = v.InferOutput<typeof readRecord.answer>

export const workAgain = operation({
  name: 'workAgain',
  method: 'POST',
  path: '/api/records/:kind/:id/again',
  summary: 'Works a record once more, from enrichment on, ahead of what waits in bulk.',
  access: 'act',
  params: RecordParams,
  body: v.object({
    fetch: v.optional(v.pipe(v.boolean(), v.description('Asks the source for it anew.')), false),
    withoutAi: v.optional(v.pipe(v.boolean(), v.description('Leaves the analysis out.')), false),
  }),
  answer: Key,
  status: 202,
})
