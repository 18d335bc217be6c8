/**
 * `webhooks register | list | test | rotate | repair`, over any OpenPhone: what each does and says.
 * A secret is said once, to whoever asked for it, and stands nowhere else.
 */
import { setTimeout } from 'node:timers/promises'
import type { OpenPhone } from '@switchboard/openphone/request'
import { EVENT_TYPES } from '@switchboard/openphone/webhook/payloads'
import {
  createWebhook,
  listAttempts,
  listDeliveries,
  listFailedEvents,
  listWebhooks,
  retryEvent,
  rotateKey,
  sendTestEvent,
  updateWebhook,
} from '@switchboard/openphone/webhooks'
import type { Delivery, TestEvent, Webhook } from '@switchboard/openphone/webhooks'
import { deployment, flagsOf } from './deployment.ts'
import { SetupError } from './settings.ts'

export interface Commands {
  api: OpenPhone
  say: (line: string) => void
  /** Origin of the door; null: not told. */
  publicUrl: string | null
  /** The webhook to work on; null: ours. */
  id: string | null
}

export const DOOR_PATH = '/webhooks/openphone'
const LABEL = 'Switchboard'
const MOST_SHOWN = 5
const HOUR_MS = 3_600_000
/** OpenPhone gives a delivery up after 27 h 35 min; older failures are in the log, too. */
const LOOK_BACK_MS = 7 * 24 * HOUR_MS
const TESTED = ['call.completed', 'message.received'] as const
const TEST_PATIENCE_MS = 20_000
const TEST_POLL_MS = 1000

/** Makes our webhook, or has it ask for every event we read. */
export async function register(commands: Commands): Promise<boolean> {
  const { api, say } = commands
  const url = doorUrl(commands)
  const known = (await webhooks(api)).find((webhook) => sameUrl(webhook.url, url))
  if (known === undefined) {
    const made = await createWebhook(api, { url, events: EVENT_TYPES, label: LABEL })
    say(`Made webhook ${made.id} for ${url}`)
    saySecret(say, made.key)
    return true
  }
  const missing = EVENT_TYPES.filter((type) => !known.events.includes(type))
  const disabled = known.status !== 'enabled'
  if (missing.length === 0 && !disabled)
    say(`Webhook ${known.id} leads to ${url} and asks for every event already.`)
  else {
    const events = [...known.events, ...missing]
    await updateWebhook(api, known.id, { events, ...(disabled && { status: 'enabled' }) })
    if (missing.length > 0) say(`Webhook ${known.id} now asks for ${missing.join(', ')} too.`)
    if (disabled) say(`Webhook ${known.id} is switched on again.`)
  }
  if (isNarrow(known)) say(narrow(known))
  say('Its secret was told when it was made. If it is lost: npm run webhooks -- rotate')
  return true
}

/** Every webhook, with what it could not deliver of late. */
export async function list({ api, say }: Commands, now: number): Promise<boolean> {
  const all = await webhooks(api)
  if (all.length === 0) say('There is no webhook. Make one: npm run webhooks -- register')
  for (const webhook of all) {
    const missing = EVENT_TYPES.filter((type) => !webhook.events.includes(type))
    const label = webhook.label === null ? '' : ` (${webhook.label})`
    say(`${webhook.id}  ${webhook.status}  ${webhook.url}${label}`)
    if (isOurs(webhook) && missing.length > 0) say(`  does not ask for ${missing.join(', ')}`)
    if (isNarrow(webhook)) say(`  ${narrow(webhook)}`)
    const since = new Date(now - LOOK_BACK_MS)
    const failed = await listFailedEvents(api, webhook.id, since)
    const rows = failed?.rows ?? []
    if (rows.length === 0) say('  nothing failed in the last 7 days')
    else say(`  ${rows.length} failed in the last 7 days, the latest:`)
    for (const delivery of rows.slice(0, MOST_SHOWN))
      say(`  ${await told(api, webhook.id, delivery)}`)
  }
  return true
}

