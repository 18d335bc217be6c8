/**
 * `POST /v1/data_sources/{id}/query`: filter, sorts, pages of at most 100, and the silent end
 * after 10,000 results. New pages are left out until they become visible. The default order is
 * newest first, so that nobody leans on the oldest coming first. No I/O.
 */
import { type Json, type JsonObject, isObject } from '../json.ts'
import { Complaints, onlyKeys, readArray, readId, readObject } from './check.ts'
import { invalid } from './errors.ts'
import { compileFilter, textOf } from './filter.ts'
import { type DataSource, type Property, propertyOf } from './schema.ts'
import { type Page, valueOf } from './store.ts'
import { toMinute } from './time.ts'

const MAX_PAGE_SIZE = 100
const MAX_RESULTS = 10_000
const BODY_KEYS = new Set([
  'filter',
  'sorts',
  'start_cursor',
  'page_size',
  'in_trash',
  'result_type',
])

export interface QueryResult {
  pages: Page[]
  nextCursor: string | null
  incomplete: boolean
}

type Order = (a: Page, b: Page) => number

/**
 * @param all the data source's pages in order of creation
 * @throws NotionError validation_error
 */
export function queryPages(
  all: readonly Page[],
  source: DataSource,
  body: Json,
  now: number,
): QueryResult {
  const complaints = new Complaints('body')
  const request = isObject(body) ? body : {}
  onlyKeys(request, BODY_KEYS, 'body', complaints)
  const size = readPageSize(request['page_size'], 'body', complaints)
  const cursor = request['start_cursor'] ?? undefined
  const start =
    cursor === undefined ? undefined : readId(cursor, 'body.start_cursor', complaints, true)
  const trash = request['in_trash'] ?? false
  if (typeof trash !== 'boolean') {
    complaints.add('body.in_trash', 'be a boolean or `undefined`', trash)
  }
  if (request['result_type'] !== undefined && request['result_type'] !== 'page') {
    complaints.add('body.result_type', 'be `"page"` or `undefined`', request['result_type'])
  }
  const sorts = readSorts(request['sorts'], complaints)
  complaints.settle()
  const order = orderBy(sorts, source)
  const matches = compileFilter(request['filter'], source, now)
  const found = all
    .filter((page) => page.inTrash === trash && page.visibleAt <= now && matches(page))
    .toSorted(order)
  const results = found.slice(0, MAX_RESULTS)
  const from = start === undefined ? 0 : positionOf(start, all, results, order)
  const end = from + size
  const next = results[end]
  return {
    pages: results.slice(from, end),
    nextCursor: next?.id ?? null,
    incomplete: !next && found.length > MAX_RESULTS,
  }
}

/** A number of 1 to 100; 100 where it is left out. */
export function readPageSize(
  value: Json | undefined,
  part: string,
  complaints: Complaints,
): number {
  if (value === undefined) return MAX_PAGE_SIZE
  const path = `${part}.page_size`
  if (typeof value !== 'number') complaints.add(path, 'be a number or `undefined`', value)
  else if (!Number.isInteger(value)) complaints.add(path, 'be an integer or `undefined`', value)
  else if (value < 1) complaints.add(path, 'be ≥ `1` or `undefined`', value)
  else if (value > MAX_PAGE_SIZE) {
    complaints.add(path, `be ≤ \`${MAX_PAGE_SIZE}\` or \`undefined\``, value)
  } else return value
  return MAX_PAGE_SIZE
}

/** A cursor is the next page's id; it holds even if that page left the results meanwhile. */
function positionOf(
  id: string,
  all: readonly Page[],
  results: readonly Page[],
  order: Order,
): number {
  const target = all.find((page) => page.id === id)
  if (!target) throw invalid(`The start_cursor provided is invalid: ${id}`)
  const position = results.findIndex((page) => order(page, target) >= 0)
  return position === -1 ? results.length : position
}

type Sort = { property: string; descending: boolean } | { timestamp: string; descending: boolean }

const SORT_KEYS = new Set(['property', 'timestamp', 'direction'])

function readSorts(value: Json | undefined, complaints: Complaints): Sort[] {
  if (value === undefined) return []
  return (readArray(value, 'body.sorts', complaints) ?? []).flatMap((element, index) => {
    const path = `body.sorts[${index}]`
    const object = readObject(element, path, complaints)
    const sort = object && readSort(object, path, complaints)
    return sort ? [sort] : []
  })
}

function readSort(object: JsonObject, path: string, complaints: Complaints): Sort | undefined {
  onlyKeys(object, SORT_KEYS, path, complaints)
  const { property, timestamp, direction } = object
  if (direction !== 'ascending' && direction !== 'descending') {
    complaints.add(`${path}.direction`, 'be `"ascending"` or `"descending"`', direction)
  }
  const descending = direction === 'descending'
  if (typeof property === 'string' && timestamp === undefined) return { property, descending }
  if (timestamp === 'created_time' || timestamp === 'last_edited_time') {
    if (property !== undefined) complaints.add(`${path}.property`, 'be not present', property)
    return { timestamp, descending }
  }
  if (timestamp === undefined) complaints.add(`${path}.property`, 'be defined', property)
  else complaints.add(`${path}.timestamp`, 'be `"created_time"` or `"last_edited_time"`', timestamp)
  return undefined
}

function orderBy(sorts: readonly Sort[], source: DataSource): Order {
  const orders = sorts.map((sort) => {
    const order = 'timestamp' in sort ? byTime(sort.timestamp) : byProperty(sort.property, source)
    return (a: Page, b: Page) => order(a, b, sort.descending)
  })
  return (a, b) => {
    for (const order of orders) {
      const difference = order(a, b)
      if (difference !== 0) return difference
    }
    return b.seq - a.seq
  }
}

type DirectedOrder = (a: Page, b: Page, descending: boolean) => number

function byTime(timestamp: string): DirectedOrder {
  const timeOf = (page: Page) => (timestamp === 'created_time' ? page.createdAt : page.editedAt)
  return (a, b, descending) => {
    const difference = toMinute(timeOf(a)) - toMinute(timeOf(b))
    return descending ? -difference : difference
  }
}

function byProperty(nameOrId: string, source: DataSource): DirectedOrder {
  const property = propertyOf(source, nameOrId)
  if (!property) throw invalid(`Could not find sort property with name or id: ${nameOrId}`)
  return (a, b, descending) => {
    const [left, right] = [sortKey(a, property), sortKey(b, property)]
    if (left === right) return 0
    if (left === undefined) return 1 // empty ones last, whatever the direction
    if (right === undefined) return -1
    const difference = left < right ? -1 : 1
    return descending ? -difference : difference
  }
}

function sortKey(page: Page, property: Property): string | number | undefined {
  const value = valueOf(page, property)
  switch (value.type) {
    case 'number':
      return value.number ?? undefined
    case 'checkbox':
      return value.checked ? 1 : 0
    case 'date':
      return value.date ? Date.parse(value.date.start) : undefined
    case 'select':
      return value.option === null ? undefined : property.options.withId(value.option)?.name
    case 'multi_select':
      return property.options.withId(value.options[0] ?? '')?.name
    case 'relation':
      return value.pages[0]
    default:
      return textOf(value) || undefined
  }
}
