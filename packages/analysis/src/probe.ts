/**
 * Whether Workers AI answers after all. It has no question of its own for that: a spent budget or a
 * model that does not exist is taken at its word, a model without capacity says nothing about the
 * rest, and for anything else the smallest embedding is tried.
 */
import type { Failure } from '@switchboard/shared/failure'

/** @param embed embeds one short text */
export async function modelAnswers(
  embed: () => Promise<unknown>,
  failure: Failure,
): Promise<boolean> {
  if (failure.kind !== 'upstream.unavailable') return false
  if (failure.detail.includes('3040')) return true
  try {
    await embed()
    return true
  } catch {
    return false
  }
}
