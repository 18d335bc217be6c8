/**
 * Whether a delivery is really OpenPhone's. Both generations: Standard Webhooks (`webhook-*` headers,
 * `whsec_` secrets) and the legacy `openphone-signature`. The signature covers the raw bytes, which
 * are never decoded here; comparing is WebCrypto's, in constant time; the clock is a port.
 *
 * Not the package `standardwebhooks` (1.1.1): it reads Date.now() itself and takes a string or a
 * Node Buffer that it decodes first, so bytes that are no UTF-8 are not what it signs.
 * Spec: Quo 2026-03-30, webhooks-signature-validation; legacy-signature-validation.
 */
import { StageError } from '@switchboard/shared/failure'

export type Generation = 'standard' | 'legacy'

export interface WebhookSecret {
  generation: Generation
  key: Uint8Array<ArrayBuffer>
}

export interface Delivery {
  headers: Headers
  body: Uint8Array // as received
  secrets: readonly WebhookSecret[]
  now: () => number // ms since epoch
}

/** `reason` is for an operator: it holds nothing of the headers or the body. */
export type Verdict =
  | { ok: true; deliveryId: string; generation: Generation }
  | { ok: false; reason: string }

const TOLERANCE_MS = 300_000
const SECRET_PREFIX = 'whsec_'
const HMAC_BYTES = 32
const MOST_SIGNATURES = 8 // each costs an HMAC over the whole body for every secret

/**
 * Secrets separated by blanks or commas: `whsec_...` is of the new generation, bare base64 legacy.
 * None gives an empty list: then no delivery is right.
 * @throws StageError config.invalid, which names the place and never the secret
 */
export function parseSecrets(text: string): WebhookSecret[] {
  const secrets = text.split(/[\s,]+/).filter((secret) => secret !== '')
  return secrets.map((secret, index) => {
    const standard = secret.startsWith(SECRET_PREFIX)
    const key = fromBase64(standard ? secret.slice(SECRET_PREFIX.length) : secret)
    if (key === null || key.length === 0) throw invalidSecret(index + 1)
    return { generation: standard ? 'standard' : 'legacy', key }
  })
}

/**
 * Checks a delivery's signature and age, five minutes either way. `deliveryId` stays the same when
 * OpenPhone sends again: its `webhook-id`, or `legacy:` and the body's SHA-256, since a legacy
 * delivery has no id of its own.
 */
export async function verifyDelivery(delivery: Delivery): Promise<Verdict> {
  if (delivery.headers.has('webhook-signature')) return verifyStandard(delivery)
  if (delivery.headers.has('openphone-signature')) return verifyLegacy(delivery)
  return refused('no signature header')
}

async function verifyStandard(delivery: Delivery): Promise<Verdict> {
  const { headers, body } = delivery
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  // A full stop separates what is signed: with one in the id it could be cut elsewhere.
  if (!/^[^\s.]{1,256}$/.test(id)) return refused('webhook-id is missing or malformed')
  if (!/^\d{1,12}$/.test(timestamp)) return refused('webhook-timestamp is missing or malformed')
  if (!isRecent(Number(timestamp) * 1000, delivery)) return refused(NOT_RECENT)

  const signatures = (headers.get('webhook-signature') ?? '').split(/\s+/).flatMap((entry) => {
    const [version, signature = ''] = entry.split(',')
    return version === 'v1' ? hmacBytes(signature) : []
  })
  const signed = joined(`${id}.${timestamp}.`, body)
  return (await matches('standard', delivery.secrets, signatures, signed))
    ? { ok: true, deliveryId: id, generation: 'standard' }
    : refused(noMatch('standard', delivery.secrets))
}

/** `hmac;1;<timestamp>;<base64>`; more than one would come separated by commas. */
async function verifyLegacy(delivery: Delivery): Promise<Verdict> {
  const { headers, body } = delivery
  const entries = (headers.get('openphone-signature') ?? '')
    .split(',')
    .map((entry) => LEGACY_ENTRY.exec(entry.trim()))
    .filter((entry) => entry !== null)
    .slice(0, MOST_SIGNATURES)
  if (entries.length === 0) return refused('openphone-signature is malformed')

  const recent = entries.filter(([, timestamp = '']) => isRecent(legacyMs(timestamp), delivery))
  if (recent.length === 0) return refused(NOT_RECENT)
  for (const [, timestamp = '', signature = ''] of recent) {
    const signed = joined(`${timestamp}.`, body)
    if (await matches('legacy', delivery.secrets, hmacBytes(signature), signed))
      return { ok: true, deliveryId: `legacy:${await sha256(body)}`, generation: 'legacy' }
  }
  return refused(noMatch('legacy', delivery.secrets))
}

const LEGACY_ENTRY = /^hmac;1;(\d{10}|\d{13});([^;]+)$/
const NOT_RECENT = 'the timestamp is more than five minutes away from now'

/** Published samples have 13 digits, so milliseconds; the unit is stated nowhere. */
function legacyMs(timestamp: string): number {
  return timestamp.length === 13 ? Number(timestamp) : Number(timestamp) * 1000
}

function isRecent(ms: number, { now }: Delivery): boolean {
  return Math.abs(now() - ms) <= TOLERANCE_MS
}

async function matches(
  generation: Generation,
  secrets: readonly WebhookSecret[],
  signatures: readonly Uint8Array<ArrayBuffer>[],
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  for (const { key } of secrets.filter((secret) => secret.generation === generation)) {
    const hmac = await crypto.subtle.importKey('raw', key, HMAC, false, ['verify'])
    for (const signature of signatures.slice(0, MOST_SIGNATURES))
      if (await crypto.subtle.verify('HMAC', hmac, signature, signed)) return true
  }
  return false
}

const HMAC = { name: 'HMAC', hash: 'SHA-256' }

function noMatch(generation: Generation, secrets: readonly WebhookSecret[]): string {
  return secrets.some((secret) => secret.generation === generation)
    ? 'no signature matches a secret'
    : `no secret of the ${generation} generation is set`
}

/** What is signed: a prefix and the body's own bytes. */
function joined(prefix: string, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(prefix)
  const bytes = new Uint8Array(head.length + body.length)
  bytes.set(head)
  bytes.set(body, head.length)
  return bytes
}

/** A list of one signature, or of none where the text is no HMAC-SHA-256. */
function hmacBytes(base64: string): Uint8Array<ArrayBuffer>[] {
  const bytes = fromBase64(base64)
  return bytes !== null && bytes.length === HMAC_BYTES ? [bytes] : []
}

function fromBase64(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  } catch {
    return null
  }
}

async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes)
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function refused(reason: string): Verdict {
  return { ok: false, reason }
}

function invalidSecret(position: number): StageError {
  return new StageError({
    kind: 'config.invalid',
    setting: 'OPENPHONE_WEBHOOK_SECRETS',
    detail: `secret number ${position} is not base64`,
  })
}
