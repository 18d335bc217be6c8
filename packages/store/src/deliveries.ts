/**
 * Deliveries of webhooks: which were seen, how many of what came, which were kept because nobody
 * could read them, and when webhooks fell silent.
 */
import type { Kind } from '@switchboard/shared/kinds'
import { patternOf } from '@switchboard/shared/pattern'
import type { D1Database, D1PreparedStatement } from './d1.ts'

export type EventOutcome = 'stored' | 'unknown' | 'unreadable' | 'gone'

/** Whether this delivery was taken in before. */
export async function isSeen(db: D1Database, deliveryId: string): Promise<boolean> {
  const row = await db.prepare(`SELECT 1 FROM deliveries WHERE id = ?1`).bind(deliveryId).first()
  return row !== null
}

/** Counts an event and marks its delivery seen: once, however often the batch runs. */
export function seenStatements(
  db: D1Database,
  deliveryId: string,
  event: { type: string; outcome: EventOutcome },
  now: number,
): D1PreparedStatement[] {
  return [
    db
      .prepare(
        `INSERT INTO event_counts (day, type, outcome, count, last_at)
         SELECT date(?1 / 1000, 'unixepoch'), ?2, ?3, 1, ?1
          WHERE NOT EXISTS (SELECT 1 FROM deliveries WHERE id = ?4) ${ADD}`,
      )
      .bind(now, event.type, event.outcome, deliveryId),
    db
      .prepare(`INSERT INTO deliveries (id, seen_at) VALUES (?1, ?2) ON CONFLICT DO NOTHING`)
      .bind(deliveryId, now),
  ]
}

const ADD = `ON CONFLICT (day, type, outcome) DO UPDATE SET count = count + excluded.count,
  last_at = excluded.last_at`

/** Counts records of which OpenPhone knows nothing and whose events alone make none. */
export function countGoneStatement(
  db: D1Database,
  kind: Kind,
  count: number,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO event_counts (day, type, outcome, count, last_at)
       VALUES (date(?1 / 1000, 'unixepoch'), ?2, 'gone', ?3, ?1) ${ADD}`,
    )
    .bind(now, kind, count)
}

/** A rightly signed event that nobody can read, as it came. */
export interface KeptDelivery {
  id: string // of the delivery
  type: string | null
  reason: string // names the field
  body: string
}

/** Keeps an unreadable delivery as a dead letter of stage `webhook`; one try more if it is there. */
export function keepDeliveryStatement(
  db: D1Database,
  kept: KeptDelivery,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO dead_letters (stage, kind, id, failure, reason, pattern, attempts, queue_message, first_at, last_at)
       VALUES ('webhook', ?1, ?2, 'record.invalid', ?3, ?6, 1, ?4, ?5, ?5)
       ON CONFLICT (stage, kind, id) DO UPDATE SET reason = excluded.reason,
         pattern = excluded.pattern, attempts = attempts + 1, last_at = excluded.last_at,
         replay_id = NULL`,
    )
    .bind(kept.type ?? 'unknown', kept.id, kept.reason, kept.body, now, patternOf(kept.reason))
}

/** The raw body of a kept delivery, and the kind its letter is filed under; null: there is none. */
export async function keptDelivery(
  db: D1Database,
  deliveryId: string,
): Promise<{ kind: string; body: string } | null> {
  return db
    .prepare(
      `SELECT kind, queue_message AS body FROM dead_letters
        WHERE stage = 'webhook' AND id = ?1 AND closed_at IS NULL`,
    )
    .bind(deliveryId)
    .first<{ kind: string; body: string }>()
}

/** Closes the letter of a delivery that can be read now. */
export function closeDeliveryStatement(
  db: D1Database,
  deliveryId: string,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE dead_letters SET closed_at = max(?2, first_at)
        WHERE stage = 'webhook' AND id = ?1 AND closed_at IS NULL`,
    )
    .bind(deliveryId, now)
}

/** Where there was something to tell and webhooks told nothing for so long, they are silent. */
const SILENT_MS = 4 * 3_600_000
/** What happened just now may still be on its way. */
const ON_ITS_WAY_MS = 10 * 60_000

/**
 * Notes a silence: four hours without a delivery, although calls or text messages of that time were
 * listed. Nights and holidays are no silence, since nothing is listed of them.
 * @returns how many records webhooks did not tell of; 0: no silence
 */
export async function noteSilence(db: D1Database, now: number): Promise<number> {
  const row = await db
    .prepare(
      `INSERT INTO silences (since, noticed_at, untold)
       SELECT heard.at, ?1, count(*) FROM (SELECT coalesce(
           (SELECT max(last_at) FROM event_counts WHERE outcome <> 'gone'),
           (SELECT min(started_at) FROM runs)) AS at) heard
         JOIN records r ON r.kind IN ('call', 'message') AND r.occurred_at > heard.at
          AND r.occurred_at <= ?2
        WHERE heard.at <= ?3 GROUP BY heard.at HAVING count(*) > 0
       ON CONFLICT (since) DO UPDATE SET noticed_at = excluded.noticed_at, untold = excluded.untold
       RETURNING untold`,
    )
    .bind(now, now - ON_ITS_WAY_MS, now - SILENT_MS)
    .first<{ untold: number }>()
  return row?.untold ?? 0
}

/** How webhooks do, as an operator asks it. */
export interface WebhookHealth {
  heardAt: number | null // the last delivery, ms since epoch
  /** Since when they are silent though there is something to tell; null: they are not. */
  silentSince: number | null
  untold: number // calls and text messages of that time
  missed: number // deliveries that OpenPhone gave up, of the last 90 days
  recovered: number // of these, the ones whose record was fetched
  missedSince: number | null // the first of them
  /** Events of today and yesterday (UTC) by type and outcome. */
  events: { day: string; type: string; outcome: EventOutcome; count: number }[]
}

type Counted = Pick<WebhookHealth, 'missed' | 'recovered' | 'missedSince'>

/** Whether webhooks tell, what they missed, and the events of today and yesterday. */
export async function webhookHealth(db: D1Database, now: number): Promise<WebhookHealth> {
  const [heard, silence, gaps, events] = await db.batch([
    db.prepare(`SELECT max(last_at) AS at FROM event_counts WHERE outcome <> 'gone'`),
    db.prepare(`SELECT since, untold FROM silences ORDER BY since DESC LIMIT 1`),
    db.prepare(
      `SELECT count(*) AS missed, coalesce(sum(outcome = 'recovered'), 0) AS recovered,
              min(made_at) AS missedSince FROM gaps`,
    ),
    db
      .prepare(
        `SELECT day, type, outcome, count FROM event_counts
          WHERE day >= date(?1 / 1000, 'unixepoch', '-1 day') ORDER BY day DESC, type, outcome`,
      )
      .bind(now),
  ])
  const heardAt = (heard?.results as { at: number | null }[] | undefined)?.[0]?.at ?? null
  const last = (silence?.results as { since: number; untold: number }[] | undefined)?.[0]
  // A delivery since then ends the silence.
  const silent = last !== undefined && (heardAt === null || heardAt <= last.since)
  const found = (gaps?.results as Counted[] | undefined)?.[0]
  return {
    heardAt,
    silentSince: silent ? last.since : null,
    untold: silent ? last.untold : 0,
    missed: found?.missed ?? 0,
    recovered: found?.recovered ?? 0,
    missedSince: found?.missedSince ?? null,
    events: (events?.results ?? []) as WebhookHealth['events'],
  }
}
