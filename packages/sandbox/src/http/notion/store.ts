/**
 * What the Notion stand-in remembers: databases, data sources, pages and blocks in SQLite, so
 * that a killed process finds all it has answered for. Data sources and pages also stand in
 * memory, read once at the start: every write goes to both, every read but that of blocks to
 * memory. One process a file.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { JsonObject } from '../json.ts'
import {
  type DataSource,
  type Option,
  Options,
  type Property,
  type PropertyType,
} from './schema.ts'
import { type Value, emptyValue } from './values.ts'

/** Who writes, and when. */
export interface Edit {
  store: NotionStore
  /** A user's id: our connection or a person. */
  author: string
  /** ms since epoch */
  now: number
}

export interface Database {
  id: string
  title: string
  parentPageId: string
  createdAt: number
  editedAt: number
}

export interface Page {
  /** Order of creation. */
  seq: number
  id: string
  dataSourceId: string
  /** By property id; what was never written is missing. */
  values: Map<string, Value>
  /** ms since epoch; answers cut the times to the minute. */
  createdAt: number
  editedAt: number
  /** Queries leave the page out before. */
  visibleAt: number
  inTrash: boolean
  createdBy: string
  editedBy: string
}

export interface Block {
  id: string
  /** A page or a block. */
  parentId: string
  /** Order among its siblings. */
  rank: number
  type: string
  content: JsonObject
  hasChildren: boolean
  createdAt: number
  author: string
}

export interface View {
  id: string
  databaseId: string
  dataSourceId: string
  name: string
  type: string
  /** Its filter and sorts, as far as it has them. */
  shown: JsonObject
  createdAt: number
  author: string
}

/** The property's value, the empty one where none of its type was written. */
export function valueOf(page: Page, property: Property): Value {
  const value = page.values.get(property.id)
  return value?.type === property.type ? value : emptyValue(property.type)
}

// Written and read here alone; nothing is ever deleted but blocks.
const SCHEMA = `
CREATE TABLE IF NOT EXISTS databases (
  id TEXT PRIMARY KEY, title TEXT NOT NULL, parent TEXT NOT NULL,
  created_at INTEGER NOT NULL, edited_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS data_sources (
  id TEXT PRIMARY KEY, database_id TEXT NOT NULL, name TEXT NOT NULL,
  properties TEXT NOT NULL,          -- JSON, options aside
  created_at INTEGER NOT NULL, edited_at INTEGER NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS options (
  data_source_id TEXT NOT NULL, property_id TEXT NOT NULL, id TEXT NOT NULL,
  name TEXT NOT NULL, color TEXT NOT NULL,
  PRIMARY KEY (data_source_id, property_id, id)
) STRICT;
CREATE TABLE IF NOT EXISTS pages (
  seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, data_source_id TEXT NOT NULL,
  "values" TEXT NOT NULL,            -- JSON object by property id
  created_at INTEGER NOT NULL, edited_at INTEGER NOT NULL, visible_at INTEGER NOT NULL,
  in_trash INTEGER NOT NULL, created_by TEXT NOT NULL, edited_by TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS blocks (
  id TEXT PRIMARY KEY, parent_id TEXT NOT NULL, rank INTEGER NOT NULL, type TEXT NOT NULL,
  content TEXT NOT NULL, has_children INTEGER NOT NULL, created_at INTEGER NOT NULL,
  author TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS views (
  id TEXT PRIMARY KEY, database_id TEXT NOT NULL, data_source_id TEXT NOT NULL, name TEXT NOT NULL,
  type TEXT NOT NULL, shown TEXT NOT NULL, created_at INTEGER NOT NULL, author TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS blocks_by_parent ON blocks (parent_id, rank);
`

interface StoredProperty {
  id: string
  name: string
  type: PropertyType
  target?: string
  twin?: string
}

export class NotionStore {
  readonly databases = new Map<string, Database>()
  readonly dataSources = new Map<string, DataSource>()
  readonly pages = new Map<string, Page>()
  private readonly pagesBySource = new Map<string, Page[]>()
  private readonly db: DatabaseSync
  private readonly statements: ReturnType<typeof prepareAll>
  private nextSeq = 1

