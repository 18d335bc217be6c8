/**
 * Links to files that open without a login: a signature over the path, in the last query parameter.
 *
 *   https://door/recordings/calls/AC1/CR1?k=<key id>&s=<signature>                for a page
 *   https://door/recordings/calls/AC1/CR1?k=<key id>&e=<expiry>&s=<signature>     for a while
 *
 * The key id says which secret has signed, so that a new one does not kill old links until it is
 * meant to: the first of several secrets signs, all of them open, and a link dies with its secret.
 * The same path and secret give the same link, so a page that carries it does not change.
 */
import { keyedHash } from './hash.ts'

/** A secret, ready to sign with. */
export interface LinkKey {
  id: string // 8 hex digits of a keyed hash: tells nothing of the secret
  key: CryptoKey
}

/** @param secrets 16 characters or more each, the one that signs first */
export function linkKeys(secrets: readonly string[]): Promise<LinkKey[]> {
  return Promise.all(
    secrets.map(async (secret) => ({
      id: (await keyedHash(secret, 'link key id')).slice(0, 8),
      key: await crypto.subtle.importKey(
        'raw',
        new TextEncoder().encode(secret),
        { name: 'HMAC', hash: 'SHA-256' },
        false,
        ['sign', 'verify'],
      ),
    })),
  )
}

/**
 * A path with its signature.
 * @param until ms since epoch, cut to the second; null: as long as its secret stands
 */
export async function signedPath(
  path: string,
  { id, key }: LinkKey,
  until: number | null = null,
): Promise<string> {
  const expiry = until === null ? null : String(Math.floor(until / 1000))
  const signature = await crypto.subtle.sign('HMAC', key, signed(path, id, expiry))
  return `${path}?k=${id}${expiry === null ? '' : `&e=${expiry}`}&s=${base64url(signature)}`
}

export type LinkState =
  | { valid: true; expires: boolean } // `expires`: it was made for a while
  | { valid: false; reason: 'unsigned' | 'forged' | 'expired' }

/**
 * Whether a link opens, compared in constant time. Any other query than ours is forged.
 * @param now ms since epoch
 */
export async function checkLink(
  { pathname, search }: Pick<URL, 'pathname' | 'search'>,
  keys: readonly LinkKey[],
  now: number,
): Promise<LinkState> {
  if (search === '') return { valid: false, reason: 'unsigned' }
  const parts = /^\?k=([0-9a-f]{8})(?:&e=(\d{1,12}))?&s=([\w-]{43})$/.exec(search)
  const [, id = '', expiry = null, signature = ''] = parts ?? []
  const known = keys.find((one) => one.id === id)
  if (known === undefined) return { valid: false, reason: 'forged' }
  const mac = bytesOf(signature)
  if (!(await crypto.subtle.verify('HMAC', known.key, mac, signed(pathname, id, expiry))))
    return { valid: false, reason: 'forged' }
  if (expiry !== null && now >= Number(expiry) * 1000) return { valid: false, reason: 'expired' }
  return { valid: true, expires: expiry !== null }
}

function signed(path: string, keyId: string, expiry: string | null): Uint8Array {
  return new TextEncoder().encode([path, keyId, expiry ?? ''].join('\n'))
}

function base64url(bytes: ArrayBuffer): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

function bytesOf(text: string): Uint8Array {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
