/** Backfills. */
import { listRuns, readRun, startRun } from '@switchboard/shared/api/runs'
import { listRuns as newestRuns, runProgress } from '@switchboard/store/runs'
import type { Run } from '@switchboard/store/runs'
import { startBackfill } from '../backfill.ts'
import { open } from '../ports.ts'
import { Refused } from '../problem.ts'
import { route } from './route.ts'

const MOST_LISTED = 100

export const RUN_ROUTES = [
  route(startRun, async ({ body: { days }, env }) => ({
    id: await startBackfill(open(env), `manual:${crypto.randomUUID()}`, days),
  })),
  route(listRuns, async ({ env }) => ({
    items: (await newestRuns(env.DB, MOST_LISTED)).map((run) => ({ ...run, state: stateOf(run) })),
    nextCursor: null,
  })),
  route(readRun, async ({ params, env }) => {
    const progress = await runProgress(env.DB, params.id)
    if (progress === null) throw new Refused(404, 'There is no such run.')
    const { run, ...rest } = progress
    return { ...run, state: stateOf(run), ...rest }
  }),
]

function stateOf(run: Run): 'running' | 'completed' {
  return run.finishedAt === null ? 'running' : 'completed'
}
