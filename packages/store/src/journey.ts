/** Everything that D1 knows of one record: its facts, and all that happened to it. */
import type { Lane, RecordKey, Stage } from '@switchboard/shared/kinds'
import type { Cause } from '@switchboard/shared/queue-message'
import type { PartName } from '@switchboard/shared/record'
import type { D1Database } from './d1.ts'
import { doneActionsStatement } from './done-actions.ts'
import type { DoneAction } from './done-actions.ts'
import type { LinkState, Standing } from './standing.ts'

export interface RecordFacts extends RecordKey {
  revision: number
  occurredAt: number
  storedAt: number
  changedAt: number
  goneAt: number | null
  state: Standing | null // null: the minute cron has not been there yet
  link: LinkState | null
  filedMs: number | null
}

export interface PartFacts {
  part: PartName
  version: number
  hash: string
  body: string
  storedAt: number
}

export interface StageEventRow {
  at: number // when it was settled
  stage: string
  runId: string | null
  lane: Lane
  attempt: number
  outcome: string
  waitedMs: number
  workedMs: number
  error: string | null
}

export interface OwedRow {
  stage: Stage
  lane: Lane
  cause: Cause
  runId: string | null
  owed: 0 | 1
  dueAt: number | null
  held: 0 | 1 // somebody works it
  tries: number
  error: string | null // JSON
  parkedOn: string | null
}

export interface RevisionRow {
  revision: number
  at: number
  cause: string | null
  told: string // JSON
}

export interface LetterRow {
  stage: string
  failure: string
  reason: string
  attempts: number
  firstAt: number
  lastAt: number
  closedAt: number | null
  discardedBy: string | null
  discardReason: string | null
}

export interface Stored {
  facts: RecordFacts
  parts: PartFacts[]
  analysis: {
    body: string | null
    reason: string | null
    model: string
    promptVersion: string
    fingerprint: string
    analysedAt: number
  } | null
  page: {
    dataSourceId: string
    pageId: string | null
    sentAt: number | null
    writtenAt: number | null
    removedAt: number | null
    blocks: number
  } | null
  held: { property: string; value: string; at: number }[]
  vectors: { chunks: number; model: string; writtenAt: number; settled: 0 | 1 } | null
  files: {
    key: string
    contentType: string | null
    sizeBytes: number | null
    sha256: string | null
    storedAt: number | null
    error: string | null
    triedAt: number
  }[]
  work: OwedRow[]
  letters: LetterRow[]
  events: StageEventRow[]
  revisions: RevisionRow[]
  awaited: { since: number; dueAt: number | null } | null
  replays: { stage: string; actor: string; state: string; note: string | null; at: number }[]
  parties: { party: string; merchantId: string | null; merchant: string | null }[]
  audit: { at: number; actor: string; action: string; status: number | null }[]
  parked: { scope: string; reason: string; since: number; until: number | null }[]
  done: DoneAction[]
}

const MOST_EVENTS = 300

