/**
 * How good search is: labelled queries asked of the whole system through its API, each as words
 * alone, as vectors alone and as both.
 */
import { bootstrap, mean, ndcgAt, recallAt } from '@switchboard/search/measure'
import type { Estimate } from '@switchboard/search/measure'
import type { LabelledQuery, LabelledSet } from '@switchboard/sandbox/search-eval/labelled'
import { SIX_HOURLY } from './host.ts'
import { startSandboxHost } from './sandbox-host.ts'
import type { Host } from './host.ts'

/** What hybrid search reaches at least, nDCG@10. */
export const FLOOR: Record<LabelledSet['name'], number> = { first: 0.58, own: 0.48 }

const RANKERS = ['hybrid', 'vector', 'text'] as const
export type Ranker = (typeof RANKERS)[number]

const PLACES = 10
const TOKEN = 'quality'
/** The sets are dated, the clock is not. */
const DAYS_BACK = '3650'

/** One query's figures. */
export interface Measured {
  query: LabelledQuery
  recall: number
  ndcg: number
}

export type Quality = Record<Ranker, Measured[]>

/** Starts all of Switchboard over a set's world, files it and asks every query. */
export async function qualityOf(set: LabelledSet, folder: string): Promise<Quality> {
  const host = await startSandboxHost({
    folder,
    values: { DAYS_BACK },
    adminToken: TOKEN,
    world: () => set.world,
    ai: 'full',
    log: ({ level, message }) => {
      if (level !== 'info' && level !== 'log') process.stderr.write(`${message}\n`)
    },
  })
  try {
    await filed(host)
    const quality: Quality = { hybrid: [], vector: [], text: [] }
    for (const query of set.queries)
      for (const ranker of RANKERS) {
        const ranking = await ask(host, query.q, ranker, set.now)
        quality[ranker].push({
          query,
          recall: recallAt(PLACES, ranking, query.relevant),
          ndcg: ndcgAt(PLACES, ranking, query.relevant),
        })
      }
    return quality
  } finally {
    await host.stop()
  }
}

export interface Summary {
  ranker: Ranker
  recall: Estimate
  ndcg: Estimate
  byLevel: [level: string, ndcg: number][]
}

/** Each ranker's figures over all queries, with their intervals, and nDCG by level. */
export function summaryOf(quality: Quality): Summary[] {
  return RANKERS.map((ranker) => ({
    ranker,
    recall: bootstrap(quality[ranker].map(({ recall }) => recall)),
    ndcg: bootstrap(quality[ranker].map(({ ndcg }) => ndcg)),
    byLevel: [...Map.groupBy(quality[ranker], ({ query }) => query.level)].map(
      ([level, measured]) => [level, mean(measured.map(({ ndcg }) => ndcg))],
    ),
  }))
}

/** By how much nDCG the first is better than the second, query by query. */
export function difference(quality: Quality, first: Ranker, second: Ranker): Estimate {
  return bootstrap(quality[first].map(({ ndcg }, nth) => ndcg - (quality[second][nth]?.ndcg ?? 0)))
}

/** Resolves when the run is complete and nothing is owed: then all of it is in both indexes. */
async function filed(host: Host): Promise<void> {
  await host.cron(SIX_HOURLY)
  for (;;) {
    const { owed } = await host.api<{ owed: { stage: string; owed: number }[] }>('status')
    const { items } = await host.api<{ items: { state: string }[] }>('runs')
    if (items[0]?.state === 'completed' && owed.every((stage) => stage.owed === 0)) return
    await host.cron('* * * * *')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}

async function ask(host: Host, query: string, mode: Ranker, now: string): Promise<string[]> {
  const response = await fetch(`${host.url}/api/search`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify({ query, mode, now, limit: PLACES }),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`search answered ${response.status}: ${text}`)
  const answer = JSON.parse(text) as { mode: string; hits: { kind: string; id: string }[] }
  if (answer.mode !== mode) throw new Error(`${query}: searched as ${answer.mode}, not ${mode}`)
  // A merchant that comes first takes a place, as it does for people.
  return answer.hits.map(({ kind, id }) => `${kind}/${id}`)
}
