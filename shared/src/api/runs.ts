/** Runs: start one, see how far it is and what became of each record, cancel and resume it. */
import * as v from 'valibot'
import { KINDS, SWEEP_KINDS } from '../kinds.ts'
import { Moment, PAGE_QUERY, listOf, operation, wholeNumber } from './operation.ts'
import { RecordRow } from './records.ts'

export const RunState = v.picklist(['running', 'completed', 'failed', 'cancelled'])
export type RunState = v.InferOutput<typeof RunState>

const Kinds = v.pipe(
  v.array(v.picklist(KINDS, 'must be call, message or mail')),
  v.minLength(1, 'must name one kind or more'),
)
const Again = v.picklist(['analyse', 'embed'], 'must be analyse or embed')

/** What a run was asked for. */
export const RunAsked = v.object({
  days: v.optional(v.number()),
  kinds: v.optional(v.array(v.picklist(KINDS))),
  fetchAnew: v.optional(v.boolean()),
  withoutAi: v.optional(v.boolean()),
  again: v.optional(v.picklist(['analyse', 'embed'])),
})

const Count = v.pipe(v.number(), v.integer())

export const RunCounts = v.object({
  listed: Count,
  synced: v.pipe(Count, v.description('Written since the run began.')),
  failed: v.pipe(Count, v.description('With an open dead letter.')),
  skipped: v.pipe(Count, v.description('Nothing was to be written.')),
  open: v.pipe(Count, v.description('On the way.')),
})
export type RunCounts = v.InferOutput<typeof RunCounts>

const Listing = v.picklist(['waiting', 'under way', 'parked', 'stopped', 'done', 'failed', 'off'])

export const KindOfRun = v.object({
  ...RunCounts.entries,
  listing: Listing,
  error: v.pipe(v.nullable(v.string()), v.description('Of its listing.')),
  perMinute: v.pipe(v.nullable(v.number()), v.description('Settled, over the last minutes.')),
})
export type KindOfRun = v.InferOutput<typeof KindOfRun>

const RUN = {
  id: v.string(),
  state: RunState,
  reason: v.pipe(v.nullable(v.string()), v.description('Why it failed.')),
  asked: RunAsked,
  startedBy: v.pipe(v.nullable(v.string()), v.description('Null: the schedule.')),
  startedAt: Moment,
  finishedAt: v.nullable(Moment),
  cancelledBy: v.nullable(v.string()),
  since: v.pipe(Moment, v.description('What is older is left out.')),
  until: Moment,
}

export const RunRow = v.object({ ...RUN, total: RunCounts })
export type RunRow = v.InferOutput<typeof RunRow>

export const Run = v.object({
  ...RUN,
  total: v.object({ ...RunCounts.entries, perMinute: v.nullable(v.number()) }),
  kinds: v.object({ call: KindOfRun, message: KindOfRun, mail: KindOfRun }),
  lookUps: v.pipe(
    v.array(
      v.object({
        sweep: v.picklist(SWEEP_KINDS),
        listing: Listing,
        error: v.nullable(v.string()),
      }),
    ),
    v.description('What was listed beside the records.'),
  ),
  requests: v.pipe(v.record(v.string(), Count), v.description('By outside system.')),
  why: v.pipe(
    v.array(
      v.object({
        kind: v.picklist(KINDS),
        outcome: v.picklist(['synced', 'failed', 'skipped', 'open']),
        why: v.pipe(
          v.string(),
          v.description(
            'unchanged, same, letter, removed, gone; of what failed, the kind of failure.',
          ),
        ),
        count: Count,
      }),
    ),
    v.description('The most frequent first.'),
  ),
  complete: v.pipe(v.boolean(), v.description('Listed to the end, and nothing is on the way.')),
  doneAt: v.pipe(
    v.nullable(Moment),
    v.description('When it will be done at this rate; null: nobody knows yet.'),
  ),
  notionPerSecond: v.pipe(v.number(), v.description('Its budget; 0: no limit.')),
})
export type Run = v.InferOutput<typeof Run>

const RunParams = v.object({ id: v.string() })

