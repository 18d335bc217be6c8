/**
 * The minute cron: the only timer. It sends what is owed and due, asks again for what OpenPhone was
 * still making, reopens what answers again, and stamps the end of runs (docs/protocols.md#owed-work).
 */
import { sendOwed } from '@switchboard/consumer/send-owed'
import { probe as probeNotion, probeSource } from '@switchboard/notion/sources'
import { probe as probeOpenPhone } from '@switchboard/openphone/directory'
import { describe, toFailure } from '@switchboard/shared/failure'
import type { Scope, SourceRole } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import { listAdoptions } from '@switchboard/store/adoptions'
import { listSources } from '@switchboard/store/directory'
import { compareListings } from '@switchboard/store/listings'
import { countProbe, listParked, reopen, unparkOpen } from '@switchboard/store/parked'
import { sampleRuns } from '@switchboard/store/run-records'
import { finishRuns } from '@switchboard/store/runs'
import { restand } from '@switchboard/store/standing'
import { adoptPages } from './canvas/adopt.ts'
import { recheckAwaited, sendSweeps } from './sweep/backfill.ts'
import { shiftRuns } from './sweep/cancel.ts'
import { readChanges } from './canvas/canvas-changes.ts'
import { askMailSources } from './mail/mail-poll.ts'
import { fileLeftMails, mailPortsOf } from './mail/mail.ts'
import type { Ports } from './ports.ts'
import { searchToldEdits } from './canvas/told-edits.ts'
import { workReplays } from './letters/replays.ts'

/** Steps of comparing listings with D1, some thousand rows each. */
const COMPARED_A_MINUTE = 4
/** Rows that came due just now are left to whoever raised them: it is about to send them. */
const LEFT_TO_WRITER_MS = 10_000

/** What is to be done, by name, in this order: for `inTurn`. */
export function minuteSteps(ports: Ports): Record<string, () => Promise<unknown>> {
  const { db, now } = ports
  return {
    unpark: () => unparkOpen(db),
    probe: () => reopenWhatAnswers(ports),
    listings: () => sendSweeps(ports),
    rechecks: () => recheckAwaited(ports, 'due'),
    canvas: () => readChanges(ports),
    edits: () => searchToldEdits(ports),
    mails: () => fileLeftMails(mailPortsOf(ports)),
    replays: () => workReplays(ports),
    owed: () => sendWhatIsDue(ports),
    cancelled: () => shiftRuns(ports),
    runs: () => finishRuns(db, now()),
    standings: () => restand(db),
    proof: () => compareListings(db, COMPARED_A_MINUTE),
    progress: () => sampleRuns(db, now()),
    mailboxes: () => askMailSources(ports, (scope) => answers(ports, scope)),
  }
}

async function sendWhatIsDue({ ledger, queues, now }: Ports): Promise<void> {
  const sent = await sendOwed(ledger, queues, { before: now() - LEFT_TO_WRITER_MS }, now)
  if (sent > 0) log.info('owed.sent', { count: sent })
}

/** What waits for pages to be looked up is reopened by that alone. */
async function reopenWhatAnswers(ports: Ports): Promise<void> {
  const parked = await listParked(ports.db)
  if (parked.length === 0) return
  const adopting = new Set((await listAdoptions(ports.db)).map((kind): Scope => `notion:${kind}`))
  for (const { scope, until } of parked)
    if (!adopting.has(scope)) await tryReopening(ports, scope, until)
  if (adopting.size > 0) await adoptPages(ports)
}

async function tryReopening(ports: Ports, scope: Scope, until: number | null): Promise<void> {
  if (until !== null && ports.now() < until) return
  await countProbe(ports.db, scope, ports.now())
  if (!(await answers(ports, scope))) return
  await reopen(ports.db, scope)
  log.info('scope.reopened', { scope })
}

/** Whether a parked system answers again. */
export async function answers(ports: Ports, scope: Scope): Promise<boolean> {
  return (await whySilent(ports, scope)) === null
}

/**
 * Why a parked system does not answer; null: it does. What is bound to other Workers is tried by the
 * first rows.
 */
export async function whySilent(ports: Ports, scope: Scope): Promise<string | null> {
  try {
    switch (scope) {
      case 'openphone':
      case 'openphone:bulk': {
        const openphone = ports.openphone(null, scope === 'openphone' ? 'live' : 'bulk')
        if (openphone !== null) await probeOpenPhone(openphone)
        return null
      }
      case 'mailbox':
        await ports.mail(null)?.probe()
        return null
      case 'notion':
        await probeNotion(ports.notion(null), ports.databases.call, 'call')
        return null
      case 'workers-ai':
      case 'vectorize':
        return null
      default: {
        const role = scope.slice('notion:'.length) as SourceRole
        const known = (await listSources(ports.db)).find((source) => source.role === 'canvas')
        const links = ports.settings.RECONCILE_CANVAS ? known?.dataSourceId : null
        await probeSource(ports.notion(null), ports.databases[role], role, links)
        return null
      }
    }
  } catch (error) {
    // Notion that finds fault with one database answers: what is wrong with that one parks it alone.
    const failure = toFailure(error)
    return scope === 'notion' && failure.kind === 'upstream.misconfigured'
      ? null
      : describe(failure)
  }
}
