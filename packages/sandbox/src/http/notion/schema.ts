/**
 * A data source's properties: the check of a configuration, options that grow as names are
 * written, and the form answers give them. Served are the eleven types the pipeline writes or
 * reads. A relation with `dual_property` shows on both sides; its values stand on the side that
 * wrote them and are not mirrored. No I/O.
 */
import { createHash, randomBytes } from 'node:crypto'
import { type Json, type JsonObject, isObject } from '../json.ts'
import { type Complaints, onlyKeys, readArray, readId, readObject, readText } from './check.ts'
import { invalid } from './errors.ts'

export const PROPERTY_TYPES = [
  'title',
  'rich_text',
  'number',
  'select',
  'multi_select',
  'date',
  'checkbox',
  'url',
  'email',
  'phone_number',
  'relation',
] as const
export type PropertyType = (typeof PROPERTY_TYPES)[number]

/** Property types of the real API that no data source here has, so a value is of a wrong type. */
export const FOREIGN_TYPES = ['status', 'people', 'files', 'place', 'verification'] as const

export interface Option {
  id: string
  name: string
  color: string
}

/** A property's options in their order; keywords make thousands of them. */
export class Options {
  private readonly byId = new Map<string, Option>()
  private readonly byName = new Map<string, Option>()

  get list(): Option[] {
    return [...this.byId.values()]
  }

  withId(id: string): Option | undefined {
    return this.byId.get(id)
  }

  named(name: string): Option | undefined {
    return this.byName.get(name)
  }

  keep(option: Option): void {
    this.byId.set(option.id, option)
    this.byName.set(option.name, option)
  }

  add(name: string): Option {
    const index = this.byId.size
    const color = COLORS[index % COLORS.length] ?? 'default'
    const option = { id: shortId(`option ${index} ${name}`), name, color }
    this.keep(option)
    return option
  }
}

export interface Property {
  /** As returned: percent-encoded where it has to be. */
  id: string
  name: string
  type: PropertyType
  /** select and multi_select */
  options: Options
  /** relation: the data source it points into */
  target?: string
  /** relation: the name of its other side; one-way where it is left out */
  twin?: string
}

export interface DataSource {
  id: string
  databaseId: string
  name: string
  properties: Property[]
  createdAt: number
  editedAt: number
}

const COLORS = ['gray', 'brown', 'orange', 'yellow', 'green', 'blue', 'purple', 'pink', 'red']
const MAX_OPTION_NAME = 100
const OPTION_KEYS = new Set(['id', 'name', 'color', 'description'])
const RELATION_KEYS = new Set(['data_source_id', 'type', 'single_property', 'dual_property'])
const TWIN_KEYS = new Set(['synced_property_name', 'synced_property_id'])
const CONFIG_KEYS = new Set(['id', 'name', 'type', 'description', ...PROPERTY_TYPES])

/** By name first, as Notion does, then by id. */
export function propertyOf(source: DataSource, nameOrId: string): Property | undefined {
  return (
    source.properties.find(({ name }) => name === nameOrId) ??
    source.properties.find(({ id }) => id === nameOrId || decodeURIComponent(id) === nameOrId)
  )
}

/** @returns undefined after a complaint */
export function readPropertyConfig(
  name: string,
  value: Json,
  path: string,
  complaints: Complaints,
): Property | undefined {
  const config = readObject(value, path, complaints)
  if (!config) return undefined
  onlyKeys(config, CONFIG_KEYS, path, complaints)
  const types = PROPERTY_TYPES.filter((type) => config[type] !== undefined)
  const [type] = types
  if (type === undefined || types.length > 1) {
    for (const known of PROPERTY_TYPES) {
      if (config[known] === undefined) complaints.add(`${path}.${known}`, 'be defined', undefined)
    }
    return undefined
  }
  const detail = readObject(config[type], `${path}.${type}`, complaints)
  if (!detail) return undefined
  const id = type === 'title' ? 'title' : propertyId()
  const property: Property = { id, name, type, options: new Options() }
  if (type === 'select' || type === 'multi_select') {
    readOptions(detail['options'], property.options, `${path}.${type}.options`, complaints)
  }
  if (type === 'relation') {
    const target = readTarget(detail, `${path}.relation`, complaints)
    if (target === undefined) return undefined
    property.target = target
    const twin = readTwin(detail['dual_property'], `${path}.relation.dual_property`, complaints)
    if (twin !== undefined) property.twin = twin
  }
  return property
}

