/** Which of the keys a request is sent with: bulk work may have one of its own, with its own budget. */
import type { Settings } from '@switchboard/shared/config'
import type { Lane } from '@switchboard/shared/kinds'
import type { OpenPhone } from './request.ts'

type KeySettings = Pick<
  Settings,
  'OPENPHONE_API_KEY' | 'OPENPHONE_BULK_API_KEY' | 'OPENPHONE_BASE_URL'
>

/** Where and with which key a lane asks; null: there is no OpenPhone. */
export function keyOf(
  { OPENPHONE_API_KEY, OPENPHONE_BULK_API_KEY, OPENPHONE_BASE_URL: baseUrl }: KeySettings,
  lane: Lane,
): Pick<OpenPhone, 'baseUrl' | 'apiKey' | 'scope'> | null {
  if (OPENPHONE_API_KEY === undefined) return null
  if (lane === 'live' || OPENPHONE_BULK_API_KEY === undefined)
    return { baseUrl, apiKey: OPENPHONE_API_KEY }
  return { baseUrl, apiKey: OPENPHONE_BULK_API_KEY, scope: 'openphone:bulk' }
}
