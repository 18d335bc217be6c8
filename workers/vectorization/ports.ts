/** What vectorization reaches, made from its environment. Wiring, no rules. */
import { embed } from '@switchboard/analysis/embed'
import type { Ai } from '@switchboard/analysis/embed'
import { modelAnswers } from '@switchboard/analysis/probe'
import type { StageWork } from '@switchboard/consumer/consume'
import { Tally } from '@switchboard/consumer/tally'
import { ownFrom } from '@switchboard/identity/own'
import { gatePace } from '@switchboard/pacing/client'
import type { Gates } from '@switchboard/pacing/client'
import { rateOf } from '@switchboard/pacing/rates'
import { readSettings } from '@switchboard/shared/config'
import { StageError } from '@switchboard/shared/failure'
import { analysesStatement, readAnalysis } from '@switchboard/store/analyses'
import type { AnalysisRow } from '@switchboard/store/analyses'
import { directoryStatement } from '@switchboard/store/directory'
import type { DirectoryRow } from '@switchboard/store/directory'
import { ledger } from '@switchboard/store/ledger'
import { parkedStatement } from '@switchboard/store/parked'
import type { Parked } from '@switchboard/store/parked'
import { gatherParts, keyOf, partsStatement } from '@switchboard/store/records'
import type { PartRow } from '@switchboard/store/records'
import { timelineStatements } from '@switchboard/store/timeline'
import { writeTexts } from '@switchboard/store/text-index'
import { saveVectorsStatement, vectorsStatement } from '@switchboard/store/vectors'
import type { StoredVectors } from '@switchboard/store/vectors'
import { LAST_SEND_MS } from '@switchboard/store/work'
import { vectorize } from './vectorize.ts'
import type { OwedVectors, Vector, VectorizePorts, Vectorized } from './vectorize.ts'

export interface Env {
  DB: D1Database
  TEXT_INDEX: D1Database
  GATE: Gates
  AI: Ai
  VECTORIZE: {
    describe(): Promise<unknown>
    upsert(vectors: Vector[]): Promise<unknown>
    deleteByIds(ids: string[]): Promise<unknown>
  }
  VECTORIZE_DLQ: Queue
}

const SETTINGS = [
  'INCLUDE_VECTORIZE',
  'OWN_MAIL_ADDRESSES',
  'EMBEDDING_MODEL',
  'AI_RPM',
  'DEFAULT_COUNTRY',
  'MAX_TRIES',
  'HASH_KEY',
] as const

/** @throws StageError config.invalid that names the setting */
export function open(env: Env): StageWork<OwedVectors, Vectorized | null> {
  const settings = readSettings(env, SETTINGS)
  const tally = new Tally()
  let facts: Pick<VectorizePorts, 'own' | 'parked'> | null = null

  const ports = (claims: OwedVectors[]): VectorizePorts => {
    // A batch is live as soon as one of its records is.
    const lane = claims.some(({ claim }) => claim.lane === 'live') ? 'live' : 'bulk'
    const pace = gatePace(env.GATE, {
      api: 'workers-ai',
      key: 'account',
      lane,
      rate: rateOf('workers-ai', settings),
    })
    return {
      own: facts?.own ?? ownFrom([], settings.OWN_MAIL_ADDRESSES),
      parked: facts?.parked ?? new Map(),
      country: settings.DEFAULT_COUNTRY,
      hashKey: settings.HASH_KEY,
      model: settings.EMBEDDING_MODEL,
      withVectors: settings.INCLUDE_VECTORIZE,
      lastSendMs: LAST_SEND_MS,
      now: Date.now,
      index: (texts) => writeTexts(env.TEXT_INDEX, texts),
      async embed(texts, runId) {
        await pace.acquire()
        tally.add(runId, 'workers-ai')
        return embed(env.AI, settings.EMBEDDING_MODEL, texts)
      },
      async upsert(vectors, runId) {
        tally.add(runId, 'vectorize')
        await indexed(() => env.VECTORIZE.upsert(vectors))
      },
      async remove(ids, runId) {
        tally.add(runId, 'vectorize')
        await indexed(() => env.VECTORIZE.deleteByIds(ids))
      },
      async announce(rows) {
        const [first] = rows
        if (first !== undefined)
          await saveVectorsStatement(
            env.DB,
            { stage: 'vectorize', token: first.claim.token },
            rows.map(({ claim: { kind, id }, vectors }) => ({ kind, id, ...vectors })),
            Date.now(),
          ).run()
      },
    }
  }

  return {
    stage: 'vectorize',
    maxTries: settings.MAX_TRIES,
    hashKey: settings.HASH_KEY,
    ledger: ledger(env.DB),
    queues: {},
    letters: env.VECTORIZE_DLQ,
    tally,
    now: Date.now,
    newToken: () => crypto.randomUUID(),
    loads: (keys) => [
      partsStatement(env.DB, keys),
      analysesStatement(env.DB, keys),
      vectorsStatement(env.DB, keys),
      directoryStatement(env.DB),
      parkedStatement(env.DB),
    ],
    gather(claims, [parts, analyses, vectors, directory, parked]) {
      facts = {
        own: ownFrom(directory as DirectoryRow[], settings.OWN_MAIL_ADDRESSES),
        parked: new Map((parked as Parked[]).map(({ scope, reason }) => [scope, reason])),
      }
      const byRecord = gatherParts(parts as PartRow[])
      const analysed = new Map(
        (analyses as AnalysisRow[]).map((row) => [keyOf(row), readAnalysis(row).result]),
      )
      const standing = new Map((vectors as StoredVectors[]).map((row) => [keyOf(row), row]))
      return claims.map((claim) => ({
        claim,
        parts: byRecord.get(keyOf(claim)) ?? {},
        analysis: analysed.get(keyOf(claim)) ?? null,
        vectors: standing.get(keyOf(claim)) ?? null,
      }))
    },
    run: (owed) => vectorize(owed, ports(owed)),
    saves(results, held) {
      const known = results.flatMap(({ claim: { kind, id }, result }) =>
        result === null ? [] : [{ kind, id, ...result }],
      )
      const rows = known.flatMap(({ kind, id, vectors }) =>
        vectors === null ? [] : [{ kind, id, ...vectors }],
      )
      return [
        // Where enrichment was given up nobody else notes it.
        ...timelineStatements(
          env.DB,
          held,
          known.map(({ kind, id, timeline }) => ({ kind, id, ...timeline })),
        ),
        ...(rows.length === 0 ? [] : [saveVectorsStatement(env.DB, held, rows, Date.now())]),
      ]
    },
    next: () => [],
    async probe(scope, failure) {
      try {
        if (scope === 'workers-ai')
          return await modelAnswers(
            () => env.AI.run(settings.EMBEDDING_MODEL, { text: ['ok'] }),
            failure,
          )
        if (scope === 'vectorize') await env.VECTORIZE.describe()
        return true
      } catch {
        return false
      }
    },
  }
}

/** Vectorize says no more than that it failed; an upsert may be repeated. */
async function indexed(write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    throw new StageError(
      {
        kind: 'upstream.unavailable',
        api: 'vectorize',
        status: null,
        detail: error instanceof Error ? error.message : 'no answer',
      },
      { cause: error },
    )
  }
}
