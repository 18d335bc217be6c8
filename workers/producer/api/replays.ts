/** Replays: how far each is, what became of its letters, and an end to it. */
import { abortReplay, letterId, listReplays, readReplay } from '@switchboard/shared/api/letters'
import type { Replay as Said } from '@switchboard/shared/api/letters'
import { moment } from '@switchboard/shared/api/operation'
import { replayLetters } from '@switchboard/store/replay-letters'
import { endReplay, findReplay, listReplays as newest } from '@switchboard/store/replays'
import type { Replay } from '@switchboard/store/replays'
import * as v from 'valibot'
import { Refused } from '../door/problem.ts'
import { cursorIn, nextCursor } from './page.ts'
import { route } from './route.ts'

const Cursor = v.tuple([v.number(), v.string()])
const MOST_OF_EACH = 20

export const REPLAY_ROUTES = [
  route(listReplays, async ({ query: { cursor, limit }, env }) => {
    const found = await newest(env.DB, cursorIn(cursor, Cursor), limit + 1)
    return {
      items: found.slice(0, limit).map(said),
      nextCursor: nextCursor(found, limit, ({ startedAt, id }) => [startedAt, id]),
    }
  }),

  route(readReplay, async ({ params: { id }, env }) => {
    const replay = await known(env.DB, id)
    const letters = await Promise.all(
      (['died', 'held', 'sent', 'succeeded', 'waiting'] as const).map((state) =>
        replayLetters(env.DB, id, state, MOST_OF_EACH),
      ),
    )
    return {
      ...said(replay),
      letters: letters.flat().map((letter) => ({
        id: letterId(letter),
        stage: letter.stage,
        kind: letter.kind,
        recordId: letter.id,
        outcome: letter.state,
        note: letter.note,
        settledAt: moment(letter.settledAt),
      })),
    }
  }),

  route(abortReplay, async ({ params: { id }, env }) => {
    await known(env.DB, id)
    if (!(await endReplay(env.DB, id, { state: 'aborted', reason: null }, Date.now())))
      throw new Refused(409, 'This replay has ended already.')
    return said(await known(env.DB, id))
  }),
]

/** @throws Refused 404 */
async function known(db: D1Database, id: string): Promise<Replay> {
  const replay = await findReplay(db, id)
  if (replay === null) throw new Refused(404, 'There is no such replay.')
  return replay
}

function said(replay: Replay): Said {
  return {
    id: replay.id,
    state: replay.state,
    actor: replay.actor,
    pace: replay.pace,
    options: replay.options,
    reason: replay.reason,
    startedAt: moment(replay.startedAt),
    finishedAt: moment(replay.finishedAt),
    isSelecting: replay.state === 'running' && replay.filter !== null,
    waiting: replay.waiting,
    sent: replay.sent,
    succeeded: replay.succeeded,
    died: replay.died,
    held: replay.held,
  }
}
