/** Who may: the tokens of the API, compared in constant time. Without an admin token nobody has one. */
import { readSettings } from '@switchboard/shared/config'

export type Holder = 'admin' | 'reader'

/** Whose token it is; null: nobody's. @throws StageError config.invalid */
export async function holderOf(token: string, env: object): Promise<Holder | null> {
  const { ADMIN_TOKEN, READ_ONLY_TOKEN } = readSettings(env, ['ADMIN_TOKEN', 'READ_ONLY_TOKEN'])
  if (ADMIN_TOKEN === undefined) return null
  if (await same(token, ADMIN_TOKEN)) return 'admin'
  return READ_ONLY_TOKEN !== undefined && (await same(token, READ_ONLY_TOKEN)) ? 'reader' : null
}

/** The token that a request carries; null: none. */
export function bearerOf({ headers }: Pick<Request, 'headers'>): string | null {
  return /^Bearer (.+)$/.exec(headers.get('Authorization') ?? '')?.[1] ?? null
}

/** Digests have one length, so nothing is told by where two tokens part. */
async function same(a: string, b: string): Promise<boolean> {
  return crypto.subtle.timingSafeEqual(await digest(a), await digest(b))
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
}
