/**
 * The arguments of JMAP methods, read strictly: what a method does not take, or takes in another
 * type, is `invalidArguments`. No I/O.
 */
import { type Json, type JsonObject, isObject } from '../json.ts'
import { MethodError } from './errors.ts'

/** @throws MethodError invalidArguments */
export function onlyArguments(args: JsonObject, known: readonly string[]): void {
  for (const name in args) {
    if (!known.includes(name)) throw bad(name, 'is not an argument of this method')
  }
}

export function bad(name: string, why: string): MethodError {
  return new MethodError('invalidArguments', `${name} ${why}.`)
}

export function stringArgument(args: JsonObject, name: string): string {
  const value = args[name]
  if (typeof value !== 'string') throw bad(name, 'must be a String')
  return value
}

export function optionalString(args: JsonObject, name: string): string | null {
  return isNull(args[name]) ? null : stringArgument(args, name)
}

export function booleanArgument(args: JsonObject, name: string): boolean {
  const value = args[name] ?? false
  if (typeof value !== 'boolean') throw bad(name, 'must be a Boolean')
  return value
}

/** @param min null allows any integer */
export function integerArgument(
  args: JsonObject,
  name: string,
  fallback: number,
  min: number | null = 0,
): number {
  const value = args[name]
  if (isNull(value)) return fallback
  if (typeof value !== 'number' || !Number.isInteger(value)) throw bad(name, 'must be an Int')
  if (min !== null && value < min) throw bad(name, `must be at least ${min}`)
  return value
}

export function stringsArgument(args: JsonObject, name: string): string[] | null {
  const value = args[name]
  if (isNull(value)) return null
  return readStrings(value, name)
}

export function readStrings(value: Json | undefined, name: string): string[] {
  if (!Array.isArray(value)) throw bad(name, 'must be a String[]')
  return value.map((element) => {
    if (typeof element !== 'string') throw bad(name, 'must be a String[]')
    return element
  })
}

const UTC_DATE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d*[1-9])?Z$/

/** A UTCDate: `Z`, and no fraction that is zero (RFC 8620, section 1.4). ms since epoch. */
export function readUtcDate(value: Json | undefined, name: string): number {
  const at = typeof value === 'string' && UTC_DATE.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at)) throw bad(name, 'must be a UTCDate')
  return at
}

export function objectArgument(args: JsonObject, name: string): JsonObject | null {
  const value = args[name]
  if (isNull(value)) return null
  if (!isObject(value)) throw bad(name, 'must be an object')
  return value
}

function isNull(value: Json | undefined): value is null | undefined {
  return value === undefined || value === null
}
