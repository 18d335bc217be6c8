/** What a search reaches, made from the producer's environment. Wiring, no rules. */
import * as v from 'valibot'
import { embed } from '@switchboard/analysis/embed'
import type { Ai } from '@switchboard/analysis/embed'
import { rerank } from '@switchboard/analysis/rerank'
import { gatePace } from '@switchboard/pacing/client'
import { rateOf } from '@switchboard/pacing/rates'
import { readSettings } from '@switchboard/shared/config'
import { StageError } from '@switchboard/shared/failure'
import { cached } from './cache.ts'
import type { Env } from '../ports.ts'

/** What is needed of the Vectorize binding. */
export interface VectorIndex {
  query(vector: number[], options: object): Promise<unknown>
}

export interface SearchPorts {
  db: D1Database
  texts: D1Database
  country: string
  hashKey: string
  ownMailAddresses: string[]
  /** Null: vectors are switched off. */
  vectors: {
    embed(text: string): Promise<number[]>
    /** Ids and scores, best first. @param filter of Vectorize */
    query(vector: number[], filter: object | null, topK: number): Promise<VectorMatch[]>
  } | null
  /** Null: no reranker is set. */
  rerank: ((query: string, texts: readonly string[]) => Promise<number[]>) | null
  now: () => number
}

export interface VectorMatch {
  id: string
  score: number
}

const Matches = v.object({ matches: v.array(v.object({ id: v.string(), score: v.number() })) })

const Vector = v.pipe(v.array(v.number()), v.minLength(1))

const SETTINGS = [
  'INCLUDE_VECTORIZE',
  'EMBEDDING_MODEL',
  'RERANK_MODEL',
  'AI_RPM',
  'DEFAULT_COUNTRY',
  'HASH_KEY',
  'OWN_MAIL_ADDRESSES',
] as const

/** @throws StageError config.invalid that names the setting */
export function searchPorts(env: Env): SearchPorts {
  const settings = readSettings(env, SETTINGS)
  const { RERANK_MODEL } = settings
  const ai: Ai = env.AI
  // Somebody waits for the answer: live, before whatever is filed.
  const pace = gatePace(env.GATE, {
    api: 'workers-ai',
    key: 'account',
    lane: 'live',
    rate: rateOf('workers-ai', settings),
  })
  return {
    db: env.DB,
    texts: env.TEXT_INDEX,
    country: settings.DEFAULT_COUNTRY,
    hashKey: settings.HASH_KEY,
    ownMailAddresses: settings.OWN_MAIL_ADDRESSES,
    vectors: settings.INCLUDE_VECTORIZE
      ? {
          async embed(text) {
            const model = settings.EMBEDDING_MODEL
            const cache = { kv: env.CACHE, db: env.DB, now: Date.now }
            const { value } = await cached(
              cache,
              'embedding',
              { model, text },
              Vector,
              async () => {
                await pace.acquire()
                const [vector] = await embed(ai, model, [text])
                return vector ?? []
              },
            )
            return value
          },
          query: (vector, filter, topK) => query(env.VECTORIZE, vector, filter, topK),
        }
      : null,
    rerank:
      RERANK_MODEL === undefined
        ? null
        : async (asked, texts) => {
            await pace.acquire()
            return rerank(ai, RERANK_MODEL, asked, texts)
          },
    now: Date.now,
  }
}

async function query(
  index: VectorIndex,
  vector: number[],
  filter: object | null,
  topK: number,
): Promise<VectorMatch[]> {
  let answer: unknown
  try {
    answer = await index.query(vector, { topK, ...(filter === null ? {} : { filter }) })
  } catch (cause) {
    throw unavailable(cause instanceof Error ? cause.message : 'no answer', cause)
  }
  const parsed = v.safeParse(Matches, answer)
  if (!parsed.success) throw unavailable(parsed.issues[0].message)
  return parsed.output.matches
}

function unavailable(detail: string, cause?: unknown): StageError {
  return new StageError(
    { kind: 'upstream.unavailable', api: 'vectorize', status: null, detail },
    { cause },
  )
}
