/**
 * Replays (docs/protocols.md#dead-letters): which letters are worked once more, how far that is, and
 * what became of each. A letter that is closed has succeeded, one that is filed again has died: both
 * are said by triggers, in the statement that closes or files it (migrations/0009_letters.sql).
 *
 *   waiting -> sent -> succeeded | died        waiting -> held: it was not sent, and why
 */
import * as v from 'valibot'
import { KINDS, STAGES } from '@switchboard/shared/kinds'
import type { RecordKey, Stage } from '@switchboard/shared/kinds'
import type { Cause } from '@switchboard/shared/queue-message'
import { jsonBatches } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import type { LetterCursor, LetterFilter, LetterKey } from './letter-list.ts'
import { ON_RAISE } from './work.ts'

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
const Json = <S extends v.GenericSchema>(schema: S) => v.pipe(v.string(), v.parseJson(), schema)

const COLUMNS = `id, state, actor, filter, selected_to AS selectedTo, pace, options, reason,
  started_at AS startedAt, finished_at AS finishedAt, waiting, sent, succeeded, died, held`

type Row = Omit<Replay, 'pace' | 'options' | 'filter' | 'selectedTo'> &
  Record<'pace' | 'options', string> &
  Record<'filter' | 'selectedTo', string | null>

function read(row: Row): Replay {
  return {
    ...row,
    pace: v.parse(Json(Pace), row.pace),
    options: v.parse(Json(Options), row.options),
    filter: row.filter === null ? null : v.parse(Json(Filter), row.filter),
    selectedTo: row.selectedTo === null ? null : v.parse(Json(Cursor), row.selectedTo),
  }
}

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

export interface ReplayLetter extends LetterKey {
  state: 'waiting' | 'sent' | 'succeeded' | 'died' | 'held'
  note: string | null
  lastAt: number
  sentAt: number | null
  settledAt: number | null
}

/** Letters of a replay in one state, newest first, at most `limit`. */
export async function replayLetters(
  db: D1Database,
  replayId: string,
  state: ReplayLetter['state'],
  limit: number,
): Promise<ReplayLetter[]> {
  const { results } = await db
    .prepare(
      `SELECT stage, kind, id, state, note, last_at AS lastAt, sent_at AS sentAt,
              settled_at AS settledAt FROM replay_letters
        WHERE replay_id = ?1 AND state = ?2 ORDER BY last_at DESC LIMIT ?3`,
    )
    .bind(replayId, state, limit)
    .all<ReplayLetter>()
  return results
}

const NAMED = (values: readonly string[]) => values.map((value) => `'${value}'`).join(', ')
/** SQL: a letter of a stage's work, which is raised; all others are taken in by themselves. */
const OF_A_STAGE = `l.stage IN (${NAMED(STAGES)}) AND l.kind IN (${NAMED(KINDS)})`

/** Why a letter is not replayed. */
export const HELD_BACK = ['closed', 'replaying', 'gone', 'removed'] as const
export type HeldBack = (typeof HELD_BACK)[number]

/**
 * SQL: why this letter `l` (with its record `r` and page `p`) is held back; NULL: it is not.
 * @param remake SQL: 1 where pages that a person removed are to be made again
 */
const heldBack = (remake: string) => `CASE
  WHEN l.id IS NULL OR l.closed_at IS NOT NULL THEN 'closed'
  WHEN l.replay_id IS NOT NULL THEN 'replaying'
  WHEN ${OF_A_STAGE} AND r.id IS NULL THEN 'gone'
  WHEN l.stage = 'reconcile' AND p.removed_at IS NOT NULL AND ${remake} = 0 THEN 'removed' END`

const WITH_RECORD = `LEFT JOIN records r ON r.kind = l.kind AND r.id = l.id
  LEFT JOIN pages p ON p.kind = l.kind AND p.id = l.id`

const KEYS = (parameter: string) => `(SELECT value ->> 'stage' AS stage, value ->> 'kind' AS kind,
  value ->> 'id' AS id FROM json_each(${parameter}))`

