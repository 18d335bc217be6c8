/**
 * Replays: letters are worked once more, at a pace (docs/protocols.md#replays). A replay is in D1; it
 * is gone on with by its own queue message at once, and by the minute cron whatever became of that.
 *
 *   select   letters of the filter, newest first, as far as they are needed
 *   send     as many as the pace allows; a stage's letter is raised, others are taken in by themselves
 *   end      when nothing waits and nothing is on its way, or when one of the first three died
 *
 * Every step may be done twice: a letter is sent by whoever finds it waiting.
 */
import { sendOwed } from '@switchboard/consumer/send-owed'
import { toFailure } from '@switchboard/shared/failure'
import { KINDS, STAGES } from '@switchboard/shared/kinds'
import type { RecordKey } from '@switchboard/shared/kinds'
import { log } from '@switchboard/shared/log'
import { QUEUE_MESSAGE_VERSION, replayCause } from '@switchboard/shared/queue-message'
import type { ReplayMessage } from '@switchboard/shared/queue-message'
import { listLetters } from '@switchboard/store/letter-list'
import type { LetterKey } from '@switchboard/store/letter-list'
import { closeFinishedSweeps } from '@switchboard/store/replay-directly'
import {
  replayLetters,
  sendLetters,
  takeAgain,
  takeLetter,
} from '@switchboard/store/replay-letters'
import {
  endReplay,
  findReplay,
  openReplays,
  selectMore,
  startReplay,
} from '@switchboard/store/replays'
import type { NewReplay, Replay } from '@switchboard/store/replays'
import type { Ports } from '../ports.ts'
import { replayDirectly } from './replay-directly.ts'

/** So many show whether it is mended. */
export const FIRST_ONES = 3
const MOST_SELECTED = 4000 // of one step
const MOST_SENT = 4000
const MOST_DIRECT = 50
const A_PAGE = 200
/** A direct letter that takes longer was left by whoever had it. */
const LEFT_AFTER_MS = 60_000
/** So soon after its start a replay looks again by itself; later the minute cron does. */
const QUICK_MS = 2 * 60_000
const QUICK_SECONDS = 5

/** Begins a replay. What its queue message does not do, the minute cron does. */
export async function beginReplay(ports: Ports, replay: NewReplay): Promise<void> {
  await startReplay(ports.db, replay, ports.now())
  try {
    await ports.sweepQueue.send(messageFor(replay.id, ports))
  } catch (error) {
    log.warn('replay.unsent', { failure: toFailure(error).kind })
  }
}

/** The minute cron's part: every replay that has something to do. */
export async function workReplays(ports: Ports): Promise<void> {
  for (const replay of await openReplays(ports.db)) {
    try {
      await workReplay(ports, replay)
    } catch (error) {
      log.error('replay.failed', { failure: toFailure(error).kind })
    }
  }
}

/** A replay's queue message: goes on with it, and looks again while it is young. */
export async function handleReplay(ports: Ports, { replay: id }: ReplayMessage): Promise<void> {
  const replay = await findReplay(ports.db, id)
  if (replay === null) return
  await workReplay(ports, replay)
  const after = await findReplay(ports.db, id)
  const isYoung = ports.now() - replay.startedAt < QUICK_MS
  if (after?.state === 'running' && isYoung)
    await ports.sweepQueue.send(messageFor(id, ports), { delaySeconds: QUICK_SECONDS })
}

function messageFor(id: string, { now }: Ports): ReplayMessage {
  return { v: QUEUE_MESSAGE_VERSION, replay: id, enqueuedAt: now() }
}

