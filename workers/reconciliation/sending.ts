/** What every write to a page minds: nothing is sent late in a lease, and nothing unsure is forgotten. */
import type { Claim } from '@switchboard/consumer/ports'
import { StageError, toFailure } from '@switchboard/shared/failure'
import type { ReconcilePorts } from './reconcile-ports.ts'

/** An update that may still land holds back the next one. */
export async function inDoubt<T>(
  ports: ReconcilePorts,
  sentAt: number,
  write: () => Promise<T>,
): Promise<T> {
  try {
    return await write()
  } catch (error) {
    if (toFailure(error).kind === 'upstream.doubtful') await ports.store.doubtUpdate(sentAt)
    throw error
  }
}

/** Too late in the lease to send: another may hold the record before it lands. */
export function isLate(claim: Claim, ports: ReconcilePorts): boolean {
  return ports.now() > claim.claimedAt + ports.lastSendMs
}

export function leaseLost(): StageError {
  return new StageError({ kind: 'lease.lost' })
}
