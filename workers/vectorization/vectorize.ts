/**
 * The stage `vectorize`: a batch of records is split into chunks and written to the text index, so
 * that it is found by its words whatever becomes of the rest. Then the chunks are embedded in as few
 * AI calls as the model takes, upserted, and those that a shortened record no longer has are deleted.
 * A batch fails as one where an outside call fails; from the second try on each record comes alone.
 */
import { done } from '@switchboard/consumer/ports'
import type { Claim, Outcome } from '@switchboard/consumer/ports'
import type { Own } from '@switchboard/identity/own'
import { mailDirection } from '@switchboard/identity/parties'
import { timelineFacts } from '@switchboard/identity/timeline-entry'
import type { TimelineFacts } from '@switchboard/identity/timeline-entry'
import { utterancesOf } from '@switchboard/identity/utterances'
import { chunk } from '@switchboard/search/chunk'
import { staleIds, vectorFingerprint, vectorIdOf, vectorMetadata } from '@switchboard/search/vector'
import type { VectorMetadata } from '@switchboard/search/vector'
import type { AnalysisResult } from '@switchboard/shared/analysis'
import { StageError, toFailure } from '@switchboard/shared/failure'
import type { Failure } from '@switchboard/shared/failure'
import { canonicalJson, keyedHash, sha256 } from '@switchboard/shared/hash'
import type { Scope } from '@switchboard/shared/kinds'
import { mergeRecord } from '@switchboard/shared/merge'
import type { StoredParts } from '@switchboard/shared/merge'
import type { ConversationRecord } from '@switchboard/shared/record'
import type { RecordText } from '@switchboard/store/text-index'

export interface OwedVectors {
  claim: Claim
  parts: StoredParts
  analysis: AnalysisResult | null
  vectors: { fingerprint: string | null; chunks: number } | null
}

/** What is known of a record now; `vectors` null: it is found by its words alone. */
export interface Vectorized {
  timeline: TimelineFacts
  vectors: StandingVectors | null
}

/** What stands in the index now. */
export interface StandingVectors {
  recordHash: string
  fingerprint: string | null
  model: string
  chunks: number
}

export interface Vector {
  id: string
  values: number[]
  metadata: VectorMetadata
}

export interface VectorizePorts {
  own: Own
  country: string
  hashKey: string
  model: string
  parked: ReadonlyMap<Scope, string>
  lastSendMs: number // after the claim
  now: () => number
  /** Off: records are found by their words alone. */
  withVectors: boolean
  /** Writes them to the text index. */
  index(texts: RecordText[]): Promise<void>
  /** As many vectors as texts. @param runId whose request it is */
  embed(texts: string[], runId: string | null): Promise<number[][]>
  upsert(vectors: Vector[], runId: string | null): Promise<void>
  remove(ids: string[], runId: string | null): Promise<void>
  /** Notes before an upsert how many chunks may stand in the index from now on. */
  announce(rows: { claim: Claim; vectors: StandingVectors }[]): Promise<void>
}

const MOST_TEXTS_A_REQUEST = 100 // bge-m3
const MOST_VECTORS_AN_UPSERT = 1000 // Vectorize
const MOST_IDS_A_DELETE = 100 // Vectorize: 40007 beyond

interface Planned {
  owed: OwedVectors
  text: RecordText
  timeline: TimelineFacts
  recordHash: string
  texts: string[]
  metadata: VectorMetadata
  fingerprint: string
}

/** One outcome for each record; null: nothing makes a record yet. @throws StageError upstream.*: then the batch fails as one */
export async function vectorize(
  batch: OwedVectors[],
  ports: VectorizePorts,
): Promise<Outcome<Vectorized | null>[]> {
  const plans = await Promise.all(batch.map((owed) => plan(owed, ports)))
  const readable = plans.filter(isPlanned)
  if (readable.length > 0) await ports.index(readable.map(({ text }) => text))
  const stale = ports.withVectors ? readable.filter((one) => !isFresh(one)) : []
  if (stale.length > 0) await write(stale, ports)
  return plans.map((one) => {
    if (one === null) return done(null, { skipped: true })
    if (!isPlanned(one)) return { ok: false, failure: one }
    const { recordHash, fingerprint, texts, timeline } = one
    if (!ports.withVectors) return done({ timeline, vectors: null })
    const vectors = { recordHash, fingerprint, model: ports.model, chunks: texts.length }
    return done({ timeline, vectors }, { skipped: isFresh(one) })
  })
}

function isPlanned(one: Planned | Failure | null): one is Planned {
  return one !== null && 'texts' in one
}

function isFresh({ owed, fingerprint }: Planned): boolean {
  // On a later try the fingerprint is not believed: an older upsert may have landed since.
  return owed.claim.tries === 1 && owed.vectors?.fingerprint === fingerprint
}