/** SQL: the letters of parameter 2 that wait in the replay of parameter 1. */
const WAITING = `(stage, kind, id) IN (SELECT w.stage, w.kind, w.id FROM ${KEYS('?2')} k
  JOIN replay_letters w ON w.replay_id = ?1 AND w.stage = k.stage AND w.kind = k.kind
   AND w.id = k.id AND w.state = 'waiting')`

/** What a letter comes to when it is examined before a replay. */
export interface Examined {
  stage: string
  kind: string
  heldBack: HeldBack | null
  /** Whether the source's own object is stored. */
  stored: 0 | 1
  count: number
}

/** These letters by what a replay of them would come to. */
export async function examineLetters(
  db: D1Database,
  keys: readonly LetterKey[],
  remakePages: boolean,
): Promise<{ rows: Examined[]; held: (LetterKey & { heldBack: HeldBack })[] }> {
  const from = `FROM ${KEYS('?1')} k LEFT JOIN dead_letters l
      ON l.stage = k.stage AND l.kind = k.kind AND l.id = k.id ${WITH_RECORD}`
  const json = JSON.stringify(keys.map(({ stage, kind, id }) => ({ stage, kind, id })))
  const [rows, held] = await db.batch([
    db
      .prepare(
        `SELECT stage, kind, heldBack, stored, count(*) AS count FROM (
           SELECT k.stage, k.kind, ${heldBack('?2')} AS heldBack, EXISTS (SELECT 1 FROM parts
             WHERE kind = l.kind AND id = l.id AND part = 'rest') AS stored ${from})
         GROUP BY stage, kind, heldBack, stored`,
      )
      .bind(json, remakePages ? 1 : 0),
    db
      .prepare(
        `SELECT * FROM (SELECT k.stage, k.kind, k.id, ${heldBack('?2')} AS heldBack ${from})
          WHERE heldBack IS NOT NULL LIMIT 20`,
      )
      .bind(json, remakePages ? 1 : 0),
  ])
  return {
    rows: (rows?.results ?? []) as Examined[],
    held: (held?.results ?? []) as (LetterKey & { heldBack: HeldBack })[],
  }
}

