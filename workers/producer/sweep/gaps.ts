/**
 * Gap repair, once a run: what OpenPhone tried to deliver in vain. Its log names the record but holds
 * no payload, so the record is fetched by its id; where it has none that could be fetched, OpenPhone
 * is asked to deliver again. Each delivery is one row of `gaps`, so that it is repaired and counted
 * once, however often its page is read.
 *
 * A key or a plan without webhooks has no gaps; that pauses nothing.
 */
import { sendOwed } from '@switchboard/consumer/send-owed'
import { getCall } from '@switchboard/openphone/calls'
import { getTextMessage } from '@switchboard/openphone/messages'
import { isExpiredCursor } from '@switchboard/openphone/refusal'
import type { OpenPhone } from '@switchboard/openphone/request'
import { listDeliveries, listWebhooks, retryEvent } from '@switchboard/openphone/webhooks'
import type { Delivery } from '@switchboard/openphone/webhooks'
import type { Kind } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import type { RestPart } from '@switchboard/shared/merge'
import { recheckStatement } from '@switchboard/store/awaited'
import { lastRepair, repairedAmong, saveGapsStatement } from '@switchboard/store/gaps'
import type { Gap } from '@switchboard/store/gaps'
import { changedAmong, intakeStatements } from '@switchboard/store/intake'
import { turnPageStatement } from '@switchboard/store/runs'
import type { Run, Sweep } from '@switchboard/store/runs'
import * as v from 'valibot'
import { newestOfEach, toListed } from './listed.ts'
import type { Ports } from '../ports.ts'

/** The door that a webhook of ours leads to. */
const OUR_PATH = /\/webhooks\/openphone\/?$/
/** A delivery is given up 27 h 35 min after it was made: what was on its way last time may have failed since. */
const MADE_BEFORE_MS = 30 * 3_600_000
const AT_ONCE = 5

/** Where in the logs of our webhooks the sweep stands. */
const Place = v.object({ webhook: v.string(), after: v.nullable(v.string()) })
type Place = v.InferOutput<typeof Place>

/** Reads one page of one webhook's log and turns it. @throws StageError as OpenPhone fails */
export async function repairGaps(
  ports: Ports,
  openphone: OpenPhone,
  run: Run,
  sweep: Sweep,
): Promise<void> {
  const webhooks = await ours(openphone, sweep.cursor === null)
  const [first] = webhooks
  if (first === undefined) return turn(ports, sweep, [], null)
  const place = sweep.cursor === null ? { webhook: first, after: null } : read(sweep.cursor)

  const since = new Date(((await lastRepair(ports.db)) ?? run.since) - MADE_BEFORE_MS)
  const page = await failedPage(openphone, place, since)
  const repaired = await repairedAmong(
    ports.db,
    place.webhook,
    page.rows.map(({ id }) => id),
  )
  const missed = newestOfEach(page.rows).filter(({ id }) => !repaired.has(id))
  const repairs = await repair(openphone, place.webhook, missed)
  const now = ports.now()
  const by = { lane: 'bulk', cause: 'recheck', runId: run.id } as const
  const statements: D1PreparedStatement[] = []
  for (const kind of ['call', 'message'] as const) {
    const listed = await Promise.all(
      repairs.found[kind].map((part) => toListed(kind, part, ports.tombstone)),
    )
    const changed = await changedAmong(ports.db, kind, listed)
    statements.push(...intakeStatements(ports.db, kind, changed, by, now))
  }
  const keys = keysOf(repairs.found)
  // What was made of a call (a transcript, say) is not in the call's own object.
  const calls = keys.filter(({ kind }) => kind === 'call')
  if (calls.length > 0) statements.push(recheckStatement(ports.db, calls, now))
  if (repairs.gaps.length > 0) statements.push(saveGapsStatement(ports.db, repairs.gaps, now))
  await turn(ports, sweep, statements, onward(webhooks, place, page.cursor))
  if (keys.length > 0) await sendOwed(ports.ledger, ports.queues, { keys }, ports.now)
  if (repairs.gaps.length > 0)
    log.warn('webhooks.missed', { runId: run.id, count: repairs.gaps.length })
}

