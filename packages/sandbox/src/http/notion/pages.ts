/**
 * Pages of a data source: create, read, change, trash, and the property endpoint that gives what
 * a page's answer cuts off. A trashed page takes no change but its restoring.
 */
import { randomUUID } from 'node:crypto'
import { type Json, type JsonObject, isObject } from '../json.ts'
import { appendChildren, eraseChildren, readChildren } from './blocks.ts'
import { Complaints, onlyKeys, readId, readObject } from './check.ts'
import { invalid, notFound, trashed } from './errors.ts'
import { readPageSize } from './query.ts'
import { plainText, showRichText } from './rich-text.ts'
import { type DataSource, type Property, propertyOf } from './schema.ts'
import { type Edit, type NotionStore, type Page, valueOf } from './store.ts'
import { showTime } from './time.ts'
import { type Value, type ValuePorts, readValues, showValue } from './values.ts'

const CREATE_KEYS = new Set(['parent', 'properties', 'children', 'icon', 'cover'])
const UPDATE_KEYS = new Set([
  'properties',
  'in_trash',
  'icon',
  'cover',
  'is_locked',
  'erase_content',
])
const PARENT_KEYS = new Set(['type', 'data_source_id', 'database_id'])

/**
 * @param visibleAt when queries begin to list the page, ms since epoch
 * @param id for pages whose id has to be known beforehand
 */
export function createPage(
  edit: Edit,
  body: Json,
  visibleAt: number,
  id: string = randomUUID(),
): Page {
  const complaints = new Complaints('body')
  const request = readObject(body, 'body', complaints) ?? {}
  onlyKeys(request, CREATE_KEYS, 'body', complaints)
  requireNull(request, ['icon', 'cover'], complaints)
  const parent = readParent(request['parent'], complaints)
  const blocks =
    request['children'] === undefined
      ? []
      : readChildren(request['children'], 'body.children', complaints)
  complaints.settle()
  const source = sourceOf(edit.store, parent)
  const values = readValues(request['properties'] ?? {}, source, valuePorts(edit, source))
  const page = {
    id,
    dataSourceId: source.id,
    values,
    createdAt: edit.now,
    editedAt: edit.now,
    visibleAt,
    inTrash: false,
    createdBy: edit.author,
    editedBy: edit.author,
  }
  if (blocks.length === 0) return edit.store.addPage(page)
  return edit.store.transaction(() => {
    appendChildren(edit, id, blocks)
    return edit.store.addPage(page)
  })
}

/** @throws NotionError object_not_found, validation_error (also for a trashed page) */
export function updatePage(edit: Edit, id: string, body: Json): Page {
  const page = pageOf(edit.store, id)
  const complaints = new Complaints('body')
  const request = readObject(body, 'body', complaints) ?? {}
  onlyKeys(request, UPDATE_KEYS, 'body', complaints)
  requireNull(request, ['icon', 'cover'], complaints)
  for (const flag of ['in_trash', 'is_locked', 'erase_content']) {
    const value = request[flag]
    if (value !== undefined && typeof value !== 'boolean') {
      complaints.add(`body.${flag}`, 'be a boolean or `undefined`', value)
    }
  }
  complaints.settle()
  const inTrash = request['in_trash']
  if (page.inTrash && inTrash !== false) throw trashed()
  const source = sourceOf(edit.store, { dataSourceId: page.dataSourceId })
  const { properties } = request
  const values =
    properties === undefined
      ? new Map<string, Value>()
      : readValues(properties, source, valuePorts(edit, source))
  for (const [property, value] of values) page.values.set(property, value)
  if (typeof inTrash === 'boolean') page.inTrash = inTrash
  if (request['erase_content'] === true) eraseChildren(edit.store, id)
  page.editedAt = edit.now
  page.editedBy = edit.author
  edit.store.savePage(page)
  return page
}

/** @throws NotionError object_not_found */
export function pageOf(store: NotionStore, id: string): Page {
  const page = store.pages.get(id)
  if (!page) throw notFound('page', id)
  return page
}

function requireNull(request: JsonObject, keys: string[], complaints: Complaints): void {
  for (const key of keys) {
    const value = request[key]
    if (value !== undefined && value !== null) complaints.add(`body.${key}`, 'be `null`', value)
  }
}

type Parent = { dataSourceId: string } | { databaseId: string }

function readParent(value: Json | undefined, complaints: Complaints): Parent {
  const parent = readObject(value, 'body.parent', complaints) ?? {}
  onlyKeys(parent, PARENT_KEYS, 'body.parent', complaints)
  if (parent['database_id'] !== undefined && parent['data_source_id'] === undefined) {
    const id = readId(parent['database_id'], 'body.parent.database_id', complaints)
    return { databaseId: id ?? '' }
  }
  const id = isObject(value)
    ? readId(parent['data_source_id'], 'body.parent.data_source_id', complaints)
    : undefined
  return { dataSourceId: id ?? '' }
}

