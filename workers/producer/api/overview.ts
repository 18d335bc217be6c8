/** The overview, made of sums by day. */
import { ownFrom } from '@switchboard/identity/own'
import type { Overview } from '@switchboard/shared/api/overview'
import { readOverview } from '@switchboard/shared/api/overview'
import { moment } from '@switchboard/shared/api/operation'
import { SENTIMENTS } from '@switchboard/shared/analysis'
import { readSettings } from '@switchboard/shared/config'
import { KINDS, STAGES } from '@switchboard/shared/kinds'
import type { Kind } from '@switchboard/shared/kinds'
import { listDirectory } from '@switchboard/store/directory'
import { percentile, readCounts } from '@switchboard/store/histogram'
import { listedSince, sourceDays } from '@switchboard/store/listings'
import { dayCounts, heardSince, lastFullRun } from '@switchboard/store/overview'
import { listStanding, recordLines } from '@switchboard/store/record-list'
import { statisticsSince } from '@switchboard/store/statistics'
import { findNeeds } from '../monitoring/needs.ts'
import { daysUpTo, proofOf } from '../monitoring/proof.ts'
import { rowOf } from '../records/record-row.ts'
import { Sums } from '../monitoring/sums.ts'
import { route } from './route.ts'

const RECENT = 6
const DAY_MS = 86_400_000
/** The cron that starts runs: 0 *\/6 * * *. */
const EVERY_MS = 6 * 3_600_000

export const OVERVIEW_ROUTES = [
  route(readOverview, async ({ query: { days }, env }): Promise<Overview> => {
    const now = Date.now()
    const range = daysUpTo(now, days)
    const [from = '', to = ''] = [range[0], range.at(-1)]
    const since = Date.parse(from)
    const settings = readSettings(env, [
      'DEFAULT_COUNTRY',
      'OWN_MAIL_ADDRESSES',
      'RECONCILE_CANVAS',
    ])
    const own = ownFrom(await listDirectory(env.DB), settings.OWN_MAIL_ADDRESSES)
    const [listed, counted, everListed, deliveries, lastSweep, needs, recent, worked] =
      await Promise.all([
        sourceDays(env.DB, from, to),
        dayCounts(env.DB, from, to),
        listedSince(env.DB),
        heardSince(env.DB, from, since),
        lastFullRun(env.DB),
        findNeeds(env.DB, since, own, settings.DEFAULT_COUNTRY),
        listStanding(env.DB, { kinds: KINDS }, null, RECENT),
        statisticsSince(env.DB, 'day', since - (since % DAY_MS), {
          stages: STAGES,
          lanes: ['live', 'bulk'],
        }),
      ])
    const proof = KINDS.map((kind) => proofOf(kind, range, listed, counted))
    const sums = new Sums(counted)
    return {
      days,
      from,
      to,
      proof: {
        kinds: proof,
        missed: proof.reduce((total, { missing }) => total + missing, 0),
        since: everListed,
        deliveries,
        lastSweep: lastSweep && {
          id: lastSweep.id,
          at: moment(lastSweep.startedAt),
          synced: lastSweep.synced,
          skipped: lastSweep.skipped,
          failed: lastSweep.failed,
        },
        nextSweepAt: moment((Math.floor(now / EVERY_MS) + 1) * EVERY_MS),
      },
      kinds: KINDS.map((kind) => outcomesOf(sums, kind)),
      said: saidIn(sums),
      links: settings.RECONCILE_CANVAS ? linksIn(sums) : null,
      memory: memoryOf(worked.map(({ counts }) => counts)),
      claims: { made: sums.of('claims'), dropped: sums.of('dropped') },
      live: liveIn(sums),
      needs,
      recent: (await recordLines(env.DB, recent.rows)).map(rowOf),
    }
  }),
]

function outcomesOf(sums: Sums, kind: Kind): Overview['kinds'][number] {
  const is = (state: string) => sums.of(`is:${state}`, [kind])
  return {
    kind,
    synced: is('filed'),
    failed: is('failing') + is('stuck'),
    skipped: is('skipped') + is('removed'),
    waiting: is('way'),
  }
}

function saidIn(sums: Sums): Overview['said'] {
  const texts: Kind[] = ['message', 'mail']
  const leads = sums.of('leads', ['call'])
  const notAnalysed = sums.of('mood:none')
  const analysed = (kinds: readonly Kind[]) =>
    sums.named('mood:', kinds).reduce((n, { name, count }) => n + (name === 'none' ? 0 : count), 0)
  return {
    analysed: analysed(KINDS),
    notAnalysed,
    sentiments: SENTIMENTS.map((name) => ({ name, count: sums.of(`mood:${name}`) })),
    calls: {
      count: analysed(['call']),
      meanLeadScore: leads === 0 ? null : sums.of('lead', ['call']) / leads,
      categories: categoriesIn(sums, ['call']),
    },
    texts: { count: analysed(texts), categories: categoriesIn(sums, texts) },
    actionItems: sums.of('items'),
  }
}

/** The most frequent first. */
function categoriesIn(sums: Sums, kinds: readonly Kind[]) {
  return sums
    .named('about:', kinds)
    .filter(({ name, count }) => name !== 'none' && count > 0)
    .toSorted((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
}

function linksIn(sums: Sums): NonNullable<Overview['links']> {
  const [linked, several] = [sums.of('link:linked'), sums.of('link:several')]
  const [unmatched, anonymous] = [sums.of('link:unmatched'), sums.of('link:anonymous')]
  return {
    filed: linked + several + unmatched + anonymous,
    linked: linked + several,
    several,
    unmatched,
    anonymous,
  }
}

/** `{"call.unchanged": 3}`: by kind and outcome. */
function memoryOf(counts: readonly string[]): Overview['memory'] {
  let [answered, worked] = [0, 0]
  for (const [name, count] of counts.flatMap((json) => readCounts(json))) {
    const outcome = name.slice(name.indexOf('.') + 1)
    if (outcome === 'unchanged') answered += count
    if (outcome === 'unchanged' || outcome === 'done') worked += count
  }
  return { answered, worked }
}

function liveIn(sums: Sums): Overview['live'] {
  const histogram = new Map(
    sums
      .named('live:', KINDS)
      .filter(({ name, count }) => name !== 'none' && count > 0)
      .map(({ name, count }) => [Number(name), count]),
  )
  const records = [...histogram.values()].reduce((total, count) => total + count, 0)
  return { records, p95Ms: percentile(histogram, 0.95) }
}
