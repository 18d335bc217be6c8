/**
 * The database's heartbeat: each cron counts one up in R2 and then in D1, which takes one request to
 * R2, made under the condition that R2 stands as D1 knows it. A D1 that is behind was restored to an
 * earlier time: then what files pages is parked until canvas/adopt.ts has looked up what D1 does not know
 * (docs/protocols.md#restored).
 */
import { toFailure } from '@switchboard/shared/failure'
import { log } from '@switchboard/shared/log'
import { beginAdoptions } from '@switchboard/store/adoptions'
import {
  BEAT_VALID_MS,
  RESTORED,
  beatOutside,
  beatStatement,
  beatThere,
  isBehind,
  readHeartbeat,
} from '@switchboard/store/heartbeat'
import type { Heartbeat } from '@switchboard/store/heartbeat'
import type { Ports } from './ports.ts'

/** What D1 knew a while before its last beat may not have been all: pages edited since are looked at. */
const OVERLAP_MS = 5 * 60_000

/** Never throws: without a beat, reconciliation looks outside itself before it writes. */
export async function beat(ports: Ports): Promise<void> {
  try {
    const known = await readHeartbeat(ports.db)
    await beatAfter(ports, known).catch((error: unknown) => goOn(ports, known, error))
  } catch (error) {
    log.warn('heartbeat.failed', { failure: toFailure(error).kind })
  }
}

async function beatAfter({ db, files, settings, now }: Ports, known: Heartbeat | null) {
  const before = known?.beat ?? 0
  const next = known && (await beatThere(files, before + 1, known))
  if (next !== null) {
    await beatStatement(db, { ...next, at: now() }, before).run()
    return
  }
  // It stands otherwise than D1 knows: another cron beats too, one died half-way, or D1 is an old one.
  const outside = await beatOutside(files)
  const behind = isBehind(known, outside)
  if (behind && (await readHeartbeat(db))?.beat !== known?.beat) return // the others went on meanwhile
  const caught = await beatThere(files, behind ? outside!.beat + 1 : before + 1, outside)
  if (caught === null) return
  const beating = { now: { ...caught, at: now() }, before }
  if (!behind) {
    await beatStatement(db, beating.now, before).run()
    return
  }
  log.error('database.restored', { scope: 'notion' })
  const restored = {
    since: known === null ? null : known.at - OVERLAP_MS,
    notBefore: now() + settings.NOTION_SETTLE_MS,
    reason: RESTORED,
  }
  await beginAdoptions(db, restored, beating)
}

/** R2 does not answer. A heart that has just beaten beats on, so that an outage of R2 stops nothing. */
async function goOn({ db, now }: Ports, known: Heartbeat | null, error: unknown): Promise<void> {
  log.warn('heartbeat.failed', { failure: toFailure(error).kind })
  if (known !== null && now() - known.at < BEAT_VALID_MS)
    await beatStatement(db, { ...known, at: now() }, known.beat).run()
}