async function plan(owed: OwedVectors, ports: VectorizePorts): Promise<Planned | Failure | null> {
  try {
    const { kind, id } = owed.claim
    const record = mergeRecord(kind, owed.parts)
    if (record === null) return null
    const texts = textsOf(record, ports)
    const timeline = timelineFacts(record, ports.own, ports.country)
    const parties = await Promise.all(
      timeline.parties.map((party) => keyedHash(ports.hashKey, party)),
    )
    const analysis = owed.analysis?.analysed === true ? owed.analysis.analysis : null
    const labels = {
      sentiment: analysis?.sentiment?.label ?? null,
      category: analysis?.category?.label ?? null,
    }
    const metadata = vectorMetadata({
      kind,
      parties,
      direction: record.kind === 'mail' ? mailDirection(record, ports.own) : record.direction,
      ...labels,
      at: timeline.occurredAt,
    })
    const found = { ...labels, parties, texts, occurredAt: timeline.occurredAt }
    return {
      owed,
      timeline,
      text: {
        kind,
        id,
        version: owed.claim.wanted,
        fingerprint: await sha256(canonicalJson(found)),
        ...found,
      },
      recordHash: await keyedHash(ports.hashKey, `${kind}/${id}`),
      texts,
      metadata,
      fingerprint: await vectorFingerprint(texts, metadata, ports.model),
    }
  } catch (error) {
    return toFailure(error)
  }
}

/**
 * What a search may find: the talk, and OpenPhone’s summary of it in chunks of its own, since people ask in
 * the words of a summary; a mail’s subject with its body.
 */
function textsOf(record: ConversationRecord, ports: VectorizePorts): string[] {
  const spoken = utterancesOf(record, ports.own, ports.country).map(({ text }) => text)
  switch (record.kind) {
    case 'call':
      return [...chunk(spoken), ...chunk(record.summary?.summary ?? [])]
    case 'message':
      return chunk(spoken)
    case 'mail':
      return chunk([record.subject, ...spoken])
  }
}

async function write(plans: Planned[], ports: VectorizePorts): Promise<void> {
  const needs: Scope[] = ['workers-ai', 'vectorize']
  for (const scope of needs) {
    const detail = ports.parked.get(scope)
    if (detail !== undefined) throw new StageError({ kind: 'scope.parked', scope, detail })
  }
  const runId = plans[0]?.owed.claim.runId ?? null
  const chunks = plans.flatMap((one) => one.texts.map((text, nth) => ({ one, text, nth })))
  const vectors: Vector[] = []
  for (const some of slices(chunks, MOST_TEXTS_A_REQUEST)) {
    const values = await embedded(
      some.map(({ text }) => text),
      plans.length > 1,
      runId,
      ports,
    )
    some.forEach(({ one, nth }, at) =>
      vectors.push({
        id: vectorIdOf(one.recordHash, nth),
        values: values[at] ?? [],
        metadata: one.metadata,
      }),
    )
  }
  await ports.announce(
    plans.map(({ owed, recordHash, texts }) => ({
      claim: owed.claim,
      vectors: {
        recordHash,
        fingerprint: null,
        model: ports.model,
        chunks: Math.max(texts.length, owed.vectors?.chunks ?? 0),
      },
    })),
  )
  for (const some of slices(vectors, MOST_VECTORS_AN_UPSERT)) {
    mustBeInTime(plans, ports)
    await ports.upsert(some, runId)
  }
  const gone = plans.flatMap(({ owed, recordHash, texts }) =>
    staleIds(recordHash, texts.length, owed.vectors?.chunks ?? 0),
  )
  for (const some of slices(gone, MOST_IDS_A_DELETE)) {
    mustBeInTime(plans, ports)
    await ports.remove(some, runId)
  }
}

/** What is refused of several records is asked for again record by record: who is at fault is then told. */
async function embedded(
  texts: string[],
  areSeveral: boolean,
  runId: string | null,
  ports: VectorizePorts,
): Promise<number[][]> {
  try {
    return await ports.embed(texts, runId)
  } catch (error) {
    const failure = toFailure(error)
    if (!areSeveral || failure.kind !== 'record.refused') throw error
    const { api, status, detail } = failure
    throw new StageError({ kind: 'upstream.unavailable', api, status, detail }, { cause: error })
  }
}

/** What is sent late in a lease could land after the next holder's vectors. */
function mustBeInTime(plans: Planned[], ports: VectorizePorts): void {
  const claimedAt = Math.min(...plans.map(({ owed }) => owed.claim.claimedAt))
  if (ports.now() > claimedAt + ports.lastSendMs) throw new StageError({ kind: 'lease.lost' })
}

function slices<T>(rows: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, nth) =>
    rows.slice(nth * size, (nth + 1) * size),
  )
}
