/**
 * The Vectorize stand-in: one index of 1,024 numbers by cosine, behind HTTP on loopback, with the
 * binding's methods and limits. Local search means something because the vectors do.
 */
import { Buffer } from 'node:buffer'
import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import * as v from 'valibot'
import { VectorizeError } from './errors.ts'
import { compileFilter } from './filter.ts'
import type { MetadataIndexes } from './filter.ts'
import { IndexStore } from './index-store.ts'
import type { Stored } from './index-store.ts'

export const DIMENSIONS = 1024
/** The indexes that the deployment makes, before its first upsert. */
export const METADATA_INDEXES: MetadataIndexes = {
  kind: 'string',
  party1: 'string',
  party2: 'string',
  party3: 'string',
  direction: 'string',
  sentiment: 'string',
  category: 'string',
  at: 'number',
}

const MAX_ID_BYTES = 64
const MAX_METADATA_BYTES = 10_240
const MAX_UPSERT = 1000
const MAX_IDS = 1000 // deleteByIds; getByIds takes 20
const MAX_TOP_K = 100
const MAX_TOP_K_WITH_ALL = 50

export interface VectorizeOptions {
  file?: string // in memory where it is left out
  /** Whether changes take their time to become visible. */
  limits: boolean
  mutationDelayMs?: () => number
  port?: number
}

export interface VectorizeStandIn {
  url: string
  /** How many requests came, by method. */
  requests: Map<string, number>
  size(): number
  close(): Promise<void>
}

export async function startVectorize(options: VectorizeOptions): Promise<VectorizeStandIn> {
  const delay =
    options.mutationDelayMs ?? (() => (options.limits ? 1000 + Math.random() * 1000 : 0))
  const store = new IndexStore(options.file ?? ':memory:', delay)
  const requests = new Map<string, number>()
  const server = createServer((request, response) => {
    void answer(request, response)
  })

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = (request.url ?? '/').slice(1)
    requests.set(method, (requests.get(method) ?? 0) + 1)
    const send = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    try {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      send(200, {
        result: act(store, method, JSON.parse(Buffer.concat(chunks).toString() || '{}')),
      })
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error))
      const code = error instanceof VectorizeError ? error.code : undefined
      send(400, { error: { name, message, code } })
    }
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    size: () => store.visible.size,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      store.close()
    },
  }
}

const Packed = v.object({
  id: v.string(),
  values: v.string(), // base64 of Float32
  namespace: v.optional(v.string()),
  metadata: v.optional(v.record(v.string(), v.unknown()), {}),
})
const Ids = v.object({ ids: v.array(v.string()) })
const Query = v.object({
  vector: v.string(),
  options: v.object({
    topK: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 5),
    filter: v.optional(v.unknown()),
    namespace: v.optional(v.string()),
    returnValues: v.optional(v.boolean(), false),
    returnMetadata: v.optional(
      v.union([v.boolean(), v.picklist(['all', 'indexed', 'none'])]),
      'none',
    ),
  }),
})

function act(store: IndexStore, method: string, body: unknown): object {
  switch (method) {
    case 'describe':
      return {
        vectorCount: store.visible.size,
        dimensions: DIMENSIONS,
        processedUpToDatetime: store.processedUpTo,
        processedUpToMutation: store.lastMutation,
      }
    case 'upsert':
    case 'insert': {
      const { vectors } = v.parse(v.object({ vectors: v.array(Packed) }), body)
      if (vectors.length > MAX_UPSERT) throw refused(40_007, `at most ${MAX_UPSERT} vectors`)
      const read = vectors.map(readVector)
      return {
        mutationId: store.put(
          method === 'upsert' ? read : read.filter(({ id }) => !store.visible.has(id)),
        ),
      }
    }
    case 'deleteByIds': {
      const { ids } = v.parse(Ids, body)
      if (ids.length > MAX_IDS) throw refused(40_007, `at most ${MAX_IDS} ids`)
      return { mutationId: store.drop(ids) }
    }
    case 'getByIds': {
      const { ids } = v.parse(Ids, body)
      if (ids.length > 20) throw refused(40_007, 'at most 20 ids')
      return ids.flatMap((id) => {
        const found = store.visible.get(id)
        return found === undefined
          ? []
          : [{ id, values: restored(found), metadata: found.metadata }]
      })
    }
    case 'query':
      return query(store, v.parse(Query, body))
    default:
      throw new VectorizeError(40_400, `there is no method ${method}`)
  }
}

function readVector({ id, values, namespace, metadata }: v.InferOutput<typeof Packed>): Stored {
  if (id === '' || Buffer.byteLength(id) > MAX_ID_BYTES)
    throw refused(
      40_008,
      `id too long; max is ${MAX_ID_BYTES} bytes, got ${Buffer.byteLength(id)} bytes`,
    )
  if (Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES)
    throw refused(40_009, `metadata of ${id} is larger than ${MAX_METADATA_BYTES} bytes`)
  return { id, ...unit(values, 'VECTOR_UPSERT_ERROR'), namespace: namespace ?? null, metadata }
}

/** Scaled to length one, so that a cosine is a dot product. */
function unit(base64: string, operation: string): { values: Float32Array; length: number } {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length !== DIMENSIONS * 4)
    throw new VectorizeError(
      40_012,
      `invalid vector, expected ${DIMENSIONS} dimensions, and got ${bytes.length / 4} dimensions`,
      operation,
    )
  const values = new Float32Array(
    bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
  )
  const length = Math.hypot(...values)
  if (!Number.isFinite(length))
    throw new VectorizeError(40_012, 'a vector holds finite numbers', operation)
  return { values: length === 0 ? values : values.map((value) => value / length), length }
}

function restored({ values, length }: Stored): number[] {
  return Array.from(values, (value) => value * length)
}

function query(store: IndexStore, { vector, options }: v.InferOutput<typeof Query>): object {
  const metadata =
    options.returnMetadata === true
      ? 'all'
      : options.returnMetadata === false
        ? 'none'
        : options.returnMetadata
  const most = options.returnValues || metadata === 'all' ? MAX_TOP_K_WITH_ALL : MAX_TOP_K
  if (options.topK > most) throw new VectorizeError(40_025, `topK must be at most ${most}`)
  const matches = compileFilter(options.filter, METADATA_INDEXES)
  const asked = unit(vector, 'VECTOR_QUERY_ERROR').values
  const best = [...store.visible.values()]
    .filter(
      (one) =>
        (options.namespace === undefined || one.namespace === options.namespace) &&
        matches(one.metadata),
    )
    .map((one) => ({ one, score: dot(asked, one.values) }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, options.topK)
  return {
    count: best.length,
    matches: best.map(({ one, score }) => ({
      id: one.id,
      score,
      ...(options.returnValues ? { values: restored(one) } : {}),
      ...(metadata === 'none'
        ? {}
        : { metadata: metadata === 'all' ? one.metadata : indexedOnly(one) }),
    })),
  }
}

function indexedOnly({ metadata }: Stored): object {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => name in METADATA_INDEXES))
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let at = 0; at < DIMENSIONS; at++) sum += a[at]! * b[at]!
  return sum
}

function refused(code: number, detail: string): VectorizeError {
  return new VectorizeError(code, detail, 'VECTOR_UPSERT_ERROR')
}
