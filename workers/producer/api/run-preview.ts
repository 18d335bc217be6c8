/** What a backfill would come to, before it is started: by what the last whole one listed. */
import type { RunPreview } from '@switchboard/shared/api/runs'
import { readSettings } from '@switchboard/shared/config'
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import { lastWhole, listedSince } from '@switchboard/store/run-records'
import type { Env } from '../ports.ts'

const DAY_MS = 86_400_000
/** Records a page of a listing, and further requests for a record that is new. */
const A_PAGE = 50
const ARTEFACTS_OF_A_CALL = 2

/** @param days default: DAYS_BACK */
export async function preview(
  env: Env,
  days: number | undefined,
  kinds: readonly Kind[],
): Promise<RunPreview> {
  const settings = readSettings(env, [
    'DAYS_BACK',
    'INCLUDE_AI',
    'OPENPHONE_RPS',
    'NOTION_RPS',
    'AI_RPM',
  ])
  const over = days ?? settings.DAYS_BACK
  const [last, since] = await Promise.all([lastWhole(env.DB), listedSince(env.DB)])
  const estimate = estimateRun({
    days: over,
    kinds,
    includeAi: settings.INCLUDE_AI,
    last: last && { days: (last.until - last.since) / DAY_MS, listed: last.listed },
    knownDays: since === null ? 0 : (Date.now() - since) / DAY_MS,
  })
  const { requests } = estimate
  const minutes = [
    [requests.openphone, settings.OPENPHONE_RPS * 60],
    [requests.notion, settings.NOTION_RPS * 60],
    [requests.workersAi, settings.AI_RPM],
  ].map(([count = 0, perMinute = 0]) => (perMinute === 0 ? 0 : count / perMinute))
  return {
    days: over,
    kinds: [...kinds],
    ...estimate,
    minutes: estimate.records === null ? null : Math.max(...minutes),
  }
}

/** Records and requests, were every day like those of the last run. No I/O. */
export function estimateRun(of: {
  days: number
  kinds: readonly Kind[]
  includeAi: boolean
  last: { days: number; listed: Record<Kind, number> } | null
  /** Days back of which everything has been listed once. */
  knownDays: number
}): Pick<RunPreview, 'records' | 'news' | 'requests'> {
  const { last } = of
  if (last === null)
    return {
      records: null,
      news: null,
      requests: { openphone: 0, notion: 0, mailbox: 0, workersAi: 0 },
    }
  const newDays = Math.max(0, of.days - of.knownDays)
  const sum = (days: number, kinds: readonly Kind[]) =>
    Math.round(
      kinds
        .filter((kind) => of.kinds.includes(kind))
        .reduce((count, kind) => count + (last.listed[kind] / last.days) * days, 0),
    )
  const pages = (kinds: readonly Kind[]) => Math.ceil(sum(of.days, kinds) / A_PAGE)
  const news = sum(newDays, KINDS)
  return {
    records: sum(of.days, KINDS),
    news,
    requests: {
      openphone: pages(['call', 'message']) + ARTEFACTS_OF_A_CALL * sum(newDays, ['call']),
      notion: news,
      mailbox: pages(['mail']),
      workersAi: of.includeAi ? news : 0,
    },
  }
}
