/** Text messages of the whole workspace. */
import type { TextMessagePart } from '@switchboard/shared/record'
import { toTextMessagePart } from './map.ts'
import { onward, readOne, readPage } from './page.ts'
import type { Page, Window } from './page.ts'
import { get } from './request.ts'
import { NOT_KNOWN } from './refusal.ts'
import type { OpenPhone } from './request.ts'
import { WireTextMessage } from './wire.ts'

/**
 * One page of the workspace's text messages, newest first, at most 50. The same window must come
 * with every page. Spec: Quo 2026-03-30, GET /messages.
 * @throws StageError upstream.*, gate.later; ExpiredCursorError (refusal.ts)
 */
export async function listTextMessages(
  api: OpenPhone,
  window: Window,
): Promise<Page<TextMessagePart>> {
  const { body } = await get(api, {
    path: '/messages',
    // Unlike calls these bounds are exclusive: a millisecond wider, so that both count in.
    query: {
      'createdAt[gt]': new Date(window.since.getTime() - 1).toISOString(),
      'createdAt[lt]': new Date(window.until.getTime() + 1).toISOString(),
    },
    cursor: window.cursor,
  })
  return onward(readPage(body, WireTextMessage, toTextMessagePart), window.cursor)
}

/**
 * One text message; null where OpenPhone does not know it: 404, or an id that it takes for none.
 * Spec: Quo 2026-03-30, GET /messages/{messageId}.
 * @throws StageError upstream.*, gate.later, record.invalid
 */
export async function getTextMessage(api: OpenPhone, id: string): Promise<TextMessagePart | null> {
  const path = `/messages/${encodeURIComponent(id)}`
  const { status, body } = await get(api, { path, expected: NOT_KNOWN })
  return NOT_KNOWN.includes(status) ? null : readOne(body, WireTextMessage, toTextMessagePart)
}
