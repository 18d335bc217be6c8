/** Dead letters: what no retry could save, why, and what an operator does about it. */
import * as v from 'valibot'
import { readCursor, writeCursor } from './cursor.ts'
import { Moment, PAGE_QUERY, listOf, operation } from './operation.ts'

const Key = v.tuple([v.string(), v.string(), v.string()])

/** A letter's id in the API: stage, kind and id as one text that nobody needs to read. */
export function letterId({ stage, kind, id }: { stage: string; kind: string; id: string }): string {
  return writeCursor([stage, kind, id])
}

/** Null: it is no id of a letter. */
export function readLetterId(text: string): { stage: string; kind: string; id: string } | null {
  const key = readCursor(text, Key)
  return key === null ? null : { stage: key[0], kind: key[1], id: key[2] }
}

export const LetterList = v.picklist(
  ['open', 'replaying', 'settled', 'discarded'],
  'must be open, replaying, settled or discarded',
)
export type LetterList = v.InferOutput<typeof LetterList>

const Instant = v.pipe(v.string(), v.isoTimestamp('must be a time as 2026-11-24T09:00:00Z'))

const FILTER = {
  state: v.optional(
    v.pipe(
      LetterList,
      v.description('`open`: not settled, the ones that are being replayed among them.'),
    ),
    'open',
  ),
  stage: v.optional(v.string()),
  failure: v.optional(v.pipe(v.string(), v.description('The kind of failure.'))),
  pattern: v.optional(v.pipe(v.string(), v.description('What the reasons of a group share.'))),
  kind: v.optional(v.string()),
  q: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(200, 'must be 200 or shorter'),
      v.description('An id, a number or an address, or words of the reason.'),
    ),
  ),
  from: v.optional(v.pipe(Instant, v.description('Last filed then or later.'))),
  to: v.optional(v.pipe(Instant, v.description('Last filed then or before.'))),
}
export const LetterFilter = v.object(FILTER)
export type LetterFilter = v.InferOutput<typeof LetterFilter>

export const Letter = v.object({
  id: v.pipe(v.string(), v.description('Of the letter; it stays.')),
  queue: v.pipe(v.string(), v.description('Where it came from; `webhook` is none.')),
  stage: v.string(),
  kind: v.string(),
  recordId: v.pipe(
    v.string(),
    v.description(
      'Of the record; of a listing its run, of what nobody can read the queue message.',
    ),
  ),
  failure: v.string(),
  pattern: v.string(),
  error: v.pipe(v.string(), v.description('The reason, for an operator.')),
  attempts: v.number(),
  firstAt: Moment,
  lastAt: Moment,
  state: LetterList,
  closedAt: v.nullable(Moment),
  replayId: v.nullable(v.string()),
  runId: v.nullable(v.string()),
  discarded: v.nullable(v.object({ by: v.string(), reason: v.string() })),
  merchant: v.nullable(v.string()),
  party: v.nullable(v.pipe(v.string(), v.description('E.164, or a mail address.'))),
})
export type Letter = v.InferOutput<typeof Letter>

export const listLetters = operation({
  name: 'listLetters',
  method: 'GET',
  path: '/api/dead-letters',
  summary: 'Dead letters, newest first; a page may hold fewer than its limit.',
  access: 'read',
  query: v.object({ ...FILTER, ...PAGE_QUERY }),
  answer: listOf(Letter),
})

export const exportLetters = operation({
  name: 'exportLetters',
  method: 'GET',
  path: '/api/dead-letters.csv',
  summary: 'The same as a file that is safe to open in a spreadsheet.',
  access: 'read',
  query: LetterFilter,
  answer: v.unknown(),
  contentType: 'text/csv',
})

const Advice = v.object({
  title: v.pipe(v.string(), v.description('What failed, in a line.')),
  why: v.string(),
  what: v.pipe(v.string(), v.description('What to do.')),
})

export const LetterGroup = v.object({
  stage: v.string(),
  failure: v.string(),
  pattern: v.string(),
  count: v.number(),
  kinds: v.array(v.string()),
  firstAt: Moment,
  lastAt: Moment,
  advice: Advice,
  deployedAt: v.nullable(
    v.pipe(
      Moment,
      v.description('Of the release that runs, where it came after the last of these.'),
    ),
  ),
})
export type LetterGroup = v.InferOutput<typeof LetterGroup>

export const LetterGroups = v.object({
  items: v.array(LetterGroup),
  nextCursor: v.null(),
  counts: v.object({
    open: v.number(),
    replaying: v.number(),
    settled: v.number(),
    discarded: v.number(),
  }),
  lastClosedAt: v.nullable(Moment),
})
export type LetterGroups = v.InferOutput<typeof LetterGroups>

