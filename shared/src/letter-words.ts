/**
 * A dead letter in plain words: what failed, why a retry did not help, what to do. Read from its
 * stage, its kind of failure and its reason (failure.ts says how reasons are written). No I/O.
 */
import { KINDS } from './kinds.ts'

export interface Advice {
  title: string
  why: string
  what: string
}

const SYSTEMS: Record<string, string> = {
  openphone: 'OpenPhone',
  notion: 'Notion',
  mailbox: 'The mailbox',
  'workers-ai': 'Workers AI',
  vectorize: 'Vectorize',
}

/** @param reason of one letter, or the pattern of many */
export function adviceFor(letter: {
  stage: string
  kind: string
  failure: string
  reason: string
}): Advice {
  const { stage, kind, failure } = letter
  const reason = letter.reason === '' ? failure : letter.reason
  if (kind === 'unknown')
    return {
      title: `A queue message is unreadable: ${reason}`,
      why: 'It is none of ours, or of a release that was never finished.',
      what: 'The record itself is still owed and is sent again by itself, so it is safe to discard.',
    }
  if (stage === 'webhook')
    return {
      title: `A signed event is unreadable: ${reason}`,
      why: 'The event is kept as it came; the release that took it in cannot read it.',
      what: 'Replay it after an update. A backfill lists calls and texts as well, so it is safe to discard.',
    }
  if (stage === 'sweep') return sweepAdvice(letter, reason)

  const refused = /^(\S+) refused the record \((\d+)\): (.*)$/s.exec(reason)
  if (refused !== null) {
    const system = SYSTEMS[refused[1] ?? ''] ?? refused[1]
    return {
      title: `${system} refused it: ${refused[3]}`,
      why: `${system} answered ${refused[2]} to this very record. The same again would be refused again.`,
      what: 'Mend what it names, or update Switchboard, then replay.',
    }
  }
  const givenUp = /^tries: given up after (\d+|#) failed tries: (.*)$/s.exec(reason)
  if (givenUp !== null) {
    const tries = givenUp[1] === '#' ? 'its' : givenUp[1]
    return {
      title: `Given up after ${tries} tries: ${givenUp[2]}`,
      why: 'Each try failed, though what it needs answered when it was probed.',
      what: 'Replay it once what the last try names works again.',
    }
  }
  if (failure === 'record.invalid')
    return {
      title: `Unreadable: ${reason}`,
      why: 'The record cannot be read as it is stored, and a retry reads the same.',
      what: 'Replay it after an update, or fetch it anew from its source.',
    }
  return { title: reason, why: 'No retry could save it.', what: 'Mend what it names, then replay.' }
}

function sweepAdvice({ kind, failure }: { kind: string; failure: string }, reason: string): Advice {
  const isRow = failure === 'record.invalid' && KINDS.some((one) => one === kind)
  if (isRow)
    return {
      title: `A listed ${kind} is unreadable: ${reason}`,
      why: 'The source lists it in a form that this release cannot read; it is kept as it came.',
      what: 'Each backfill tries it again. Replay it after an update, or fetch it anew from its source.',
    }
  return {
    title: `The listing of ${kind} was given up: ${reason}`,
    why: 'Its run ended without it.',
    what: 'Replay it: the listing goes on where it stood. The next backfill lists all the same.',
  }
}

/** Why a letter is held back from a replay, in words. */
export function heldBackWords(why: string): string {
  switch (why) {
    case 'closed':
      return 'it is settled or discarded'
    case 'replaying':
      return 'it is being replayed already'
    case 'gone':
      return 'its record is gone'
    case 'removed':
      return 'a person removed its page'
    default:
      return why
  }
}
