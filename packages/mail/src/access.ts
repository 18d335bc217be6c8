/** Which mailbox there is, by the settings. */
import type { Settings } from '@switchboard/shared/config'
import { StageError } from '@switchboard/shared/failure'

/**
 * Null: this company has no mailbox.
 * @throws StageError config.invalid: one setting without the other
 */
export function jmapAccess(
  settings: Pick<Settings, 'JMAP_SESSION_URL' | 'JMAP_TOKEN'>,
): { sessionUrl: string; token: string } | null {
  const { JMAP_SESSION_URL: sessionUrl, JMAP_TOKEN: token } = settings
  if (sessionUrl === undefined && token === undefined) return null
  if (sessionUrl === undefined || token === undefined)
    throw new StageError({
      kind: 'config.invalid',
      setting: token === undefined ? 'JMAP_TOKEN' : 'JMAP_SESSION_URL',
      detail: 'is missing: JMAP_SESSION_URL and JMAP_TOKEN need each other',
    })
  return { sessionUrl, token }
}
