/**
 * Signatures of both generations. Standard Webhooks: `whsec_` keys, `webhook-*` headers, seconds;
 * legacy: bare base64 keys, `openphone-signature`, milliseconds. No I/O.
 */
import { createHmac, randomBytes } from 'node:crypto'

/** A new key, `whsec_` and the base64 of 24 bytes. */
export function newKey(): string {
  return `whsec_${randomBytes(24).toString('base64')}`
}

/**
 * @param id of the delivery, the same in every try
 * @param at ms since epoch
 */
export function standardHeaders(
  key: string,
  id: string,
  body: string,
  at: number,
): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000))
  const bytes = Buffer.from(key.replace(/^whsec_/, ''), 'base64')
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,${hmac(bytes, `${id}.${timestamp}.${body}`)}`,
  }
}

/** @param at ms since epoch */
export function legacyHeaders(key: string, body: string, at: number): Record<string, string> {
  const timestamp = String(Math.floor(at))
  const signature = hmac(Buffer.from(key, 'base64'), `${timestamp}.${body}`)
  return { 'openphone-signature': `hmac;1;${timestamp};${signature}` }
}

function hmac(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64')
}
