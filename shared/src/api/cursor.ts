/** Keyset cursors: where a page of a list ended, as text that nobody needs to read. No I/O. */
import * as v from 'valibot'

/** The last row's sort key as a cursor: base64url of its JSON. */
export function writeCursor(key: unknown): string {
  const bytes = new TextEncoder().encode(JSON.stringify(key))
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** The sort key in a cursor; null: it is none of ours. */
export function readCursor<S extends v.GenericSchema>(
  cursor: string,
  schema: S,
): v.InferOutput<S> | null {
  try {
    const binary = atob(cursor.replaceAll('-', '+').replaceAll('_', '/'))
    const text = new TextDecoder().decode(Uint8Array.from(binary, (byte) => byte.charCodeAt(0)))
    const parsed = v.safeParse(schema, JSON.parse(text))
    return parsed.success ? parsed.output : null
  } catch {
    return null
  }
}