export const groupLetters = operation({
  name: 'groupLetters',
  method: 'GET',
  path: '/api/dead-letters/groups',
  summary: 'Dead letters by stage and what their reasons share, the largest group first.',
  access: 'read',
  query: v.object({
    state: v.optional(
      v.picklist(['open', 'settled', 'discarded'], 'must be open, settled or discarded'),
      'open',
    ),
    stage: FILTER.stage,
    failure: FILTER.failure,
    kind: FILTER.kind,
  }),
  answer: LetterGroups,
})

const Outcome = v.picklist(['waiting', 'sent', 'succeeded', 'died', 'held'])

export const LetterDetails = v.object({
  ...Letter.entries,
  advice: Advice,
  queueMessage: v.nullable(v.pipe(v.string(), v.description('As it came.'))),
  record: v.nullable(
    v.object({
      kind: v.string(),
      id: v.string(),
      occurredAt: Moment,
      revision: v.number(),
      goneAt: v.nullable(Moment),
      page: v.nullable(v.object({ url: v.nullable(v.string()), removedAt: v.nullable(Moment) })),
      journey: v.pipe(v.string(), v.description('The path of its page in the console.')),
    }),
  ),
  events: v.array(
    v.object({
      at: Moment,
      stage: v.string(),
      attempt: v.number(),
      outcome: v.string(),
      waitedMs: v.number(),
      workedMs: v.number(),
      error: v.nullable(v.string()),
    }),
  ),
  replays: v.array(
    v.object({
      id: v.string(),
      actor: v.string(),
      startedAt: Moment,
      outcome: Outcome,
      note: v.nullable(v.string()),
      settledAt: v.nullable(Moment),
    }),
  ),
})
export type LetterDetails = v.InferOutput<typeof LetterDetails>

export const readLetter = operation({
  name: 'readLetter',
  method: 'GET',
  path: '/api/dead-letters/:id',
  summary: 'One letter: its queue message, its record, every attempt, its replays.',
  access: 'read',
  params: v.object({ id: v.string() }),
  answer: LetterDetails,
})

/** As many as one request names; a filter takes any number. */
const MOST_IDS = 5000

const SELECTION = {
  ids: v.optional(
    v.pipe(
      v.array(v.string('must be text'), 'must be a list'),
      v.minLength(1, 'must name a letter'),
      v.maxLength(MOST_IDS, `must name ${MOST_IDS} letters or fewer; a filter takes any number`),
    ),
  ),
  filter: v.optional(LetterFilter),
}

/** One of two fields says which letters; both or none is an error of `ids`. */
function eitherIdsOr<Input extends { ids?: unknown }>(other: keyof Input & string) {
  return v.rawCheck<Input>(({ dataset, addIssue }) => {
    if (!dataset.typed) return
    const { value } = dataset
    if ((value.ids === undefined) !== (value[other] === undefined)) return
    addIssue({
      message: `is missing: either ids or ${other} says which letters`,
      path: [
        {
          type: 'object',
          origin: 'value',
          input: value,
          key: 'ids',
          value: value.ids,
        },
      ],
    })
  })
}

const Options = v.object({
  fetchAnew: v.optional(
    v.pipe(v.boolean('must be true or false'), v.description('Ask the source once more.')),
    false,
  ),
  withoutAi: v.optional(
    v.pipe(v.boolean('must be true or false'), v.description('Do not analyse.')),
    false,
  ),
  remakePages: v.optional(
    v.pipe(
      v.boolean('must be true or false'),
      v.description('Make pages again that a person removed.'),
    ),
    false,
  ),
})
export type ReplayOptions = v.InferOutput<typeof Options>

const PerMinute = v.pipe(
  v.number('must be a number'),
  v.integer('must be a whole number'),
  v.minValue(1, 'must be 1 or more'),
  v.maxValue(10_000, 'must be 10000 or less'),
)
export const ReplayPace = v.union(
  [v.picklist(['careful', 'all']), v.object({ perMinute: PerMinute })],
  'must be "careful", "all" or {"perMinute": a number}',
)
export type ReplayPace = v.InferOutput<typeof ReplayPace>

export const ReplayPreview = v.object({
  letters: v.pipe(v.number(), v.description('Selected.')),
  isExact: v.pipe(v.boolean(), v.description('False: there are at least so many.')),
  checked: v.pipe(
    v.number(),
    v.description('Looked at one by one; the others are when they are sent.'),
  ),
  eligible: v.pipe(v.number(), v.description('Of the checked ones.')),
  held: v.array(v.object({ why: v.string(), count: v.number(), ids: v.array(v.string()) })),
  requests: v.array(
    v.object({
      api: v.string(),
      count: v.pipe(v.number(), v.description('For all that are selected, estimated.')),
      waiting: v.nullable(
        v.pipe(v.number(), v.description('Queue messages before it; null: nobody can say.')),
      ),
      seconds: v.nullable(v.pipe(v.number(), v.description('Null: this system has no gate.'))),
    }),
  ),
  minutes: v.number(),
  readyAt: Moment,
  adds: v.object({
    fetchAnew: v.pipe(v.number(), v.description('OpenPhone requests.')),
    withoutAi: v.pipe(v.number(), v.description('Analyses that are left out.')),
    remakePages: v.pipe(v.number(), v.description('Letters whose page a person removed.')),
  }),
})
export type ReplayPreview = v.InferOutput<typeof ReplayPreview>

