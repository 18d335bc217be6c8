/** Runs. */
import { moment } from '@switchboard/shared/api/operation'
import {
  RunAsked,
  cancelRun,
  listRunRecords,
  listRuns,
  previewRun,
  readRun,
  resumeRun,
  runProgress,
  startRun,
} from '@switchboard/shared/api/runs'
import type { RecordRow } from '@switchboard/shared/api/records'
import type { Run as RunAnswer, RunCounts, RunRecord, RunState } from '@switchboard/shared/api/runs'
import { readSettings } from '@switchboard/shared/config'
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import { cancelRun as cancel, resumeRun as resume } from '@switchboard/store/run-control'
import { recordLines } from '@switchboard/store/record-list'
import { countsOf, runRecords, runSamples } from '@switchboard/store/run-records'
import type { Sample } from '@switchboard/store/run-records'
import { findRun, listRuns as newestRuns, runProgress as progressOf } from '@switchboard/store/runs'
import type { KindProgress, Run, RunProgress } from '@switchboard/store/runs'
import * as v from 'valibot'
import { actorName } from '../door/access.ts'
import { Asked, listsRecords, sendSweeps, startBackfill } from '../sweep/backfill.ts'
import { sendShift } from '../sweep/cancel.ts'
import { open } from '../ports.ts'
import { BadInput, Refused } from '../door/problem.ts'
import { rowOf } from '../records/record-row.ts'
import { cursorIn, nextCursor } from './page.ts'
import { route } from './route.ts'
import { preview } from './run-preview.ts'

/** A rate is taken over so long, or since the run began. */
const RATE_OVER_MS = 5 * 60_000

const Place = v.object({ startedAt: v.number(), id: v.string() })
const RecordPlace = v.object({ kind: v.picklist(KINDS), id: v.string() })

export const RUN_ROUTES = [
  route(startRun, async ({ body, env, actor }) => {
    const ports = open(env)
    if (!listsRecords(ports, body))
      throw new Refused(409, 'Nothing that holds these kinds of records is connected.')
    const by = actor === null ? {} : { actor: actorName(actor) }
    return {
      id: await startBackfill(ports, `manual:${crypto.randomUUID()}`, { ...body, ...by }),
    }
  }),

  route(previewRun, ({ query: { days, kinds }, env }) =>
    preview(env, days, kinds === undefined ? KINDS : kindsIn(kinds)),
  ),

  route(listRuns, async ({ query: { cursor, limit }, env }) => {
    const found = await newestRuns(env.DB, limit + 1, cursorIn(cursor, Place))
    const shown = found.slice(0, limit)
    const counts = await countsOf(
      env.DB,
      shown.map(({ id }) => id),
    )
    return {
      items: shown.map((run) => ({ ...facts(run), total: counts.get(run.id) ?? NOTHING })),
      nextCursor: nextCursor(found, limit, ({ startedAt, id }) => ({ startedAt, id })),
    }
  }),

  route(readRun, async ({ params, env }) => {
    const progress = await progressOf(env.DB, params.id)
    if (progress === null) throw new Refused(404, 'There is no such run.')
    const now = Date.now()
    const before = (await runSamples(env.DB, params.id, now - RATE_OVER_MS))[0] ?? null
    const { NOTION_RPS } = readSettings(env, ['NOTION_RPS'])
    return told(progress, before, now, NOTION_RPS)
  }),

  route(runProgress, async ({ params, env }) => {
    const run = await mustExist(env.DB, params.id)
    const items = (await runSamples(env.DB, params.id)).map(({ at, counts }) => ({
      at: moment(at),
      listed: KINDS.reduce((sum, kind) => sum + counts[kind][0], 0),
      settled: KINDS.reduce((sum, kind) => sum + counts[kind][1], 0),
    }))
    const now = (await countsOf(env.DB, [run.id])).get(run.id) ?? NOTHING
    const at = moment(run.finishedAt ?? Date.now())
    return { items: [...items, { at, listed: now.listed, settled: now.listed - now.open }] }
  }),

  route(listRunRecords, async ({ params, query: { outcome, kind, cursor, limit }, env }) => {
    await mustExist(env.DB, params.id)
    const kinds = kind === undefined ? KINDS : [kind]
    const after = cursorIn(cursor, RecordPlace)
    const found = await runRecords(env.DB, params.id, outcome, kinds, after, limit + 1)
    const shown = found.slice(0, limit)
    const rows = (await recordLines(env.DB, shown)).map(rowOf)
    const known = new Map(rows.map((row) => [`${row.kind}/${row.id}`, row]))
    return {
      items: shown.map(({ occurredAt, letterStage, ...record }) => ({
        ...record,
        at: moment(occurredAt),
        stage: letterStage,
        whom: whomOf(known.get(`${record.kind}/${record.id}`)),
      })),
      nextCursor: nextCursor(found, limit, (record) => ({ kind: record.kind, id: record.id })),
    }
  }),

  route(cancelRun, async ({ params: { id }, env, actor }) => {
    await mustExist(env.DB, id)
    const ports = open(env)
    if (!(await cancel(env.DB, id, actor === null ? '' : actorName(actor), ports.now())))
      throw new Refused(409, 'This run has ended already.')
    await sendShift(ports, id)
    return { id }
  }),

  route(resumeRun, async ({ params: { id }, env }) => {
    await mustExist(env.DB, id)
    const ports = open(env)
    if (!(await resume(env.DB, id, ports.now())))
      throw new Refused(
        409,
        'Only a run that was cancelled or has failed can be resumed, for a week after its end.',
      )
    await sendSweeps(ports)
    await sendShift(ports, id)
    return { id }
  }),
]

