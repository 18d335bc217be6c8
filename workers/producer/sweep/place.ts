/**
 * Where a listing by time stands, as it is kept between two pages: the source's cursor, and the upper
 * bound under which it was given. A cursor holds for its own filters only, so a listing that has gone
 * on by time must go on with the bound it went on with. No I/O.
 */
import * as v from 'valibot'

const Place = v.object({
  after: v.string(), // the source's own cursor
  until: v.number(), // ms since epoch, counts in
  again: v.number(), // how often it has gone on from this very bound
})
export type Place = v.InferOutput<typeof Place>

const Kept = v.pipe(v.string(), v.parseJson(), Place)

/** The place of a page; null: the listing's first. What an older release kept is a bare cursor. */
export function placeOf(cursor: string | null, until: number): Place | null {
  if (cursor === null) return null
  const kept = v.safeParse(Kept, cursor)
  return kept.success ? kept.output : { after: cursor, until, again: 0 }
}

/** The next page's place as it is kept; null: there is none. */
export function keptPlace(after: string | null, at: Omit<Place, 'after'>): string | null {
  return after === null ? null : JSON.stringify({ after, ...at } satisfies Place)
}
