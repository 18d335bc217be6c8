/** Who did what through the API, and who failed to sign in. */
import * as v from 'valibot'
import type { Role } from '@switchboard/shared/api/session'
import type { D1Database } from './d1.ts'

const MOST_DETAIL = 4000

export interface AuditEntry {
  actor: string
  role: Role
  action: string
  target: string
  detail: Record<string, unknown>
  at: number
}

/** Says what is about to be done; returns the row's id. */
export async function beginAudit(db: D1Database, entry: AuditEntry): Promise<number> {
  const json = JSON.stringify(entry.detail)
  const detail =
    json.length > MOST_DETAIL ? JSON.stringify({ cut: json.slice(0, MOST_DETAIL) }) : json
  const row = await db
    .prepare(
      `INSERT INTO audit (at, actor, role, action, target, detail)
       VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id`,
    )
    .bind(entry.at, entry.actor, entry.role, entry.action, entry.target, detail)
    .first<{ id: number }>()
  if (row === null) throw new Error('an audit row was not written')
  return row.id
}

/** Says what became of it. @param status of the HTTP answer */
export async function endAudit(db: D1Database, id: number, status: number): Promise<void> {
  await db.prepare(`UPDATE audit SET status = ?2 WHERE id = ?1`).bind(id, status).run()
}

const Detail = v.pipe(v.string(), v.parseJson(), v.record(v.string(), v.unknown()))

export interface Audited extends Omit<AuditEntry, 'detail'> {
  id: number
  detail: Record<string, unknown> | null
  status: number | null
}

/** Newest first. @param before id of the last row of the page before; null: from the newest */
export async function listAudit(
  db: D1Database,
  before: number | null,
  limit: number,
): Promise<Audited[]> {
  const { results } = await db
    .prepare(
      `SELECT id, at, actor, role, action, target, detail, status FROM audit
        WHERE id < coalesce(?1, 9007199254740991) ORDER BY id DESC LIMIT ?2`,
    )
    .bind(before, limit)
    .all<Omit<Audited, 'detail'> & { detail: string | null }>()
  return results.map((row) => ({
    ...row,
    detail: row.detail === null ? null : v.parse(Detail, row.detail),
  }))
}

/** How often an address was refused since then. */
export async function loginFailures(
  db: D1Database,
  address: string,
  since: number,
): Promise<number> {
  const row = await db
    .prepare(`SELECT count(*) AS count FROM login_failures WHERE address = ?1 AND at >= ?2`)
    .bind(address, since)
    .first<{ count: number }>()
  return row?.count ?? 0
}

/** Counts a refusal, and forgets those of over an hour ago. */
export async function countLoginFailure(
  db: D1Database,
  address: string,
  now: number,
): Promise<void> {
  await db.batch([
    db
      .prepare(`DELETE FROM login_failures WHERE address = ?1 AND at < ?2`)
      .bind(address, now - 3_600_000),
    db.prepare(`INSERT INTO login_failures (address, at) VALUES (?1, ?2)`).bind(address, now),
  ])
}
