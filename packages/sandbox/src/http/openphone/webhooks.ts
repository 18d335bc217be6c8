/**
 * Webhooks of the 2026-03-30 API: registration, delivery log, retry, test events; and the other
 * side, where the workspace tells what has happened. Secrets are told by create and rotate alone.
 */
import { randomBytes } from 'node:crypto'
import type { World } from '../../world.ts'
import { type JsonObject, isObject, parseJson } from '../json.ts'
import type { HttpAnswer, HttpRequest } from '../server.ts'
import { OpenPhoneError, invalidFields } from './errors.ts'
import { type EventPayload, eventPayload } from './events.ts'
import { EVENT_TYPES, type Happened, phoneNumberIdOf, resourceIdOf } from './happened.ts'
import { type LegacyFamily, legacyPayload } from './legacy-events.ts'
import { pageOf } from './paging.ts'
import type { Sign } from './resources.ts'
import { DELIVERIES, listOf, readParameters } from './parameters.ts'
import { NOT_ALLOWED, type Registration, readChange, readRegistration } from './registration.ts'
import { sampleOf } from './sample-events.ts'
import { Sender, type SenderOptions } from './sender.ts'
import { legacyHeaders, newKey } from './sign.ts'
import { type StoredDelivery, type StoredWebhook, WebhookStore } from './webhook-store.ts'

export interface WebhooksOptions extends SenderOptions {
  world: () => World
  /** ms since epoch */
  clock: () => number
  /** Makes a signed link to a file. */
  sign: Sign
  /** Where registrations and deliveries are kept; in memory where it is left out. */
  file?: string
}

const MOST_WEBHOOKS = 50
const CURSOR_TTL_MS = 15 * 60_000
const ROUTE = /^\/webhooks(?:\/([^/]+)(?:\/(rotate|events)(?:\/([^/]+)(?:\/(retry))?)?)?)?$/

export class Webhooks {
  private readonly store: WebhookStore
  private readonly sender: Sender
  private readonly world: () => World
  private readonly clock: () => number
  private readonly sign: Sign

  constructor({ file, world, clock, sign, ...sender }: WebhooksOptions) {
    this.world = world
    this.sign = sign
    this.clock = () => Math.trunc(clock())
    this.store = new WebhookStore(file ?? ':memory:')
    this.sender = new Sender(this.store, this.clock, sender)
    for (const { id } of this.store.webhooks()) this.sender.resume(id)
  }

  /** The route's pattern, or undefined where the path is none of these. */
  static pattern(path: string): string | undefined {
    const found = ROUTE.exec(path)
    if (!found) return undefined
    const [, id, part, delivery, retry] = found
    const parts = [
      '/webhooks',
      ...(id === undefined ? [] : ['{id}']),
      ...(part === undefined ? [] : [part]),
      ...(delivery === undefined ? [] : [delivery === 'test' ? 'test' : '{deliveryId}']),
      ...(retry === undefined ? [] : [retry]),
    ]
    return parts.join('/')
  }

  /** @throws OpenPhoneError */
  answer(request: HttpRequest): HttpAnswer {
    const [, id = '', , delivery = ''] = ROUTE.exec(request.path) ?? []
    switch (`${request.method} ${Webhooks.pattern(request.path)}`) {
      case 'GET /webhooks':
        return json(200, { data: this.store.webhooks().map(shown) })
      case 'POST /webhooks':
        return this.create(bodyOf(request))
      case 'GET /webhooks/{id}':
        return json(200, { data: shown(this.get(id)) })
      case 'PATCH /webhooks/{id}':
        return json(200, { data: shown(this.change(id, readChange(bodyOf(request)))) })
      case 'DELETE /webhooks/{id}':
        if (!this.store.deleteWebhook(this.get(id).id)) throw notFound()
        return { status: 204, body: '' }
      case 'POST /webhooks/{id}/rotate':
        return json(200, { data: { key: this.rotate(id) } })
      case 'GET /webhooks/{id}/events':
        return json(200, this.log(this.get(id), request))
      case 'POST /webhooks/{id}/events/test':
        return json(200, this.test(this.get(id), bodyOf(request)))
      case 'GET /webhooks/{id}/events/{deliveryId}':
        return json(200, { data: detail(this.delivery(id, delivery)) })
      case 'POST /webhooks/{id}/events/{deliveryId}/retry':
        this.sender.retry(this.delivery(id, delivery))
        return json(202, {})
      default:
        throw notFound()
    }
  }

