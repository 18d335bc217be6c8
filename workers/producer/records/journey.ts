/**
 * A record's journey: every step in the order of time, from the rows that D1 keeps of it. Pure.
 *
 * A step belongs to the newest revision that stood when it ended. What a stage did last is told with
 * what stands now; of earlier times only what was noted then.
 */
import { moment } from '@switchboard/shared/api/operation'
import type { JourneyStep } from '@switchboard/shared/api/records'
import type { Stage } from '@switchboard/shared/kinds'
import { RevisionToldJson } from './told.ts'
import type { Told } from './told.ts'
import type { OwedRow, RevisionRow, StageEventRow, Stored } from '@switchboard/store/journey'
import * as v from 'valibot'

type Step = Omit<JourneyStep, 'revision' | 'at'> & { at: number }

/** @param now ms since epoch @param doneAt when owed work will be done, where that can be told */
export function journeyOf(
  stored: Stored,
  now: number,
  doneAt: (row: OwedRow) => number | null,
): JourneyStep[] {
  const revisions = stored.revisions.toSorted((a, b) => a.at - b.at)
  const steps = [
    ...revisions.map((row, nth) => revisionStep(row, revisions[nth - 1])),
    ...eventSteps(stored),
    ...stored.letters.flatMap(letterSteps),
    ...stored.files.map(fileStep),
    ...stored.held.map(heldStep),
    ...stored.audit.map(auditStep),
    ...stored.replays.map(replayStep),
    ...removedSteps(stored),
    ...waitSteps(stored, now, doneAt),
  ]
  return steps
    .toSorted((a, b) => a.at - b.at || ORDER.indexOf(a.where) - ORDER.indexOf(b.where))
    .map(({ at, ...step }) => ({
      at: moment(at),
      revision: revisionAt(revisions, at),
      ...step,
    }))
}

/** What comes first of one moment. */
const ORDER: readonly JourneyStep['where'][] = [
  'person',
  'source',
  'sweep',
  'enrich',
  'archive',
  'file',
  'vectorize',
  'reconcile',
  'letter',
  'wait',
]

const NONE = {
  detail: null,
  attempt: null,
  waitedMs: null,
  workedMs: null,
  lane: null,
  runId: null,
} as const

function revisionAt(revisions: readonly RevisionRow[], at: number): number {
  return (revisions.findLast((row) => row.at <= at) ?? revisions[0])?.revision ?? 1
}

function revisionStep(row: RevisionRow, before: RevisionRow | undefined): Step {
  const told = v.parse(RevisionToldJson, row.told)
  const changes = row.revision - (before?.revision ?? 0)
  return {
    ...NONE,
    at: row.at,
    where: 'source',
    state: 'done',
    what: `${wayWords(row.cause, told)}: ${told.map(partWords).join('; ') || 'its content changed'}`,
    detail: changes > 1 && before !== undefined ? `${changes} changes at once` : null,
  }
}

const CAUSE_WORDS: Record<string, string> = {
  webhook: 'Told by a webhook',
  backfill: 'Found by a listing',
  mail: 'Came as a mail',
  recheck: 'Asked again',
  replay: 'Worked again',
  relink: 'Linked anew',
}

const PART_WORDS: Record<string, string> = {
  rest: 'the record itself',
  transcripts: 'transcript',
  recordings: 'recordings',
  'event:call': 'the call',
  'event:summary': 'OpenPhone’s summary',
  'event:transcript': 'transcript',
  'event:recording': 'recording',
  'event:voicemail': 'voicemail',
  'event:message': 'the text message',
  whisper: 'words of a recording',
  routed: 'the mail',
  adopted: 'a page of another tool',
}

/** Which way it came. What only a stage asks for was not listed and not told. */
function wayWords(cause: string | null, told: readonly Told[]): string {
  if (told.length > 0 && told.every(({ part }) => FETCHED.has(part))) return 'OpenPhone was asked'
  return CAUSE_WORDS[cause ?? ''] ?? 'Stored'
}

const FETCHED = new Set(['transcripts', 'recordings'])

function partWords({ part, event, status, lines, characters }: Told): string {
  const name = PART_WORDS[part] ?? part
  if (status === 'absent') return `no ${name}`
  const said = [
    status ?? null,
    lines === null || lines === undefined ? null : `${lines} line${lines === 1 ? '' : 's'}`,
  ].filter((word) => word !== null)
  return `${name}${event ? ` (${event})` : ''}, ${said.join(', ') || `${characters} characters`}`
}

