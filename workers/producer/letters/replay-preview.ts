/**
 * What a replay would do, before it does it: which letters can be replayed and which are held back,
 * how many requests go to whom, when it is done. Estimated from what a stage usually asks; the wait
 * is what stands in the queues before it. It asks nobody outside and changes nothing.
 */
import { rateOf } from '@switchboard/pacing/rates'
import type { ReplayPreview } from '@switchboard/shared/api/letters'
import { letterId } from '@switchboard/shared/api/letters'
import { moment } from '@switchboard/shared/api/operation'
import { readSettings } from '@switchboard/shared/config'
import { heldBackWords } from '@switchboard/shared/letter-words'
import type { Api } from '@switchboard/shared/kinds'
import { examineLetters } from '@switchboard/store/replay-letters'
import type { Examined } from '@switchboard/store/replay-letters'
import type { ReplayOptions, ReplayPace } from '@switchboard/store/replays'
import type { LetterKey } from '@switchboard/store/letter-list'
import type { Env } from '../ports.ts'
import { FIRST_ONES } from './replays.ts'

type Requests = Partial<Record<Api, number>>

/** What is examined one by one; a replay of more examines each letter when it is sent. */
export const MOST_EXAMINED = 500

/** @param total how many are selected; `keys` are the first of them */
export async function previewReplay(
  env: Env,
  selection: { keys: readonly LetterKey[]; total: number; isExact: boolean },
  options: ReplayOptions,
  pace: ReplayPace,
): Promise<ReplayPreview> {
  const { keys, total, isExact } = selection
  const { rows, held } = await examineLetters(env.DB, keys, options.remakePages)
  const eligibleRows = rows.filter(({ heldBack }) => heldBack === null)
  const eligible = sum(eligibleRows)
  const scale = keys.length === 0 ? 0 : total / keys.length
  const { INCLUDE_AI } = readSettings(env, ['INCLUDE_AI'])
  const asks = (over: Partial<ReplayOptions>) =>
    requestsOf(eligibleRows, { ...options, ...over }, INCLUDE_AI)
  const requests = await Promise.all(
    Object.entries(asks({})).map(([api, count]) =>
      wait(env, api as Api, Math.round(count * scale)),
    ),
  )
  const seconds = Math.max(
    5,
    ...requests.map((one) => one.seconds ?? 0),
    typeof pace === 'object' ? ((eligible * scale) / pace.perMinute) * 60 : 0,
    pace === 'careful' && eligible > FIRST_ONES ? 60 : 0,
  )
  const why = [...new Set(rows.flatMap(({ heldBack }) => heldBack ?? []))]
  return {
    letters: total,
    isExact,
    checked: keys.length,
    eligible,
    held: why.map((reason) => ({
      why: heldBackWords(reason),
      count: sum(rows.filter(({ heldBack }) => heldBack === reason)),
      ids: held.filter(({ heldBack }) => heldBack === reason).map(letterId),
    })),
    requests,
    minutes: Math.ceil(seconds / 60),
    readyAt: moment(Date.now() + seconds * 1000),
    adds: {
      fetchAnew: Math.round(
        scale *
          ((asks({ fetchAnew: true }).openphone ?? 0) -
            (asks({ fetchAnew: false }).openphone ?? 0)),
      ),
      withoutAi: INCLUDE_AI ? sum(eligibleRows.filter(({ stage }) => stage === 'enrich')) : 0,
      remakePages: sum(rows.filter(({ heldBack }) => heldBack === 'removed')),
    },
  }
}

function sum(rows: readonly Examined[]): number {
  return rows.reduce((total, { count }) => total + count, 0)
}

/** Requests that these letters cost, their next stages included. */
function requestsOf(
  rows: readonly Examined[],
  options: ReplayOptions,
  includeAi: boolean,
): Requests {
  const total: Requests = {}
  for (const row of rows)
    for (const [api, count] of Object.entries(requestsFor(row, options, includeAi)))
      total[api as Api] = (total[api as Api] ?? 0) + count * row.count
  return total
}

function requestsFor(
  { stage, kind, stored }: Examined,
  { fetchAnew, withoutAi }: ReplayOptions,
  includeAi: boolean,
): Requests {
  // A call itself, its recordings, its transcripts.
  const ofSource = kind === 'call' ? 3 : kind === 'message' ? 1 : 0
  const vectors: Requests = { 'workers-ai': 1, vectorize: 1 }
  switch (stage) {
    case 'reconcile':
      return { notion: 1, ...(fetchAnew && { openphone: ofSource }) }
    case 'vectorize':
      return { ...vectors, ...(fetchAnew && { openphone: ofSource }) }
    case 'archive':
      return { openphone: 1 }
    case 'enrich':
    case 'sweep':
    case 'webhook':
    case 'mail':
      return {
        openphone: fetchAnew || stored === 0 ? ofSource : 0,
        'workers-ai': (includeAi && !withoutAi ? 1 : 0) + 1,
        vectorize: 1,
        notion: 1,
      }
    default:
      return {}
  }
}

/** How long these requests take behind what already stands in the queues of this system. */
async function wait(env: Env, api: Api, count: number): Promise<ReplayPreview['requests'][number]> {
  const rate = rateFor(env, api)
  const waiting = await backlog(env, api)
  return {
    api,
    count,
    waiting,
    seconds:
      rate === null || count === 0
        ? null
        : Math.ceil(((waiting ?? 0) + count) / (rate.perWindow / rate.windowMs) / 1000),
  }
}

function rateFor(env: Env, api: Api) {
  if (api === 'vectorize') return null
  const settings = readSettings(env, ['OPENPHONE_RPS', 'NOTION_RPS', 'JMAP_RPS', 'AI_RPM'])
  return rateOf(api, settings)
}

/** Queue messages that pass the gate of this system first; null: the queues do not tell. */
async function backlog(env: Env, api: Api): Promise<number | null> {
  const queues =
    api === 'notion'
      ? [env.RECONCILE, env.RECONCILE_BULK]
      : api === 'vectorize'
        ? [env.VECTORIZE_QUEUE]
        : [env.ENRICH, env.ENRICH_BULK]
  try {
    const told = await Promise.all(queues.map((queue) => queue.metrics()))
    return told.reduce((total, { backlogCount }) => total + backlogCount, 0)
  } catch {
    return null
  }
}
