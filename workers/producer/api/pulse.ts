/** The heartbeat. */
import { readPulse } from '@switchboard/shared/api/pulse'
import { moment } from '@switchboard/shared/api/operation'
import { sha256 } from '@switchboard/shared/hash'
import { readBeat } from '@switchboard/store/pulse'
import type { Beat } from '@switchboard/store/pulse'
import { route } from './route.ts'

/** What queues and gates tell themselves is read again so often. */
const LOOKED_AT_MS = 10_000

export const PULSE_ROUTES = [
  route(readPulse, async ({ env }) => {
    const now = Date.now()
    const { letters, unmatched, run, parked, paused, marks } = await readBeat(env.DB, now)
    const records = await mark(marks.events, marks.days, marks.letters)
    return {
      at: moment(now),
      badges: {
        letters,
        unmatched,
        parked: parked.length,
        paused: paused.length,
        run: run && progressOf(run),
      },
      parked: parked.map((one) => ({ ...one, since: moment(one.since) })),
      paused: paused.map(({ stage, actor, since }) => ({ stage, by: actor, since: moment(since) })),
      versions: {
        overview: await mark(records, marks.listings, marks.runs, marks.unmatched),
        queues: await mark(marks.events, marks.stages, String(Math.floor(now / LOOKED_AT_MS))),
        letters: await mark(marks.letters, marks.events),
        runs: await mark(marks.runs, marks.events),
        records,
        unmatched: await mark(marks.unmatched),
        audit: await mark(marks.audit),
      },
    }
  }),
]

/** Of what is listed so far. */
function progressOf({ id, settled, open }: NonNullable<Beat['run']>) {
  const all = settled + open
  return { id, percent: all === 0 ? 0 : (settled / all) * 100 }
}

async function mark(...of: string[]): Promise<string> {
  return (await sha256(of.join('\n'))).slice(0, 16)
}
