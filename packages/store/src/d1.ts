/**
 * What every file here shares: how rows travel as one JSON parameter (D1 takes 100 parameters, but
 * one statement over json_each is any number of rows), and in which sizes.
 */
import type { D1Database, D1PreparedStatement } from '@cloudflare/workers-types'
import * as v from 'valibot'

export type { D1Database, D1PreparedStatement }

// 2,000,000 bytes is the most a bound text may have; JSON escapes can double what we count.
const MOST_CHARACTERS = 500_000

/** Rows in as few JSON texts as the size of one parameter allows; none for no rows. */
export function jsonBatches(rows: readonly object[]): string[] {
  const batches: string[] = []
  let held: string[] = []
  let length = 0
  for (const row of rows) {
    const json = JSON.stringify(row)
    if (length > 0 && length + json.length > MOST_CHARACTERS) {
      batches.push(`[${held.join(',')}]`)
      held = []
      length = 0
    }
    held.push(json)
    length += json.length + 1
  }
  if (held.length > 0) batches.push(`[${held.join(',')}]`)
  return batches
}

/** What a column holds as JSON, by its schema. @throws ValiError where it holds something else */
export function fromJson<S extends v.GenericSchema>(schema: S, json: string): v.InferOutput<S> {
  return v.parse(v.pipe(v.string(), v.parseJson(), schema), json)
}

/** Record keys as the JSON that `inKeys` reads. */
export function keysJson(keys: readonly { kind: string; id: string }[]): string {
  return JSON.stringify(keys.map(({ kind, id }) => ({ kind, id })))
}

/** SQL condition: this table's (kind, id) is among the keys of parameter `n`. */
export function inKeys(parameter: string): string {
  return `(kind, id) IN (SELECT value ->> 'kind', value ->> 'id' FROM json_each(${parameter}))`
}
