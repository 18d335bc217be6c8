/** What stands still and what it stands in the way of; what to do, in words. No I/O. */
import type { Failure } from '@switchboard/shared/failure'
import { WORKED_STAGES } from '@switchboard/shared/kinds'
import type { Scope, WorkedStage } from '@switchboard/shared/kinds'
import type { Parked } from '@switchboard/store/parked'
import type { PausedStage } from '@switchboard/store/pauses'

/** Which stages cannot do all of their work while a scope is parked. */
export function stagesOf(scope: Scope): WorkedStage[] {
  switch (scope) {
    case 'openphone':
    case 'openphone:bulk':
      return ['sweep', 'enrich', 'archive']
    case 'mailbox':
      return ['sweep', 'archive']
    case 'notion':
      return ['sweep', 'reconcile']
    case 'notion:canvas':
      return ['sweep']
    case 'workers-ai':
      return ['enrich', 'vectorize']
    case 'vectorize':
      return ['vectorize']
    default:
      return ['reconcile']
  }
}

const NAMES: Record<string, string> = {
  openphone: 'OpenPhone',
  'openphone:bulk': 'OpenPhone’s key for bulk work',
  mailbox: 'The mailbox',
  notion: 'Notion',
  'notion:canvas': 'Canvas in Notion',
  'notion:call': 'The database of calls in Notion',
  'notion:message': 'The database of text messages in Notion',
  'notion:mail': 'The database of mail in Notion',
  'workers-ai': 'Workers AI',
  vectorize: 'Vectorize',
}

/** As people call it. */
export function nameOf(scope: string): string {
  return NAMES[scope] ?? scope
}

const TOKENS: Record<string, string> = {
  openphone: 'OPENPHONE_API_KEY',
  'openphone:bulk': 'OPENPHONE_BULK_API_KEY',
  mailbox: 'JMAP_TOKEN',
  notion: 'NOTION_TOKEN',
}

/** What an operator does about it. */
export function cureOf({
  scope,
  failure,
  reason,
  until,
}: Pick<Parked, 'scope' | 'failure' | 'reason' | 'until'>): string {
  const token = TOKENS[scope] ?? (scope.startsWith('notion:') ? TOKENS['notion'] : undefined)
  const kind: Failure['kind'] | null = failure
  switch (kind) {
    case 'upstream.unauthorized':
      // Notion tells a token that is not valid from one that may not do all of it.
      if (reason.includes('capabilities')) return 'Do what the reason says, then probe.'
      return token === undefined
        ? 'Look after the binding of this Worker in Cloudflare, then probe.'
        : `Set ${token}, then probe.`
    case 'upstream.exhausted':
      if (scope.startsWith('notion'))
        return 'Do what the reason says. A few are tried every quarter of an hour.'
      return until === null
        ? 'Nothing: it goes on when there is budget again.'
        : 'Nothing: it goes on by itself then. A larger plan lifts the quota.'
    case 'upstream.misconfigured':
      return 'Mend what the reason names, then probe. The minute cron looks by itself too.'
    case 'upstream.unavailable':
    case 'upstream.throttled':
    case 'upstream.doubtful':
      return 'Nothing: it is tried every minute and goes on when it answers.'
    default:
      return 'Nothing is lost: it is tried every minute. Mend what the reason names.'
  }
}

/** Why a stage does not run; null: it does. */
export interface ClosedStage {
  state: 'paused' | 'parked'
  pause: PausedStage | null
  parked: Parked[] // what it waits for, the longest first
}

/** By stage. A pause is said before what is parked: it must end first. */
export function closedStages(
  parked: readonly Parked[],
  pauses: readonly PausedStage[],
): Map<WorkedStage, ClosedStage> {
  const closed = new Map<WorkedStage, ClosedStage>()
  for (const stage of WORKED_STAGES) {
    const pause = pauses.find((one) => one.stage === stage) ?? null
    const waitsFor = parked.filter(({ scope }) => stagesOf(scope).includes(stage))
    if (pause !== null || waitsFor.length > 0)
      closed.set(stage, {
        state: pause === null ? 'parked' : 'paused',
        pause,
        parked: waitsFor,
      })
  }
  return closed
}
