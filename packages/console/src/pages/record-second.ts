/** The address of this page at a second of its recording. */
import { withQuery } from '../match.ts'
import { placeNow } from '../place.ts'

export function atSecond(second: number): string {
  return withQuery(placeNow().url, { t: String(second) })
}
