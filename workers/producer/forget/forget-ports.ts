/** What forgetting reaches, made from the producer's environment. Wiring, no rules. */
import { readSettings } from '@switchboard/shared/config'
import type { ForgetPorts } from './forget.ts'
import { open } from '../ports.ts'
import type { Env } from '../ports.ts'

/** @throws StageError config.invalid */
export function forgetPorts(env: Env): ForgetPorts {
  const ports = open(env)
  return {
    db: ports.db,
    texts: env.TEXT_INDEX,
    files: env.FILES,
    cache: env.CACHE,
    vectorize: env.VECTORIZE,
    notion: ports.notion(null),
    country: ports.settings.DEFAULT_COUNTRY,
    hashKey: readSettings(env, ['HASH_KEY']).HASH_KEY,
    tombstone: ports.tombstone,
    now: ports.now,
    newToken: () => crypto.randomUUID(),
  }
}