/** Holds back, among these waiting letters, what is not to be replayed. Parameters as `WAITING`. */
function holdStatement(
  db: D1Database,
  { id, options }: Pick<Replay, 'id' | 'options'>,
  json: string,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE replay_letters SET state = 'held', note = h.why, settled_at = ?3
         FROM (SELECT k.stage, k.kind, k.id, ${heldBack('?4')} AS why
                 FROM ${KEYS('?2')} k LEFT JOIN dead_letters l
                   ON l.stage = k.stage AND l.kind = k.kind AND l.id = k.id ${WITH_RECORD}) h
        WHERE replay_letters.replay_id = ?1 AND replay_letters.state = 'waiting'
          AND replay_letters.stage = h.stage AND replay_letters.kind = h.kind
          AND replay_letters.id = h.id AND h.why IS NOT NULL`,
    )
    .bind(id, json, now, options.remakePages ? 1 : 0)
}

/** These letters are on their way, each once: whoever does it second finds none waiting. */
function markStatements(
  db: D1Database,
  replayId: string,
  json: string,
  now: number,
): D1PreparedStatement[] {
  return [
    db
      .prepare(`UPDATE dead_letters SET replay_id = ?1 WHERE closed_at IS NULL AND ${WAITING}`)
      .bind(replayId, json),
    db
      .prepare(
        `UPDATE replay_letters SET state = 'sent', sent_at = ?3
          WHERE replay_id = ?1 AND state = 'waiting'
            AND (stage, kind, id) IN (SELECT stage, kind, id FROM ${KEYS('?2')}) RETURNING stage, kind, id`,
      )
      .bind(replayId, json, now),
  ]
}

/**
 * Makes the stages owe these letters' records once more, in one batch: one more input is wanted, its
 * tries begin anew. What is to be fetched anew begins at enrichment, which raises the later stages. Letters that are not to be replayed are held back, with the reason.
 * @param cause says with which options
 * @returns those that are on their way now
 */
export async function sendLetters(
  db: D1Database,
  replay: Pick<Replay, 'id' | 'options'>,
  keys: readonly LetterKey[],
  cause: Cause,
  now: number,
): Promise<(RecordKey & { stage: Stage })[]> {
  const json = JSON.stringify(keys.map(({ stage, kind, id }) => ({ stage, kind, id })))
  const removed = `EXISTS (SELECT 1 FROM pages p WHERE p.kind = j.kind AND p.id = j.id
    AND p.removed_at IS NOT NULL)`
  const waitingPages = `(kind, id) IN (SELECT j.kind, j.id FROM replay_letters j
    JOIN ${KEYS('?2')} k ON k.stage = j.stage AND k.kind = j.kind AND k.id = j.id
    WHERE j.replay_id = ?1 AND j.state = 'waiting' AND j.stage = 'reconcile' AND ${removed})`
  const results = await db.batch<RecordKey & { stage: Stage }>([
    holdStatement(db, replay, json, now),
    ...(replay.options.remakePages
      ? [
          db.prepare(`DELETE FROM held WHERE ${waitingPages}`).bind(replay.id, json),
          db
            .prepare(
              `UPDATE pages SET page_id = NULL, sent_at = NULL, fingerprint = NULL, base = NULL,
                  blocks = 0, removed_at = NULL WHERE ${waitingPages}`,
            )
            .bind(replay.id, json),
        ]
      : []),
    db
      .prepare(
        `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
         SELECT kind, id, CASE WHEN ?5 = 1 AND stage IN ('reconcile', 'vectorize') THEN 'enrich'
                  ELSE stage END, 'bulk', ?3, NULL, 1, ?4 FROM replay_letters
          WHERE replay_id = ?1 AND state = 'waiting'
            AND (stage, kind, id) IN (SELECT stage, kind, id FROM ${KEYS('?2')})
         ${ON_RAISE}`,
      )
      .bind(replay.id, json, cause, now, replay.options.fetchAnew ? 1 : 0),
    db
      .prepare(`UPDATE work SET tries = 0 WHERE token IS NULL AND ${WAITING}`)
      .bind(replay.id, json),
    ...markStatements(db, replay.id, json, now),
  ])
  return results.at(-1)?.results ?? []
}

/** A letter that no stage's work stands for: it is taken in by itself. */
export interface DirectLetter extends LetterKey {
  queueMessage: string | null
  reason: string
}

/**
 * Takes one letter to be replayed by itself.
 * @returns null: it is held back, or in other hands
 */
export async function takeLetter(
  db: D1Database,
  replay: Pick<Replay, 'id' | 'options'>,
  key: LetterKey,
  now: number,
): Promise<DirectLetter | null> {
  const json = JSON.stringify([{ stage: key.stage, kind: key.kind, id: key.id }])
  const results = await db.batch<DirectLetter>([
    holdStatement(db, replay, json, now),
    ...markStatements(db, replay.id, json, now),
    db
      .prepare(
        `SELECT stage, kind, id, queue_message AS queueMessage, reason FROM dead_letters
          WHERE stage = ?1 AND kind = ?2 AND id = ?3 AND replay_id = ?4 AND closed_at IS NULL`,
      )
      .bind(key.stage, key.kind, key.id, replay.id),
  ])
  const isOurs = (results[2]?.results.length ?? 0) === 1
  return isOurs ? (results[3]?.results[0] ?? null) : null
}

/** Direct letters that were taken before `before` and have not ended: whoever had them died. */
export async function takeAgain(
  db: D1Database,
  replayId: string,
  before: number,
  now: number,
): Promise<DirectLetter[]> {
  const [, taken] = await db.batch<DirectLetter>([
    db
      .prepare(
        `UPDATE replay_letters AS l SET sent_at = ?3
          WHERE replay_id = ?1 AND state = 'sent' AND sent_at < ?2 AND NOT (${OF_A_STAGE})`,
      )
      .bind(replayId, before, now),
    db
      .prepare(
        `SELECT l.stage, l.kind, l.id, d.queue_message AS queueMessage, d.reason
           FROM replay_letters l JOIN dead_letters d
             ON d.stage = l.stage AND d.kind = l.kind AND d.id = l.id AND d.closed_at IS NULL
          WHERE l.replay_id = ?1 AND l.state = 'sent' AND l.sent_at = ?2 AND NOT (${OF_A_STAGE})
          LIMIT 50`,
      )
      .bind(replayId, now),
  ])
  return taken?.results ?? []
}

/** A letter of a queue message or webhook that can be read now: it is done with. */
export function settleLetterStatement(
  db: D1Database,
  { stage, kind, id }: LetterKey,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE dead_letters SET closed_at = max(?4, first_at)
        WHERE stage = ?1 AND kind = ?2 AND id = ?3 AND closed_at IS NULL`,
    )
    .bind(stage, kind, id, now)
}

