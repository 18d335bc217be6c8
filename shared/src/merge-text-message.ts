/**
 * What OpenPhone's API says of a text message and what its events said, in one: pure, so the order
 * in which they arrived cannot show. No I/O.
 */
import type { TextMessagePart } from './record.ts'

/** Stored parts of a text message, by name. */
export interface TextMessageParts {
  rest?: TextMessagePart
  'event:message'?: TextMessagePart
}

/** The text message that these parts make; null where there is none of them. */
export function mergeTextMessage(parts: TextMessageParts): TextMessagePart | null {
  const { rest, 'event:message': event } = parts
  if (rest === undefined || event === undefined) return rest ?? event ?? null
  if (isSettled(rest.status) || !isSettled(event.status)) return rest
  return { ...rest, status: event.status }
}

/**
 * How far a text message has come, by the API's word: nothing comes after 6 but a failure.
 * A word we do not know is nothing yet.
 */
export function textStatusRank(status: string): number {
  return TEXT_STATUS_RANKS.get(status) ?? 0
}

const TEXT_STATUS_RANKS: ReadonlyMap<string, number> = new Map([
  ['queued', 1],
  ['sent', 3],
  ['delivered', 6],
  ['received', 6],
  ['undelivered', 8],
  ['failed', 8],
])

function isSettled(status: string): boolean {
  return textStatusRank(status) >= 6
}