/** Has test events sent and reads how the door answered. @returns whether it took all of them */
export async function test(
  commands: Commands,
  pause: (ms: number) => Promise<unknown> = setTimeout,
): Promise<boolean> {
  const { api, say } = commands
  const webhook = await chosen(commands)
  if (webhook.status !== 'enabled')
    throw new SetupError(`Webhook ${webhook.id} is switched off: npm run webhooks -- register`)
  const types = TESTED.filter((type) => webhook.events.includes(type))
  if (types.length === 0)
    throw new SetupError(
      `Webhook ${webhook.id} asks for neither ${TESTED.join(' nor ')}: npm run webhooks -- register`,
    )
  const before = await listDeliveries(api, webhook.id, { cursor: null })
  const sent = new Map<string, TestEvent>()
  for (const type of types) sent.set(type, await sendTestEvent(api, webhook.id, type))
  say(`Sent ${types.join(' and ')} to ${webhook.url}`)
  if (before === null) {
    say('OpenPhone keeps no log of it: whether they came, the log of the producer says.')
    return false
  }

  const known = new Set(before.rows.map(({ id }) => id))
  const taken = new Map<string, boolean>()
  for (let waited = 0; taken.size < types.length; waited += TEST_POLL_MS) {
    if (waited > TEST_PATIENCE_MS) {
      say(`${types.length - taken.size} of them had no answer within 20 s.`)
      return false
    }
    await pause(TEST_POLL_MS)
    const page = await listDeliveries(api, webhook.id, { cursor: null })
    for (const delivery of page?.rows ?? []) {
      const { id, eventType } = delivery
      if (known.has(id) || taken.has(eventType) || !isTest(delivery, sent)) continue
      const answer = await answerTo(api, webhook.id, delivery)
      if (answer === null) continue
      taken.set(eventType, answer.taken)
      say(`${eventType}: ${answer.words}`)
    }
  }
  const filed = [...taken].flatMap(([type, isTaken]) => (isTaken && sent.get(type)?.about) || [])
  if (filed.length > 0)
    say(`${filed.join(' and ')} never was: put what is filed of it into Notion's trash.`)
  return [...taken.values()].every(Boolean)
}

/** Of a test the log names no event and no record, or the event that was answered when it was sent. */
function isTest(
  { eventType, eventId, resourceId }: Delivery,
  sent: ReadonlyMap<string, TestEvent>,
): boolean {
  const event = sent.get(eventType)
  if (event === undefined) return false
  return (event.eventId !== null && eventId === event.eventId) || (!eventId && !resourceId)
}

/** How the door answered; null: it has not yet. The log's own word counts where it tells no tries. */
async function answerTo(
  api: OpenPhone,
  webhookId: string,
  { id, status }: Delivery,
): Promise<{ taken: boolean; words: string } | null> {
  const [attempt] = await listAttempts(api, webhookId, id)
  const code = attempt?.responseStatusCode ?? null
  if (code !== null) return { taken: code >= 200 && code < 300, words: meaning(code) }
  if (status === 'success') return { taken: true, words: 'taken' }
  return status === 'failed' ? { taken: false, words: 'refused, it is not told why' } : null
}

/** A new secret; the old one signs nothing from now on. */
export async function rotate(commands: Commands): Promise<boolean> {
  const { api, say } = commands
  const webhook = await chosen(commands)
  const key = await rotateKey(api, webhook.id)
  say(`Webhook ${webhook.id} has a new secret; the old one signs nothing any more.`)
  saySecret(say, key)
  return true
}

/** Has everything that failed sent once more. */
export async function repair(commands: Commands, now: number): Promise<boolean> {
  const { api, say } = commands
  const webhook = await chosen(commands)
  const failed = await listFailedEvents(api, webhook.id, new Date(now - LOOK_BACK_MS))
  if (failed === null) throw new SetupError(`Webhook ${webhook.id} has no delivery log.`)
  // A test is about no record: there is nothing to repair.
  const lost = failed.rows.filter(({ eventId, resourceId }) => eventId ?? resourceId)
  let asked = 0
  for (const { id } of lost) if (await retryEvent(api, webhook.id, id)) asked += 1
  say(
    lost.length === 0
      ? 'Nothing failed in the last 7 days.'
      : `${asked} of ${lost.length} failed deliveries are sent again; list tells how it went.`,
  )
  return asked === lost.length
}

