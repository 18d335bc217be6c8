/**
 * How the API is declared: an operation is a method, a path and the schemas of what goes in and
 * comes out. The producer checks input by it, `/api/openapi.json` is made of it, and the console
 * takes its types from it. No I/O.
 */
import * as v from 'valibot'

/** `read`: any token. `act`: the admin token, from our own origin, with a row in the audit. */
export type Access = 'open' | 'read' | 'act'

/** Path parameters and queries are text; a query that is given twice is an array. */
type Fields = v.GenericSchema<Record<string, unknown>, Record<string, unknown>>

export interface Operation<
  Params extends Fields = Fields,
  Query extends Fields = Fields,
  Body extends v.GenericSchema = v.GenericSchema,
  Answer extends v.GenericSchema = v.GenericSchema,
> {
  /** In camel case, of the whole API one of its name: the `operationId`. */
  name: string
  method: 'GET' | 'POST' | 'DELETE'
  /** With parameters as `:name`. */
  path: string
  summary: string
  access: Access
  params: Params
  query: Query
  body: Body
  answer: Answer
  /** Of the answer when all is well. */
  status: 200 | 202 | 204
  /** Its input names a person: the audit keeps that it was asked, not what. */
  quiet?: boolean
  /** What it answers where that is not JSON (a file, a stream). */
  contentType?: string
}

const NOTHING = v.object({})
type Nothing = typeof NOTHING

/** Declares an operation; what is left out takes nothing. */
export function operation<
  Answer extends v.GenericSchema,
  Params extends Fields = Nothing,
  Query extends Fields = Nothing,
  Body extends v.GenericSchema = Nothing,
>(
  given: Pick<
    Operation,
    'name' | 'method' | 'path' | 'summary' | 'access' | 'quiet' | 'contentType'
  > & {
    params?: Params
    query?: Query
    body?: Body
    answer: Answer
    status?: Operation['status']
  },
): Operation<Params, Query, Body, Answer> {
  return {
    status: 200,
    ...given,
    params: given.params ?? (NOTHING as unknown as Params),
    query: given.query ?? (NOTHING as unknown as Query),
    body: given.body ?? (NOTHING as unknown as Body),
  }
}

export type AnswerOf<O extends Operation> = v.InferOutput<O['answer']>

/** A list by pages: `cursor` of the next one, null on the last. */
export function listOf<Row extends v.GenericSchema>(row: Row) {
  return v.object({ items: v.array(row), nextCursor: v.nullable(v.string()) })
}

/** `?cursor=&limit=`; the limit is 50 unless said, 200 at most. */
export const PAGE_QUERY = {
  cursor: v.optional(v.pipe(v.string(), v.description('`nextCursor` of the page before.'))),
  limit: v.optional(
    v.pipe(
      v.string(),
      v.toNumber(),
      v.integer('must be a whole number'),
      v.minValue(1, 'must be 1 or more'),
      v.maxValue(200, 'must be 200 or less'),
    ),
    '50',
  ),
}

/** A number in a query. */
export const wholeNumber = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.toNumber('must be a number'),
    v.integer('must be a whole number'),
    v.minValue(least, `must be ${least} or more`),
    v.maxValue(most, `must be ${most} or less`),
  )

/** A moment in an answer: ISO 8601 in UTC. */
export const Moment = v.pipe(v.string(), v.isoTimestamp())

/** A moment of D1 (ms since epoch) as the API says it. */
export function moment(ms: number): string
export function moment(ms: number | null): string | null
export function moment(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}
