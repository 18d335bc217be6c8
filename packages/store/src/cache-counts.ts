/** How the cache does, and the epoch of its keys. */
import type { D1Database } from './d1.ts'

const CACHE_SORTS = ['embedding', 'answer', 'brief'] as const
export type CacheSort = (typeof CACHE_SORTS)[number]

/** Counts one question to the cache. @param now ms since epoch */
export async function countCache(
  db: D1Database,
  sort: CacheSort,
  hit: boolean,
  now: number,
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO cache_counts (day, sort, hits, misses)
       VALUES (date(?1 / 1000, 'unixepoch'), ?2, ?3, 1 - ?3)
       ON CONFLICT (day, sort) DO UPDATE SET hits = hits + excluded.hits,
         misses = misses + excluded.misses`,
    )
    .bind(now, sort, hit ? 1 : 0)
    .run()
}

export interface CacheFigures {
  sort: CacheSort
  hits: number
  misses: number
}

/** Hits and misses by sort since a day. @param since ms since epoch */
export async function cacheFigures(db: D1Database, since: number): Promise<CacheFigures[]> {
  const { results } = await db
    .prepare(
      `SELECT sort, sum(hits) AS hits, sum(misses) AS misses FROM cache_counts
        WHERE day >= date(?1 / 1000, 'unixepoch') GROUP BY sort ORDER BY sort`,
    )
    .bind(since)
    .all<CacheFigures>()
  return results
}

/** Part of every key: each forgetting begins another, so that nothing made before it is found. */
export async function cacheEpoch(db: D1Database): Promise<number> {
  const row = await db
    .prepare(`SELECT count(*) AS epoch FROM forgettings`)
    .first<{ epoch: number }>()
  return row?.epoch ?? 0
}