export const previewReplay = operation({
  name: 'previewReplay',
  method: 'POST',
  path: '/api/dead-letters/preview',
  summary: 'What a replay would do: how many letters, requests and minutes. It changes nothing.',
  access: 'read',
  body: v.pipe(
    v.object({ ...SELECTION, options: v.optional(Options, {}), pace: v.optional(ReplayPace) }),
    eitherIdsOr('filter'),
  ),
  answer: ReplayPreview,
})

export const replayLetters = operation({
  name: 'replayDeadLetters',
  method: 'POST',
  path: '/api/dead-letters/replay',
  summary:
    'Replays letters. Unless a pace is given, named letters go at once, a filter’s three first.',
  access: 'act',
  body: v.pipe(
    v.object({ ...SELECTION, options: v.optional(Options, {}), pace: v.optional(ReplayPace) }),
    eitherIdsOr('filter'),
  ),
  answer: v.object({ id: v.pipe(v.string(), v.description('Of the replay.')) }),
  status: 202,
})

export const discardLetters = operation({
  name: 'discardDeadLetters',
  method: 'POST',
  path: '/api/dead-letters/discard',
  summary: 'Puts letters away, with a reason. Those that are being replayed are left.',
  access: 'act',
  body: v.pipe(
    v.object({
      ...SELECTION,
      reason: v.pipe(
        v.string('must be text'),
        v.trim(),
        v.minLength(1, 'is missing'),
        v.maxLength(500, 'must be 500 or shorter'),
      ),
    }),
    eitherIdsOr('filter'),
  ),
  answer: v.object({
    id: v.pipe(v.string(), v.description('By which it is undone.')),
    discarded: v.number(),
    left: v.number(),
  }),
})

export const restoreLetters = operation({
  name: 'restoreDeadLetters',
  method: 'POST',
  path: '/api/dead-letters/restore',
  summary: 'Undoes a discard: of some letters, or a whole one. What succeeded since is settled.',
  access: 'act',
  body: v.pipe(
    v.object({ ids: SELECTION.ids, discardId: v.optional(v.string('must be text')) }),
    eitherIdsOr('discardId'),
  ),
  answer: v.object({ opened: v.number(), settled: v.number() }),
})

export const Replay = v.object({
  id: v.string(),
  state: v.picklist(['running', 'completed', 'stopped', 'aborted']),
  actor: v.string(),
  pace: ReplayPace,
  options: v.object({ fetchAnew: v.boolean(), withoutAi: v.boolean(), remakePages: v.boolean() }),
  reason: v.nullable(v.pipe(v.string(), v.description('Why it stopped.'))),
  startedAt: Moment,
  finishedAt: v.nullable(Moment),
  isSelecting: v.pipe(v.boolean(), v.description('Its filter is not through yet.')),
  waiting: v.number(),
  sent: v.pipe(v.number(), v.description('On the way.')),
  succeeded: v.number(),
  died: v.number(),
  held: v.number(),
})
export type Replay = v.InferOutput<typeof Replay>

export const listReplays = operation({
  name: 'listReplays',
  method: 'GET',
  path: '/api/replays',
  summary: 'Replays, newest first.',
  access: 'read',
  query: v.object(PAGE_QUERY),
  answer: listOf(Replay),
})

export const readReplay = operation({
  name: 'readReplay',
  method: 'GET',
  path: '/api/replays/:id',
  summary: 'How far a replay is, and what became of its letters.',
  access: 'read',
  params: v.object({ id: v.string() }),
  answer: v.object({
    ...Replay.entries,
    letters: v.pipe(
      v.array(
        v.object({
          id: v.string(),
          stage: v.string(),
          kind: v.string(),
          recordId: v.string(),
          outcome: Outcome,
          note: v.nullable(v.string()),
          settledAt: v.nullable(Moment),
        }),
      ),
      v.description('The newest of each outcome, those that died first; at most 100.'),
    ),
  }),
})

export const abortReplay = operation({
  name: 'abortReplay',
  method: 'POST',
  path: '/api/replays/:id/abort',
  summary: 'Sends no more letters; what is on its way goes on.',
  access: 'act',
  params: v.object({ id: v.string() }),
  answer: Replay,
})
