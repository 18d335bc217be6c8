/**
 * Records that are worked again although their sources say nothing new: those of which the analysis or
 * the vectors are of another model or prompt version, a page of a kind at a time; or those that a
 * listing shows, where all of it is to be asked for once more.
 */
import type { Kind } from '@switchboard/shared/kinds'
import type { Cause } from '@switchboard/shared/queue-message'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import type { Run } from './runs.ts'
import { ON_RAISE } from './work.ts'

const RECORDS_A_PAGE = 500

/** What is made now: whatever was made by something else is made again. */
export interface Versions {
  model: string
  promptVersion: string
  embeddingModel: string
}

/** The next page of a kind's records, by id. @param after the last one of the page before */
export async function recordsAfter(
  db: D1Database,
  kind: Kind,
  after: string,
  since: number,
): Promise<{ ids: string[]; last: string | null }> {
  const { results } = await db
    .prepare(
      `SELECT id, occurred_at >= ?3 AS counts FROM records WHERE kind = ?1 AND id > ?2
        ORDER BY id LIMIT ${RECORDS_A_PAGE}`,
    )
    .bind(kind, after, since)
    .all<{ id: string; counts: 0 | 1 }>()
  return {
    ids: results.filter(({ counts }) => counts === 1).map(({ id }) => id),
    last: results.length === RECORDS_A_PAGE ? (results.at(-1)?.id ?? null) : null,
  }
}

/** Makes owed what is to be made again of these records. For the page's batch. */
export function raiseAgainStatement(
  db: D1Database,
  run: Pick<Run, 'id' | 'again'>,
  kind: Kind,
  ids: string[],
  versions: Versions,
  now: number,
): D1PreparedStatement {
  const [stage, made, bound] =
    run.again === 'embed'
      ? [
          'vectorize',
          `SELECT 1 FROM vectors m WHERE m.kind = ?1 AND m.id = j.value AND m.fingerprint IS NOT NULL
             AND m.model = ?5`,
          [versions.embeddingModel],
        ]
      : [
          'enrich',
          `SELECT 1 FROM analyses m WHERE m.kind = ?1 AND m.id = j.value AND m.model = ?5
             AND m.prompt_version = ?6 AND m.fingerprint <> ''`, // '': left out, or given up
          [versions.model, versions.promptVersion],
        ]
  return db
    .prepare(
      `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
       SELECT ?1, j.value, '${stage}', 'bulk', 'replay', ?3, 1, ?4 FROM json_each(?2) j
        WHERE NOT EXISTS (${made}) ${ON_RAISE}`,
    )
    .bind(kind, JSON.stringify(ids), run.id, now, ...bound)
}

/** Makes enrichment owed for listed records that are known, so that their artefacts are asked for anew. */
export function raiseKnownStatement(
  db: D1Database,
  runId: string,
  kind: Kind,
  ids: string[],
  cause: Cause,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO work (kind, id, stage, lane, cause, run_id, wanted, due_at)
       SELECT ?1, j.value, 'enrich', 'bulk', ?5, ?3, 1, ?4 FROM json_each(?2) j
        WHERE EXISTS (SELECT 1 FROM records r WHERE r.kind = ?1 AND r.id = j.value) ${ON_RAISE}`,
    )
    .bind(kind, JSON.stringify(ids), runId, now, cause)
}
