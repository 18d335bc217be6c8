/**
 * Merchants of which Notion's webhooks told: each page is read once, on the live lane, and the mirror
 * and the records follow. What cannot be read now is tried again by the minute cron; what never can,
 * the daily listing finds.
 */
import { readMerchant } from '@switchboard/notion/canvas'
import { toFailure } from '@switchboard/shared/failure'
import { log } from '@switchboard/shared/log'
import {
  changeReadStatement,
  listMirrors,
  shownHandshake,
  takeChanges,
} from '@switchboard/store/canvas-mirror'
import { ambiguousKeys, dropMerchants, dropMissing, mirrorSize } from '@switchboard/store/merchants'
import { listParked } from '@switchboard/store/parked'
import { saveMerchants, sendRaised } from './canvas.ts'
import type { Ports } from '../ports.ts'

const AT_ONCE = 20
const LEASE_MS = 2 * 60_000
const MOST_TRIES = 10
const MOST_SHOWN = 100

/** Reads what is due. Never throws: nothing is lost by it. */
export async function readChanges(ports: Ports): Promise<void> {
  try {
    const parked = (await listParked(ports.db)).map(({ scope }) => scope)
    if (parked.includes('notion') || parked.includes('notion:canvas')) return
    const [canvas] = await listMirrors(ports.db)
    if (canvas === undefined || !ports.settings.RECONCILE_CANVAS) return
    for (const change of await takeChanges(ports.db, ports.now(), LEASE_MS, AT_ONCE)) {
      if (change.tries <= MOST_TRIES)
        await readChange(ports, canvas.dataSourceId, change.merchantId)
      await changeReadStatement(ports.db, change).run()
    }
  } catch (error) {
    log.warn('canvas-changes.failed', { scope: 'notion:canvas', failure: toFailure(error).kind })
  }
}

async function readChange(ports: Ports, dataSourceId: string, merchantId: string): Promise<void> {
  const merchant = await readMerchant(ports.notion(null, 'live'), dataSourceId, merchantId)
  if (merchant === null) {
    await sendRaised(ports, await dropMerchants(ports.db, [merchantId], ports.now()))
    return
  }
  await saveMerchants(ports, [merchant])
  await sendRaised(ports, await dropMissing(ports.db, ports.now(), merchantId))
}

/** What the operator should know of Canvas: how much is mirrored, what links to nobody, what waits. */
export async function canvasStatus(db: D1Database, webhookToken: string | undefined, now: number) {
  const [mirror] = await listMirrors(db)
  const { merchants, numbers } = await mirrorSize(db)
  return {
    merchants,
    numbers,
    listedAt: mirror?.listedAt ?? null,
    editedUntil: mirror?.editedUntil ?? null,
    vanished: mirror?.vanished ?? null,
    ambiguous: await ambiguousKeys(db, MOST_SHOWN),
    webhookHandshake: await shownHandshake(db, webhookToken, now),
  }
}
