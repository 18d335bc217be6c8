/**
 * The binding's methods over the store, with the limits that Vectorize has for a Worker: 1,000 vectors
 * an upsert, 100 ids a delete, 20 a get, top 100, top 50 where values or all metadata come along.
 * Spec: https://developers.cloudflare.com/vectorize/platform/limits/; the limits of ids are what the
 * service answers, no page has them.
 */

import * as v from 'valibot'
import { VectorizeError, type Operation } from './errors.ts'
import { at, compileFilter, indexed, type MetadataIndexes } from './filter.ts'
import type { VectorStore } from './store.ts'
import { DIMENSIONS, type Stored } from './visible.ts'

const ID_BYTES = 64
const NAMESPACE_BYTES = 64
const METADATA_BYTES = 10 * 1024
const VECTORS_AT_MOST = 1000
const IDS_A_DELETE = 100
const IDS_A_GET = 20
const TOP_K = 100
const TOP_K_WITH_ALL = 50
const DEFAULT_TOP_K = 5
/** Float32 as base64: JSON numbers would cost the Worker's thread more than the query. */
const Floats = v.pipe(
  v.string(),
  v.transform((text) => {
    const bytes = Buffer.from(text, 'base64')
    return new Float32Array(new Uint8Array(bytes).buffer, 0, Math.floor(bytes.length / 4))
  }),
)
const Vectors = v.object({
  vectors: v.array(
    v.object({
      id: v.string(),
      values: Floats,
      namespace: v.optional(v.string()),
      metadata: v.optional(v.record(v.string(), v.unknown()), {}),
    }),
  ),
})
const Ids = v.object({ ids: v.array(v.string()) })
const Options = v.object({
  topK: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), DEFAULT_TOP_K),
  filter: v.optional(v.unknown()),
  namespace: v.optional(v.string()),
  returnValues: v.optional(v.boolean(), false),
  // The binding turns true into 'all' and hands false on, which the service does not take.
  returnMetadata: v.optional(
    v.union([
      v.picklist(['all', 'indexed', 'none']),
      v.pipe(
        v.literal(true),
        v.transform(() => 'all' as const),
      ),
    ]),
    'none',
  ),
})
type Options = v.InferOutput<typeof Options>
const Query = v.object({ vector: Floats, options: v.optional(Options, {}) })
const QueryById = v.object({ id: v.string(), options: v.optional(Options, {}) })

export const METHODS = [
  'describe',
  'upsert',
  'insert',
  'query',
  'queryById',
  'getByIds',
  'deleteByIds',
] as const
export type Method = (typeof METHODS)[number]

/** @throws VectorizeError where the service refuses */
export function act(
  method: Method,
  body: unknown,
  store: VectorStore,
  indexes: MetadataIndexes,
): unknown {
  switch (method) {
    case 'describe':
      return {
        vectorCount: store.visible.size,
        dimensions: DIMENSIONS,
        processedUpToDatetime: store.processedUpTo,
        processedUpToMutation: store.lastMutation,
      }
    case 'upsert':
      return { mutationId: store.upsert(readVectors('UPSERT', body)) }
    case 'insert':
      return { mutationId: store.insert(readVectors('INSERT', body)) }
    case 'deleteByIds':
      return { mutationId: store.remove(readIds('DELETE', body, IDS_A_DELETE)) }
    case 'getByIds':
      return readIds('GET', body, IDS_A_GET).flatMap((id) => {
        const found = store.visible.get(id)
        return found === undefined ? [] : [shown(found, true, true)]
      })
    case 'query': {
      const { vector, options } = parse('QUERY', Query, body)
      if (vector.length !== DIMENSIONS) {
        const detail = `invalid query vector, expected ${DIMENSIONS} dimensions, and got ${vector.length} dimensions`
        throw new VectorizeError('QUERY', 40_006, detail)
      }
      return query(vector, options, store, indexes)
    }
    case 'queryById': {
      const { id, options } = parse('QUERY', QueryById, body)
      const known = store.visible.get(id)
      if (known === undefined) return { count: 0, matches: [] }
      return query(known.values, options, store, indexes)
    }
  }
}

