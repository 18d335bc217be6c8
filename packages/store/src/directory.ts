/** What is ours: workspace numbers, users, mail addresses; and the Notion data sources we write. */
import type { SourceRole } from '@switchboard/shared/kinds'
import type { D1Database, D1PreparedStatement } from './d1.ts'

export type DirectoryType = 'number' | 'user' | 'address'
export interface DirectoryRow {
  type: DirectoryType
  id: string
  label: string
}

/** Everything of ours. Rows: `DirectoryRow`. */
export function directoryStatement(db: D1Database): D1PreparedStatement {
  return db.prepare(`SELECT type, id, label FROM directory`)
}

/** Our numbers, users and mail addresses, those of old too. */
export async function listDirectory(db: D1Database): Promise<DirectoryRow[]> {
  return (await directoryStatement(db).all<DirectoryRow>()).results
}

/** Adds and renames. Nothing is taken away: an old record may still speak of a number we gave up. */
export function saveDirectoryStatement(db: D1Database, rows: DirectoryRow[]): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO directory (type, id, label)
       SELECT value ->> 'type', value ->> 'id', value ->> 'label' FROM json_each(?1) WHERE true
       ON CONFLICT (type, id) DO UPDATE SET label = excluded.label`,
    )
    .bind(JSON.stringify(rows))
}

export interface NotionSource {
  role: SourceRole
  databaseId: string
  dataSourceId: string
}

/** Rows: `NotionSource`. */
export function sourcesStatement(db: D1Database): D1PreparedStatement {
  return db.prepare(
    `SELECT role, database_id AS databaseId, data_source_id AS dataSourceId FROM notion_sources`,
  )
}

/** The data sources behind the four databases, as far as they are known. */
export async function listSources(db: D1Database): Promise<NotionSource[]> {
  return (await sourcesStatement(db).all<NotionSource>()).results
}

/** Another database for a role takes the place of the one before. */
export function saveSourceStatement(
  db: D1Database,
  source: NotionSource,
  now: number,
): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO notion_sources (role, database_id, data_source_id, checked_at) VALUES (?1, ?2, ?3, ?4)
       ON CONFLICT (role) DO UPDATE SET database_id = excluded.database_id,
         data_source_id = excluded.data_source_id, checked_at = excluded.checked_at`,
    )
    .bind(source.role, source.databaseId, source.dataSourceId, now)
}
