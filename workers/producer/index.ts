/**
 * Producer Worker: crons, the sweep queue, the door. Lists what happened and makes it owed.
 * Rules: sweep/, minute.ts, door/, api/; the README has the folders.
 */
import { startBackfill } from './sweep/backfill.ts'
import { door } from './door/door.ts'
import { forgetPorts } from './forget/forget-ports.ts'
import { forgetDue } from './forget/forget.ts'
import { beat } from './heartbeat.ts'
import { openMail, receiveMail } from './mail/mail.ts'
import { inTurn } from './in-turn.ts'
import { minuteSteps } from './minute.ts'
import { open } from './ports.ts'
import type { Env } from './ports.ts'
import { takeSamples } from './monitoring/samples.ts'
import { handlePages } from './sweep/sweep-queue.ts'

const EVERY_MINUTE = '* * * * *'

export default {
  async scheduled(event, env) {
    const ports = open(env)
    await beat(ports)
    if (event.cron === EVERY_MINUTE)
      await inTurn({
        ...minuteSteps(ports),
        forgetting: () => forgetDue(forgetPorts(env)),
        samples: () => takeSamples(env, ports.now()),
      })
    else await startBackfill(ports, `cron:${event.scheduledTime}`)
  },
  queue: (batch, env) => handlePages(batch, env),
  fetch: (request, env) => door(request, env),
  email: (mail, env) => receiveMail(mail, openMail(env)),
} satisfies ExportedHandler<Env>