function readTarget(
  relation: JsonObject,
  path: string,
  complaints: Complaints,
): string | undefined {
  onlyKeys(relation, RELATION_KEYS, path, complaints)
  if (relation['dual_property'] === undefined)
    readObject(relation['single_property'], `${path}.single_property`, complaints)
  return readId(relation['data_source_id'], `${path}.data_source_id`, complaints)
}

/** Notion names the other side itself where the request does not. */
function readTwin(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
): string | undefined {
  if (value === undefined) return undefined
  const dual = readObject(value, path, complaints)
  if (!dual) return undefined
  onlyKeys(dual, TWIN_KEYS, path, complaints)
  const name = dual['synced_property_name']
  return typeof name === 'string' ? name : 'Related'
}

function readOptions(
  value: Json | undefined,
  options: Options,
  path: string,
  complaints: Complaints,
): void {
  if (value === undefined) return
  readArray(value, path, complaints)?.forEach((element, index) => {
    const at = `${path}[${index}]`
    const option = readObject(element, at, complaints)
    if (!option) return
    onlyKeys(option, OPTION_KEYS, at, complaints)
    const name = readOptionName(option['name'], `${at}.name`, complaints)
    if (name === undefined) return
    requireNoComma(name)
    if (!options.named(name)) options.add(name)
  })
}

export function readOptionName(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
): string | undefined {
  return readText(value, path, complaints, { max: MAX_OPTION_NAME, populated: true })
}

/** @throws NotionError validation_error */
export function requireNoComma(name: string): void {
  if (name.includes(',')) throw invalid(`Invalid select option, commas not allowed: ${name}`)
}

/** A property's configuration as answers give it. */
export function showProperty(
  property: Property,
  databaseOf: (source: string) => string,
): JsonObject {
  const { id, name, type, options, target, twin } = property
  return { id, name, description: null, type, [type]: detail() }

  function detail(): JsonObject {
    if (type === 'number') return { format: 'number' }
    if (type === 'select' || type === 'multi_select') {
      return { options: options.list.map((option) => ({ ...option, description: null })) }
    }
    if (type !== 'relation' || target === undefined) return {}
    const leadsTo = { database_id: databaseOf(target), data_source_id: target }
    return twin === undefined
      ? { ...leadsTo, type: 'single_property', single_property: {} }
      : { ...leadsTo, type: 'dual_property', dual_property: { synced_property_name: twin } }
  }
}

/**
 * Complaints do not reach across properties: exactly one title, no name twice.
 * @throws NotionError validation_error
 */
export function requireOneTitle(properties: readonly Property[]): void {
  const titles = properties.filter(({ type }) => type === 'title').length
  if (titles !== 1)
    throw invalid(`Data source must have exactly one title property, found ${titles}.`)
  if (new Set(properties.map(({ name }) => name)).size < properties.length) {
    throw invalid('Property names must be unique.')
  }
}

/** The other side of a relation that shows on both. */
export function twinOf(property: Property & { twin: string }): Property {
  return {
    id: propertyId(),
    name: property.twin,
    type: 'relation',
    options: new Options(),
    twin: property.name,
  }
}

/**
 * Four characters, some of which a URL has to escape: clients must pass ids on unread. A property
 * that is made anew under the same name is another.
 */
function propertyId(): string {
  const letters = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ:;<>=?@[]^`{|}~'
  const id = [...randomBytes(4)].map((byte) => letters[byte % letters.length]).join('')
  return encodeURIComponent(id)
}

function shortId(seed: string): string {
  return createHash('sha256').update(seed).digest('hex').slice(0, 12)
}

/** The entries of a `properties` object, complained about where it is none. */
export function entriesOf(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
): [string, Json][] {
  if (isObject(value)) return Object.entries(value)
  complaints.add(path, value === undefined ? 'be defined' : 'be an object', value)
  return []
}
