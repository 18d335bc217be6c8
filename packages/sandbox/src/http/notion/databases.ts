/**
 * Databases and their data sources (one each): create, read, and change of the schema, where a
 * property is renamed, added, given another type, or deleted by `null`.
 */
import { randomUUID } from 'node:crypto'
import type { Json, JsonObject } from '../json.ts'
import { Complaints, onlyKeys, readId, readObject } from './check.ts'
import { invalid, notFound } from './errors.ts'
import { sourceOf } from './pages.ts'
import { plainText, readRichText, showRichText } from './rich-text.ts'
import {
  type DataSource,
  type Property,
  entriesOf,
  propertyOf,
  readPropertyConfig,
  requireOneTitle,
  showProperty,
  twinOf,
} from './schema.ts'
import type { Database, Edit, NotionStore } from './store.ts'
import { showTime } from './time.ts'

const CREATE_KEYS = new Set(['parent', 'title', 'description', 'is_inline', 'initial_data_source'])
const SOURCE_KEYS = new Set(['title', 'properties'])
const RENAME_KEYS = new Set(['name'])

export interface NewIds {
  databaseId: string
  dataSourceId: string
}

/**
 * @param rootPageId may be a database's parent, as any other page may
 * @throws NotionError validation_error, object_not_found
 */
export function createDatabase(
  edit: Edit,
  body: Json,
  rootPageId: string,
  ids: NewIds = { databaseId: randomUUID(), dataSourceId: randomUUID() },
): Database {
  const complaints = new Complaints('body')
  const request = readObject(body, 'body', complaints) ?? {}
  onlyKeys(request, CREATE_KEYS, 'body', complaints)
  const parentPageId = readParent(request['parent'], complaints)
  const title = readTitle(request['title'], complaints)
  const initial = readObject(request['initial_data_source'], 'body.initial_data_source', complaints)
  const path = 'body.initial_data_source.properties'
  const properties = entriesOf(initial?.['properties'], path, complaints).flatMap(
    ([name, config]) => {
      const read = readPropertyConfig(name, config, `${path}.${name}`, complaints)
      return read ? [read] : []
    },
  )
  complaints.settle()
  if (parentPageId !== rootPageId && !edit.store.pages.has(parentPageId))
    throw notFound('page', parentPageId)
  requireOneTitle(properties)
  requireTargets(edit.store, ids.dataSourceId, properties)
  const times = { createdAt: edit.now, editedAt: edit.now }
  const database = { id: ids.databaseId, title, parentPageId, ...times }
  edit.store.transaction(() => {
    edit.store.saveDatabase(database)
    edit.store.saveDataSource({
      id: ids.dataSourceId,
      databaseId: ids.databaseId,
      name: title,
      properties,
      ...times,
    })
    addTwins(edit, ids.dataSourceId, properties)
  })
  return database
}

/** `PATCH /v1/data_sources/{id}` @throws NotionError validation_error, object_not_found */
export function updateDataSource(edit: Edit, id: string, body: Json): DataSource {
  const source = sourceOf(edit.store, { dataSourceId: id })
  const complaints = new Complaints('body')
  const request = readObject(body, 'body', complaints) ?? {}
  onlyKeys(request, SOURCE_KEYS, 'body', complaints)
  const name =
    request['title'] === undefined ? source.name : readTitle(request['title'], complaints)
  const changes =
    request['properties'] === undefined
      ? []
      : entriesOf(request['properties'], 'body.properties', complaints)
  let properties = source.properties
  for (const [key, change] of changes) {
    properties = changed(source, properties, key, change, complaints)
  }
  complaints.settle()
  requireOneTitle(properties)
  requireTargets(edit.store, id, properties)
  const updated = { ...source, name, properties, editedAt: edit.now }
  const added = properties.filter(({ id: one }) => source.properties.every((had) => had.id !== one))
  edit.store.transaction(() => {
    edit.store.saveDataSource(updated)
    addTwins(edit, id, added)
  })
  return updated
}

