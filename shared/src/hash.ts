/** Hashes by WebCrypto. A keyed hash stands for an id or a party wherever the plain one must not go. */

/** SHA-256 of a text as lower-case hex, 64 characters. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return hex(new Uint8Array(digest))
}

/** HMAC-SHA-256 of a text as lower-case hex cut to 32 characters (128 bits). */
export async function keyedHash(key: string, text: string): Promise<string> {
  const bytes = new TextEncoder()
  const secret = await crypto.subtle.importKey(
    'raw',
    bytes.encode(key),
    { name: 'HMAC', hash: 'SHA-256' },
    false,
    ['sign'],
  )
  const mac = await crypto.subtle.sign('HMAC', secret, bytes.encode(text))
  return hex(new Uint8Array(mac)).slice(0, 32)
}

/** JSON with sorted keys, so that equal values hash alike. `undefined` members are left out. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}

/** A URL without its query and fragment: what stays of a signed one. */
export function unsigned(url: string | null): string | null {
  return url === null ? null : (url.split(/[?#]/, 1)[0] ?? null)
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
