/** What became of single records of a run, and how far it was at which moment. */
import { KINDS } from '@switchboard/shared/kinds'
import type { Kind, RecordKey } from '@switchboard/shared/kinds'
import * as v from 'valibot'
import { fromJson } from './d1.ts'
import type { D1Database } from './d1.ts'

export interface RunRecord extends RecordKey {
  why: string | null
  /** Of its newest open letter. */
  reason: string | null
  letterStage: string | null
  occurredAt: number | null
}

/** Records of a run that ended so, by kind and id. @param kinds of these kinds only */
export async function runRecords(
  db: D1Database,
  runId: string,
  outcome: 'synced' | 'failed' | 'skipped' | 'open',
  kinds: readonly Kind[],
  after: RecordKey | null,
  limit: number,
): Promise<RunRecord[]> {
  const from = after === null ? 0 : KINDS.indexOf(after.kind)
  const found: RunRecord[] = []
  for (const kind of kinds.filter((one) => KINDS.indexOf(one) >= from)) {
    if (found.length === limit) break
    const { results } = await db
      .prepare(
        `SELECT p.kind, p.id, p.why, r.occurred_at AS occurredAt,
                (SELECT l.reason ${LETTER}) AS reason, (SELECT l.stage ${LETTER}) AS letterStage
           FROM (SELECT kind, id, why FROM run_records
                  WHERE run_id = ?1 AND kind = ?2 AND outcome IS ?3 AND id > ?4
                  ORDER BY id LIMIT ?5) p
           LEFT JOIN records r ON r.kind = p.kind AND r.id = p.id`,
      )
      .bind(
        runId,
        kind,
        outcome === 'open' ? null : outcome,
        after?.kind === kind ? after.id : '',
        limit - found.length,
      )
      .all<RunRecord>()
    found.push(...results)
  }
  return found
}

const LETTER = `FROM dead_letters l WHERE l.kind = p.kind AND l.id = p.id AND l.closed_at IS NULL
  ORDER BY l.last_at DESC LIMIT 1`

/** How far each kind was: listed, and of these settled. */
export type Counts = Record<Kind, [listed: number, settled: number]>
const SomeCounts = v.partial(v.object(v.entriesFromList(KINDS, v.tuple([v.number(), v.number()]))))

export interface Sample {
  at: number
  counts: Counts
}

const SHORTEST_MS = 10_000
/** A run that lasts n times as long has a little more samples, not n times as many. */
const SAMPLES_AN_AGE = 200

/** Notes how far the runs are that are under way. */
export async function sampleRuns(db: D1Database, now: number): Promise<void> {
  const { results } = await db
    .prepare(
      `SELECT runs.id, c.kind, sum(c.count) AS listed,
              sum(CASE WHEN c.outcome = 'open' THEN 0 ELSE c.count END) AS settled
         FROM runs JOIN run_counts c ON c.run_id = runs.id
        WHERE runs.finished_at IS NULL AND NOT EXISTS (SELECT 1 FROM run_samples s
          WHERE s.run_id = runs.id AND s.at > ?1 - max(${SHORTEST_MS}, (?1 - runs.started_at) / ${SAMPLES_AN_AGE}))
        GROUP BY runs.id, c.kind`,
    )
    .bind(now)
    .all<{ id: string; kind: Kind; listed: number; settled: number }>()
  const runs = Map.groupBy(results, ({ id }) => id)
  if (runs.size === 0) return
  await db.batch(
    [...runs].map(([id, rows]) =>
      db
        .prepare(
          `INSERT INTO run_samples (run_id, at, counts) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING`,
        )
        .bind(
          id,
          now,
          JSON.stringify(
            Object.fromEntries(rows.map((row) => [row.kind, [row.listed, row.settled]])),
          ),
        ),
    ),
  )
}

/** How far a run was, oldest first. @param since ms since epoch */
export async function runSamples(db: D1Database, runId: string, since = 0): Promise<Sample[]> {
  const { results } = await db
    .prepare(`SELECT at, counts FROM run_samples WHERE run_id = ?1 AND at >= ?2 ORDER BY at`)
    .bind(runId, since)
    .all<{ at: number; counts: string }>()
  return results.map(({ at, counts }) => ({
    at,
    counts: { ...NOTHING, ...fromJson(SomeCounts, counts) },
  }))
}

const NOTHING: Counts = { call: [0, 0], message: [0, 0], mail: [0, 0] }

/** What the last whole run that came to its end took in: what another one may come to. */
export async function lastWhole(
  db: D1Database,
): Promise<{ since: number; until: number; listed: Record<Kind, number> } | null> {
  const run = await db
    .prepare(
      `SELECT id, since, until FROM runs
        WHERE whole = 1 AND finished_at IS NOT NULL AND cancelled_at IS NULL AND failure IS NULL
        ORDER BY started_at DESC LIMIT 1`,
    )
    .first<{ id: string; since: number; until: number }>()
  if (run === null) return null
  const { results } = await db
    .prepare(`SELECT kind, sum(count) AS listed FROM run_counts WHERE run_id = ?1 GROUP BY kind`)
    .bind(run.id)
    .all<{ kind: Kind; listed: number }>()
  const listed = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>
  for (const row of results) listed[row.kind] = row.listed
  return { since: run.since, until: run.until, listed }
}

/** The earliest moment from which on every kind has been listed; null: none was yet. */
export async function listedSince(db: D1Database): Promise<number | null> {
  const row = await db
    .prepare(
      `SELECT min(since) AS since FROM runs
        WHERE whole = 1 AND finished_at IS NOT NULL AND cancelled_at IS NULL AND failure IS NULL`,
    )
    .first<{ since: number | null }>()
  return row?.since ?? null
}

/** How the records of these runs stand, all kinds together; a run without any has no entry. */
export async function countsOf(
  db: D1Database,
  runIds: string[],
): Promise<Map<string, Record<'listed' | 'synced' | 'failed' | 'skipped' | 'open', number>>> {
  const { results } = await db
    .prepare(
      `SELECT run_id AS runId, outcome, sum(count) AS count FROM run_counts
        WHERE run_id IN (SELECT value FROM json_each(?1)) GROUP BY run_id, outcome`,
    )
    .bind(JSON.stringify(runIds))
    .all<{ runId: string; outcome: 'synced' | 'failed' | 'skipped' | 'open'; count: number }>()
  const counts = new Map<string, Record<'listed' | (typeof results)[number]['outcome'], number>>()
  for (const { runId, outcome, count } of results) {
    const of = counts.get(runId) ?? { listed: 0, synced: 0, failed: 0, skipped: 0, open: 0 }
    counts.set(runId, { ...of, listed: of.listed + count, [outcome]: of[outcome] + count })
  }
  return counts
}
