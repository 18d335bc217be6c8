/**
 * Dead letters (docs/protocols.md#dead-letters), keyed by stage, kind and id. A letter takes only
 * the input that failed: newer input of the same record stays owed and is worked.
 */
import type { Kind, RecordKey, Stage } from '@switchboard/shared/kinds'
import { patternOf } from '@switchboard/shared/pattern'
import { inKeys, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { standStatements } from './standing.ts'
import { HELD, ON_RAISE } from './work.ts'

/** A letter that the harness explained: its reason stands in the work row. */
export interface LetterKey extends RecordKey {
  stage: Stage
  queueMessage: string // as it came, JSON
  runId: string | null
}

/** What filing anew undoes: the letter is open, in no replay, and was not discarded. */
export const FILED_ANEW = `replay_id = NULL, closed_at = NULL, discard_id = NULL, discarded_by = NULL,
  discard_reason = NULL`

/** What the later stages owe a record whose analysis was given up: it goes on, not analysed. */
const OWED_WITHOUT_ENRICH = (now: string, stages: string) => `
  INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
  SELECT w.kind, w.id, s.value, w.lane, w.cause, w.run_id, 1, ${now}
    FROM work w, json_each(${stages}) s
   WHERE w.kind = ?1 AND w.id = ?2 AND w.stage = 'enrich' AND w.failed > w.done
  ${ON_RAISE}`

/**
 * Files one letter, in one batch. A letter without a failed input (`failed <= done`: the platform
 * moved a message whose row is still owed, or an old copy) files nothing.
 * @param next the stages that go on without an analysis when `enrich` fails
 */
export async function fileLetter(
  db: D1Database,
  letter: LetterKey,
  next: Stage[],
  now: number,
): Promise<boolean> {
  const { kind, id, stage } = letter
  const failed = `SELECT 1 FROM work w WHERE w.kind = ?1 AND w.id = ?2 AND w.stage = ?3 AND w.failed > w.done`
  const statements = [
    db
      .prepare(
        `INSERT INTO dead_letters (stage, kind, id, failure, reason, pattern, attempts, queue_message, run_id, first_at, last_at)
         SELECT w.stage, w.kind, w.id, w.error ->> 'failure', w.error ->> 'reason',
                coalesce(w.error ->> 'pattern', ''), coalesce(w.error ->> 'attempts', w.tries), ?4,
                coalesce(?5, w.run_id), coalesce(w.error ->> 'firstAt', ?6), ?6
           FROM work w WHERE w.kind = ?1 AND w.id = ?2 AND w.stage = ?3 AND w.failed > w.done
         ON CONFLICT (stage, kind, id) DO UPDATE SET failure = excluded.failure,
           reason = excluded.reason, pattern = excluded.pattern, attempts = excluded.attempts,
           queue_message = excluded.queue_message, run_id = excluded.run_id,
           first_at = CASE WHEN closed_at IS NULL THEN first_at ELSE excluded.first_at END,
           last_at = excluded.last_at, ${FILED_ANEW}
         RETURNING 1`,
      )
      .bind(kind, id, stage, letter.queueMessage, letter.runId, now),
  ]
  if (stage === 'enrich') {
    statements.push(
      db
        .prepare(
          `INSERT INTO analyses (kind, id, fingerprint, model, prompt_version, body, reason, analysed_at)
           SELECT ?1, ?2, '', '', '', NULL, (SELECT w.error ->> 'reason' FROM work w
             WHERE w.kind = ?1 AND w.id = ?2 AND w.stage = 'enrich'), ?4
            WHERE EXISTS (${failed})
           ON CONFLICT (kind, id) DO UPDATE SET fingerprint = '', body = NULL,
             reason = excluded.reason, analysed_at = excluded.analysed_at`,
        )
        .bind(kind, id, stage, now),
      db.prepare(OWED_WITHOUT_ENRICH('?3', '?4')).bind(kind, id, now, JSON.stringify(next)),
    )
  }
  if (stage === 'reconcile')
    statements.push(
      db
        .prepare(
          `UPDATE pages SET fingerprint = NULL WHERE kind = ?1 AND id = ?2 AND EXISTS (${failed})`,
        )
        .bind(kind, id, stage),
    )
  statements.push(
    db
      .prepare(
        `UPDATE work SET done = failed, tries = 0,
            due_at = CASE WHEN token IS NOT NULL THEN due_at WHEN wanted > failed THEN ?4 END
          WHERE kind = ?1 AND id = ?2 AND stage = ?3 AND failed > done`,
      )
      .bind(kind, id, stage, now),
    settleRunsStatement(db, [letter]),
    ...standStatements(db, [letter]),
  )
  const results = await db.batch(statements)
  return results[0]?.results.length === 1
}

/**
 * The platform moved a message whose row has no failed input: what waits in no queue any more is
 * sent again soon, not when the row would have been sent anyway. A parked row keeps waiting.
 */
export async function wakeOwed(
  db: D1Database,
  { kind, id, stage }: RecordKey & { stage: Stage },
  dueAt: number,
): Promise<void> {
  await db
    .prepare(
      `UPDATE work SET due_at = min(due_at, ?4) WHERE kind = ?1 AND id = ?2 AND stage = ?3
          AND done < wanted AND failed <= done AND token IS NULL`,
    )
    .bind(kind, id, stage, dueAt)
    .run()
}

/** A letter whose body nobody can read: filed under the queue message's own id. */
export async function fileUnreadable(
  db: D1Database,
  letter: {
    stage: string
    queueMessageId: string
    queueMessage: string
    reason: string
    attempts: number
  },
  now: number,
): Promise<void> {
  await db
    .prepare(
      `INSERT INTO dead_letters (stage, kind, id, failure, reason, pattern, attempts, queue_message, first_at, last_at)
       VALUES (?1, 'unknown', ?2, 'record.invalid', ?3, ?7, ?4, ?5, ?6, ?6)
       ON CONFLICT (stage, kind, id) DO UPDATE SET last_at = excluded.last_at`,
    )
    .bind(
      letter.stage,
      letter.queueMessageId,
      letter.reason,
      letter.attempts,
      letter.queueMessage,
      now,
      patternOf(letter.reason),
    )
    .run()
}

/** A row of a listing that our schema cannot read, kept raw. */
export interface UnreadableRow {
  kind: Kind
  id: string
  reason: string
  raw: string
}

/**
 * Files rows of a listing that cannot be read; the run counts them as failed.
 * @param runId null: a replay tried them, not a run
 */
export function fileListedStatement(
  db: D1Database,
  runId: string | null,
  rows: UnreadableRow[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO dead_letters (stage, kind, id, failure, reason, pattern, attempts, queue_message, run_id, first_at, last_at)
       SELECT 'sweep', value ->> 'kind', value ->> 'id', 'record.invalid', value ->> 'reason',
              value ->> 'pattern', 1, value ->> 'raw', ?2, ?3, ?3 FROM json_each(?1) WHERE true
       ON CONFLICT (stage, kind, id) DO UPDATE SET reason = excluded.reason,
         pattern = excluded.pattern, attempts = attempts + 1,
         queue_message = excluded.queue_message, run_id = coalesce(excluded.run_id, run_id),
         last_at = excluded.last_at, ${FILED_ANEW}
       -- Every listing finds it again: what was discarded stays so while nothing changes.
       WHERE dead_letters.discard_id IS NULL OR dead_letters.pattern <> excluded.pattern`,
    )
    .bind(
      JSON.stringify(rows.map((row) => ({ ...row, pattern: patternOf(row.reason) }))),
      runId,
      now,
    )
}

/** A listing that could not be finished: the whole sweep is a letter. */
export function fileSweepStatement(
  db: D1Database,
  letter: { runId: string; sweep: string; failure: string; reason: string; attempts: number },
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO dead_letters (stage, kind, id, failure, reason, pattern, attempts, run_id, first_at, last_at)
       VALUES ('sweep', ?1, ?2, ?3, ?4, ?7, ?5, ?2, ?6, ?6)
       ON CONFLICT (stage, kind, id) DO UPDATE SET failure = excluded.failure,
         reason = excluded.reason, pattern = excluded.pattern, attempts = excluded.attempts,
         last_at = excluded.last_at, ${FILED_ANEW}`,
    )
    .bind(
      letter.sweep,
      letter.runId,
      letter.failure,
      letter.reason,
      letter.attempts,
      now,
      patternOf(letter.reason),
    )
}

/** Any success closes the letters of its stage, while the stage still holds these records. */
export function closeLettersStatement(
  db: D1Database,
  stage: Stage,
  token: string,
  keys: RecordKey[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE dead_letters SET closed_at = max(?1, first_at)
        WHERE stage = ?2 AND closed_at IS NULL AND ${inKeys('?3')}
          AND ${HELD('dead_letters', '?2', '?4')}`,
    )
    .bind(now, stage, keysJson(keys), token)
}

/** A record that can be read again closes the letter of its listing. */
export function closeListedStatement(
  db: D1Database,
  kind: Kind,
  ids: string[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE dead_letters SET closed_at = max(?1, first_at) WHERE stage = 'sweep' AND kind = ?2
          AND closed_at IS NULL AND id IN (SELECT value FROM json_each(?3))`,
    )
    .bind(now, kind, JSON.stringify(ids))
}

/**
 * Settles the open runs of these records, where the record owes nothing more: an open letter is
 * failed, a page written since the run's start (an analysis, vectors, where those were to be made
 * again) is synced, else skipped. Computed from facts, so it needs no token and may run any number of
 * times.
 */
export function settleRunsStatement(db: D1Database, keys: RecordKey[]): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE run_records SET outcome = CASE
          WHEN EXISTS (SELECT 1 FROM dead_letters l WHERE l.kind = run_records.kind
             AND l.id = run_records.id AND l.closed_at IS NULL) THEN 'failed'
          WHEN ${WRITTEN_SINCE('pages', 'written_at', 'true')}
            OR ${WRITTEN_SINCE('analyses', 'analysed_at', "r.again = 'analyse'")}
            OR ${WRITTEN_SINCE('vectors', 'written_at', "r.again = 'embed'")} THEN 'synced'
          ELSE 'skipped' END,
          why = CASE
          WHEN EXISTS (SELECT 1 FROM dead_letters l WHERE l.kind = run_records.kind
             AND l.id = run_records.id AND l.closed_at IS NULL) THEN (SELECT l.failure
               FROM dead_letters l WHERE l.kind = run_records.kind AND l.id = run_records.id
                AND l.closed_at IS NULL ORDER BY l.last_at DESC LIMIT 1)
          WHEN ${WRITTEN_SINCE('pages', 'written_at', 'true')} THEN NULL
          WHEN EXISTS (SELECT 1 FROM pages p WHERE p.kind = run_records.kind
             AND p.id = run_records.id AND p.removed_at IS NOT NULL) THEN 'removed'
          WHEN EXISTS (SELECT 1 FROM records g WHERE g.kind = run_records.kind
             AND g.id = run_records.id AND g.gone_at IS NOT NULL) THEN 'gone'
          WHEN ${WRITTEN_SINCE('analyses', 'analysed_at', "r.again = 'analyse'")}
            OR ${WRITTEN_SINCE('vectors', 'written_at', "r.again = 'embed'")} THEN NULL
          ELSE 'same' END
        WHERE outcome IS NULL AND ${inKeys('?1')}
          AND NOT EXISTS (SELECT 1 FROM work w WHERE w.kind = run_records.kind
             AND w.id = run_records.id AND w.done < w.wanted)`,
    )
    .bind(keysJson(keys))
}

/** SQL: what this table has of the run's record was written since the run began. */
function WRITTEN_SINCE(table: string, column: string, which: string): string {
  return `EXISTS (SELECT 1 FROM ${table} t JOIN runs r ON r.id = run_records.run_id AND ${which}
    WHERE t.kind = run_records.kind AND t.id = run_records.id AND t.${column} >= r.started_at)`
}

export interface OpenLetter {
  stage: string
  kind: string
  id: string
  failure: string
  reason: string
  attempts: number
  lastAt: number
}

/** The newest open letters. */
export async function openLetters(db: D1Database, limit: number): Promise<OpenLetter[]> {
  const { results } = await db
    .prepare(
      `SELECT stage, kind, id, failure, reason, attempts, last_at AS lastAt FROM dead_letters
        WHERE state = 'open' ORDER BY last_at DESC LIMIT ?1`,
    )
    .bind(limit)
    .all<OpenLetter>()
  return results
}
