/**
 * Webhook intake: one delivery, verified by its caller, becomes what D1 keeps of it. The record, the
 * work that is owed for it and the delivery's mark stand in one batch; nothing outside is asked.
 *
 *   seen before               -> nothing
 *   a call or text message    -> parts of its record, owed live
 *   a contact                 -> its name and numbers
 *   a type that we do not know -> counted
 *   one that we cannot read   -> kept raw as a dead letter that names the field; `replayDelivery`
 */
import { sendOwed } from '@switchboard/consumer/send-owed'
import type { Outbox, Queues } from '@switchboard/consumer/ports'
import { addressesIn } from '@switchboard/identity/mail'
import { phonesIn } from '@switchboard/identity/phone'
import {
  toCallEventParts,
  toContact,
  toTextMessageEventPart,
} from '@switchboard/openphone/webhook/map'
import { readEvent } from '@switchboard/openphone/webhook/payloads'
import type { ContactEvent, ReadEvent } from '@switchboard/openphone/webhook/payloads'
import { isSufficient } from '@switchboard/shared/event-parts'
import type { EventPart } from '@switchboard/shared/event-parts'
import { toFailure } from '@switchboard/shared/failure'
import type { RecordKey } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import { contentHash } from '@switchboard/shared/merge'
import type { Cause } from '@switchboard/shared/queue-message'
import { saveContactStatements } from '@switchboard/store/contacts'
import {
  closeDeliveryStatement,
  isSeen,
  keepDeliveryStatement,
  keptDelivery,
  seenStatements,
} from '@switchboard/store/deliveries'
import type { EventOutcome } from '@switchboard/store/deliveries'
import { toldStatements } from '@switchboard/store/live-intake'
import type { TombstoneOf } from '../forget/tombstones.ts'

export interface IntakePorts {
  db: D1Database
  outbox: Outbox
  queues: Queues
  country: string
  tombstone: TombstoneOf
  now: () => number
}

/** A delivery whose signature is right. */
export interface SignedDelivery {
  id: string
  body: string
  json: unknown
}

const MOST_TYPE_CHARACTERS = 100 // it comes from outside and becomes part of a key

/** Takes a delivery in. @throws what D1 throws: then nothing is stored and it comes again */
export async function takeDelivery(
  delivery: SignedDelivery,
  ports: IntakePorts,
): Promise<EventOutcome | 'seen'> {
  if (await isSeen(ports.db, delivery.id)) return 'seen'
  const event = readEvent(delivery.json)
  const outcome = outcomeOf(event)
  const told = await toldBy(event, 'webhook', ports)
  const now = ports.now()
  await ports.db.batch([
    ...told.statements,
    ...(event.kind === 'unreadable'
      ? [keepDeliveryStatement(ports.db, { ...delivery, ...whyUnreadable(event) }, now)]
      : []),
    ...seenStatements(ports.db, delivery.id, { type: typeOf(event), outcome }, now),
  ])
  await send(told.key, ports)
  return outcome
}

/**
 * Takes in a delivery that was kept as a dead letter, with the code of now: its letter is closed if it
 * can be read or is of a type that we only count, else it stays with one try more.
 * @returns what became of it; null: there is no such letter
 */
export async function replayDelivery(
  deliveryId: string,
  ports: IntakePorts,
): Promise<EventOutcome | null> {
  const kept = await keptDelivery(ports.db, deliveryId)
  if (kept === null) return null
  const event = readEvent(JSON.parse(kept.body))
  const told = await toldBy(event, 'replay', ports)
  const now = ports.now()
  const letter =
    event.kind === 'unreadable'
      ? keepDeliveryStatement(
          ports.db,
          { id: deliveryId, body: kept.body, ...whyUnreadable(event), type: kept.kind },
          now,
        )
      : closeDeliveryStatement(ports.db, deliveryId, now)
  await ports.db.batch([...told.statements, letter])
  await send(told.key, ports)
  return outcomeOf(event)
}

function outcomeOf({ kind }: ReadEvent): EventOutcome {
  if (kind === 'unreadable') return 'unreadable'
  return kind === 'other' ? 'unknown' : 'stored'
}

function typeOf({ type }: ReadEvent): string {
  return (type ?? 'unknown').slice(0, MOST_TYPE_CHARACTERS)
}

function whyUnreadable(event: Extract<ReadEvent, { kind: 'unreadable' }>) {
  return { type: typeOf(event), reason: `${event.field}: ${event.detail}` }
}

/** What an event leaves in D1, and whose record it is about. */
async function toldBy(
  event: ReadEvent,
  cause: Cause,
  ports: IntakePorts,
): Promise<{ key: RecordKey | null; statements: D1PreparedStatement[] }> {
  switch (event.kind) {
    case 'call': {
      const { id, parts } = toCallEventParts(event)
      return recordTold({ kind: 'call', id }, parts, event.at, cause, ports)
    }
    case 'message': {
      const part = toTextMessageEventPart(event)
      const key = { kind: 'message', id: part.id } as const
      return recordTold(key, [part], part.body.createdAt, cause, ports)
    }
    case 'contact':
      return { key: null, statements: contactStatements(event, ports) }
    case 'other':
    case 'unreadable':
      return { key: null, statements: [] }
  }
}

async function recordTold(
  key: RecordKey,
  parts: EventPart[],
  at: string,
  cause: Cause,
  ports: IntakePorts,
) {
  const rows = await Promise.all(
    parts.map(async ({ part, version, body }) => ({
      part,
      version,
      hash: await contentHash(body),
      body: JSON.stringify(body),
    })),
  )
  const occurredAt = Date.parse(parts.map(createdAt).find((time) => time !== null) ?? at)
  const marked = { ...key, tombstone: await ports.tombstone(key) }
  const now = ports.now()
  return { key, statements: toldStatements(ports.db, marked, rows, occurredAt, cause, now) }
}

/** The record's own time, where a part tells it. */
function createdAt(part: EventPart): string | null {
  if (part.part === 'event:message') return part.body.createdAt
  return part.part === 'event:call' && isSufficient(part.body) ? part.body.createdAt : null
}

function contactStatements(event: ContactEvent, { db, country }: IntakePorts) {
  const { phoneNumbers, emails, ...contact } = toContact(event)
  const keys = [
    ...phoneNumbers.flatMap((text) => phonesIn(text, country)),
    ...emails.flatMap((text) => addressesIn(text)),
  ]
  return saveContactStatements(db, { ...contact, keys: [...new Set(keys)] })
}

/** Best effort: it is owed in D1, and what is not sent now the minute cron sends. */
async function send(key: RecordKey | null, ports: IntakePorts): Promise<void> {
  if (key === null) return
  try {
    await sendOwed(ports.outbox, ports.queues, { keys: [key] }, ports.now)
  } catch (error) {
    log.warn('webhook.unsent', {
      kind: key.kind,
      recordId: key.id,
      failure: toFailure(error).kind,
    })
  }
}