async function mustExist(db: D1Database, id: string): Promise<Run> {
  const run = await findRun(db, id)
  if (run === null) throw new Refused(404, 'There is no such run.')
  return run
}

function kindsIn(text: string): Kind[] {
  const parsed = v.safeParse(v.array(v.picklist(KINDS)), text.split(','))
  if (parsed.success) return parsed.output
  throw new BadInput([{ path: 'kinds', detail: 'must be of call, message and mail' }])
}

const NOTHING: RunCounts = { listed: 0, synced: 0, failed: 0, skipped: 0, open: 0 }

function stateOf(run: Run): RunState {
  if (run.cancelledAt !== null) return 'cancelled'
  if (run.finishedAt === null) return 'running'
  return run.failure === null ? 'completed' : 'failed'
}

/** What is known of a run without its records. */
function facts(run: Run) {
  const { actor = null, ...asked } = v.parse(Asked, JSON.parse(run.asked))
  return {
    id: run.id,
    state: stateOf(run),
    reason: run.failure,
    asked: v.parse(RunAsked, asked),
    startedBy: actor,
    startedAt: moment(run.startedAt),
    finishedAt: moment(run.finishedAt),
    cancelledBy: run.cancelledBy,
    since: moment(run.since),
    until: moment(run.until),
  }
}

function told(
  { run, kinds, why, ...rest }: RunProgress,
  before: Sample | null,
  now: number,
  notionPerSecond: number,
): RunAnswer {
  const state = stateOf(run)
  const goes = state === 'running'
  const total = KINDS.map((kind) => countsIn(kinds[kind])).reduce(plus, NOTHING)
  const from = before ?? { at: run.startedAt, counts: null }
  const per = (settled: number, then: number) =>
    goes && now > from.at ? (Math.max(0, settled - then) * 60_000) / (now - from.at) : null
  const settledThen = (kind: Kind) => from.counts?.[kind][1] ?? 0
  const ofKind = (kind: Kind) => {
    const counts = countsIn(kinds[kind])
    const { listing, error } = kinds[kind]
    const perMinute = rounded(per(counts.listed - counts.open, settledThen(kind)))
    return { ...counts, listing, error, perMinute }
  }
  const thenAll = KINDS.reduce((sum, kind) => sum + settledThen(kind), 0)
  const perMinute = per(total.listed - total.open, thenAll)
  return {
    ...facts(run),
    total: { ...total, perMinute: rounded(perMinute) },
    kinds: { call: ofKind('call'), message: ofKind('message'), mail: ofKind('mail') },
    why: why.map((one) => v.parse(Why, one)),
    doneAt: goes ? moment(doneAt(kinds, total, perMinute, now)) : null,
    notionPerSecond,
    ...rest,
  }
}

const Why = v.object({
  kind: v.picklist(KINDS),
  outcome: v.picklist(['synced', 'failed', 'skipped', 'open']),
  why: v.string(),
  count: v.number(),
})

/** While a listing goes on nobody knows how much there is to do. */
function doneAt(
  kinds: Record<Kind, KindProgress>,
  { open: left }: RunCounts,
  perMinute: number | null,
  now: number,
): number | null {
  const lists = KINDS.some((kind) =>
    ['waiting', 'under way', 'parked'].includes(kinds[kind].listing),
  )
  if (lists || left === 0 || perMinute === null || perMinute === 0) return null
  return now + Math.ceil((left / perMinute) * 60_000)
}

function countsIn({ synced, failed, skipped, open: left }: KindProgress): RunCounts {
  return { listed: synced + failed + skipped + left, synced, failed, skipped, open: left }
}

function plus(a: RunCounts, b: RunCounts): RunCounts {
  return {
    listed: a.listed + b.listed,
    synced: a.synced + b.synced,
    failed: a.failed + b.failed,
    skipped: a.skipped + b.skipped,
    open: a.open + b.open,
  }
}

function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10
}

/** With whom a record is, as its row says it. */
function whomOf(row: RecordRow | undefined): RunRecord['whom'] {
  if (row === undefined) return null
  const { party, parties, merchant, state } = row
  return { party, parties, merchant, state }
}
