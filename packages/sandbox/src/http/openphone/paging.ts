/**
 * OpenPhone's lists: `limit`, `after`, `{data, nextCursor}`. A cursor is opaque, holds for the
 * same list with the same filters only, and expires. It counts from the list's start, so pages
 * shift when newer records arrive above them: a client has to fix its upper time bound. No I/O.
 */
import { createHash } from 'node:crypto'
import { type Json, isObject, parseJson } from '../json.ts'
import { invalidFields } from './errors.ts'
import type { Parameters } from './parameters.ts'

const DEFAULT_LIMIT = 10

/** What does not change which records a list holds. */
const NOT_A_FILTER = new Set(['limit', 'after', 'include'])

export interface Page<T> {
  data: T[]
  nextCursor: string | null
}

export interface CursorRules {
  now: number
  ttlMs: number
}

/**
 * @param path the list's own path, which binds the cursor
 * @throws OpenPhoneError 400 for a cursor that is broken, expired or of another list
 */
export function pageOf<T>(
  rows: readonly T[],
  path: string,
  parameters: Parameters,
  { now, ttlMs }: CursorRules,
): Page<T> {
  const limit = Number(parameters['limit'] ?? DEFAULT_LIMIT)
  const list = listKey(path, parameters)
  const start = parameters['after'] === undefined ? 0 : offsetOf(parameters['after'], list, now)
  const end = start + limit
  return {
    data: rows.slice(start, end),
    nextCursor: end < rows.length ? seal({ list, offset: end, expires: now + ttlMs }) : null,
  }
}

function listKey(path: string, parameters: Parameters): string {
  const filters = Object.entries(parameters)
    .filter(([name]) => !NOT_A_FILTER.has(name))
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256')
    .update(JSON.stringify([path, filters]))
    .digest('base64url')
    .slice(0, 16)
}

function seal(cursor: { list: string; offset: number; expires: number }): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url')
}

function offsetOf(cursor: string, list: string, now: number): number {
  const opened: Json | undefined = parseJson(Buffer.from(cursor, 'base64url').toString())
  if (isObject(opened)) {
    const { list: of, offset, expires } = opened
    const ours = of === list && typeof offset === 'number' && typeof expires === 'number'
    if (ours && now < expires) return offset
  }
  throw invalidFields([
    { path: '/query/after', message: 'Invalid cursor', value: cursor, schema: { type: 'string' } },
  ])
}