  /** Makes a webhook, its key told. */
  register(registration: Registration, key = newKey()): StoredWebhook {
    const { url, events = EVENT_TYPES, resourceIds = ['*'], status = 'enabled' } = registration
    const now = this.clock()
    return this.store.addWebhook({
      label: registration.label ?? null,
      status,
      url,
      events: [...new Set(events)],
      resourceIds: [...resourceIds],
      key,
      createdAt: now,
      updatedAt: now,
    })
  }

  /** The webhook of this label: made where there is none, else as it stands. */
  ensure(label: string, registration: Omit<Registration, 'label'>): StoredWebhook {
    const known = this.store.webhooks().find((webhook) => webhook.label === label)
    return known ?? this.register({ ...registration, label })
  }

  change(id: string, changes: Partial<StoredWebhook>): StoredWebhook {
    const changed = { ...this.get(id), ...changes, updatedAt: this.clock() }
    this.store.saveWebhook(changed)
    if (changed.status === 'enabled') this.sender.resume(id)
    return changed
  }

  /** One more try at once of everything that waits: the door was away, and is back. */
  hurry(id: string): void {
    for (const delivery of this.store.waiting(id)) this.sender.retry(delivery)
  }

  /** Tells every webhook that asked for it. @returns the deliveries' ids */
  emit(happened: Happened, at = new Date(this.clock())): string[] {
    const eventId = `EV${randomBytes(16).toString('hex')}`
    const body = JSON.stringify(this.payload(eventId, happened, at))
    return this.store
      .webhooks()
      .filter((webhook) => wants(webhook, happened))
      .map(
        ({ id }) =>
          this.sender.deliver({
            webhookId: id,
            eventId,
            resourceId: resourceIdOf(happened),
            eventType: happened.type,
            body,
          }).id,
      )
  }

