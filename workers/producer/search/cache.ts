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

/** What may be kept, under all that it was made from. */
export interface Place {
  sort: CacheSort
  key: string
}

/** Looks up what these things make, and counts whether it was there; null: it was not. */
export async function lookUp<S extends v.GenericSchema>(
  { kv, db, now }: CachePorts,
  sort: CacheSort,
  madeFrom: unknown,
  schema: S,
): Promise<{ place: Place; value: v.InferOutput<S> | null }> {
  const key = `${await cacheEpoch(db)}:${sort}:${await sha256(canonicalJson(madeFrom))}`
  const kept = v.safeParse(schema, await kv.get(key, 'json').catch(() => null))
  await countCache(db, sort, kept.success, now())
  return { place: { sort, key }, value: kept.success ? kept.output : null }
}

/** The value of this sort that these things make. @returns whether it was kept */
export async function cached<S extends v.GenericSchema>(
  ports: CachePorts,
  sort: CacheSort,
  madeFrom: unknown,
  schema: S,
  make: () => Promise<v.InferOutput<S>>,
): Promise<{ value: v.InferOutput<S>; hit: boolean }> {
  const found = await lookUp(ports, sort, madeFrom, schema)
  if (found.value !== null) return { value: found.value, hit: true }
  const value = await make()
  await keep(ports, found.place, value)
  return { value, hit: false }
}

/** Keeps what was made, for as long as its sort is kept. */
export async function keep(
  { kv }: CachePorts,
  { sort, key }: Place,
  value: unknown,
): Promise<void> {
  try {
    await kv.put(key, JSON.stringify(value), { expirationTtl: KEPT_SECONDS[sort] })
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
