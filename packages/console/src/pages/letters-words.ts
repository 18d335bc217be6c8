/** What the dead letters page says. No I/O. */
import type {
  Letter,
  LetterGroup,
  LetterGroups,
  Replay,
  ReplayPreview,
} from '@switchboard/shared/api/letters'
import { count, counted, duration } from '../format/numbers.ts'
import { party, shortId } from '../format/party.ts'
import { day, moment } from '../format/time.ts'
import type { Clock } from '../format/time.ts'

/** The page's sentence: how many, of how many faults, what to do. */
export function lettersSentence(
  { items, counts, lastClosedAt }: LetterGroups,
  clock: Clock,
): { first: string; rest: string } {
  if (counts.open === 0)
    return lastClosedAt === null
      ? { first: 'No dead letters,', rest: 'and there never was one.' }
      : {
          first: 'No dead letters.',
          rest: `The last was closed ${onDay(day(lastClosedAt, clock))}.`,
        }
  const faults = counted(items.length, 'kind of failure', 'kinds of failure')
  const deployed = items.filter(({ deployedAt }) => deployedAt !== null)
  const older = deployed.reduce((sum, group) => sum + group.count, 0)
  const at = deployed[0]?.deployedAt
  const rest = [
    at === null || at === undefined
      ? null
      : `${count(older)} failed before the release of ${moment(at, clock)}: replay them to see whether it mended them.`,
    counts.replaying === 0
      ? 'None is retried by itself.'
      : `${count(counts.replaying)} of them being replayed.`,
  ]
  return {
    first: `${count(counts.open)} open, ${faults}.`,
    rest: rest.filter((words) => words !== null).join(' '),
  }
}

function onDay(said: string): string {
  return said === 'today' || said === 'yesterday' ? said : `on ${said}`
}

/** What a group's line says under its title. */
export function groupHint({ deployedAt, advice }: LetterGroup, clock: Clock): string {
  return deployedAt === null
    ? advice.what
    : `by the release of ${moment(deployedAt, clock)}, after the last of these`
}

/** A record is named by whom it is with, else by its id. */
export function letterName({ merchant, party: key, recordId }: Letter): string {
  if (merchant !== null) return merchant
  return key === null ? shortId(recordId) : party(key)
}

/** What a letter's reason says beyond its group's: from the word on where they part. */
export function particular({ error, pattern }: Letter): string {
  let parting = 0
  while (parting < error.length && error[parting] === pattern[parting]) parting++
  if (parting === error.length) return error
  return error.slice(error.lastIndexOf(' ', parting - 1) + 1)
}

/** A letter's kind where a record has it. */
export function recordKind(kind: string): 'call' | 'message' | 'mail' | null {
  return kind === 'call' || kind === 'message' || kind === 'mail' ? kind : null
}

const ABOUT = { call: 'Call with', message: 'Message with', mail: 'Mail with' } as const

export function letterTitle(letter: Letter): string {
  const kind = recordKind(letter.kind)
  if (letter.stage === 'sweep' && kind === null) return `Listing of ${letter.kind}`
  if (letter.kind === 'unknown') return `Queue message ${shortId(letter.recordId)}`
  if (kind === null) return `Event ${letter.kind}`
  return letter.merchant === null && letter.party === null
    ? `${kind === 'mail' ? 'Mail' : kind === 'call' ? 'Call' : 'Message'} ${shortId(letter.recordId)}`
    : `${ABOUT[kind]} ${letterName(letter)}`
}

/** The sentence over a preview: how many go, how many are held back and why. */
export function previewSentence({
  letters,
  isExact,
  checked,
  eligible,
  held,
}: ReplayPreview): string {
  const of = checked < letters || !isExact ? `Of the first ${count(checked)}, ` : ''
  const can = `${count(eligible)} can be replayed.`
  const kept = held.map(({ why, count: n }) => `${count(n)} held back: ${why}.`)
  const rest =
    checked < letters
      ? [`The other ${count(letters - checked)} are looked at when they are sent.`]
      : []
  return [`${of}${can}`, ...kept, ...rest].join(' ')
}

/** `Replay 13`; where not all are looked at yet, all that are selected. */
export function replayVerb({ letters, checked, eligible }: ReplayPreview): string {
  return `Replay ${count(checked < letters ? letters : eligible)}`
}

const SYSTEMS: Record<string, [name: string, note: (count: number) => string]> = {
  notion: ['Notion requests', () => 'one a page'],
  openphone: ['OpenPhone requests', (n) => (n === 0 ? 'records are kept' : 'asked anew')],
  'workers-ai': ['AI calls', () => 'analyses and vectors'],
  vectorize: ['Vector writes', () => 'one a record'],
  mailbox: ['Mailbox requests', () => ''],
}

/** A line of the table of what a replay sends. */
export function costLine(request: ReplayPreview['requests'][number]): {
  name: string
  note: string
} {
  const [name, note] = SYSTEMS[request.api] ?? [request.api, () => '']
  const behind =
    request.waiting !== null && request.waiting > 0 && request.count > 0
      ? `behind ${count(request.waiting)} that wait`
      : note(request.count)
  return { name, note: behind }
}

/** How long a replay takes, and when it is ready. */
export function readySentence({ minutes, readyAt }: ReplayPreview, clock: Clock): string {
  return `${duration(minutes * 60_000)}, ready ${moment(readyAt, clock)}`
}

/** Where a replay stands, in one line. */
export function replaySentence(replay: Replay): string {
  const { state, succeeded, died, held, sent, waiting, reason, isSelecting } = replay
  const parts = [
    `${count(succeeded)} succeeded`,
    ...(died > 0 ? [`${count(died)} died again`] : []),
    ...(sent > 0 ? [`${count(sent)} on the way`] : []),
    ...(waiting > 0
      ? [
          `${count(waiting)}${isSelecting ? ' or more' : ''} ${state === 'running' ? 'wait' : 'not sent'}`,
        ]
      : []),
    ...(held > 0 ? [`${count(held)} held back`] : []),
  ]
  return `${parts.join(', ')}.${reason === null ? '' : ` Stopped: ${reason}.`}`
}

export const REPLAY_STATES = {
  running: ['running', 'running'],
  completed: ['completed', 'completed'],
  stopped: ['failed', 'stopped'],
  aborted: ['cancelled', 'aborted'],
} as const

/** JSON in lines; what is none as it is. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}

/** Words and the code between backticks, in turn. */
export function codeParts(text: string): string[] {
  return text.split('`')
}