  /**
   * Sends one event as a webhook of the generation before would: signed with a bare base64 key, once.
   * @returns the receiver's status
   * @throws Error for what this family does not send
   */
  async sendLegacy(
    to: { url: string; key: string; family: LegacyFamily },
    happened: Happened,
    at = new Date(this.clock()),
  ): Promise<number> {
    const id = `EV${randomBytes(16).toString('hex')}`
    const body = JSON.stringify(legacyPayload(to.family, id, happened, { sign: this.sign, at }))
    const response = await fetch(to.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...legacyHeaders(to.key, body, this.clock()),
      },
      body,
    })
    return response.status
  }

  /** Puts a delivery into the log as it is given: what happened before a test began. */
  note(delivery: StoredDelivery): void {
    this.store.saveDelivery(delivery)
  }

  list(): StoredWebhook[] {
    return this.store.webhooks()
  }

  deliveries(webhookId: string): StoredDelivery[] {
    return this.store.deliveries(webhookId)
  }

  /** Resolves when nothing is being sent right now. */
  settled(): Promise<void> {
    return this.sender.settled()
  }

  async close(): Promise<void> {
    await this.sender.close()
    this.store.close()
  }

  private create(body: JsonObject): HttpAnswer {
    const registration = readRegistration(body)
    if (this.store.webhooks().length >= MOST_WEBHOOKS)
      throw new OpenPhoneError(409, `A workspace has at most ${MOST_WEBHOOKS} webhooks.`)
    const made = this.register(registration)
    return json(201, { data: { ...shown(made), key: made.key } })
  }

  private rotate(id: string): string {
    const key = newKey()
    this.change(id, { key })
    return key
  }

  private log(webhook: StoredWebhook, request: HttpRequest): object {
    const parameters = readParameters(request.query, DELIVERIES)
    const { status, eventType, resourceId } = parameters
    const types = eventType === undefined ? listOf(parameters, 'eventType[in]') : [eventType]
    const after = Date.parse(parameters['createdAt[gt]'] ?? '')
    const before = Date.parse(parameters['createdAt[lt]'] ?? '')
    const rows = this.store
      .deliveries(webhook.id)
      .filter(
        (delivery) =>
          (status === undefined || delivery.status === status) &&
          (types.length === 0 || types.includes(delivery.eventType)) &&
          (resourceId === undefined || delivery.resourceId === resourceId) &&
          (Number.isNaN(after) || delivery.createdAt > after) &&
          (Number.isNaN(before) || delivery.createdAt < before),
      )
    const cursors = { now: request.at, ttlMs: CURSOR_TTL_MS }
    const { data, nextCursor } = pageOf(rows, request.path, parameters, cursors)
    return { data: data.map(listed), nextCursor }
  }

  /** The log names no event and no record of a test. */
  private test(webhook: StoredWebhook, { eventType }: JsonObject): object {
    const happened = typeof eventType === 'string' ? sampleOf(eventType) : undefined
    if (happened === undefined) {
      const schema = { type: 'string', enum: EVENT_TYPES }
      throw invalidFields([{ path: '/body/eventType', ...NOT_ALLOWED, value: eventType, schema }])
    }
    const now = new Date(this.clock())
    const payload = this.payload('EV00000000000000000000000000000000', happened, now)
    this.sender.deliver({
      webhookId: webhook.id,
      eventId: null,
      resourceId: null,
      eventType: happened.type,
      body: JSON.stringify(payload),
    })
    return payload
  }

  private payload(id: string, happened: Happened, at: Date): EventPayload {
    return eventPayload(id, happened, { world: this.world(), sign: this.sign, at })
  }

  private get(id: string): StoredWebhook {
    if (!/^[0-9]+$/.test(id)) {
      const schema = { type: 'string', pattern: '^[0-9]+$' }
      const message = 'must match pattern "^[0-9]+$"'
      throw invalidFields([{ path: '/params/webhookId', message, value: id, schema }])
    }
    const found = this.store.webhook(id)
    if (found === undefined) throw notFound()
    return found
  }

  private delivery(webhookId: string, id: string): StoredDelivery {
    const found = this.store.delivery(this.get(webhookId).id, id)
    if (found === undefined) throw notFound()
    return found
  }
}

function wants(webhook: StoredWebhook, happened: Happened): boolean {
  if (webhook.status !== 'enabled' || !webhook.events.includes(happened.type)) return false
  // Contacts are the whole workspace's, whatever the numbers.
  const numberId = phoneNumberIdOf(happened)
  if ('contact' in happened || webhook.resourceIds.includes('*')) return true
  return numberId !== null && webhook.resourceIds.includes(numberId)
}

function shown(webhook: StoredWebhook): object {
  const { key: _key, createdAt, updatedAt, ...rest } = webhook
  return {
    ...rest,
    orgId: 'OR8mQx3Vt1',
    apiVersion: '2026-03-30',
    createdAt: new Date(createdAt).toISOString(),
    updatedAt: new Date(updatedAt).toISOString(),
  }
}

function listed(delivery: StoredDelivery): object {
  const { id, eventId, resourceId, eventType, status, nextAttemptAt, createdAt } = delivery
  return {
    id,
    eventId,
    resourceId,
    eventType,
    status,
    nextAttemptAt: nextAttemptAt === null ? null : new Date(nextAttemptAt).toISOString(),
    createdAt: new Date(createdAt).toISOString(),
  }
}

function detail(delivery: StoredDelivery): object {
  const { id, eventId, resourceId, eventType, createdAt, body, attempts } = delivery
  return {
    id,
    eventId,
    resourceId,
    eventType,
    createdAt: new Date(createdAt).toISOString(),
    requestBody: parseJson(body) ?? null,
    attempts: attempts.toReversed(),
  }
}

function bodyOf(request: HttpRequest): JsonObject {
  const body = parseJson(request.body.toString())
  if (isObject(body)) return body
  throw invalidFields([{ path: '/body', message: 'must be object', schema: { type: 'object' } }])
}

function json(status: number, body: object): HttpAnswer {
  return { status, body: JSON.stringify(body) }
}

function notFound(): OpenPhoneError {
  return new OpenPhoneError(404, 'Not found')
}