function eventSteps(stored: Stored): Step[] {
  const newest = new Map<string, StageEventRow>()
  // Rows come newest first; what stands now was made by the last one that did something.
  for (const row of stored.events)
    if (!newest.has(row.stage) && (row.outcome === 'done' || row.outcome === 'unchanged'))
      newest.set(row.stage, row)
  return stored.events.map((row) => eventStep(row, newest.get(row.stage) === row, stored))
}

function eventStep(row: StageEventRow, isNewest: boolean, stored: Stored): Step {
  const stage = row.stage as Stage
  const words = OUTCOME_WORDS[row.outcome]
  const ok = row.outcome === 'done' || row.outcome === 'unchanged'
  const noted = ok && row.error !== null ? row.error : null
  return {
    at: row.at,
    where: stage,
    state: words?.state ?? 'done',
    what: ok
      ? (STAGE_WORDS[stage]?.[row.outcome as 'done' | 'unchanged'] ?? `${stage}: ${row.outcome}`)
      : `Attempt ${row.attempt}: ${row.error ?? row.outcome}`,
    detail:
      [noted, ok && isNewest ? resultWords(stage, stored) : null, ok ? null : words?.next]
        .filter((word) => word !== null && word !== undefined && word !== '')
        .join('; ') || null,
    attempt: row.attempt,
    waitedMs: row.waitedMs,
    workedMs: row.workedMs,
    lane: row.lane,
    runId: row.runId,
  }
}

const OUTCOME_WORDS: Record<string, { state: JourneyStep['state']; next?: string }> = {
  done: { state: 'done' },
  unchanged: { state: 'unchanged' },
  retry: { state: 'retrying', next: 'tried again' },
  putOff: { state: 'waiting', next: 'put off until it makes sense again' },
  park: { state: 'parked', next: 'waits for the system; no try is burnt' },
  release: { state: 'waiting', next: 'left to whoever held it' },
  deadLetter: { state: 'failed', next: 'a dead letter' },
}

const STAGE_WORDS: Record<Stage, Record<'done' | 'unchanged', string>> = {
  enrich: {
    done: 'Read and analysed',
    unchanged: 'Fingerprint kept: same text, prompt and model',
  },
  vectorize: { done: 'Made searchable', unchanged: 'Fingerprint kept: same text and model' },
  reconcile: { done: 'Page written in Notion', unchanged: 'Same content: Notion was not asked' },
  archive: { done: 'Files stored in R2', unchanged: 'Every file is in R2' },
}

/** What a stage left, in a few words. */
function resultWords(stage: Stage, { analysis, vectors, files, parties }: Stored): string | null {
  switch (stage) {
    case 'enrich':
      if (analysis === null) return null
      return analysis.body === null
        ? `not analysed: ${analysis.reason}`
        : analysisWords(analysis.body)
    case 'vectorize':
      return vectors === null
        ? null
        : `${vectors.chunks} ${vectors.chunks === 1 ? 'chunk' : 'chunks'}`
    case 'archive': {
      const kept = files.filter(({ storedAt }) => storedAt !== null)
      return files.length === 0 ? null : `${kept.length} of ${files.length} files`
    }
    case 'reconcile': {
      const names = [...new Set(parties.flatMap(({ merchant }) => merchant ?? []))]
      return names.length === 0 ? 'linked to nobody' : `linked to ${names.join(', ')}`
    }
  }
}

const Labels = v.object({
  sentiment: v.nullish(v.object({ label: v.string() })),
  category: v.nullish(v.object({ label: v.string() })),
  actionItems: v.optional(v.array(v.unknown()), []),
  leadScore: v.nullish(v.number()),
})

function analysisWords(body: string): string | null {
  const read = v.safeParse(v.pipe(v.string(), v.parseJson(), Labels), body)
  if (!read.success) return null
  const { sentiment, category, actionItems, leadScore } = read.output
  const items = actionItems.length
  return [
    sentiment?.label,
    category?.label,
    items === 0 ? undefined : `${items} action item${items === 1 ? '' : 's'}`,
    leadScore === null || leadScore === undefined ? undefined : `lead score ${leadScore}`,
  ]
    .filter((word) => word !== undefined)
    .join(', ')
}

function letterSteps(letter: Stored['letters'][number]): Step[] {
  const filed: Step = {
    ...NONE,
    at: letter.lastAt,
    where: 'letter',
    state: 'failed',
    what: `Dead letter of ${letter.stage}: ${letter.reason}`,
    detail: `after ${letter.attempts} ${letter.attempts === 1 ? 'attempt' : 'attempts'}`,
  }
  if (letter.closedAt === null) return [filed]
  const closed =
    letter.discardedBy === null
      ? `The dead letter of ${letter.stage} is settled: a later try succeeded`
      : `The dead letter of ${letter.stage} was discarded by ${letter.discardedBy}`
  return [
    filed,
    {
      ...NONE,
      at: letter.closedAt,
      where: 'letter',
      state: letter.discardedBy === null ? 'done' : 'kept',
      what: closed,
      detail: letter.discardReason,
    },
  ]
}

