/**
 * Webhooks of the 2026-03-30 API: registering them, and reading their delivery log, which is the
 * repair path for what was missed. Webhooks made through the v1 API or in the app are not listed.
 *
 * A key or a plan without webhooks (403, 404 on these routes) is an answer, null, never a pause.
 */
import * as v from 'valibot'
import { everyPage } from './every-page.ts'
import { onward, readOne, readPage } from './page.ts'
import type { Page } from './page.ts'
import { change, get } from './request.ts'
import type { OpenPhone } from './request.ts'
import { WireDelivery, WireDeliveryDetail, WireKey, WireTestEvent, WireWebhook } from './wire.ts'

/** Where a webhook's events go, and which. */
export interface Webhook {
  id: string // digits
  url: string
  status: string // enabled | disabled
  label: string | null
  events: string[]
  resourceIds: string[] // PN..., or `*` for every number
}

/** One event on its way to one webhook, over all its tries. The log holds no payload. */
export interface Delivery {
  id: string
  eventId: string | null
  resourceId: string | null // the call, text message or contact
  eventType: string
  status: string // success | pending | sending | failed
  nextAttemptAt: string | null
  createdAt: string
}

/** A try of a delivery. */
export interface Attempt {
  at: string | null
  responseStatusCode: number | null // 0: no answer came
}

const NONE = [403, 404]

/**
 * Every webhook of the workspace in one page; null: this key or plan has none.
 * Spec: Quo 2026-03-30, GET /webhooks (no paging, at most 50).
 * @throws StageError upstream.*, gate.later
 */
export async function listWebhooks(api: OpenPhone): Promise<Page<Webhook> | null> {
  const { status, body } = await get(api, { path: '/webhooks', expected: NONE })
  return NONE.includes(status) ? null : readPage(body, WireWebhook, (webhook) => webhook)
}

/**
 * Makes a webhook for every phone number. Its `key` (`whsec_...`) is told this once.
 * @throws StageError upstream.*, gate.later, record.*
 */
export async function createWebhook(
  api: OpenPhone,
  webhook: { url: string; events: readonly string[]; label: string },
): Promise<Webhook & { key: string }> {
  const { body } = await change(api, { method: 'POST', path: '/webhooks', body: webhook })
  return readOne(body, v.object({ ...WireWebhook.entries, ...WireKey.entries }), (made) => made)
}

/** What may be changed of a webhook; `events` replaces all of them. */
export type WebhookChange = Partial<
  Pick<Webhook, 'url' | 'events' | 'label' | 'resourceIds'> & { status: 'enabled' | 'disabled' }
>

/** @throws StageError upstream.*, gate.later, record.* */
export async function updateWebhook(
  api: OpenPhone,
  id: string,
  changes: WebhookChange,
): Promise<Webhook> {
  const { body } = await change(api, { method: 'PATCH', path: pathOf(id), body: changes })
  return readOne(body, WireWebhook, (webhook) => webhook)
}

/** @throws StageError upstream.*, gate.later, record.* */
export async function deleteWebhook(api: OpenPhone, id: string): Promise<void> {
  await change(api, { method: 'DELETE', path: pathOf(id) })
}

/**
 * Gives the webhook a new key; the old one signs nothing from now on.
 * @returns the new key, `whsec_...`
 * @throws StageError upstream.*, gate.later, record.*
 */
export async function rotateKey(api: OpenPhone, id: string): Promise<string> {
  const { body } = await change(api, { method: 'POST', path: `${pathOf(id)}/rotate` })
  return readOne(body, WireKey, ({ key }) => key)
}

/** Which deliveries; `since` counts in. */
export interface DeliveryFilter {
  status?: 'success' | 'pending' | 'sending' | 'failed'
  since?: Date
  cursor: string | null
}

/**
 * One page of a webhook's delivery log, newest first; null: there is no such webhook, or no log.
 * Spec: Quo 2026-03-30, GET /webhooks/{id}/events (`createdAt[gt]` is exclusive).
 * @throws StageError upstream.*, gate.later; ExpiredCursorError (refusal.ts)
 */
export async function listDeliveries(
  api: OpenPhone,
  webhookId: string,
  { status, since, cursor }: DeliveryFilter,
): Promise<Page<Delivery> | null> {
  const answer = await get(api, {
    path: `${pathOf(webhookId)}/events`,
    query: {
      ...(status === undefined ? {} : { status }),
      ...(since === undefined
        ? {}
        : { 'createdAt[gt]': new Date(since.getTime() - 1).toISOString() }),
    },
    cursor,
    expected: NONE,
  })
  if (NONE.includes(answer.status)) return null
  return onward(
    readPage(answer.body, WireDelivery, (delivery) => delivery),
    cursor,
  )
}

/**
 * Every delivery since then that was given up, in one page; null: there is no log.
 * @throws StageError upstream.*, gate.later
 */
export async function listFailedEvents(
  api: OpenPhone,
  webhookId: string,
  since: Date,
): Promise<Page<Delivery> | null> {
  let none = false
  const all = await everyPage(async (cursor) => {
    const page = await listDeliveries(api, webhookId, { status: 'failed', since, cursor })
    none ||= page === null
    return page ?? { rows: [], unreadable: [], cursor: null }
  })
  return none ? null : all
}

/**
 * The tries of one delivery, newest first; empty where it is not known (any more).
 * Spec: Quo 2026-03-30, GET /webhooks/{id}/events/{deliveryId}.
 * @throws StageError upstream.*, gate.later, record.invalid
 */
export async function listAttempts(
  api: OpenPhone,
  webhookId: string,
  deliveryId: string,
): Promise<Attempt[]> {
  const path = `${pathOf(webhookId)}/events/${encodeURIComponent(deliveryId)}`
  const { status, body } = await get(api, { path, expected: NONE })
  if (NONE.includes(status)) return []
  return readOne(body, WireDeliveryDetail, ({ attempts }) =>
    attempts.map(({ timestamp, responseStatusCode }) => ({ at: timestamp, responseStatusCode })),
  )
}

/**
 * Asks for one more try of a delivery. It is made later: the log tells how it went.
 * @returns false: the delivery is not known (any more)
 * @throws StageError upstream.*, gate.later, record.*
 */
export async function retryEvent(
  api: OpenPhone,
  webhookId: string,
  deliveryId: string,
): Promise<boolean> {
  const path = `${pathOf(webhookId)}/events/${encodeURIComponent(deliveryId)}/retry`
  const { status } = await change(api, { method: 'POST', path, expected: NONE })
  return !NONE.includes(status)
}

/** An event that was ordered: its own id, the same for every test of a type, and what it tells of. */
export interface TestEvent {
  eventId: string | null // null: it is not told
  about: string | null
}

/**
 * Has a test event sent: signed like a real one, about a record that does not exist.
 * @throws StageError upstream.*, gate.later, record.*
 */
export async function sendTestEvent(
  api: OpenPhone,
  webhookId: string,
  eventType: string,
): Promise<TestEvent> {
  const path = `${pathOf(webhookId)}/events/test`
  const { body } = await change(api, { method: 'POST', path, body: { eventType } })
  const event = v.safeParse(WireTestEvent, body)
  if (!event.success) return { eventId: null, about: null }
  const { id: eventId, data } = event.output
  return { eventId, about: data.resource.callId ?? data.resource.id }
}

function pathOf(id: string): string {
  return `/webhooks/${encodeURIComponent(id)}`
}