/** The ids of our webhooks, the switched off ones too: their log is as good. */
async function ours(openphone: OpenPhone, isFirstPage: boolean): Promise<string[]> {
  const page = await listWebhooks(openphone)
  const found = (page?.rows ?? []).filter(({ url }) => OUR_PATH.test(new URL(url).pathname))
  const off = found.filter(({ status }) => status !== 'enabled')
  if (isFirstPage && off.length > 0) log.warn('webhooks.disabled', { count: off.length })
  return found.map(({ id }) => id)
}

async function failedPage(
  openphone: OpenPhone,
  { webhook, after }: Place,
  since: Date,
): Promise<{ rows: Delivery[]; cursor: string | null }> {
  const ask = (cursor: string | null) =>
    listDeliveries(openphone, webhook, { status: 'failed', since, cursor })
  try {
    return (await ask(after)) ?? { rows: [], cursor: null }
  } catch (error) {
    if (after === null || !isExpiredCursor(error)) throw error
    // From the beginning: what is repaired by now costs nothing more.
    return (await ask(null)) ?? { rows: [], cursor: null }
  }
}

/** The log's next page, else the next webhook's log, else the end. */
function onward(webhooks: string[], { webhook }: Place, after: string | null): Place | null {
  if (after !== null) return { webhook, after }
  const following = webhooks[webhooks.indexOf(webhook) + 1]
  return following === undefined ? null : { webhook: following, after: null }
}

type Found = Record<'call' | 'message', RestPart[]>

/** Fetches each record once and says of each delivery what became of it. */
async function repair(
  openphone: OpenPhone,
  webhookId: string,
  missed: Delivery[],
): Promise<{ gaps: Gap[]; found: Found }> {
  const found: Found = { call: [], message: [] }
  const byRecord = [...Map.groupBy(missed, (delivery) => JSON.stringify(recordOf(delivery)))]
  const gaps: Gap[] = []
  const take = async ([, deliveries]: (typeof byRecord)[number]) => {
    const record = deliveries[0] ? recordOf(deliveries[0]) : null
    const part = record && (await fetchRecord(openphone, record))
    if (record !== null && part !== null) found[record.kind].push(part)
    for (const { id: deliveryId, eventType: type, resourceId, createdAt } of deliveries) {
      const outcome =
        part !== null
          ? 'recovered'
          : (await retryEvent(openphone, webhookId, deliveryId))
            ? 'asked'
            : 'lost'
      const madeAt = Date.parse(createdAt)
      gaps.push({ webhookId, deliveryId, type, resourceId, madeAt, outcome })
    }
  }
  for (let at = 0; at < byRecord.length; at += AT_ONCE)
    await Promise.all(byRecord.slice(at, at + AT_ONCE).map(take))
  return { gaps, found }
}

interface Fetchable {
  kind: 'call' | 'message'
  id: string
}

/** What can be fetched by its id; null: what cannot. */
function recordOf({ eventType, resourceId }: Delivery): Fetchable | null {
  const kind = (['call', 'message'] as const).find((one) => eventType.startsWith(`${one}.`))
  return kind !== undefined && resourceId?.startsWith('AC') ? { kind, id: resourceId } : null
}

async function fetchRecord(
  openphone: OpenPhone,
  { kind, id }: Fetchable,
): Promise<RestPart | null> {
  return kind === 'call' ? getCall(openphone, id) : getTextMessage(openphone, id)
}

function keysOf(found: Found): { kind: Kind; id: string }[] {
  return (['call', 'message'] as const).flatMap((kind) =>
    found[kind].map(({ id }) => ({ kind, id })),
  )
}

async function turn(
  ports: Ports,
  sweep: Sweep,
  statements: D1PreparedStatement[],
  place: Place | null,
): Promise<void> {
  const cursor = place && JSON.stringify(place)
  await ports.db.batch([
    ...statements,
    turnPageStatement(ports.db, sweep, { cursor, upper: null }, ports.now()),
  ])
}

function read(cursor: string): Place {
  return v.parse(Place, JSON.parse(cursor))
}
