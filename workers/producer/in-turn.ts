/** Steps of a cron, one after the other: what one of them meets keeps no other from its turn. */
import { describe, toFailure } from '@switchboard/shared/failure'
import { log } from '@switchboard/shared/log'

/** @throws the first step's fault, once all have had their turn */
export async function inTurn(steps: Record<string, () => Promise<unknown>>): Promise<void> {
  const faults: unknown[] = []
  for (const [step, take] of Object.entries(steps)) {
    try {
      await take()
    } catch (error) {
      const failure = toFailure(error)
      log.error('step.failed', { step, failure: failure.kind, error: describe(failure) })
      faults.push(error)
    }
  }
  if (faults.length > 0) throw faults[0]
}