/** @throws NotionError object_not_found */
export function sourceOf(store: NotionStore, parent: Parent): DataSource {
  if ('dataSourceId' in parent) {
    const source = store.dataSources.get(parent.dataSourceId)
    if (!source) throw notFound('data_source', parent.dataSourceId)
    return source
  }
  for (const source of store.dataSources.values()) {
    if (source.databaseId === parent.databaseId) return source
  }
  throw notFound('database', parent.databaseId)
}

function valuePorts({ store }: Edit, source: DataSource): ValuePorts {
  return {
    optionNamed(property, name) {
      const known = property.options.named(name)
      if (known) return known
      const option = property.options.add(name)
      store.saveOption(source.id, property, option)
      return option
    },
    requirePage(id, property) {
      const page = store.pages.get(id)
      if (!page || page.inTrash) throw notFound('page', id)
      if (page.dataSourceId === property.target) return
      throw invalid(
        `Page with ID ${id} is not in the data source that ${property.name} relates to.`,
      )
    },
  }
}

/** @param only ids or names of the properties to show; all where it is empty */
export function showPage(store: NotionStore, page: Page, only: readonly string[] = []): JsonObject {
  const source = sourceOf(store, { dataSourceId: page.dataSourceId })
  const shown = only.length === 0 ? source.properties : selected(source, only)
  return {
    object: 'page',
    id: page.id,
    created_time: showTime(page.createdAt),
    last_edited_time: showTime(page.editedAt),
    created_by: { object: 'user', id: page.createdBy },
    last_edited_by: { object: 'user', id: page.editedBy },
    cover: null,
    icon: null,
    parent: {
      type: 'data_source_id',
      data_source_id: source.id,
      database_id: source.databaseId,
    },
    in_trash: page.inTrash,
    is_archived: false,
    is_locked: false,
    properties: Object.fromEntries(
      shown.map((property) => [property.name, showValue(property, valueOf(page, property))]),
    ),
    url: urlOf(page, source),
    public_url: null,
  }
}

function selected(source: DataSource, only: readonly string[]): Property[] {
  return only.map((id) => {
    const property = propertyOf(source, id)
    if (!property) throw invalid(`Could not find property with name or id: ${id}`)
    return property
  })
}

function urlOf(page: Page, source: DataSource): string {
  const title = source.properties.find(({ type }) => type === 'title')
  const value = title && valueOf(page, title)
  const name = value && 'runs' in value ? plainText(value.runs) : ''
  const slug = name.replaceAll(/[^A-Za-z0-9]+/g, '-').slice(0, 60)
  return `https://www.notion.so/${slug ? `${slug}-` : ''}${page.id.replaceAll('-', '')}`
}

/** `GET /v1/pages/{id}/properties/{property}`: lists for text and relations, else the value. */
export function showProperty(
  store: NotionStore,
  page: Page,
  propertyId: string,
  query: URLSearchParams,
): JsonObject {
  const source = sourceOf(store, { dataSourceId: page.dataSourceId })
  const property = propertyOf(source, propertyId)
  if (!property) throw invalid(`Could not find property with name or id: ${propertyId}`)
  const value = valueOf(page, property)
  const elements = elementsOf(value)
  if (!elements) return { object: 'property_item', ...showValue(property, value) }
  const { id, type } = property
  const { from, size } = readSlice(query, elements.length)
  const end = from + size
  const more = end < elements.length
  return {
    object: 'list',
    results: elements
      .slice(from, end)
      .map((element) => ({ object: 'property_item', type, id, [type]: element })),
    next_cursor: more ? String(end) : null,
    has_more: more,
    type: 'property_item',
    property_item: { id, next_url: null, type, [type]: {} },
  }
}

function elementsOf(value: Value): JsonObject[] | undefined {
  if ('runs' in value) return showRichText(value.runs)
  return value.type === 'relation' ? value.pages.map((id) => ({ id })) : undefined
}

function readSlice(query: URLSearchParams, total: number): { from: number; size: number } {
  const complaints = new Complaints('query')
  const given = query.get('page_size')
  const number = given === null ? undefined : Number(given)
  const size = readPageSize(Number.isNaN(number) ? given : number, 'query', complaints)
  complaints.settle()
  const cursor = query.get('start_cursor')
  const from = cursor === null ? 0 : Number(cursor)
  if (!Number.isInteger(from) || from < 0 || (cursor !== null && from >= total)) {
    throw invalid(`The start_cursor provided is invalid: ${cursor}`)
  }
  return { from, size }
}
