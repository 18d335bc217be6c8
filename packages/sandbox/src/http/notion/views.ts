/** Views of a database: made, and listed. A view shows one data source, filtered and sorted as a query is. */
import { randomUUID } from 'node:crypto'
import { type Json, type JsonObject, isObject } from '../json.ts'
import { Complaints, onlyKeys, readId, readObject, readText } from './check.ts'
import { notFound } from './errors.ts'
import { sourceOf } from './pages.ts'
import { queryPages } from './query.ts'
import type { Edit, NotionStore, View } from './store.ts'
import { showTime } from './time.ts'

const KEYS = new Set([
  'data_source_id',
  'database_id',
  'name',
  'type',
  'filter',
  'sorts',
  'configuration',
  'position',
])
const TYPES: readonly string[] = [
  'table',
  'board',
  'list',
  'calendar',
  'timeline',
  'gallery',
  'form',
  'chart',
  'map',
  'dashboard',
]
const MAX_NAME = 2000

/** `POST /v1/views` @throws NotionError validation_error, object_not_found */
export function createView(edit: Edit, body: Json): JsonObject {
  const complaints = new Complaints('body')
  const request = readObject(body, 'body', complaints) ?? {}
  onlyKeys(request, KEYS, 'body', complaints)
  const sourceId = readId(request['data_source_id'], 'body.data_source_id', complaints) ?? ''
  const rule = { max: MAX_NAME, populated: true }
  const name = readText(request['name'], 'body.name', complaints, rule) ?? ''
  const type = TYPES.find((one) => one === request['type'])
  if (type === undefined)
    complaints.add('body.type', `be \`"${TYPES.join('"`, `"')}"\``, request['type'])
  const databaseId =
    request['database_id'] === undefined
      ? undefined
      : readId(request['database_id'], 'body.database_id', complaints)
  complaints.settle()
  const source = sourceOf(edit.store, { dataSourceId: sourceId })
  if (databaseId !== undefined && databaseId !== source.databaseId)
    throw notFound('database', databaseId)
  const { filter, sorts } = request
  const shown: JsonObject = {
    ...(isObject(filter) && { filter }),
    ...(Array.isArray(sorts) && { sorts }),
  }
  queryPages([], source, shown, edit.now) // complains as a query does
  const view = {
    id: randomUUID(),
    databaseId: source.databaseId,
    dataSourceId: source.id,
    name,
    type: type ?? 'table',
    shown,
    createdAt: edit.now,
    author: edit.author,
  }
  edit.store.saveView(view)
  return showView(view)
}

/** `GET /v1/views?database_id=`: references to its views. @throws NotionError object_not_found */
export function listViews(store: NotionStore, query: URLSearchParams): JsonObject {
  const complaints = new Complaints('query')
  const id = readId(query.get('database_id') ?? undefined, 'query.database_id', complaints) ?? ''
  complaints.settle()
  if (!store.databases.has(id)) throw notFound('database', id)
  return {
    object: 'list',
    results: store.viewsOf(id).map((view) => ({ object: 'view', id: view.id })),
    next_cursor: null,
    has_more: false,
  }
}

export function showView(view: View): JsonObject {
  return {
    object: 'view',
    id: view.id,
    parent: { type: 'database_id', database_id: view.databaseId },
    data_source_id: view.dataSourceId,
    name: view.name,
    type: view.type,
    created_time: showTime(view.createdAt),
    last_edited_time: showTime(view.createdAt),
    created_by: { object: 'user', id: view.author },
    last_edited_by: { object: 'user', id: view.author },
    url: `https://www.notion.so/${view.databaseId.replaceAll('-', '')}?v=${view.id.replaceAll('-', '')}`,
    filter: null,
    sorts: null,
    ...view.shown,
  }
}