export const startRun = operation({
  name: 'startRun',
  method: 'POST',
  path: '/api/runs',
  summary:
    'Starts a run. Without days, kinds or options it continues the backfill that still lists, if any.',
  access: 'act',
  body: v.object({
    days: v.optional(
      v.pipe(
        v.number('must be a number'),
        v.integer('must be a whole number'),
        v.minValue(1, 'must be 1 or more'),
        v.maxValue(3650, 'must be 3650 or less'),
        v.description('How far it looks back. Default: DAYS_BACK; of what is made again, all.'),
      ),
    ),
    kinds: v.optional(v.pipe(Kinds, v.description('Default: all.'))),
    fetchAnew: v.optional(
      v.pipe(
        v.boolean('must be true or false'),
        v.description('Ask for summaries, recordings and transcripts of what is unchanged, too.'),
      ),
    ),
    withoutAi: v.optional(
      v.pipe(
        v.boolean('must be true or false'),
        v.description('Analyse nothing of what this run takes in; `again` does so later.'),
      ),
    ),
    again: v.optional(
      v.pipe(
        Again,
        v.description(
          'Lists no source: what is in D1 and was analysed or embedded by another model or prompt version is worked again.',
        ),
      ),
    ),
  }),
  answer: v.object({ id: v.string() }),
  status: 202,
})

export const previewRun = operation({
  name: 'previewRun',
  method: 'GET',
  path: '/api/runs/preview',
  summary: 'What a backfill of so many days would come to, by what the last one listed.',
  access: 'read',
  query: v.object({
    days: v.optional(wholeNumber(1, 3650)),
    kinds: v.optional(v.pipe(v.string(), v.description('Separated by commas. Default: all.'))),
  }),
  answer: v.object({
    days: Count,
    kinds: v.array(v.picklist(KINDS)),
    records: v.pipe(v.nullable(Count), v.description('Null: no run has ended yet.')),
    news: v.pipe(v.nullable(Count), v.description('Of these, older than anything listed yet.')),
    requests: v.object({ openphone: Count, notion: Count, mailbox: Count, workersAi: Count }),
    minutes: v.pipe(v.nullable(v.number()), v.description('By the slowest budget.')),
  }),
})
export type RunPreview = v.InferOutput<(typeof previewRun)['answer']>

export const listRuns = operation({
  name: 'listRuns',
  method: 'GET',
  path: '/api/runs',
  summary: 'Runs, the newest first.',
  access: 'read',
  query: v.object(PAGE_QUERY),
  answer: listOf(RunRow),
})

export const readRun = operation({
  name: 'readRun',
  method: 'GET',
  path: '/api/runs/:id',
  summary: 'How far a run is.',
  access: 'read',
  params: RunParams,
  answer: Run,
})

export const runProgress = operation({
  name: 'runProgress',
  method: 'GET',
  path: '/api/runs/:id/progress',
  summary: 'How far a run was at which moment, oldest first; gone a week after its end.',
  access: 'read',
  params: RunParams,
  answer: v.object({
    items: v.array(v.object({ at: Moment, listed: Count, settled: Count })),
  }),
})

export const RunRecord = v.object({
  kind: v.picklist(KINDS),
  id: v.string(),
  at: v.pipe(v.nullable(Moment), v.description('Of the record itself.')),
  why: v.nullable(v.string()),
  reason: v.pipe(v.nullable(v.string()), v.description('Of its newest open letter.')),
  stage: v.pipe(v.nullable(v.string()), v.description('Of that letter.')),
  whom: v.pipe(
    v.nullable(v.pick(RecordRow, ['party', 'parties', 'merchant', 'state'])),
    v.description('With whom it is; null: it is not here any more.'),
  ),
})
export type RunRecord = v.InferOutput<typeof RunRecord>

export const listRunRecords = operation({
  name: 'listRunRecords',
  method: 'GET',
  path: '/api/runs/:id/records',
  summary: 'What became of single records, by kind and id; gone a week after the run’s end.',
  access: 'read',
  params: RunParams,
  query: v.object({
    outcome: v.optional(
      v.picklist(
        ['failed', 'skipped', 'synced', 'open'],
        'must be failed, skipped, synced or open',
      ),
      'failed',
    ),
    kind: v.optional(v.picklist(KINDS, 'must be call, message or mail')),
    ...PAGE_QUERY,
  }),
  answer: listOf(RunRecord),
})

export const cancelRun = operation({
  name: 'cancelRun',
  method: 'POST',
  path: '/api/runs/:id/cancel',
  summary:
    'Stops its listings; what it took in stays owed and is held back until it is resumed or listed again.',
  access: 'act',
  params: RunParams,
  answer: v.object({ id: v.string() }),
  status: 202,
})

export const resumeRun = operation({
  name: 'resumeRun',
  method: 'POST',
  path: '/api/runs/:id/resume',
  summary: 'Goes on with a run that was cancelled, or whose listing failed, where it stopped.',
  access: 'act',
  params: RunParams,
  answer: v.object({ id: v.string() }),
  status: 202,
})
