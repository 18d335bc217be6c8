/** Deliveries as OpenPhone makes them: signed, in both generations. */
export const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
export const LEGACY_SECRET = '//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=' // bytes of 0x80 and above

let ids = 0

/** A POST of the new generation, made now. A number, object or text is sent as it stands in JSON. */
export async function delivery(
  payload: unknown,
  over: { id?: string; secret?: string; atMs?: number; body?: string } = {},
): Promise<RequestInit<IncomingRequestCfProperties>> {
  const body = over.body ?? JSON.stringify(payload)
  const id = over.id ?? `msg_${++ids}`
  const timestamp = String(Math.floor((over.atMs ?? Date.now()) / 1000))
  const key = (over.secret ?? SECRET).replace('whsec_', '')
  return {
    method: 'POST',
    headers: {
      'webhook-id': id,
      'webhook-timestamp': timestamp,
      'webhook-signature': `v1,${await sign(key, `${id}.${timestamp}.${body}`)}`,
    },
    body,
  }
}

/** A POST of the legacy generation, made now. */
export async function legacyDelivery(
  payload: unknown,
  over: { secret?: string; atMs?: number } = {},
): Promise<RequestInit<IncomingRequestCfProperties>> {
  const body = JSON.stringify(payload)
  const timestamp = String(over.atMs ?? Date.now())
  const signature = await sign(over.secret ?? LEGACY_SECRET, `${timestamp}.${body}`)
  return {
    method: 'POST',
    headers: { 'openphone-signature': `hmac;1;${timestamp};${signature}` },
    body,
  }
}

/** @param key base64 */
async function sign(key: string, text: string): Promise<string> {
  const bytes = Uint8Array.from(atob(key), (char) => char.charCodeAt(0))
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const hmac = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign'])
  const mac = await crypto.subtle.sign('HMAC', hmac, new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(mac)))
}