async function webhooks(api: OpenPhone): Promise<Webhook[]> {
  const page = await listWebhooks(api)
  if (page === null)
    throw new SetupError(
      'This OpenPhone key may not manage webhooks (403 or 404): use the key of an owner or admin. Or OPENPHONE_BASE_URL leads elsewhere.',
    )
  return page.rows
}

/** The webhook of this id, else the one of this URL, else the only one that leads to a door of ours. */
async function chosen({ api, id, publicUrl }: Commands): Promise<Webhook> {
  const all = await webhooks(api)
  const found = all.filter((webhook) => {
    if (id !== null) return webhook.id === id
    return publicUrl === null ? isOurs(webhook) : sameUrl(webhook.url, publicUrl + DOOR_PATH)
  })
  const [first] = found
  if (first === undefined)
    throw new SetupError(
      id === null
        ? 'There is no webhook of ours. Make one: npm run webhooks -- register --url https://...'
        : `There is no webhook ${id}.`,
    )
  if (found.length > 1)
    throw new SetupError(
      `Several webhooks lead to a door of ours: say which with --id ${found
        .map((webhook) => webhook.id)
        .join(' or --id ')}.`,
    )
  return first
}

/** Whether it tells of some phone numbers and not of all: that is for people to say. */
function isNarrow({ resourceIds }: Webhook): boolean {
  return resourceIds.length > 0 && !resourceIds.includes('*')
}

function narrow({ id, resourceIds }: Webhook): string {
  return `Webhook ${id} tells of ${resourceIds.join(', ')} alone: what other numbers do comes with the next run.`
}

function isOurs({ url }: Webhook): boolean {
  return URL.canParse(url) && new URL(url).pathname.replace(/\/$/, '') === DOOR_PATH
}

function sameUrl(a: string, b: string): boolean {
  return a.replace(/\/$/, '') === b.replace(/\/$/, '')
}

function doorUrl({ publicUrl, api }: Commands): string {
  if (publicUrl === null)
    throw new SetupError(
      'PUBLIC_URL is missing: set it, or say --url https://..., the origin of the deployed producer.',
    )
  const { protocol, hostname } = new URL(publicUrl)
  const real = new URL(api.baseUrl).protocol === 'https:'
  if (real && (protocol !== 'https:' || hostname === 'localhost' || hostname.startsWith('127.')))
    throw new SetupError(`OpenPhone cannot reach ${publicUrl}: it needs a public https:// origin.`)
  return publicUrl + DOOR_PATH
}

/** The secret, and where it is set. Whoever reads it must be able to set it without asking. */
function saySecret(say: Commands['say'], key: string): void {
  say('Its secret, told this once:')
  say('')
  say(`  ${key}`)
  say('')
  say('Set it, after any secret that is still in use (several are separated by blanks):')
  for (const worker of deployment())
    if (worker.reads.includes('OPENPHONE_WEBHOOK_SECRETS'))
      say(`  npx wrangler secret put OPENPHONE_WEBHOOK_SECRETS ${flagsOf(worker)}`)
  say('For npm start: OPENPHONE_WEBHOOK_SECRETS in .dev.vars, and start it again.')
  say('What is sent before is refused, and sent again by OpenPhone for 27 hours.')
}

async function told(api: OpenPhone, webhookId: string, delivery: Delivery): Promise<string> {
  const { id, createdAt, eventType, resourceId } = delivery
  const [last] = await listAttempts(api, webhookId, id)
  const status = last?.responseStatusCode ?? null
  const about = resourceId === null ? '' : ` ${resourceId}`
  return `${createdAt}  ${eventType}${about}: ${status === null ? 'not told why' : meaning(status)}`
}

/** What the door's answer to a delivery means, and what to do. */
function meaning(status: number): string {
  if (status >= 200 && status < 300) return `taken (${status})`
  switch (status) {
    case 0:
      return 'no answer: is the URL right, is the producer deployed?'
    case 401:
      return 'refused (401): OPENPHONE_WEBHOOK_SECRETS does not hold its secret'
    case 404:
      return 'refused (404): the URL is not that of the producer'
    case 503:
      return 'refused (503): OPENPHONE_WEBHOOK_SECRETS is not set, or not all of it is a secret'
    default:
      return `refused (${status})`
  }
}
