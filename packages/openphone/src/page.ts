/**
 * Lists, as this client hands them on. Every row is parsed apart: a row that our schema cannot read
 * is returned beside the others with its reason and its text, and never costs its page.
 */
import { StageError } from '@switchboard/shared/failure'
import { place, reason } from '@switchboard/shared/issue'
import * as v from 'valibot'
import { Id } from './wire.ts'

/** What to list: both bounds count in; `cursor` is null for the first page. */
export interface Window {
  since: Date
  until: Date
  cursor: string | null
}

/** A row that could not be read. `field` names the place, as in `data[3].participants`. */
export interface Unreadable {
  id: string | null // the row's own id, where it has one
  field: string
  detail: string // never holds a value of the row
  raw: string // the row as JSON
}

/** `cursor` is null on the last page; else it is handed back verbatim. */
export interface Page<T> {
  rows: T[]
  unreadable: Unreadable[]
  cursor: string | null
}

const Envelope = v.object({
  data: v.array(v.unknown()),
  nextCursor: v.nullish(v.string(), null),
})

/**
 * The page, if it leads elsewhere than where it was asked for: else a listing would have no end.
 * @throws StageError upstream.unavailable
 */
export function onward<T>(page: Page<T>, asked: string | null): Page<T> {
  if (page.cursor === null || page.cursor !== asked) return page
  throw new StageError({
    kind: 'upstream.unavailable',
    api: 'openphone',
    status: 200,
    detail: 'the same cursor came twice',
  })
}

/**
 * An answer's rows, read and mapped one by one.
 * @throws StageError upstream.unavailable where the answer is no list at all
 */
export function readPage<S extends v.GenericSchema, T>(
  body: unknown,
  schema: S,
  map: (row: v.InferOutput<S>) => T,
): Page<T> {
  const envelope = v.safeParse(Envelope, body)
  if (!envelope.success) throw noList(envelope.issues[0])
  const page: Page<T> = { rows: [], unreadable: [], cursor: envelope.output.nextCursor || null }
  for (const [index, row] of envelope.output.data.entries()) {
    const parsed = v.safeParse(schema, row)
    if (parsed.success) page.rows.push(map(parsed.output))
    else page.unreadable.push(unreadable(row, index, parsed.issues[0]))
  }
  return page
}

/**
 * The one object of an answer, `{data: {...}}`.
 * @throws StageError record.invalid that names the place
 */
export function readOne<S extends v.GenericSchema, T>(
  body: unknown,
  schema: S,
  map: (one: v.InferOutput<S>) => T,
): T {
  const parsed = v.safeParse(v.object({ data: schema }), body)
  if (parsed.success) return map(parsed.output.data)
  const [issue] = parsed.issues
  const field = place(issue) || 'data'
  throw new StageError({ kind: 'record.invalid', field, detail: reason(issue) })
}

function noList(issue: v.BaseIssue<unknown>): StageError {
  return new StageError({
    kind: 'upstream.unavailable',
    api: 'openphone',
    status: 200,
    detail: `the answer is no list: ${reason(issue)}`,
  })
}

function unreadable(row: unknown, index: number, issue: v.BaseIssue<unknown>): Unreadable {
  return {
    id: idOf(row),
    field: place(issue, `data[${index}]`),
    detail: reason(issue),
    raw: JSON.stringify(row),
  }
}

function idOf(row: unknown): string | null {
  const named = v.safeParse(v.object({ id: Id }), row)
  return named.success ? named.output.id : null
}
