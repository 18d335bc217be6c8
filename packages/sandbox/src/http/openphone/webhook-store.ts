/**
 * What the OpenPhone stand-in remembers of webhooks: registrations and the delivery log, in SQLite,
 * so that a killed process goes on delivering. One process a file.
 */
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'

/** Times are ms since epoch. */
export interface StoredWebhook {
  id: string // digits
  label: string | null
  status: 'enabled' | 'disabled'
  url: string
  events: string[]
  resourceIds: string[] // PN..., or `*`
  key: string
  createdAt: number
  updatedAt: number
}

export interface Attempt {
  id: string
  timestamp: string
  status: 'success' | 'failed'
  responseStatusCode: number // 0: no answer
  responseBody: string
  responseDurationMs: number
  triggerType: 'scheduled' | 'manual'
  url: string
}

/** `sending`: tried and not accepted yet, there will be another try. */
export type DeliveryStatus = 'success' | 'pending' | 'sending' | 'failed'

export interface StoredDelivery {
  id: string // msg_...: the `webhook-id`
  webhookId: string
  eventId: string | null
  resourceId: string | null
  eventType: string
  body: string
  status: DeliveryStatus
  attempts: Attempt[] // oldest first
  nextAttemptAt: number | null
  createdAt: number
}

// Written and read here alone; a webhook's deliveries go with it.
const SCHEMA = `
CREATE TABLE IF NOT EXISTS webhooks (
  id TEXT PRIMARY KEY, label TEXT, status TEXT NOT NULL, url TEXT NOT NULL,
  events TEXT NOT NULL, resource_ids TEXT NOT NULL, -- JSON
  key TEXT NOT NULL, created_at INTEGER NOT NULL, updated_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS deliveries (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
  webhook_id TEXT NOT NULL REFERENCES webhooks ON DELETE CASCADE,
  event_id TEXT, resource_id TEXT, event_type TEXT NOT NULL, body TEXT NOT NULL,
  status TEXT NOT NULL, attempts TEXT NOT NULL, -- JSON
  next_attempt_at INTEGER, created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS deliveries_by_webhook ON deliveries (webhook_id, seq);
CREATE INDEX IF NOT EXISTS deliveries_due ON deliveries (webhook_id, next_attempt_at)
  WHERE next_attempt_at IS NOT NULL;
`
const FIRST_ID = 1001

export class WebhookStore {
  private readonly db: DatabaseSync

  /** @param file `:memory:` keeps nothing */
  constructor(file: string) {
    this.db = new DatabaseSync(file)
    // A kill of the process loses nothing without fsync; only a power cut would.
    this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON;')
    this.db.exec(SCHEMA)
  }

  close(): void {
    this.db.close()
  }

  webhooks(): StoredWebhook[] {
    return this.db
      .prepare('SELECT * FROM webhooks ORDER BY CAST(id AS INTEGER)')
      .all()
      .map(toWebhook)
  }

  webhook(id: string): StoredWebhook | undefined {
    const row = this.db.prepare('SELECT * FROM webhooks WHERE id = ?').get(id)
    return row && toWebhook(row)
  }

  addWebhook(webhook: Omit<StoredWebhook, 'id'>): StoredWebhook {
    const next = this.db
      .prepare('SELECT COALESCE(MAX(CAST(id AS INTEGER)) + 1, ?) AS id FROM webhooks')
      .get(FIRST_ID)
    const added = { ...webhook, id: String(next?.['id']) }
    this.saveWebhook(added)
    return added
  }

  saveWebhook(webhook: StoredWebhook): void {
    const { id, label, status, url, events, resourceIds, key, createdAt, updatedAt } = webhook
    this.db
      .prepare(
        `INSERT INTO webhooks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET label = excluded.label, status = excluded.status,
           url = excluded.url, events = excluded.events, resource_ids = excluded.resource_ids,
           key = excluded.key, updated_at = excluded.updated_at`,
      )
      .run(
        id,
        label,
        status,
        url,
        JSON.stringify(events),
        JSON.stringify(resourceIds),
        key,
        createdAt,
        updatedAt,
      )
  }

  deleteWebhook(id: string): boolean {
    return this.db.prepare('DELETE FROM webhooks WHERE id = ?').run(id).changes > 0
  }

  /** The webhook's log, newest first. */
  deliveries(webhookId: string): StoredDelivery[] {
    return this.db
      .prepare('SELECT * FROM deliveries WHERE webhook_id = ? ORDER BY seq DESC')
      .all(webhookId)
      .map(toDelivery)
  }

  delivery(webhookId: string, id: string): StoredDelivery | undefined {
    const row = this.db
      .prepare('SELECT * FROM deliveries WHERE webhook_id = ? AND id = ?')
      .get(webhookId, id)
    return row && toDelivery(row)
  }

  /** Deliveries that still wait for a try. */
  waiting(webhookId: string): StoredDelivery[] {
    return this.db
      .prepare(
        'SELECT * FROM deliveries WHERE webhook_id = ? AND next_attempt_at IS NOT NULL ORDER BY seq',
      )
      .all(webhookId)
      .map(toDelivery)
  }

  saveDelivery(delivery: StoredDelivery): void {
    const { id, webhookId, eventId, resourceId, eventType, body, status, ...rest } = delivery
    this.db
      .prepare(
        `INSERT INTO deliveries (id, webhook_id, event_id, resource_id, event_type, body, status,
           attempts, next_attempt_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET status = excluded.status, attempts = excluded.attempts,
           next_attempt_at = excluded.next_attempt_at`,
      )
      .run(
        id,
        webhookId,
        eventId,
        resourceId,
        eventType,
        body,
        status,
        JSON.stringify(rest.attempts),
        rest.nextAttemptAt,
        rest.createdAt,
      )
  }
}

type Row = Record<string, SQLOutputValue>

function toWebhook(row: Row): StoredWebhook {
  return {
    id: String(row['id']),
    label: textOrNull(row['label']),
    status: row['status'] === 'disabled' ? 'disabled' : 'enabled',
    url: String(row['url']),
    events: JSON.parse(String(row['events'])) as string[],
    resourceIds: JSON.parse(String(row['resource_ids'])) as string[],
    key: String(row['key']),
    createdAt: Number(row['created_at']),
    updatedAt: Number(row['updated_at']),
  }
}

function toDelivery(row: Row): StoredDelivery {
  return {
    id: String(row['id']),
    webhookId: String(row['webhook_id']),
    eventId: textOrNull(row['event_id']),
    resourceId: textOrNull(row['resource_id']),
    eventType: String(row['event_type']),
    body: String(row['body']),
    status: String(row['status']) as DeliveryStatus,
    attempts: JSON.parse(String(row['attempts'])) as Attempt[],
    nextAttemptAt: row['next_attempt_at'] === null ? null : Number(row['next_attempt_at']),
    createdAt: Number(row['created_at']),
  }
}

function textOrNull(value: SQLOutputValue | undefined): string | null {
  return value === null || value === undefined ? null : String(value)
}
