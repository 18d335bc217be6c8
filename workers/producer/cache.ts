/**
 * What is dear to make and small to keep stands in KV under the hash of everything it was made from:
 * it cannot be stale, only forgotten. KV that fails costs time, never an answer.
 */
import * as v from 'valibot'
import { canonicalJson, sha256 } from '@switchboard/shared/hash'
import { cacheEpoch, countCache } from '@switchboard/store/cache-counts'
import type { CacheSort } from '@switchboard/store/cache-counts'

export interface CachePorts {
  kv: Pick<KVNamespace, 'get' | 'put'>
  db: D1Database
  now: () => number
}

const KEPT_SECONDS: Record<CacheSort, number> = {
  embedding: 30 * 86_400,
  answer: 86_400,
  brief: 7 * 86_400,
}

/** The value of this sort that these things make. @returns whether it was kept */
export async function cached<S extends v.GenericSchema>(
  { kv, db, now }: CachePorts,
  sort: CacheSort,
  madeFrom: unknown,
  schema: S,
  make: () => Promise<v.InferOutput<S>>,
): Promise<{ value: v.InferOutput<S>; hit: boolean }> {
  const key = `${await cacheEpoch(db)}:${sort}:${await sha256(canonicalJson(madeFrom))}`
  const kept = v.safeParse(schema, await kv.get(key, 'json').catch(() => null))
  await countCache(db, sort, kept.success, now())
  if (kept.success) return { value: kept.output, hit: true }
  const value = await make()
  await keep(kv, key, value, KEPT_SECONDS[sort])
  return { value, hit: false }
}

async function keep(
  kv: CachePorts['kv'],
  key: string,
  value: unknown,
  expirationTtl: number,
): Promise<void> {
  try {
    await kv.put(key, JSON.stringify(value), { expirationTtl })
  } catch {
    // One write a second and key is all KV takes; the next question makes it again.
  }
}

/** Takes everything out that an earlier epoch kept. */
export async function clearCache(kv: Pick<KVNamespace, 'list' | 'delete'>): Promise<void> {
  let cursor: string | undefined
  do {
    const page = await kv.list({ ...(cursor !== undefined && { cursor }) })
    await Promise.all(page.keys.map(({ name }) => kv.delete(name)))
    cursor = page.list_complete ? undefined : page.cursor
  } while (cursor !== undefined)
}
