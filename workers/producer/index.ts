/**
 * Producer Worker: crons, the sweep queue, the door. Lists what happened and makes it owed.
 * Rules: backfill.ts, sweep.ts, minute.ts, door.ts.
 */
import { startBackfill } from './backfill.ts'
import { door } from './door.ts'
import { everyMinute } from './minute.ts'
import { open } from './ports.ts'
import type { Env } from './ports.ts'
import { handlePages } from './sweep-queue.ts'

const EVERY_MINUTE = '* * * * *'

export default {
  async scheduled(event, env) {
    const ports = open(env)
    if (event.cron === EVERY_MINUTE) await everyMinute(ports)
    else await startBackfill(ports, `cron:${event.scheduledTime}`)
  },
  queue: (batch, env) => handlePages(batch, env),
  fetch: (request, env) => door(request, env),
} satisfies ExportedHandler<Env>
