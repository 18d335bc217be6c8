/**
 * Query filters, compiled once a query: `and`/`or` two levels deep, property conditions by type,
 * the two timestamps. Text is compared as it stands: what a person typed is not normalised.
 * Spec: the filter types of Notion's SDK (`PropertyFilter`, `TimestampFilter`). No I/O.
 */
import type { Json, JsonObject } from '../json.ts'
import { Complaints, onlyKeys, readArray, readId, readObject } from './check.ts'
import { invalid } from './errors.ts'
import { type Instants, datePredicate } from './filter-dates.ts'
import { plainText } from './rich-text.ts'
import { type DataSource, PROPERTY_TYPES, type Property, propertyOf } from './schema.ts'
import { type Page, valueOf } from './store.ts'
import { toMinute } from './time.ts'
import type { Value } from './values.ts'

export type Predicate = (page: Page) => boolean

const MAX_DEPTH = 2
const TIMESTAMPS = ['created_time', 'last_edited_time'] as const
const EVERY_TYPE: readonly string[] = [...PROPERTY_TYPES, ...TIMESTAMPS]
const FILTER_KEYS = new Set(['property', 'timestamp', 'type', ...EVERY_TYPE])

/** @throws NotionError validation_error */
export function compileFilter(
  filter: Json | undefined,
  source: DataSource,
  now: number,
): Predicate {
  if (filter === undefined) return () => true
  const complaints = new Complaints('body')
  const shape = { source, now, complaints }
  const predicate = compile(filter, 'body.filter', MAX_DEPTH, shape)
  complaints.settle()
  return predicate
}

interface Shape {
  source: DataSource
  now: number
  complaints: Complaints
}

const NEVER: Predicate = () => false

function compile(filter: Json, path: string, depth: number, shape: Shape): Predicate {
  const object = readObject(filter, path, shape.complaints)
  if (!object) return NEVER
  for (const group of ['and', 'or'] as const) {
    if (object[group] === undefined) continue
    onlyKeys(object, new Set([group]), path, shape.complaints)
    if (depth === 0) {
      shape.complaints.add(`${path}.${group}`, 'be not present', object[group])
      return NEVER
    }
    const parts = (readArray(object[group], `${path}.${group}`, shape.complaints) ?? []).map(
      (part, index) => compile(part, `${path}.${group}[${index}]`, depth - 1, shape),
    )
    return group === 'and'
      ? (page) => parts.every((part) => part(page))
      : (page) => parts.some((part) => part(page))
  }
  onlyKeys(object, FILTER_KEYS, path, shape.complaints)
  return object['timestamp'] === undefined
    ? compileProperty(object, path, shape)
    : compileTimestamp(object, path, shape)
}

function compileTimestamp(object: JsonObject, path: string, shape: Shape): Predicate {
  const timestamp = TIMESTAMPS.find((name) => name === object['timestamp'])
  if (!timestamp) {
    const should = 'be `"created_time"` or `"last_edited_time"`'
    shape.complaints.add(`${path}.timestamp`, should, object['timestamp'])
    return NEVER
  }
  const at = `${path}.${timestamp}`
  const condition = readCondition(object[timestamp], at, shape.complaints)
  if (!condition) return NEVER
  const matches = datePredicate(condition, at, shape.now, shape.complaints)
  return (page) => {
    // Answers cut times to the minute, and filters see what answers show.
    const ms = toMinute(timestamp === 'created_time' ? page.createdAt : page.editedAt)
    return matches({ from: ms, to: ms })
  }
}

function compileProperty(object: JsonObject, path: string, shape: Shape): Predicate {
  const types = EVERY_TYPE.filter((type) => object[type] !== undefined)
  const [type] = types
  if (type === undefined || types.length > 1) {
    for (const known of ['or', 'and', ...PROPERTY_TYPES]) {
      if (object[known] === undefined) {
        shape.complaints.add(`${path}.${known}`, 'be defined', undefined)
      }
    }
    return NEVER
  }
  if (typeof object['property'] !== 'string') {
    const should = object['property'] === undefined ? 'be defined' : 'be a string'
    shape.complaints.add(`${path}.property`, should, object['property'])
    return NEVER
  }
  const at = `${path}.${type}`
  const condition = readCondition(object[type], at, shape.complaints)
  if (!condition) return NEVER
  const matches = conditionOf(type, condition, at, shape)
  const property = requireProperty(object['property'], type, shape.source)
  return (page) => matches(valueOf(page, property), property)
}

/** @throws NotionError where the property is missing or of another type */
function requireProperty(nameOrId: string, type: string, source: DataSource): Property {
  const property = propertyOf(source, nameOrId)
  if (!property) throw invalid(`Could not find property with name or id: ${nameOrId}`)
  // A title is text: it takes either name.
  const fits = property.type === type || (property.type === 'title' && type === 'rich_text')
  if (fits) return property
  throw invalid(
    'The property type in the database does not match the property type of the filter provided: ' +
      `database property ${property.type} does not match filter ${type}`,
  )
}

interface Condition {
  operator: string
  operand: Json
}

/** Exactly one operator. */
function readCondition(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
): Condition | undefined {
  const object = readObject(value, path, complaints)
  if (!object) return undefined
  const [first, second] = Object.entries(object)
  if (!first) complaints.add(`${path}.equals`, 'be defined', undefined)
  if (second) complaints.add(`${path}.${second[0]}`, 'be not present', second[1])
  return first && !second ? { operator: first[0], operand: first[1] } : undefined
}

type ValuePredicate = (value: Value, property: Property) => boolean