async function workReplay(ports: Ports, replay: Replay): Promise<void> {
  const { db, now } = ports
  const { id } = replay
  for (const letter of await takeAgain(db, id, now() - LEFT_AFTER_MS, now()))
    await replayDirectly(ports, replay, letter)
  await closeFinishedSweeps(db, now())

  let most = MOST_SENT
  let direct = MOST_DIRECT
  for (;;) {
    const current = await selected(ports, id)
    if (current?.state !== 'running') return
    if (isStopped(current)) {
      const reason = `${current.died} of the first ${FIRST_ONES} died again`
      await endReplay(db, id, { state: 'stopped', reason }, now())
      return
    }
    const sent = await send(ports, current, Math.min(most, allowed(current, now())), direct)
    most -= sent.all
    direct -= sent.direct
    if (sent.all === 0) break
  }
  const ended = await findReplay(db, id)
  if (ended?.state === 'running' && isDone(ended)) {
    await endReplay(db, id, { state: 'completed', reason: null }, now())
    log.info('replay.completed', { count: ended.succeeded })
  }
}

/** The replay as it stands, with more letters of its filter selected. */
async function selected(ports: Ports, id: string): Promise<Replay | null> {
  for (let left = MOST_SELECTED; ; left -= A_PAGE) {
    const replay = await findReplay(ports.db, id)
    if (replay === null || replay.filter === null || replay.state !== 'running' || left <= 0)
      return replay
    const { filter, startedAt, selectedTo } = replay
    // What dies again meanwhile is filed later, and is not selected twice.
    const until = { ...filter, to: Math.min(filter.to ?? startedAt, startedAt) }
    const { letters, next } = await listLetters(ports.db, until, selectedTo, A_PAGE)
    await selectMore(ports.db, id, letters, next)
  }
}

function tried({ sent, succeeded, died }: Replay): number {
  return sent + succeeded + died
}

function isStopped(replay: Replay): boolean {
  return replay.pace === 'careful' && replay.died > 0 && tried(replay) <= FIRST_ONES
}

function isDone({ filter, waiting, sent }: Replay): boolean {
  return filter === null && waiting === 0 && sent === 0
}

/** How many letters may be sent now. */
function allowed(replay: Replay, now: number): number {
  const { pace } = replay
  if (pace === 'all') return MOST_SENT
  if (pace === 'careful') {
    if (tried(replay) < FIRST_ONES) return FIRST_ONES - tried(replay)
    return tried(replay) === FIRST_ONES && replay.sent > 0 ? 0 : MOST_SENT
  }
  const minutes = Math.floor((now - replay.startedAt) / 60_000) + 1
  return Math.max(0, minutes * pace.perMinute - tried(replay))
}

/** Sends so many of the letters that wait; those that are held back count for nothing. */
async function send(
  ports: Ports,
  replay: Replay,
  most: number,
  mostDirect: number,
): Promise<{ all: number; direct: number }> {
  const { db, now } = ports
  const raised: RecordKey[] = []
  let direct = 0
  while (raised.length + direct < most && direct < mostDirect) {
    const left = Math.min(most - raised.length - direct, A_PAGE)
    const letters = await replayLetters(db, replay.id, 'waiting', left)
    if (letters.length === 0) break
    const [ofStages, others] = [letters.filter(isOfStage), letters.filter((one) => !isOfStage(one))]
    if (ofStages.length > 0) {
      const keys = await sendLetters(db, replay, ofStages, replayCause(replay.options), now())
      raised.push(...keys)
    }
    for (const key of others.slice(0, mostDirect - direct)) {
      const letter = await takeLetter(db, replay, key, now())
      if (letter === null) continue
      direct += 1
      await replayDirectly(ports, replay, letter)
    }
  }
  for (let at = 0; at < raised.length; at += A_PAGE)
    await sendOwed(ports.ledger, ports.queues, { keys: raised.slice(at, at + A_PAGE) }, ports.now)
  return { all: raised.length + direct, direct }
}

/** Whether a stage's owed work stands for it. */
function isOfStage(letter: LetterKey): letter is RecordKey & { stage: (typeof STAGES)[number] } {
  return STAGES.some((one) => one === letter.stage) && KINDS.some((one) => one === letter.kind)
}