function fileStep(file: Stored['files'][number]): Step {
  return {
    ...NONE,
    at: file.storedAt ?? file.triedAt,
    where: 'file',
    state: file.storedAt === null ? 'failed' : 'done',
    what: file.storedAt === null ? `No file ${file.key}: ${file.error}` : `Stored ${file.key}`,
    detail: file.sizeBytes === null ? null : `${file.contentType}, ${file.sizeBytes} bytes`,
  }
}

function heldStep({ property, at }: Stored['held'][number]): Step {
  return {
    ...NONE,
    at,
    where: 'person',
    state: 'kept',
    what: `${property} was changed in Notion and is kept as it was set`,
  }
}

function auditStep({ at, actor, action, status }: Stored['audit'][number]): Step {
  return {
    ...NONE,
    at,
    where: 'person',
    state: status !== null && status < 400 ? 'done' : 'failed',
    what: `${actor}: ${ACT_WORDS[action] ?? action}`,
    detail: status !== null && status < 400 ? null : `refused (${status ?? 'not answered'})`,
  }
}

function replayStep({ stage, actor, state, note, at }: Stored['replays'][number]): Step {
  return {
    ...NONE,
    at,
    where: 'person',
    state: REPLAY_STATES[state] ?? 'waiting',
    what: `${actor}: replayed the dead letter of ${stage}`,
    detail: note ?? REPLAY_WORDS[state] ?? state,
  }
}

const REPLAY_STATES: Record<string, JourneyStep['state']> = {
  succeeded: 'done',
  died: 'failed',
  held: 'kept',
}

const REPLAY_WORDS: Record<string, string> = {
  waiting: 'it waits its turn',
  sent: 'it is on the way',
  succeeded: 'it succeeded',
  died: 'it died again',
  held: 'it was held back',
}

const ACT_WORDS: Record<string, string> = {
  workAgain: 'had it worked again',
  releaseProperty: 'handed a property back',
  pageAgain: 'had its page made again',
  finishActionItem: 'marked an action item as done',
  reopenActionItem: 'opened an action item again',
}

function removedSteps({ page }: Stored): Step[] {
  if (page === null || page.removedAt === null) return []
  return [
    {
      ...NONE,
      at: page.removedAt,
      where: 'person',
      state: 'kept',
      what: 'Its page was removed in Notion and stays removed',
    },
  ]
}

function waitSteps(stored: Stored, now: number, doneAt: (row: OwedRow) => number | null): Step[] {
  const owed = stored.work.filter(({ owed: isOwed }) => isOwed === 1)
  const steps = owed.map((row): Step => {
    const parked = stored.parked.find(({ scope }) => scope === row.parkedOn)
    const state = stateOfWork(row)
    const expected = doneAt(row)
    return {
      ...NONE,
      at: Math.max(now, row.dueAt ?? now),
      where: 'wait',
      state: state === 'working' ? 'waiting' : state === 'done' ? 'done' : state,
      what: `${row.stage}: ${WORK_WORDS[state]}`,
      detail:
        [
          row.parkedOn === null ? null : (parked?.reason ?? row.parkedOn),
          expected === null ? null : `will be done at ${moment(expected)}`,
        ]
          .filter((word) => word !== null)
          .join('; ') || null,
      attempt: row.tries,
      lane: row.lane,
      runId: row.runId,
    }
  })
  if (stored.awaited?.dueAt != null)
    steps.push({
      ...NONE,
      at: Math.max(now, stored.awaited.dueAt),
      where: 'wait',
      state: 'waiting',
      what: 'OpenPhone is asked again for what it is still making',
    })
  return steps
}

/** How a stage's work of a record stands. */
export function stateOfWork(row: OwedRow): 'done' | 'waiting' | 'working' | 'retrying' | 'parked' {
  if (row.owed === 0) return 'done'
  if (row.parkedOn !== null) return 'parked'
  if (row.held === 1) return 'working'
  return row.error === null ? 'waiting' : 'retrying'
}

const WORK_WORDS = {
  done: 'done',
  waiting: 'waits its turn',
  working: 'is being worked',
  retrying: 'is tried again',
  parked: 'is parked',
} as const
