/** Signatures of both generations: the published vectors at their time, and what must not pass. */
import { expect, test } from 'vitest'
import vectors from '../../fixtures/webhook/signature-vectors.json' with { type: 'json' }
import { parseSecrets, verifyDelivery } from './verify.ts'
import type { Verdict } from './verify.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)

const { standardWebhooksPublished: published, legacyAsciiKey: legacy } = vectors
const PUBLISHED_MS = Number(published.ts) * 1000
const LEGACY_MS = Number(legacy.timestampMs)

// Made with Python's hmac: a key of bytes from 0x80 up, a body that is no UTF-8.
const HIGH_KEY = '4OHi4+Tl5ufo6err7O3u7/Dx8vP09fb3+Pn6+/z9/v+AAA=='
const SECOND_KEY = 'c2Vjb25kLWtleS1vZi10aGUtcm90YXRpb24='
const RAW_BYTES = new Uint8Array([0xff, 0xfe, 0x00, 0x80])
const RAW_BY_HIGH = 'v1,Rk8nXwz08QexOfh9y34D65zCl1GkfN9VOJE8384vrqE='
const RAW_BY_SECOND = 'v1,8MWN/T8cmP04KdcoR7kT89rWDbXdFRis5Y7wWXRGWYo='
const OTHER = `v1,${btoa('x'.repeat(32))}`
const NAIVE = utf8('{"text":"naïve"}')
const NAIVE_BY_HIGH_MS = 'FUlLftqvrwIW/HFqrpFL3FDq/VGaX9Bsa0/GuBPA3gQ='
const NAIVE_BY_HIGH_S = 'I9DwxUawtO0sBUYYe4HfB3Vrnyf4cAs+dH07a7raB1M='
const NAIVE_BY_KEY_AS_TEXT = 'HW3SogO2Qne7/b7uHJUNEbSj5WfH/PYyA1REK7RlMkQ='
const NOW = 1_764_000_000_000

const refused = (reason: string): Verdict => ({ ok: false, reason })
const NOT_RECENT = refused('the timestamp is more than five minutes away from now')
const NO_MATCH = refused('no signature matches a secret')

interface Sent {
  body?: Uint8Array
  secrets?: string
  now?: number
}

function verifyPublished(sent: Sent & { headers?: Record<string, string> } = {}) {
  const headers = new Headers({
    'webhook-id': published.id,
    'webhook-timestamp': published.ts,
    'webhook-signature': published.expectHeader,
    ...sent.headers,
  })
  return verify(headers, published.secret, utf8(published.body), PUBLISHED_MS, sent)
}

function verifyRaw(signature: string, sent: Sent = {}) {
  const headers = new Headers({
    'webhook-id': 'msg_1',
    'webhook-timestamp': '1764000000',
    'webhook-signature': signature,
  })
  return verify(headers, `whsec_${HIGH_KEY}`, RAW_BYTES, NOW, sent)
}

function verifyLegacy(signature: string, sent: Sent = {}) {
  const headers = new Headers({ 'openphone-signature': signature })
  return verify(headers, HIGH_KEY, NAIVE, NOW, sent)
}

function verify(headers: Headers, secret: string, body: Uint8Array, now: number, sent: Sent) {
  return verifyDelivery({
    headers,
    body: sent.body ?? body,
    secrets: parseSecrets(sent.secrets ?? secret),
    now: () => sent.now ?? now,
  })
}

test('the published Standard Webhooks vector passes at its time', async () => {
  expect(await verifyPublished()).toEqual({
    ok: true,
    deliveryId: published.id,
    generation: 'standard',
  })
})

test('the legacy vector passes at its time, known by its body again', async () => {
  const headers = new Headers({ 'openphone-signature': legacy['openphone-signature'] })
  const verdict = await verify(headers, legacy.key, utf8(legacy.body), LEGACY_MS, {})
  expect(verdict).toEqual({
    ok: true,
    deliveryId: expect.stringMatching(/^legacy:[0-9a-f]{64}$/),
    generation: 'legacy',
  })
})

test.each([0, 299_999, 300_000, -300_000])('%i ms away from its time it passes', async (ms) => {
  expect(await verifyPublished({ now: PUBLISHED_MS + ms })).toMatchObject({ ok: true })
  const signature = `hmac;1;${NOW};${NAIVE_BY_HIGH_MS}`
  expect(await verifyLegacy(signature, { now: NOW + ms })).toMatchObject({ ok: true })
})

test.each([300_001, -300_001, 86_400_000])('%i ms away it is refused', async (ms) => {
  expect(await verifyPublished({ now: PUBLISHED_MS + ms })).toEqual(NOT_RECENT)
  const signature = `hmac;1;${NOW};${NAIVE_BY_HIGH_MS}`
  expect(await verifyLegacy(signature, { now: NOW + ms })).toEqual(NOT_RECENT)
})

test('the body is its bytes, and a key may hold any', async () => {
  expect(await verifyRaw(RAW_BY_HIGH)).toMatchObject({ ok: true })
  const decoded = utf8(new TextDecoder().decode(RAW_BYTES))
  expect(await verifyRaw(RAW_BY_HIGH, { body: decoded })).toEqual(NO_MATCH)
})

test('any of several signatures by any of several secrets is enough', async () => {
  const both = `${SECOND_KEY}, whsec_${SECOND_KEY}\n whsec_${HIGH_KEY}`
  expect(await verifyRaw(RAW_BY_HIGH, { secrets: both })).toMatchObject({ ok: true })
  expect(await verifyRaw(RAW_BY_SECOND, { secrets: both })).toMatchObject({ ok: true })
  expect(await verifyRaw(`${OTHER} ${RAW_BY_HIGH}`)).toMatchObject({ ok: true })
  expect(await verifyRaw(`${RAW_BY_SECOND}  v1,%%% v1 ${RAW_BY_HIGH}`)).toMatchObject({ ok: true })
  expect(await verifyRaw(RAW_BY_SECOND)).toEqual(NO_MATCH)
})