/** A relation that shows on both sides makes its other side, unless the name is taken there. */
function addTwins({ store, now }: Edit, own: string, properties: readonly Property[]): void {
  for (const { target, twin, ...property } of properties) {
    const source = target === undefined ? undefined : store.dataSources.get(target)
    if (!source || twin === undefined) continue
    if (source.properties.some(({ name }) => name === twin)) continue
    const other = { ...twinOf({ ...property, twin }), target: own }
    store.saveDataSource({ ...source, properties: [...source.properties, other], editedAt: now })
  }
}

function changed(
  source: DataSource,
  properties: Property[],
  key: string,
  change: Json,
  complaints: Complaints,
): Property[] {
  const path = `body.properties.${key}`
  const known = propertyOf({ ...source, properties }, key)
  if (change === null) {
    if (!known) throw invalid(`${key} is not a property that exists.`)
    return properties.filter((property) => property !== known)
  }
  const object = readObject(change, path, complaints)
  if (!object) return properties
  const name = typeof object['name'] === 'string' ? object['name'] : (known?.name ?? key)
  if (Object.keys(object).every((field) => RENAME_KEYS.has(field))) {
    if (!known) throw invalid(`${key} is not a property that exists.`)
    return properties.map((property) => (property === known ? { ...property, name } : property))
  }
  const read = readPropertyConfig(name, change, path, complaints)
  if (!read) return properties
  if (!known) return [...properties, read]
  return properties.map((property) => (property === known ? { ...read, id: known.id } : property))
}

function requireTargets(store: NotionStore, own: string, properties: readonly Property[]): void {
  for (const { target } of properties) {
    if (target !== undefined && target !== own && !store.dataSources.has(target)) {
      throw notFound('data_source', target)
    }
  }
}

function readParent(value: Json | undefined, complaints: Complaints): string {
  const parent = readObject(value, 'body.parent', complaints)
  if (!parent) return ''
  onlyKeys(parent, new Set(['type', 'page_id']), 'body.parent', complaints)
  return readId(parent['page_id'], 'body.parent.page_id', complaints) ?? ''
}

function readTitle(value: Json | undefined, complaints: Complaints): string {
  return value === undefined ? '' : plainText(readRichText(value, 'body.title', complaints))
}

/** @throws NotionError object_not_found */
export function databaseOf(store: NotionStore, id: string): Database {
  const database = store.databases.get(id)
  if (!database) throw notFound('database', id)
  return database
}

export function showDatabase(store: NotionStore, database: Database): JsonObject {
  const sources = [...store.dataSources.values()].filter(
    ({ databaseId }) => databaseId === database.id,
  )
  return {
    object: 'database',
    id: database.id,
    title: titleOf(database.title),
    description: [],
    parent: { type: 'page_id', page_id: database.parentPageId },
    is_inline: false,
    in_trash: false,
    is_locked: false,
    created_time: showTime(database.createdAt),
    last_edited_time: showTime(database.editedAt),
    data_sources: sources.map(({ id, name }) => ({ id, name })),
    icon: null,
    cover: null,
    url: `https://www.notion.so/${database.id.replaceAll('-', '')}`,
    public_url: null,
  }
}

export function showDataSource(store: NotionStore, source: DataSource, author: string): JsonObject {
  const databaseIdOf = (id: string) => store.dataSources.get(id)?.databaseId ?? ''
  const parent = store.databases.get(source.databaseId)?.parentPageId ?? ''
  return {
    object: 'data_source',
    id: source.id,
    title: titleOf(source.name),
    description: [],
    parent: { type: 'database_id', database_id: source.databaseId },
    database_parent: { type: 'page_id', page_id: parent },
    is_inline: false,
    in_trash: false,
    created_time: showTime(source.createdAt),
    last_edited_time: showTime(source.editedAt),
    created_by: { object: 'user', id: author },
    last_edited_by: { object: 'user', id: author },
    properties: Object.fromEntries(
      source.properties.map((property) => [property.name, showProperty(property, databaseIdOf)]),
    ),
    icon: null,
    cover: null,
    url: `https://www.notion.so/${source.databaseId.replaceAll('-', '')}`,
    public_url: null,
  }
}

function titleOf(text: string): JsonObject[] {
  return text === '' ? [] : showRichText([{ content: text }])
}
