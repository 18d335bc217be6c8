/**
 * Property values: a table by type of how a request's value is checked, kept and shown. The
 * shape is checked before the schema is looked at, as Notion does: a body that is wrong in itself
 * names its path, one that does not fit the data source names the property. No I/O.
 */
import type { Json, JsonObject } from '../json.ts'
import { Complaints, onlyKeys, readArray, readId, readObject, readText } from './check.ts'
import { invalid } from './errors.ts'
import { type Run, readRichText, showRichText } from './rich-text.ts'
import {
  type DataSource,
  FOREIGN_TYPES,
  type Option,
  PROPERTY_TYPES,
  type Property,
  type PropertyType,
  propertyOf,
  readOptionName,
  requireNoComma,
} from './schema.ts'

export interface DateValue {
  start: string
  end: string | null
  time_zone: string | null
}

/** As kept: options by id, related pages by id. */
export type Value =
  | { type: 'title' | 'rich_text'; runs: Run[] }
  | { type: 'number'; number: number | null }
  | { type: 'select'; option: string | null }
  | { type: 'multi_select'; options: string[] }
  | { type: 'date'; date: DateValue | null }
  | { type: 'checkbox'; checked: boolean }
  | { type: 'url' | 'email' | 'phone_number'; text: string | null }
  | { type: 'relation'; pages: string[] }

/** An option as a request names it. */
type OptionRef = { name: string } | { id: string }

/** As read: options are still names. */
type Given =
  | Exclude<Value, { type: 'select' | 'multi_select' }>
  | { type: 'select'; option: OptionRef | null }
  | { type: 'multi_select'; options: OptionRef[] }
  | { type: 'foreign' }

const KNOWN_TYPES: readonly string[] = [...PROPERTY_TYPES, ...FOREIGN_TYPES]
const VALUE_KEYS = new Set(['id', 'type', ...KNOWN_TYPES, 'has_more'])
const OPTION_KEYS = new Set(['id', 'name', 'color', 'description'])
const DATE_KEYS = new Set(['start', 'end', 'time_zone'])
const RELATION_KEYS = new Set(['id'])
const ISO_DATE =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/
const MAX_TEXT = { url: 2000, email: 200, phone_number: 200 }

/** What a page has where nothing was written. */
export function emptyValue(type: PropertyType): Value {
  switch (type) {
    case 'title':
    case 'rich_text':
      return { type, runs: [] }
    case 'number':
      return { type, number: null }
    case 'select':
      return { type, option: null }
    case 'multi_select':
      return { type, options: [] }
    case 'date':
      return { type, date: null }
    case 'checkbox':
      return { type, checked: false }
    case 'relation':
      return { type, pages: [] }
    default:
      return { type, text: null }
  }
}

export interface ValuePorts {
  /** The option of that name, made where there is none. */
  optionNamed(property: Property, name: string): Option
  /** @throws NotionError where the page is missing, trashed or in another data source */
  requirePage(id: string, property: Property): void
}

/**
 * The `properties` of a request, by property id.
 * @throws NotionError validation_error, object_not_found for a related page
 */
export function readValues(
  properties: Json | undefined,
  source: DataSource,
  ports: ValuePorts,
): Map<string, Value> {
  const complaints = new Complaints('body')
  const object = readObject(properties, 'body.properties', complaints)
  const given: [string, Given][] = []
  for (const name in object) {
    const value = readValue(object[name], `body.properties.${name}`, complaints)
    if (value) given.push([name, value])
  }
  complaints.settle()
  return new Map(
    fit(given, source).map(([property, value]) => [property.id, resolve(property, value, ports)]),
  )
}

/** @throws NotionError that names every property missing or of another type */
function fit(given: [string, Given][], source: DataSource): [Property, Given][] {
  const misfits: string[] = []
  const fitting: [Property, Given][] = []
  for (const [name, value] of given) {
    const property = propertyOf(source, name)
    if (!property) misfits.push(`${name} is not a property that exists.`)
    else if (property.type !== value.type)
      misfits.push(`${name} is expected to be ${property.type}.`)
    else fitting.push([property, value])
  }
  if (misfits.length > 0) throw invalid(misfits.join(' '))
  return fitting
}

function resolve(property: Property, given: Given, ports: ValuePorts): Value {
  switch (given.type) {
    case 'select':
      return {
        type: 'select',
        option: given.option === null ? null : optionId(property, given.option, ports),
      }
    case 'multi_select': {
      const ids = given.options.map((option) => optionId(property, option, ports))
      return { type: 'multi_select', options: [...new Set(ids)] }
    }
    case 'relation':
      for (const page of given.pages) ports.requirePage(page, property)
      return given
    case 'foreign':
      throw invalid(`${property.name} is expected to be ${property.type}.`)
    default:
      return given
  }
}

function optionId(property: Property, ref: OptionRef, ports: ValuePorts): string {
  if ('name' in ref) {
    requireNoComma(ref.name)
    return ports.optionNamed(property, ref.name).id
  }
  if (property.options.withId(ref.id)) return ref.id
  throw invalid(`Invalid select option ID: ${ref.id} does not exist on property ${property.name}.`)
}

function readValue(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
): Given | undefined {
  const object = readObject(value, path, complaints)
  if (!object) return undefined
  onlyKeys(object, VALUE_KEYS, path, complaints)
  let type: string | undefined
  for (const key in object) {
    if (!KNOWN_TYPES.includes(key)) continue
    if (type !== undefined) complaints.add(`${path}.${key}`, 'be not present', object[key])
    else type = key
  }
  if (type === undefined) {
    for (const known of PROPERTY_TYPES) {
      complaints.add(`${path}.${known}`, 'be defined', undefined)
    }
    return undefined
  }
  if (object['type'] !== undefined && object['type'] !== type) {
    complaints.add(`${path}.type`, `be \`"${type}"\` or \`undefined\``, object['type'])
  }
  return readTyped(type, object[type], `${path}.${type}`, complaints)
}