test('a header sent twice is the same as two signatures', async () => {
  expect(await verifyRaw(`${RAW_BY_HIGH}, ${OTHER}`)).toMatchObject({ ok: true })
})

test('other versions are ignored, wherever they stand', async () => {
  const asymmetric = RAW_BY_HIGH.replace('v1,', 'v1a,')
  expect(await verifyRaw(asymmetric)).toEqual(NO_MATCH)
  expect(await verifyRaw(`${asymmetric} v2,abc ${RAW_BY_HIGH}`)).toMatchObject({ ok: true })
})

test('no more signatures are tried than a sender may mean', async () => {
  const many = Array.from({ length: 8 }, () => OTHER).join(' ')
  expect(await verifyRaw(`${many} ${RAW_BY_HIGH}`)).toEqual(NO_MATCH)
})

test.each([
  ['webhook-id', '', 'webhook-id is missing or malformed'],
  ['webhook-id', 'msg_a.1614265330', 'webhook-id is missing or malformed'],
  ['webhook-id', 'msg_other', 'no signature matches a secret'],
  ['webhook-timestamp', '', 'webhook-timestamp is missing or malformed'],
  ['webhook-timestamp', 'NaN', 'webhook-timestamp is missing or malformed'],
  ['webhook-timestamp', '1614265330.5', 'webhook-timestamp is missing or malformed'],
  ['webhook-timestamp', '1614265331', 'no signature matches a secret'],
  ['webhook-signature', '', 'no signature matches a secret'],
  ['webhook-signature', 'v1,', 'no signature matches a secret'],
  ['webhook-signature', 'v1,AAAA', 'no signature matches a secret'],
])('%s %j is refused', async (name, value, reason) => {
  expect(await verifyPublished({ headers: { [name]: value } })).toEqual(refused(reason))
})

test('a changed body, another secret, none of its generation, none at all: refused', async () => {
  expect(await verifyPublished({ body: utf8(`${published.body} `) })).toEqual(NO_MATCH)
  expect(await verifyPublished({ secrets: `whsec_${HIGH_KEY}` })).toEqual(NO_MATCH)
  expect(await verifyPublished({ secrets: HIGH_KEY })).toEqual(
    refused('no secret of the standard generation is set'),
  )
  expect(await verifyPublished({ secrets: '' })).toMatchObject({ ok: false })
  expect(await verify(new Headers(), HIGH_KEY, NAIVE, NOW, {})).toEqual(
    refused('no signature header'),
  )
})

test('a legacy timestamp is in milliseconds or in seconds', async () => {
  expect(await verifyLegacy(`hmac;1;1764000000000;${NAIVE_BY_HIGH_MS}`)).toMatchObject({ ok: true })
  expect(await verifyLegacy(`hmac;1;1764000000;${NAIVE_BY_HIGH_S}`)).toMatchObject({ ok: true })
})

test('a legacy key is its bytes, not their characters as the published sample has it', async () => {
  expect(await verifyLegacy(`hmac;1;1764000000000;${NAIVE_BY_KEY_AS_TEXT}`)).toEqual(NO_MATCH)
})

test('legacy signatures may be several, each with a time of its own', async () => {
  const stale = `hmac;1;1763000000000;${NAIVE_BY_HIGH_MS}`
  const right = `hmac;1;1764000000000;${NAIVE_BY_HIGH_MS}`
  const later = `hmac;2;1764000000000;${NAIVE_BY_HIGH_MS}`
  expect(await verifyLegacy(`${stale}, ${later},${right}`)).toMatchObject({ ok: true })
  expect(await verifyLegacy(`${stale}, ${later}`)).toEqual(NOT_RECENT)
  expect(await verifyLegacy(right, { secrets: `${SECOND_KEY} ${HIGH_KEY}` })).toMatchObject({
    ok: true,
  })
})

test.each(['', 'hmac', 'hmac;1;x;y', 'sha256=abc', 'hmac;1;123;AAAA'])(
  'the legacy header %j is malformed',
  async (signature) => {
    expect(await verifyLegacy(signature)).toEqual(refused('openphone-signature is malformed'))
  },
)

test('the same delivery has the same id, whenever and however it was signed', async () => {
  const first = await verifyLegacy(`hmac;1;1764000000000;${NAIVE_BY_HIGH_MS}`)
  const second = await verifyLegacy(`hmac;1;1764000000;${NAIVE_BY_HIGH_S}`)
  expect(first).toEqual(second)
})

test('secrets stand apart by blanks or commas; none is no secret', () => {
  expect(parseSecrets(' ,\n ')).toEqual([])
  expect(
    parseSecrets(`whsec_${HIGH_KEY},${SECOND_KEY}`).map((secret) => secret.generation),
  ).toEqual(['standard', 'legacy'])
  expect([...(parseSecrets(HIGH_KEY)[0]?.key ?? [])].slice(0, 3)).toEqual([0xe0, 0xe1, 0xe2])
})

test.each(['whsec_', `${HIGH_KEY} whsec_%%%`, `${HIGH_KEY} *`])(
  'the secrets %j are refused, without being named',
  (text) => {
    const place = text.includes(' ') ? 2 : 1
    expect(() => parseSecrets(text)).toThrow(
      `OPENPHONE_WEBHOOK_SECRETS: secret number ${place} is not base64`,
    )
  },
)
