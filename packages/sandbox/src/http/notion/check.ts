/**
 * The shape check of request bodies in Notion's words: every complaint names its path, says what
 * the value should be and what it was. One complaint reads `body failed validation: A.`, several
 * `body failed validation. Fix one:` and a line each. No I/O.
 */
import { type Json, type JsonObject, isObject } from '../json.ts'
import { invalid } from './errors.ts'

const UUID = /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i

/** So much of a refused value is quoted. */
const QUOTED = 300

export class Complaints {
  private readonly part: string
  private readonly found: string[] = []

  /** @param part what is checked: `body`, `query` or `path` */
  constructor(part: string) {
    this.part = part
  }

  /** @param should e.g. `be a string` */
  add(path: string, should: string, value: Json | undefined): void {
    const text = value === undefined ? 'undefined' : JSON.stringify(value)
    const quoted = text.length > QUOTED ? `${text.slice(0, QUOTED)}...` : text
    this.found.push(`${path} should ${should}, instead was \`${quoted}\`.`)
  }

  /** @throws NotionError validation_error if anything was complained about */
  settle(): void {
    if (this.found.length === 0) return
    throw invalid(
      this.found.length === 1
        ? `${this.part} failed validation: ${this.found[0]}`
        : `${this.part} failed validation. Fix one:\n${this.found.join('\n')}`,
    )
  }
}

/** Refuses every key but those given; real keys the stand-in does not serve are refused alike. */
export function onlyKeys(
  object: JsonObject,
  keys: ReadonlySet<string>,
  path: string,
  complaints: Complaints,
): void {
  for (const key in object) {
    if (!keys.has(key)) complaints.add(`${path}.${key}`, 'be not present', object[key])
  }
}

export function readObject(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
): JsonObject | undefined {
  if (isObject(value)) return value
  complaints.add(path, value === undefined ? 'be defined' : 'be an object', value)
  return undefined
}

/** @param max elements at most */
export function readArray(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
  max = 100,
): Json[] | undefined {
  if (!Array.isArray(value)) {
    complaints.add(path, value === undefined ? 'be defined' : 'be an array', value)
    return undefined
  }
  if (value.length <= max) return value
  complaints.add(`${path}.length`, `be ≤ \`${max}\``, value.length)
  return undefined
}

interface TextRule {
  /** UTF-16 units, as Notion counts. */
  max: number
  /** Where Notion refuses the empty string and wants `null` instead. */
  populated?: boolean
}

export function readText(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
  { max, populated = false }: TextRule,
): string | undefined {
  if (typeof value !== 'string') {
    complaints.add(path, value === undefined ? 'be defined' : 'be a string', value)
  } else if (populated && value === '') {
    complaints.add(path, 'be populated or `null`', value)
  } else if (value.length > max) {
    complaints.add(`${path}.length`, `be ≤ \`${max}\``, value.length)
  } else {
    return value
  }
  return undefined
}

/** @returns the id in its dashed, lower-case form */
export function readId(
  value: Json | undefined,
  path: string,
  complaints: Complaints,
  optional = false,
): string | undefined {
  if (typeof value === 'string' && UUID.test(value)) return dashed(value)
  if (value === undefined && !optional) complaints.add(path, 'be defined', value)
  else complaints.add(path, `be a valid uuid${optional ? ' or `undefined`' : ''}`, value)
  return undefined
}

/** @throws NotionError validation_error where the path holds no UUID */
export function pathId(value: string, name: string): string {
  const complaints = new Complaints('path')
  const id = readId(value, `path.${name}`, complaints)
  complaints.settle()
  return id ?? ''
}

function dashed(id: string): string {
  const hex = id.replaceAll('-', '').toLowerCase()
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    hex.slice(12, 16),
    hex.slice(16, 20),
    hex.slice(20),
  ].join('-')
}