  /** @param file `:memory:` keeps nothing */
  constructor(file: string) {
    this.db = new DatabaseSync(file)
    // A kill of the process loses nothing without fsync; only a power cut would.
    this.db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;')
    this.db.exec(SCHEMA)
    this.statements = prepareAll(this.db)
    this.load()
  }

  close(): void {
    this.db.close()
  }

  /** All or nothing, for a write of many rows. */
  transaction<T>(write: () => T): T {
    this.db.exec('BEGIN')
    try {
      const result = write()
      this.db.exec('COMMIT')
      return result
    } catch (error) {
      this.db.exec('ROLLBACK')
      throw error
    }
  }

  saveDatabase(database: Database): void {
    this.databases.set(database.id, database)
    const { id, title, parentPageId, createdAt, editedAt } = database
    this.statements.database.run(id, title, parentPageId, createdAt, editedAt)
  }

  saveDataSource(source: DataSource): void {
    this.dataSources.set(source.id, source)
    const properties: StoredProperty[] = source.properties.map(
      ({ options: _kept, ...property }) => property,
    )
    const { id, databaseId, name, createdAt, editedAt } = source
    this.statements.dataSource.run(
      id,
      databaseId,
      name,
      JSON.stringify(properties),
      createdAt,
      editedAt,
    )
    for (const property of source.properties) {
      for (const option of property.options.list) this.saveOption(source.id, property, option)
    }
  }

  saveOption(dataSourceId: string, property: Property, { id, name, color }: Option): void {
    this.statements.option.run(dataSourceId, property.id, id, name, color)
  }

  addPage(page: Omit<Page, 'seq'>): Page {
    const added: Page = { ...page, seq: this.nextSeq++ }
    this.keepPage(added)
    this.savePage(added)
    return added
  }

  savePage(page: Page): void {
    this.statements.page.run(
      page.seq,
      page.id,
      page.dataSourceId,
      JSON.stringify(Object.fromEntries(page.values)),
      page.createdAt,
      page.editedAt,
      page.visibleAt,
      page.inTrash ? 1 : 0,
      page.createdBy,
      page.editedBy,
    )
  }

  /** In order of creation. */
  pagesOf(dataSourceId: string): readonly Page[] {
    return this.pagesBySource.get(dataSourceId) ?? []
  }

  block(id: string): Block | undefined {
    const row = this.statements.blockById.get(id)
    return row && toBlock(row)
  }

  childrenOf(parentId: string): Block[] {
    return this.statements.children.all(parentId).map(toBlock)
  }

  /** Puts blocks in before the given rank; siblings from there on move up. */
  insertBlocks(blocks: readonly Block[], beforeRank: number): void {
    const [first] = blocks
    if (!first) return
    this.statements.shift.run(blocks.length, first.parentId, beforeRank)
    for (const block of blocks) this.saveBlock(block)
  }

  saveBlock(block: Block): void {
    this.statements.block.run(
      block.id,
      block.parentId,
      block.rank,
      block.type,
      JSON.stringify(block.content),
      block.hasChildren ? 1 : 0,
      block.createdAt,
      block.author,
    )
  }

  deleteBlock(id: string): void {
    for (const child of this.childrenOf(id)) this.deleteBlock(child.id)
    this.statements.deleteBlock.run(id)
  }

  saveView(view: View): void {
    this.statements.view.run(
      view.id,
      view.databaseId,
      view.dataSourceId,
      view.name,
      view.type,
      JSON.stringify(view.shown),
      view.createdAt,
      view.author,
    )
  }

  /** In order of creation. */
  viewsOf(databaseId: string): View[] {
    return this.statements.views.all(databaseId).map((row) => ({
      id: text(row['id']),
      databaseId: text(row['database_id']),
      dataSourceId: text(row['data_source_id']),
      name: text(row['name']),
      type: text(row['type']),
      shown: JSON.parse(text(row['shown'])) as JsonObject,
      createdAt: Number(row['created_at']),
      author: text(row['author']),
    }))
  }