/** A letter of a queue message that still cannot be read. */
export async function refileLetter(
  db: D1Database,
  { stage, kind, id }: LetterKey,
  { reason, pattern }: { reason: string; pattern: string },
  now: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE dead_letters SET reason = ?4, pattern = ?5, attempts = attempts + 1, last_at = ?6,
              replay_id = NULL
        WHERE stage = ?1 AND kind = ?2 AND id = ?3 AND closed_at IS NULL`,
    )
    .bind(stage, kind, id, reason, pattern, now)
    .run()
}

/** One more input for a stage, as a queue message that can be read now asks for it. */
export function raiseStatement(
  db: D1Database,
  work: { kind: string; id: string; stage: string },
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
       SELECT ?1, ?2, ?3, 'bulk', 'replay', NULL, 1, ?4
        WHERE EXISTS (SELECT 1 FROM records WHERE kind = ?1 AND id = ?2) ${ON_RAISE}`,
    )
    .bind(work.kind, work.id, work.stage, now)
}

/**
 * Has a listing that was given up go on from where it stood.
 * @returns false: nobody knows it any more
 */
export async function resumeSweep(
  db: D1Database,
  { runId, sweep }: { runId: string; sweep: string },
  now: number,
): Promise<boolean> {
  const [known] = await db.batch([
    db.prepare(`SELECT 1 FROM sweeps WHERE run_id = ?1 AND sweep = ?2`).bind(runId, sweep),
    db
      .prepare(
        `UPDATE runs SET finished_at = NULL WHERE id = ?1 AND EXISTS (SELECT 1 FROM sweeps
          WHERE run_id = ?1 AND sweep = ?2 AND done = 1 AND error IS NOT NULL)`,
      )
      .bind(runId, sweep),
    db
      .prepare(
        `UPDATE sweeps SET done = 0, due_at = ?3, tries = 0, error = NULL, parked_on = NULL
          WHERE run_id = ?1 AND sweep = ?2 AND done = 1 AND error IS NOT NULL`,
      )
      .bind(runId, sweep, now),
  ])
  return known?.results.length === 1
}

/** Closes the letters of listings that were resumed and are through. */
export async function closeFinishedSweeps(db: D1Database, now: number): Promise<void> {
  await db
    .prepare(
      `UPDATE dead_letters SET closed_at = max(?1, first_at)
        WHERE replay_id IS NOT NULL AND closed_at IS NULL AND stage = 'sweep'
          AND queue_message IS NULL AND EXISTS (SELECT 1 FROM sweeps s
            WHERE s.run_id = dead_letters.id AND s.sweep = dead_letters.kind AND s.done = 1
              AND s.error IS NULL)`,
    )
    .bind(now)
    .run()
}

/** What replays that ended before then leave behind is deleted. */
export function tidyReplaysStatements(db: D1Database, before: number): D1PreparedStatement[] {
  const old = `SELECT id FROM replays WHERE finished_at < ?1 AND sent = 0`
  return [
    db.prepare(`DELETE FROM replay_letters WHERE replay_id IN (${old})`).bind(before),
    db.prepare(`DELETE FROM replays WHERE finished_at < ?1 AND sent = 0`).bind(before),
  ]
}
