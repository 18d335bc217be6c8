/**
 * Raw mails that stand in R2 and are not filed yet. A row is noted before a mail is read and goes
 * with the batch that files it; whatever dies in between, the minute cron takes it up again.
 */
import { patternOf } from '@switchboard/shared/pattern'
import * as v from 'valibot'
import { fromJson } from './d1.ts'
import type { D1Database, D1PreparedStatement } from './d1.ts'
import { FILED_ANEW } from './letters.ts'

export interface MailDelivery {
  key: string // of the raw message in R2
  envelopeFrom: string // empty: the null sender
  envelopeTo: string[]
  receivedAt: number
}

/** @param dueAt when the minute cron may take it up, if nobody has filed it by then */
export function noteDeliveryStatement(
  db: D1Database,
  delivery: MailDelivery,
  dueAt: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO mail_deliveries (raw_key, envelope_from, envelope_to, received_at, due_at)
       VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (raw_key) DO NOTHING`,
    )
    .bind(
      delivery.key,
      delivery.envelopeFrom,
      JSON.stringify(delivery.envelopeTo),
      delivery.receivedAt,
      dueAt,
    )
}

/** It is filed, or given up as a letter. */
export function deliveredStatement(db: D1Database, key: string): D1PreparedStatement {
  return db.prepare(`DELETE FROM mail_deliveries WHERE raw_key = ?1`).bind(key)
}

/** Takes what is due, the oldest first: who dies with it leaves it to the next. */
export async function takeDeliveries(
  db: D1Database,
  now: number,
  leaseMs: number,
  limit: number,
): Promise<(MailDelivery & { tries: number })[]> {
  const { results } = await db
    .prepare(
      `UPDATE mail_deliveries SET due_at = ?1 + ?2, tries = tries + 1 WHERE raw_key IN
         (SELECT raw_key FROM mail_deliveries WHERE due_at <= ?1 ORDER BY due_at LIMIT ?3)
       RETURNING raw_key AS key, envelope_from AS envelopeFrom, envelope_to AS envelopeTo,
         received_at AS receivedAt, tries`,
    )
    .bind(now, leaseMs, limit)
    .all<Omit<MailDelivery, 'envelopeTo'> & { envelopeTo: string; tries: number }>()
  return results.map((row) => ({ ...row, envelopeTo: v.parse(Addresses, row.envelopeTo) }))
}

const Addresses = v.pipe(v.string(), v.parseJson(), v.array(v.string()))

const Kept = v.object({
  envelopeFrom: v.string(),
  envelopeTo: v.array(v.string()),
  receivedAt: v.number(),
})

/** A mail that nobody could file: a letter of the stage `mail`, under the raw message's key. */
export function keepMailStatement(
  db: D1Database,
  { key, ...envelope }: MailDelivery,
  reason: string,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO dead_letters (stage, kind, id, failure, reason, pattern, attempts, queue_message, first_at, last_at)
       VALUES ('mail', 'mail', ?1, 'record.invalid', ?2, ?5, 1, ?3, ?4, ?4)
       ON CONFLICT (stage, kind, id) DO UPDATE SET reason = excluded.reason,
         pattern = excluded.pattern, attempts = attempts + 1, last_at = excluded.last_at,
         ${FILED_ANEW}`,
    )
    .bind(key, reason, JSON.stringify(v.parse(Kept, envelope)), now, patternOf(reason))
}

/** The delivery that a letter holds; null: there is no such letter. */
export async function keptMail(db: D1Database, key: string): Promise<MailDelivery | null> {
  const row = await db
    .prepare(
      `SELECT queue_message AS kept FROM dead_letters
        WHERE stage = 'mail' AND kind = 'mail' AND id = ?1 AND closed_at IS NULL`,
    )
    .bind(key)
    .first<{ kept: string }>()
  return row === null ? null : { key, ...fromJson(Kept, row.kept) }
}

/** It is filed after all. */
export function closeMailStatement(db: D1Database, key: string, now: number): D1PreparedStatement {
  return db
    .prepare(
      `UPDATE dead_letters SET closed_at = max(?2, first_at)
        WHERE stage = 'mail' AND kind = 'mail' AND id = ?1 AND closed_at IS NULL`,
    )
    .bind(key, now)
}

/** The raw message is a file of its record: it goes where the record goes. */
export function rawFileStatement(
  db: D1Database,
  raw: { key: string; id: string; sizeBytes: number; sha256: string },
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO files (key, kind, id, source_id, content_type, size_bytes, sha256, stored_at, tried_at)
       VALUES (?1, 'mail', ?2, 'raw', 'message/rfc822', ?3, ?4, ?5, ?5)
       ON CONFLICT (key) DO UPDATE SET id = excluded.id`,
    )
    .bind(raw.key, raw.id, raw.sizeBytes, raw.sha256, now)
}