function conditionOf(
  type: string,
  condition: Condition,
  path: string,
  shape: Shape,
): ValuePredicate {
  const { operator, operand } = condition
  const at = `${path}.${operator}`
  const { complaints } = shape
  if (operator === 'is_empty' || operator === 'is_not_empty') {
    if (operand !== true || type === 'checkbox') complaints.add(at, 'be `true`', operand)
    return (value) => isEmpty(value) === (operator === 'is_empty')
  }
  switch (type) {
    case 'number':
      return numberCondition(operator, operand, at, complaints)
    case 'checkbox':
      return checkboxCondition(operator, operand, at, complaints)
    case 'select':
    case 'multi_select':
      return optionCondition(type, operator, operand, at, complaints)
    case 'relation':
      return relationCondition(operator, operand, at, complaints)
    case 'date': {
      const matches = datePredicate(condition, path, shape.now, complaints)
      return (value) => value.type === 'date' && value.date !== null && matches(spanOf(value.date))
    }
    default:
      return textCondition(operator, operand, at, complaints)
  }
}

function spanOf({ start, end }: { start: string; end: string | null }): Instants {
  return { from: Date.parse(start), to: Date.parse(end ?? start) }
}

function isEmpty(value: Value): boolean {
  switch (value.type) {
    case 'title':
    case 'rich_text':
      return value.runs.length === 0
    case 'number':
      return value.number === null
    case 'select':
      return value.option === null
    case 'multi_select':
      return value.options.length === 0
    case 'date':
      return value.date === null
    case 'checkbox':
      return false
    case 'relation':
      return value.pages.length === 0
    default:
      return value.text === null
  }
}

export function textOf(value: Value): string {
  if ('runs' in value) return plainText(value.runs)
  return 'text' in value ? (value.text ?? '') : ''
}

const TEXT: Record<string, (text: string, operand: string) => boolean> = {
  equals: (text, operand) => text === operand,
  does_not_equal: (text, operand) => text !== operand,
  contains: (text, operand) => text.includes(operand),
  does_not_contain: (text, operand) => !text.includes(operand),
  starts_with: (text, operand) => text.startsWith(operand),
  ends_with: (text, operand) => text.endsWith(operand),
}

function textCondition(
  operator: string,
  operand: Json,
  path: string,
  complaints: Complaints,
): ValuePredicate {
  const test = lookUp(TEXT, operator, operand, path, complaints)
  if (typeof operand !== 'string') {
    complaints.add(path, 'be a string', operand)
    return NEVER_VALUE
  }
  return (value) => test(textOf(value), operand)
}

const NUMBER: Record<string, (number: number, operand: number) => boolean> = {
  equals: (number, operand) => number === operand,
  does_not_equal: (number, operand) => number !== operand,
  greater_than: (number, operand) => number > operand,
  less_than: (number, operand) => number < operand,
  greater_than_or_equal_to: (number, operand) => number >= operand,
  less_than_or_equal_to: (number, operand) => number <= operand,
}

function numberCondition(
  operator: string,
  operand: Json,
  path: string,
  complaints: Complaints,
): ValuePredicate {
  const test = lookUp(NUMBER, operator, operand, path, complaints)
  if (typeof operand !== 'number') {
    complaints.add(path, 'be a number', operand)
    return NEVER_VALUE
  }
  return (value) =>
    value.type === 'number' && value.number !== null
      ? test(value.number, operand)
      : operator === 'does_not_equal'
}

const EITHER: Record<string, boolean> = { equals: true, does_not_equal: false }

function checkboxCondition(
  operator: string,
  operand: Json,
  path: string,
  complaints: Complaints,
): ValuePredicate {
  const wanted = lookUp(EITHER, operator, operand, path, complaints)
  if (typeof operand !== 'boolean') complaints.add(path, 'be a boolean', operand)
  return (value) => value.type === 'checkbox' && (value.checked === operand) === wanted
}

const OPTION: Record<string, Record<string, boolean>> = {
  select: EITHER,
  multi_select: { contains: true, does_not_contain: false },
}

function optionCondition(
  type: 'select' | 'multi_select',
  operator: string,
  operand: Json,
  path: string,
  complaints: Complaints,
): ValuePredicate {
  const wanted = lookUp(OPTION[type] ?? {}, operator, operand, path, complaints)
  const names = Array.isArray(operand) ? operand : [operand]
  if (names.some((name) => typeof name !== 'string')) {
    complaints.add(path, 'be a string or an array of strings', operand)
  }
  return (value, property) => {
    const ids = value.type === 'select' ? [value.option] : 'options' in value ? value.options : []
    const held = ids.map((id) => (id === null ? undefined : property.options.withId(id)?.name))
    return held.some((name) => name !== undefined && names.includes(name)) === wanted
  }
}

const CONTAINS: Record<string, boolean> = { contains: true, does_not_contain: false }

function relationCondition(
  operator: string,
  operand: Json,
  path: string,
  complaints: Complaints,
): ValuePredicate {
  const wanted = lookUp(CONTAINS, operator, operand, path, complaints)
  const id = readId(operand, path, complaints)
  return (value) =>
    value.type === 'relation' && id !== undefined && value.pages.includes(id) === wanted
}

const NEVER_VALUE: ValuePredicate = () => false

/** The operator's entry; an operator the type does not take is complained about. */
function lookUp<T>(
  table: Record<string, T>,
  operator: string,
  operand: Json,
  path: string,
  complaints: Complaints,
): T {
  const found = Object.hasOwn(table, operator) ? table[operator] : undefined
  if (found !== undefined) return found
  complaints.add(path, 'be not present', operand)
  const [any] = Object.values(table)
  if (any === undefined) throw invalid(`${path} takes no operator.`)
  return any
}
