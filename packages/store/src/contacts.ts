/** OpenPhone's contacts, as webhooks told of them: who is called what, by number and address. */
import type { D1Database, D1PreparedStatement } from './d1.ts'

export interface ContactRow {
  id: string
  name: string | null
  keys: string[] // E.164 numbers, addresses in lower case
  deleted: boolean
  version: number // older never undoes newer
}

/** Saves a contact unless a newer event of it is known. For one batch. */
export function saveContactStatements(
  db: D1Database,
  { id, name, keys, deleted, version }: ContactRow,
): D1PreparedStatement[] {
  const ours = `EXISTS (SELECT 1 FROM contacts WHERE id = ?1 AND version = ?2)`
  return [
    db
      .prepare(
        `INSERT INTO contacts (id, name, version, deleted) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, version = excluded.version,
           deleted = excluded.deleted WHERE excluded.version >= contacts.version`,
      )
      .bind(id, name, version, deleted ? 1 : 0),
    db.prepare(`DELETE FROM contact_keys WHERE contact_id = ?1 AND ${ours}`).bind(id, version),
    db
      .prepare(
        `INSERT INTO contact_keys (key, contact_id)
         SELECT value, ?1 FROM json_each(?3) WHERE ${ours} ON CONFLICT DO NOTHING`,
      )
      .bind(id, version, JSON.stringify(deleted ? [] : keys)),
  ]
}
