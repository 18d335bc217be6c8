/**
 * Vectorize's metadata filter, with its limits: eight operators on scalars, ANDed, under 2,048 bytes
 * of JSON, on indexed properties only, strings by their first 64 bytes. A property without an index
 * matches nothing. No I/O.
 * Spec: https://developers.cloudflare.com/vectorize/reference/metadata-filtering/
 */

import * as v from 'valibot'
import { VectorizeError } from './errors.ts'

export type Metadata = Record<string, unknown>
/** Type of each metadata index, by property. */
export type MetadataIndexes = Readonly<Record<string, 'string' | 'number' | 'boolean'>>

const FILTER_BYTES = 2048
const KEY_CHARACTERS = 512
const INDEXED_BYTES = 64

const Scalar = v.union([v.string(), v.number(), v.boolean(), v.null()])
type Scalar = v.InferOutput<typeof Scalar>
const Ordered = v.union([v.string(), v.number()])
const Condition = v.union([
  Scalar,
  v.strictObject({
    $eq: v.optional(Scalar),
    $ne: v.optional(Scalar),
    $in: v.optional(v.array(Scalar)),
    $nin: v.optional(v.array(Scalar)),
    $lt: v.optional(Ordered),
    $lte: v.optional(Ordered),
    $gt: v.optional(Ordered),
    $gte: v.optional(Ordered),
  }),
])
const Key = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(KEY_CHARACTERS),
  v.regex(/^[^$"][^"]*$/u),
)
const Filter = v.pipe(
  v.record(Key, Condition),
  v.check((filter) => Object.keys(filter).length > 0, 'it is empty'),
)

/** A filter as a predicate over metadata. @throws VectorizeError where Vectorize refuses it */
export function compileFilter(
  filter: unknown,
  indexes: MetadataIndexes,
): (metadata: Metadata) => boolean {
  if (filter === undefined || filter === null) return () => true
  if (Buffer.byteLength(JSON.stringify(filter)) >= FILTER_BYTES) {
    throw new VectorizeError('QUERY', 40_026, `filter must be less than ${FILTER_BYTES} bytes`)
  }
  const parsed = v.safeParse(Filter, filter)
  if (!parsed.success) {
    const place = v.getDotPath(parsed.issues[0]) ?? ''
    const detail = `Failed to parse the request body as JSON: filter.${place}: ${parsed.issues[0].message}`
    throw new VectorizeError('QUERY', 40_026, detail)
  }
  const tests = Object.entries(parsed.output).flatMap(([property, condition]) => {
    if (!Object.hasOwn(indexes, property)) return [() => false]
    const isOperators = condition !== null && typeof condition === 'object'
    return Object.entries(isOperators ? condition : { $eq: condition }).map(([operator, value]) => {
      const holds = operation(operator, value)
      const keys = property.split('.')
      return (metadata: Metadata) => holds(indexed(follow(metadata, keys)))
    })
  })
  return (metadata) => tests.every((test) => test(metadata))
}

/** What an index of strings holds of a value: its first 64 bytes, cut between characters. */
export function indexed(value: unknown): unknown {
  if (typeof value !== 'string' || Buffer.byteLength(value) <= INDEXED_BYTES) return value
  const bytes = Buffer.from(value).subarray(0, INDEXED_BYTES)
  // A character cut in two decodes to replacement characters at the end.
  return bytes.toString().replace(/\uFFFD+$/u, '')
}

/** Nested properties are named with dots. */
export function at(metadata: Metadata, path: string): unknown {
  return follow(metadata, path.split('.'))
}

function follow(metadata: Metadata, keys: readonly string[]): unknown {
  let value: unknown = metadata
  for (const key of keys)
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  return value
}

function operation(operator: string, value: Scalar | Scalar[]): (found: unknown) => boolean {
  const wanted = [value].flat().map(indexed)
  const [only] = wanted
  switch (operator) {
    case '$eq':
      return (found) => found === only
    case '$ne':
      return (found) => found !== only
    case '$in':
      return (found) => wanted.includes(found)
    case '$nin':
      return (found) => !wanted.includes(found)
    case '$lt':
      return ordered(only, (order) => order < 0)
    case '$lte':
      return ordered(only, (order) => order <= 0)
    case '$gt':
      return ordered(only, (order) => order > 0)
    default:
      return ordered(only, (order) => order >= 0)
  }
}

/** Only a number is before or after a number, only a string before or after a string. */
function ordered(wanted: unknown, holds: (order: number) => boolean): (found: unknown) => boolean {
  return (found) => {
    if (typeof found === 'number' && typeof wanted === 'number') return holds(found - wanted)
    if (typeof found !== 'string' || typeof wanted !== 'string') return false
    return holds(found < wanted ? -1 : found > wanted ? 1 : 0)
  }
}