/** Null: there is no such record. */
export async function findRecord(db: D1Database, { kind, id }: RecordKey): Promise<Stored | null> {
  const of = (sql: string) => db.prepare(sql).bind(kind, id)
  const path = `/api/records/${kind}/${encodeURIComponent(id)}/`
  const [
    facts,
    parts,
    analysis,
    page,
    held,
    vectors,
    files,
    work,
    letters,
    events,
    revisions,
    awaited,
    replays,
    parties,
    audit,
    parked,
    done,
  ] = await db.batch([
    of(
      `SELECT r.kind, r.id, r.revision, r.occurred_at AS occurredAt, r.stored_at AS storedAt,
              r.changed_at AS changedAt, r.gone_at AS goneAt, s.state, s.link, s.filed_ms AS filedMs
         FROM records r LEFT JOIN standings s ON s.kind = r.kind AND s.id = r.id
        WHERE r.kind = ?1 AND r.id = ?2`,
    ),
    of(
      `SELECT part, version, hash, body, stored_at AS storedAt FROM parts
        WHERE kind = ?1 AND id = ?2 ORDER BY part`,
    ),
    of(
      `SELECT body, reason, model, prompt_version AS promptVersion, fingerprint,
              analysed_at AS analysedAt FROM analyses WHERE kind = ?1 AND id = ?2`,
    ),
    of(
      `SELECT data_source_id AS dataSourceId, page_id AS pageId, sent_at AS sentAt,
              written_at AS writtenAt, removed_at AS removedAt, blocks FROM pages
        WHERE kind = ?1 AND id = ?2`,
    ),
    of(`SELECT property, value, at FROM held WHERE kind = ?1 AND id = ?2 ORDER BY at, property`),
    of(
      `SELECT chunks, model, written_at AS writtenAt, fingerprint IS NOT NULL AS settled
         FROM vectors WHERE kind = ?1 AND id = ?2`,
    ),
    of(
      `SELECT key, content_type AS contentType, size_bytes AS sizeBytes, sha256,
              stored_at AS storedAt, error, tried_at AS triedAt FROM files
        WHERE kind = ?1 AND id = ?2 ORDER BY key LIMIT 200`,
    ),
    of(
      `SELECT stage, lane, cause, run_id AS runId, done < wanted AS owed, due_at AS dueAt,
              token IS NOT NULL AS held, tries, error, parked_on AS parkedOn FROM work
        WHERE kind = ?1 AND id = ?2`,
    ),
    of(
      `SELECT stage, failure, reason, attempts, first_at AS firstAt, last_at AS lastAt,
              closed_at AS closedAt, discarded_by AS discardedBy, discard_reason AS discardReason
         FROM dead_letters
        WHERE stage IN ('enrich', 'vectorize', 'reconcile', 'archive', 'sweep')
          AND kind = ?1 AND id = ?2`,
    ),
    of(
      `SELECT at, stage, run_id AS runId, lane, attempt, outcome, waited_ms AS waitedMs,
              worked_ms AS workedMs, error FROM stage_events
        WHERE kind = ?1 AND id = ?2 ORDER BY at DESC LIMIT ${MOST_EVENTS}`,
    ),
    of(
      `SELECT revision, at, cause, told FROM revisions WHERE kind = ?1 AND id = ?2
        ORDER BY revision DESC LIMIT ${MOST_EVENTS}`,
    ),
    of(`SELECT since, due_at AS dueAt FROM awaited WHERE kind = ?1 AND id = ?2`),
    of(
      `SELECT l.stage, r.actor, l.state, l.note,
              coalesce(l.settled_at, l.sent_at, r.started_at) AS at
         FROM replay_letters l JOIN replays r ON r.id = l.replay_id
        WHERE l.kind = ?1 AND l.id = ?2 LIMIT 100`,
    ),
    of(
      `SELECT t.party, m.id AS merchantId, m.name AS merchant FROM timeline t
         LEFT JOIN merchant_keys k ON k.key = t.party LEFT JOIN merchants m ON m.id = k.merchant_id
        WHERE t.kind = ?1 AND t.id = ?2 ORDER BY t.party LIMIT 200`,
    ),
    db
      .prepare(
        `SELECT at, actor, action, status FROM audit
          WHERE target >= ?1 AND target < ?2 -- these bounds are searched by: the first ones
            AND target >= '/api/records/' AND target < '/api/records0' LIMIT 200`,
      )
      .bind(path, `${path.slice(0, -1)}0`),
    db.prepare(`SELECT scope, reason, since, until FROM parked`),
    doneActionsStatement(db, [{ kind, id }]),
  ])
  const known = all(facts)[0] as RecordFacts | undefined
  if (known === undefined) return null
  return {
    facts: known,
    parts: all(parts),
    analysis: all(analysis)[0] ?? null,
    page: all(page)[0] ?? null,
    held: all(held),
    vectors: all(vectors)[0] ?? null,
    files: all(files),
    work: all(work),
    letters: all(letters),
    events: all(events),
    revisions: all(revisions),
    awaited: all(awaited)[0] ?? null,
    replays: all(replays),
    parties: all(parties),
    audit: all(audit),
    parked: all(parked),
    done: all(done),
  } as Stored
}

/** Rows as D1 gives them: what each statement selects is said by `Stored`. */
function all(result: { results: unknown[] } | undefined): unknown[] {
  return result?.results ?? []
}

/** So far it is counted what is ahead of a row. */
const MOST_AHEAD = 1000

/** How many rows of its stage and lane are to be done before each of these, 1,000 at most. */
export async function countAhead(
  db: D1Database,
  rows: readonly Pick<OwedRow, 'stage' | 'lane' | 'dueAt'>[],
): Promise<number[]> {
  if (rows.length === 0) return []
  const counts = await db.batch<{ ahead: number }>(
    rows.map(({ stage, lane, dueAt }) =>
      db
        .prepare(
          `SELECT count(*) AS ahead FROM (SELECT 1 FROM work
             WHERE stage = ?1 AND lane = ?2 AND due_at < ?3 AND due_at IS NOT NULL
               AND parked_on IS NULL LIMIT ${MOST_AHEAD})`,
        )
        .bind(stage, lane, dueAt),
    ),
  )
  return counts.map(({ results }) => results[0]?.ahead ?? 0)
}
