/** Whether a request that acts comes from our own pages. */
import { readSettings } from '@switchboard/shared/config'
import type { Actor } from '../door/access.ts'
import type { Env } from '../ports.ts'

/**
 * An Origin that is given must be ours; a session, which a browser sends by itself, must bring one.
 * @param actor null: nobody yet, who is about to sign in
 */
export function fromHere(request: Request, env: Env, actor: Actor | null): boolean {
  const origin = request.headers.get('Origin')
  if (origin === null) return actor === null || actor.expiresAt === null
  const { PUBLIC_URL } = readSettings(env, ['PUBLIC_URL'])
  return origin === new URL(request.url).origin || origin === PUBLIC_URL
}