function query(
  asked: Float32Array,
  options: Options,
  store: VectorStore,
  indexes: MetadataIndexes,
): object {
  const { topK, namespace, returnValues, returnMetadata } = options
  if (topK > TOP_K) {
    throw new VectorizeError('QUERY', 40_025, `max top K is ${TOP_K}, but got ${topK}`)
  }
  if ((returnValues || returnMetadata === 'all') && topK > TOP_K_WITH_ALL) {
    const detail = `with returnValues=true or returnMetadata=all, max top K is ${TOP_K_WITH_ALL}, but got ${topK}`
    throw new VectorizeError('QUERY', 40_025, detail)
  }
  const matches = compileFilter(options.filter, indexes)
  const best = store.visible.nearest(
    asked,
    (one) => (namespace === undefined || one.namespace === namespace) && matches(one.metadata),
    topK,
  )
  return {
    count: best.length,
    matches: best.map(({ vector, score }) => ({
      ...shown(vector, returnValues, returnMetadata === 'all'),
      ...(returnMetadata === 'indexed' ? { metadata: indexedOnly(vector, indexes) } : {}),
      score,
    })),
  }
}

function shown(stored: Stored, withValues: boolean, withMetadata: boolean): object {
  const { id, namespace, metadata, values } = stored
  return {
    id,
    ...(namespace === null ? {} : { namespace }),
    ...(withValues ? { values: Array.from(values) } : {}),
    ...(withMetadata ? { metadata } : {}),
  }
}

/** As the indexes hold it: long strings are cut. */
function indexedOnly({ metadata }: Stored, indexes: MetadataIndexes): object {
  return Object.fromEntries(
    Object.keys(indexes).flatMap((property) => {
      const value = at(metadata, property)
      return value === undefined ? [] : [[property, indexed(value)]]
    }),
  )
}

function readVectors(operation: Operation, body: unknown): Stored[] {
  const { vectors } = parse(operation, Vectors, body)
  const refuse = (code: number, detail: string): VectorizeError =>
    new VectorizeError(operation, code, detail)
  if (vectors.length > VECTORS_AT_MOST) {
    const detail = `too many vectors in payload; max count is ${VECTORS_AT_MOST}, got ${vectors.length}`
    throw refuse(40_006, detail)
  }
  return vectors.map(({ id, values, namespace, metadata }) => {
    checkId(operation, id)
    if (values.length !== DIMENSIONS) {
      const detail = `invalid vector for id="${id}", expected ${DIMENSIONS} dimensions, and got ${values.length} dimensions`
      throw refuse(40_012, detail)
    }
    if (!values.every(Number.isFinite))
      throw refuse(40_023, `values of "${id}" are not all numbers`)
    if (namespace !== undefined && Buffer.byteLength(namespace) > NAMESPACE_BYTES) {
      throw refuse(40_023, `namespace too long; max is ${NAMESPACE_BYTES} bytes`)
    }
    if (Buffer.byteLength(JSON.stringify(metadata)) > METADATA_BYTES) {
      throw refuse(40_023, `metadata of "${id}" is larger than ${METADATA_BYTES} bytes`)
    }
    const wrong = Object.keys(metadata).find((key) => !/^[^$".][^".]*$/u.test(key))
    if (wrong !== undefined) throw refuse(40_018, `invalid metadata key "${wrong}"`)
    return {
      id,
      values,
      length: Math.hypot(...values),
      namespace: namespace ?? null,
      metadata,
    }
  })
}

function readIds(operation: Operation, body: unknown, most: number): string[] {
  const { ids } = parse(operation, Ids, body)
  if (ids.length > most) {
    const detail = `too many ids in payload; max id count is ${most}, got ${ids.length}`
    throw new VectorizeError(operation, 40_007, detail)
  }
  for (const id of ids) checkId(operation, id)
  return ids
}

function checkId(operation: Operation, id: string): void {
  const bytes = Buffer.byteLength(id)
  if (bytes > 0 && bytes <= ID_BYTES) return
  const detail = `id too long; max is ${ID_BYTES} bytes, got ${bytes} bytes`
  throw new VectorizeError(operation, 40_008, bytes === 0 ? 'id is empty' : detail)
}

function parse<Output>(
  operation: Operation,
  schema: v.GenericSchema<unknown, Output>,
  body: unknown,
): Output {
  const read = v.safeParse(schema, body)
  if (read.success) return read.output
  const where = v.getDotPath(read.issues[0])?.replace(/^options\./u, '') ?? 'body'
  const detail = `Failed to parse the request body as JSON: ${where}: ${read.issues[0].message}`
  throw new VectorizeError(operation, operation === 'QUERY' ? 40_026 : 40_023, detail)
}
