/** What stands, in one answer; the few switches that belong to no page of their own. */
import {
  dropVanished,
  listCorrections,
  readStatus,
  replayDelivery,
} from '@switchboard/shared/api/status'
import { readSettings } from '@switchboard/shared/config'
import { allowVanished } from '@switchboard/store/canvas-mirror'
import { webhookHealth } from '@switchboard/store/deliveries'
import { listCorrections as corrections } from '@switchboard/store/held'
import { openLetters } from '@switchboard/store/letters'
import { listParked } from '@switchboard/store/parked'
import { owedByStage } from '@switchboard/store/work'
import { canvasStatus } from '../canvas/canvas-changes.ts'
import { RAW, openMail, replayMail } from '../mail/mail.ts'
import { Refused } from '../door/problem.ts'
import { replayKept } from '../intake/webhooks.ts'
import { route } from './route.ts'

const MOST_LISTED = 100

export const STATUS_ROUTES = [
  route(readStatus, async ({ env }) => ({
    owed: await owedByStage(env.DB),
    parked: await listParked(env.DB),
    deadLetters: await openLetters(env.DB, MOST_LISTED),
    webhooks: await webhookHealth(env.DB, Date.now()),
    canvas: await canvasStatus(
      env.DB,
      readSettings(env, ['NOTION_WEBHOOK_TOKEN']).NOTION_WEBHOOK_TOKEN,
      Date.now(),
    ),
  })),
  route(listCorrections, async ({ env }) => ({ items: await corrections(env.DB) })),
  route(dropVanished, async ({ env }) => {
    if (!(await allowVanished(env.DB)))
      throw new Refused(409, 'Nothing that vanished from Canvas is held back.')
    return { dropped: 'with the next listing of Canvas' }
  }),
  route(replayDelivery, ({ params, env }) =>
    params.id.startsWith(RAW) ? replayMail(params.id, openMail(env)) : replayKept(params.id, env),
  ),
]
