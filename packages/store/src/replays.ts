/**
 * Replays (docs/protocols.md#replays): which letters are worked once more, at what pace, and how far
 * that is. What becomes of each letter: replay-letters.ts.
 */
import * as v from 'valibot'
import { fromJson, jsonBatches } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import type { LetterCursor, LetterFilter, LetterKey } from './letter-list.ts'

const Options = v.object({
  fetchAnew: v.boolean(),
  withoutAi: v.boolean(),
  remakePages: v.boolean(),
})
export type ReplayOptions = v.InferOutput<typeof Options>

const Pace = v.union([v.picklist(['careful', 'all']), v.object({ perMinute: v.number() })])
/** `careful`: three first, then the rest if those succeed. `all`: as fast as the gates allow. */
export type ReplayPace = v.InferOutput<typeof Pace>

export type ReplayState = 'running' | 'completed' | 'stopped' | 'aborted'

export interface Replay {
  id: string
  state: ReplayState
  actor: string
  pace: ReplayPace
  options: ReplayOptions
  reason: string | null
  startedAt: number
  finishedAt: number | null
  /** Null: every letter is selected. */
  filter: LetterFilter | null
  selectedTo: LetterCursor | null
  waiting: number
  sent: number
  succeeded: number
  died: number
  held: number
}

const Filter = v.object({
  state: v.picklist(['open', 'replaying', 'settled', 'discarded']),
  stage: v.optional(v.string()),
  failure: v.optional(v.string()),
  pattern: v.optional(v.string()),
  kind: v.optional(v.string()),
  from: v.optional(v.number()),
  to: v.optional(v.number()),
  words: v.optional(v.array(v.string())),
  records: v.optional(v.array(v.object({ kind: v.string(), id: v.string() }))),
})
const Cursor = v.tuple([v.number(), v.string(), v.string(), v.string()])

const COLUMNS = `id, state, actor, filter, selected_to AS selectedTo, pace, options, reason,
  started_at AS startedAt, finished_at AS finishedAt, waiting, sent, succeeded, died, held`

type Row = Omit<Replay, 'pace' | 'options' | 'filter' | 'selectedTo'> &
  Record<'pace' | 'options', string> &
  Record<'filter' | 'selectedTo', string | null>

function read(row: Row): Replay {
  return {
    ...row,
    pace: fromJson(Pace, row.pace),
    options: fromJson(Options, row.options),
    filter: row.filter === null ? null : fromJson(Filter, row.filter),
    selectedTo: row.selectedTo === null ? null : fromJson(Cursor, row.selectedTo),
  }
}

/** Null: there is none of this id. */
export async function findReplay(db: D1Database, id: string): Promise<Replay | null> {
  const row = await db.prepare(`SELECT ${COLUMNS} FROM replays WHERE id = ?1`).bind(id).first<Row>()
  return row === null ? null : read(row)
}

/** Newest first. @param before start and id of the last row of the page before */
export async function listReplays(
  db: D1Database,
  before: [startedAt: number, id: string] | null,
  limit: number,
): Promise<Replay[]> {
  const { results } = await db
    .prepare(
      `SELECT ${COLUMNS} FROM replays WHERE (started_at, id) < (?1, ?2)
        ORDER BY started_at DESC, id DESC LIMIT ?3`,
    )
    .bind(before?.[0] ?? Number.MAX_SAFE_INTEGER, before?.[1] ?? '', limit)
    .all<Row>()
  return results.map(read)
}

/** The ones that have something to do: letters to send, or direct ones to finish. */
export async function openReplays(db: D1Database): Promise<Replay[]> {
  const [running, sent] = await db.batch<Row>([
    db.prepare(
      `SELECT ${COLUMNS} FROM replays WHERE state = 'running' ORDER BY started_at LIMIT 50`,
    ),
    db.prepare(
      `SELECT ${COLUMNS} FROM replays WHERE sent > 0 AND state <> 'running'
        ORDER BY started_at LIMIT 50`,
    ),
  ])
  return [...(running?.results ?? []), ...(sent?.results ?? [])].map(read)
}

export interface NewReplay {
  id: string
  actor: string
  pace: ReplayPace
  options: ReplayOptions
  /** These letters, or all that fit the filter and were filed by now. */
  select: { keys: readonly LetterKey[] } | { filter: LetterFilter }
}

/** Begins. Of given letters only open ones are selected. */
export async function startReplay(db: D1Database, replay: NewReplay, now: number): Promise<void> {
  const { select } = replay
  await db.batch([
    db
      .prepare(
        `INSERT INTO replays (id, state, actor, filter, pace, options, started_at)
         VALUES (?1, 'running', ?2, ?3, ?4, ?5, ?6)`,
      )
      .bind(
        replay.id,
        replay.actor,
        'filter' in select ? JSON.stringify(select.filter) : null,
        JSON.stringify(replay.pace),
        JSON.stringify(replay.options),
        now,
      ),
    ...('keys' in select ? selectStatements(db, replay.id, select.keys) : []),
  ])
}

function selectStatements(
  db: D1Database,
  replayId: string,
  keys: readonly LetterKey[],
): D1PreparedStatement[] {
  return jsonBatches(keys.map(({ stage, kind, id }) => ({ stage, kind, id }))).map((json) =>
    db
      .prepare(
        `INSERT INTO replay_letters (replay_id, stage, kind, id, state, last_at)
         SELECT ?1, l.stage, l.kind, l.id, 'waiting', l.last_at FROM json_each(?2) j
           JOIN dead_letters l ON l.stage = j.value ->> 'stage' AND l.kind = j.value ->> 'kind'
            AND l.id = j.value ->> 'id' AND l.closed_at IS NULL
          WHERE true ON CONFLICT DO NOTHING`,
      )
      .bind(replayId, json),
  )
}

/** Selects the next letters of the filter. @param to where they end; null: there are no more */
export async function selectMore(
  db: D1Database,
  replayId: string,
  keys: readonly LetterKey[],
  to: LetterCursor | null,
): Promise<void> {
  await db.batch([
    ...selectStatements(db, replayId, keys),
    db
      .prepare(
        `UPDATE replays SET selected_to = ?2, filter = CASE WHEN ?2 IS NULL THEN NULL ELSE filter END
          WHERE id = ?1 AND state = 'running'`,
      )
      .bind(replayId, to === null ? null : JSON.stringify(to)),
  ])
}

/** Ends a running replay; what is on its way goes on, and is still counted. */
export async function endReplay(
  db: D1Database,
  id: string,
  end: { state: Exclude<ReplayState, 'running'>; reason: string | null },
  now: number,
): Promise<boolean> {
  const { results } = await db
    .prepare(
      `UPDATE replays SET state = ?2, reason = ?3, finished_at = ?4, filter = NULL
        WHERE id = ?1 AND state = 'running' RETURNING 1`,
    )
    .bind(id, end.state, end.reason, now)
    .all()
  return results.length === 1
}

/** What replays that ended before then leave behind is deleted. */
export function tidyReplaysStatements(db: D1Database, before: number): D1PreparedStatement[] {
  const old = `SELECT id FROM replays WHERE finished_at < ?1 AND sent = 0`
  return [
    db.prepare(`DELETE FROM replay_letters WHERE replay_id IN (${old})`).bind(before),
    db.prepare(`DELETE FROM replays WHERE finished_at < ?1 AND sent = 0`).bind(before),
  ]
}
