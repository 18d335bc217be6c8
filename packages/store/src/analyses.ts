/** The analysis of a record, or why there is none, under the fingerprint of what it was made from. */
import * as v from 'valibot'
import { Analysis } from '@switchboard/shared/analysis'
import type { AnalysisResult } from '@switchboard/shared/analysis'
import type { RecordKey } from '@switchboard/shared/kinds'
import { inKeys, jsonBatches, keysJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { HELD } from './work.ts'

export interface StoredAnalysis extends RecordKey {
  fingerprint: string
  result: AnalysisResult
}

/** What came back for these records. Rows go through `readAnalysis`. */
export function analysesStatement(db: D1Database, keys: RecordKey[]): D1PreparedStatement {
  return db
    .prepare(`SELECT kind, id, fingerprint, body, reason FROM analyses WHERE ${inKeys('?1')}`)
    .bind(keysJson(keys))
}

export interface AnalysisRow extends RecordKey {
  fingerprint: string
  body: string | null
  reason: string | null
}

/** A row as a result; one that an older release wrote otherwise counts as not analysed. */
export function readAnalysis({ kind, id, fingerprint, body, reason }: AnalysisRow): StoredAnalysis {
  const parsed = body === null ? null : v.safeParse(Analysis, JSON.parse(body))
  return {
    kind,
    id,
    fingerprint,
    result: parsed?.success
      ? { analysed: true, analysis: parsed.output }
      : { analysed: false, reason: reason ?? 'the stored analysis cannot be read' },
  }
}

export interface AnalysisToSave extends StoredAnalysis {
  model: string
  promptVersion: string
}

/** Saves analyses, while the stage still holds their records. */
export function saveAnalysesStatements(
  db: D1Database,
  held: { stage: string; token: string },
  analyses: AnalysisToSave[],
  now: number,
): D1PreparedStatement[] {
  const rows = analyses.map(({ result, ...row }) => ({
    ...row,
    body: result.analysed ? JSON.stringify(result.analysis) : null,
    reason: result.analysed ? null : result.reason,
  }))
  return jsonBatches(rows).map((json) =>
    db
      .prepare(
        `INSERT INTO analyses (kind, id, fingerprint, model, prompt_version, body, reason, analysed_at)
         SELECT j.kind, j.id, j.fingerprint, j.model, j.prompt_version, j.body, j.reason, ?2
           FROM (SELECT value ->> 'kind' AS kind, value ->> 'id' AS id,
                        value ->> 'fingerprint' AS fingerprint, value ->> 'model' AS model,
                        value ->> 'promptVersion' AS prompt_version, value ->> 'body' AS body,
                        value ->> 'reason' AS reason FROM json_each(?1)) j
          WHERE ${HELD('j', '?3', '?4')}
         ON CONFLICT (kind, id) DO UPDATE SET fingerprint = excluded.fingerprint,
           model = excluded.model, prompt_version = excluded.prompt_version, body = excluded.body,
           reason = excluded.reason, analysed_at = excluded.analysed_at`,
      )
      .bind(json, now, held.stage, held.token),
  )
}
