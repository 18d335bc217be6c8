/** Making the search's indexes again: both are emptied, then a run in bulk fills them. */
import { reindex } from '@switchboard/shared/api/reindex'
import { startRun } from '@switchboard/shared/api/runs'
import { emptyIndex } from '@switchboard/store/text-index'
import { disownVectors } from '@switchboard/store/vectors'
import { route } from './route.ts'

const ROWS_AT_ONCE = 2000
const MOST_MS = 20_000

export const REINDEX_ROUTES = [
  route(reindex, async ({ env, inside }) => {
    const until = Date.now() + MOST_MS
    const steps = [
      () => emptyIndex(env.TEXT_INDEX, ROWS_AT_ONCE),
      () => disownVectors(env.DB, ROWS_AT_ONCE),
    ]
    for (const step of steps) while (await step()) if (Date.now() > until) return { id: null }
    const { id } = await inside(startRun, { body: { again: 'embed' } })
    return { id }
  }),
]
