/** Deliveries that OpenPhone gave up, a row each: counted from facts, repaired once. */
import type { D1Database, D1PreparedStatement } from './d1.ts'

export interface Gap {
  webhookId: string
  deliveryId: string
  type: string
  resourceId: string | null
  madeAt: number
  /** Its record was fetched; OpenPhone was asked to deliver it again; or neither was possible. */
  outcome: 'recovered' | 'asked' | 'lost'
}

/** Of these deliveries of a webhook the ones that are dealt with: an asked one may fail again. */
export async function repairedAmong(
  db: D1Database,
  webhookId: string,
  deliveryIds: readonly string[],
): Promise<Set<string>> {
  const { results } = await db
    .prepare(
      `SELECT delivery_id AS id FROM gaps WHERE webhook_id = ?1 AND outcome <> 'asked'
          AND delivery_id IN (SELECT value FROM json_each(?2))`,
    )
    .bind(webhookId, JSON.stringify(deliveryIds))
    .all<{ id: string }>()
  return new Set(results.map(({ id }) => id))
}

/** Notes deliveries that were given up, each once. For the batch that turns the page. */
export function saveGapsStatement(
  db: D1Database,
  gaps: readonly Gap[],
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO gaps (webhook_id, delivery_id, type, resource_id, made_at, found_at, outcome)
       SELECT value ->> 'webhookId', value ->> 'deliveryId', value ->> 'type',
              value ->> 'resourceId', value ->> 'madeAt', ?2, value ->> 'outcome'
         FROM json_each(?1) WHERE true
       ON CONFLICT (webhook_id, delivery_id) DO UPDATE SET outcome = excluded.outcome`,
    )
    .bind(JSON.stringify(gaps), now)
}

/** When the log of deliveries was last read to its end, ms since epoch; null: never. */
export async function lastRepair(db: D1Database): Promise<number | null> {
  const row = await db
    .prepare(
      `SELECT max(r.started_at) AS at FROM sweeps s JOIN runs r ON r.id = s.run_id
        WHERE s.sweep = 'deliveries' AND s.done = 1 AND s.error IS NULL`,
    )
    .first<{ at: number | null }>()
  return row?.at ?? null
}
