/** What a revision told, as packages/store/src/standing.ts notes it. */
import * as v from 'valibot'

const Told = v.object({
  part: v.string(),
  characters: v.number(),
  status: v.nullish(v.string()),
  event: v.nullish(v.string()),
  lines: v.nullish(v.number()),
})
export type Told = v.InferOutput<typeof Told>

export const RevisionToldJson = v.pipe(v.string(), v.parseJson(), v.array(Told))
