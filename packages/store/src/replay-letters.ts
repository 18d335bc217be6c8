/**
 * What becomes of each letter of a replay. One that is closed has succeeded, one that is filed again
 * has died: both are said by triggers, in the statement that closes or files it
 * (migrations/0009_letters.sql).
 *
 *   waiting -> sent -> succeeded | died        waiting -> held: it was not sent, and why
 */
import { KINDS, STAGES } from '@switchboard/shared/kinds'
import type { RecordKey, Stage } from '@switchboard/shared/kinds'
import type { Cause } from '@switchboard/shared/queue-message'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import type { LetterKey } from './letter-list.ts'
import type { Replay } from './replays.ts'
import { ON_RAISE } from './work.ts'

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
export type HeldBack = 'closed' | 'replaying' | 'gone' | 'removed'

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
 * tries begin anew. What is to be fetched anew begins at enrichment, which raises the later stages.
 * Letters that are not to be replayed are held back, with the reason.
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