  private keepPage(page: Page): void {
    this.pages.set(page.id, page)
    const siblings = this.pagesBySource.get(page.dataSourceId)
    if (siblings) siblings.push(page)
    else this.pagesBySource.set(page.dataSourceId, [page])
  }

  private load(): void {
    for (const row of this.db.prepare('SELECT * FROM databases').all()) {
      const database = {
        id: text(row['id']),
        title: text(row['title']),
        parentPageId: text(row['parent']),
        createdAt: Number(row['created_at']),
        editedAt: Number(row['edited_at']),
      }
      this.databases.set(database.id, database)
    }
    for (const row of this.db.prepare('SELECT * FROM data_sources').all()) {
      const properties = JSON.parse(text(row['properties'])) as StoredProperty[]
      const source: DataSource = {
        id: text(row['id']),
        databaseId: text(row['database_id']),
        name: text(row['name']),
        properties: properties.map((property) => ({ ...property, options: new Options() })),
        createdAt: Number(row['created_at']),
        editedAt: Number(row['edited_at']),
      }
      this.dataSources.set(source.id, source)
    }
    for (const row of this.db.prepare('SELECT * FROM options ORDER BY rowid').all()) {
      const source = this.dataSources.get(text(row['data_source_id']))
      const property = source?.properties.find(({ id }) => id === row['property_id'])
      property?.options.keep({
        id: text(row['id']),
        name: text(row['name']),
        color: text(row['color']),
      })
    }
    for (const row of this.db.prepare('SELECT * FROM pages ORDER BY seq').all()) {
      this.keepPage(toPage(row))
      this.nextSeq = Number(row['seq']) + 1
    }
  }
}

function prepareAll(
  db: DatabaseSync,
): Record<
  | 'database'
  | 'dataSource'
  | 'option'
  | 'page'
  | 'block'
  | 'blockById'
  | 'children'
  | 'shift'
  | 'deleteBlock'
  | 'view'
  | 'views',
  StatementSync
> {
  return {
    database: db.prepare('INSERT OR REPLACE INTO databases VALUES (?, ?, ?, ?, ?)'),
    dataSource: db.prepare('INSERT OR REPLACE INTO data_sources VALUES (?, ?, ?, ?, ?, ?)'),
    option: db.prepare('INSERT OR IGNORE INTO options VALUES (?, ?, ?, ?, ?)'),
    page: db.prepare('INSERT OR REPLACE INTO pages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    block: db.prepare('INSERT OR REPLACE INTO blocks VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    blockById: db.prepare('SELECT * FROM blocks WHERE id = ?'),
    children: db.prepare('SELECT * FROM blocks WHERE parent_id = ? ORDER BY rank'),
    shift: db.prepare('UPDATE blocks SET rank = rank + ? WHERE parent_id = ? AND rank >= ?'),
    deleteBlock: db.prepare('DELETE FROM blocks WHERE id = ?'),
    view: db.prepare('INSERT INTO views VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
    views: db.prepare('SELECT * FROM views WHERE database_id = ? ORDER BY rowid'),
  }
}

type Row = NonNullable<ReturnType<StatementSync['get']>>

function toPage(row: Row): Page {
  const values = JSON.parse(text(row['values'])) as Record<string, Value>
  return {
    seq: Number(row['seq']),
    id: text(row['id']),
    dataSourceId: text(row['data_source_id']),
    values: new Map(Object.entries(values)),
    createdAt: Number(row['created_at']),
    editedAt: Number(row['edited_at']),
    visibleAt: Number(row['visible_at']),
    inTrash: row['in_trash'] === 1,
    createdBy: text(row['created_by']),
    editedBy: text(row['edited_by']),
  }
}

function toBlock(row: Row): Block {
  return {
    id: text(row['id']),
    parentId: text(row['parent_id']),
    rank: Number(row['rank']),
    type: text(row['type']),
    content: JSON.parse(text(row['content'])) as JsonObject,
    hasChildren: row['has_children'] === 1,
    createdAt: Number(row['created_at']),
    author: text(row['author']),
  }
}

function text(value: Row[string] | undefined): string {
  return typeof value === 'string' ? value : ''
}