function readTyped(
  type: string,
  value: Json | undefined,
  path: string,
  complaints: Complaints,
): Given | undefined {
  switch (type) {
    case 'title':
    case 'rich_text':
      return { type, runs: readRichText(value, path, complaints) }
    case 'number':
      if (value !== null && typeof value !== 'number') {
        complaints.add(path, 'be a number or `null`', value)
        return undefined
      }
      return { type, number: value }
    case 'checkbox':
      if (typeof value !== 'boolean') {
        complaints.add(path, 'be a boolean', value)
        return undefined
      }
      return { type, checked: value }
    case 'url':
    case 'email':
    case 'phone_number': {
      if (value === null) return { type, text: null }
      const rule = { max: MAX_TEXT[type], populated: true }
      return { type, text: readText(value, path, complaints, rule) ?? null }
    }
    case 'select': {
      if (value === null) return { type, option: null }
      const option = readOption(value, path, complaints)
      return option && { type, option }
    }
    case 'multi_select':
      return {
        type,
        options: (readArray(value, path, complaints) ?? [])
          .map((element, index) => readOption(element, `${path}[${index}]`, complaints))
          .filter((option) => option !== undefined),
      }
    case 'date':
      return value === null ? { type, date: null } : readDate(value, path, complaints)
    case 'relation':
      return { type, pages: readRelation(value, path, complaints) }
    default:
      return { type: 'foreign' }
  }
}

function readOption(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
): OptionRef | undefined {
  const object = readObject(value, path, complaints)
  if (!object) return undefined
  onlyKeys(object, OPTION_KEYS, path, complaints)
  const { id, name } = object
  if (typeof id === 'string' && name === undefined) return { id }
  const read = readOptionName(name, `${path}.name`, complaints)
  return read === undefined ? undefined : { name: read }
}

function readRelation(value: Json | undefined, path: string, complaints: Complaints): string[] {
  const pages: string[] = []
  readArray(value, path, complaints)?.forEach((element, index) => {
    const at = `${path}[${index}]`
    const object = readObject(element, at, complaints)
    if (!object) return
    onlyKeys(object, RELATION_KEYS, at, complaints)
    const id = readId(object['id'], `${at}.id`, complaints)
    if (id !== undefined && !pages.includes(id)) pages.push(id)
  })
  return pages
}

function readDate(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
): Given | undefined {
  const object = readObject(value, path, complaints)
  if (!object) return undefined
  onlyKeys(object, DATE_KEYS, path, complaints)
  const { start, end, time_zone: zone } = object
  const first = readInstant(start, `${path}.start`, complaints)
  const last =
    end === undefined || end === null ? null : readInstant(end, `${path}.end`, complaints)
  if (zone !== undefined && zone !== null && typeof zone !== 'string') {
    complaints.add(`${path}.time_zone`, 'be a string or `null`', zone)
  }
  if (first === undefined || last === undefined) return undefined
  return {
    type: 'date',
    date: { start: first, end: last, time_zone: typeof zone === 'string' ? zone : null },
  }
}

function readInstant(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
): string | undefined {
  if (value === undefined) {
    complaints.add(path, 'be defined', value)
  } else if (
    typeof value !== 'string' ||
    !ISO_DATE.test(value) ||
    Number.isNaN(Date.parse(value))
  ) {
    complaints.add(path, 'be a valid ISO 8601 date string', value)
  } else {
    return spelled(value)
  }
  return undefined
}

/** Notion gives an instant back spelled its own way: milliseconds, and an offset for the `Z`. */
function spelled(value: string): string {
  if (!value.includes('T')) return value
  const match = /^(.+T\d{2}:\d{2})(?::(\d{2}))?(?:\.(\d+))?(Z|[+-]\d{2}:?\d{2})?$/.exec(value)
  if (!match) return value
  const [, minute, seconds = '00', fraction = '', zone = 'Z'] = match
  const offset = zone === 'Z' ? '+00:00' : zone.replace(/(\d{2}):?(\d{2})$/, '$1:$2')
  return `${minute}:${seconds}.${fraction.slice(0, 3).padEnd(3, '0')}${offset}`
}

/** How many related pages a page or query answer lists. */
const RELATIONS_SHOWN = 25

/** The value as a page's answer gives it, with `id` and `type`. */
export function showValue(property: Property, value: Value): JsonObject {
  const { id } = property
  switch (value.type) {
    case 'title':
    case 'rich_text':
      return { id, type: value.type, [value.type]: showRichText(value.runs) }
    case 'number':
      return { id, type: 'number', number: value.number }
    case 'checkbox':
      return { id, type: 'checkbox', checkbox: value.checked }
    case 'select':
      return { id, type: 'select', select: showOption(property, value.option) }
    case 'multi_select':
      return {
        id,
        type: 'multi_select',
        multi_select: value.options
          .map((option) => showOption(property, option))
          .filter((option) => option !== null),
      }
    case 'date':
      return { id, type: 'date', date: value.date && { ...value.date } }
    case 'relation':
      return {
        id,
        type: 'relation',
        relation: value.pages.slice(0, RELATIONS_SHOWN).map((page) => ({ id: page })),
        has_more: value.pages.length > RELATIONS_SHOWN,
      }
    default:
      return { id, type: value.type, [value.type]: value.text }
  }
}

function showOption(property: Property, id: string | null): JsonObject | null {
  const option = id === null ? undefined : property.options.withId(id)
  return option ? { ...option } : null
}
