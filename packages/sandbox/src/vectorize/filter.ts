/**
 * Vectorize's metadata filter, with its limits: eight operators on scalars, ANDed, under 2,048
 * bytes of JSON, on indexed properties only, strings by their first 64 bytes. No I/O.
 */
import { Buffer } from 'node:buffer'
import * as v from 'valibot'
import { VectorizeError } from './errors.ts'

export type Scalar = string | number | boolean
export type Metadata = Record<string, unknown>
/** Type of each metadata index, by property. */
export type MetadataIndexes = Readonly<Record<string, 'string' | 'number' | 'boolean'>>

const MAX_BYTES = 2048
const INDEXED_BYTES = 64

const Scalar = v.union([v.string(), v.number(), v.boolean(), v.null()])
const Range = v.union([v.string(), v.number()])
const Condition = v.union([
  Scalar,
  v.strictObject({
    $eq: v.optional(Scalar),
    $ne: v.optional(Scalar),
    $in: v.optional(v.array(Scalar)),
    $nin: v.optional(v.array(Scalar)),
    $lt: v.optional(Range),
    $lte: v.optional(Range),
    $gt: v.optional(Range),
    $gte: v.optional(Range),
  }),
])
const Filter = v.record(v.string(), Condition)

/** A filter as a predicate over metadata. @throws VectorizeError where Vectorize refuses it */
export function compileFilter(
  filter: unknown,
  indexes: MetadataIndexes,
): (metadata: Metadata) => boolean {
  if (filter === undefined || filter === null) return () => true
  if (Buffer.byteLength(JSON.stringify(filter)) >= MAX_BYTES)
    throw new VectorizeError(40_021, `filter must be smaller than ${MAX_BYTES} bytes`)
  const parsed = v.safeParse(Filter, filter)
  if (!parsed.success)
    throw new VectorizeError(
      40_023,
      `invalid filter at ${v.getDotPath(parsed.issues[0]) ?? 'root'}: ${parsed.issues[0].message}`,
    )
  const tests = Object.entries(parsed.output).flatMap(([property, condition]) => {
    if (property.startsWith('$') || property.includes('"') || property === '')
      throw new VectorizeError(40_023, `invalid filter property ${JSON.stringify(property)}`)
    if (!(property in indexes)) return [() => false] // an unindexed property matches nothing
    const asked =
      condition !== null && typeof condition === 'object' ? condition : { $eq: condition }
    return Object.entries(asked).map(([operator, value]) => {
      const holds = operation(operator, value)
      return (metadata: Metadata) => holds(indexed(at(metadata, property)))
    })
  })
  return (metadata) => tests.every((test) => test(metadata))
}

function operation(operator: string, value: unknown): (found: unknown) => boolean {
  const wanted = Array.isArray(value) ? value.map(indexed) : indexed(value)
  const ordered = (holds: (order: number) => boolean) => (found: unknown) => {
    if (typeof found !== typeof wanted || (typeof found !== 'string' && typeof found !== 'number'))
      return false
    return holds(found < (wanted as typeof found) ? -1 : found > (wanted as typeof found) ? 1 : 0)
  }
  switch (operator) {
    case '$eq':
      return (found) => found === wanted
    case '$ne':
      return (found) => found !== wanted
    case '$in':
      return (found) => Array.isArray(wanted) && wanted.includes(found)
    case '$nin':
      return (found) => Array.isArray(wanted) && !wanted.includes(found)
    case '$lt':
      return ordered((order) => order < 0)
    case '$lte':
      return ordered((order) => order <= 0)
    case '$gt':
      return ordered((order) => order > 0)
    default:
      return ordered((order) => order >= 0)
  }
}

/** Strings are indexed by their first 64 bytes, on whole characters. */
function indexed(value: unknown): unknown {
  if (typeof value !== 'string' || Buffer.byteLength(value) <= INDEXED_BYTES) return value
  let cut = value
  while (Buffer.byteLength(cut) > INDEXED_BYTES) cut = Array.from(cut).slice(0, -1).join('')
  return cut
}

/** Nested properties are named with dots. */
function at(metadata: Metadata, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined,
      metadata,
    )
}
