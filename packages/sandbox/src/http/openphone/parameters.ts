/**
 * The query parameters each OpenPhone endpoint takes, and their check. Whatever is not listed is
 * refused, so the odd operators stay odd: calls take `createdAt[gte|lte]` (inclusive), text
 * messages only `createdAt[gt|lt]` (exclusive). No I/O.
 */
import { type FieldError, invalidFields } from './errors.ts'
import { EVENT_TYPES } from './happened.ts'

type Rule =
  | { kind: 'text' }
  | { kind: 'pattern'; pattern: RegExp }
  | { kind: 'choice'; of: readonly string[] }
  | { kind: 'instant' }
  | { kind: 'integer'; min: number; max: number }
  | { kind: 'list'; of: Rule; max: number }

export type Rules = Record<string, Rule>

const E164: Rule = { kind: 'pattern', pattern: /^\+[1-9]\d{1,14}$/ }
const NUMBER_ID: Rule = { kind: 'pattern', pattern: /^PN(.*)$/ }
const PARTY: Rule = {
  kind: 'pattern',
  pattern: /^(\+[1-9]\d{1,14}|[0-9]{3,8}|anonymous|blocked|restricted)$/i,
}
const DIRECTION: Rule = { kind: 'choice', of: ['incoming', 'outgoing'] }
const INSTANT: Rule = { kind: 'instant' }
// prettier-ignore
const CALL_STATUS: Rule = {
  kind: 'choice',
  of: [
    'queued', 'initiated', 'ringing', 'in-progress', 'completed', 'busy', 'failed', 'no-answer',
    'canceled', 'missed', 'answered', 'forwarded', 'abandoned',
  ],
}
const CALL_INCLUDE: Rule = {
  kind: 'list',
  of: { kind: 'choice', of: ['summary', 'voicemail'] },
  max: 2,
}

export const PAGING: Rules = {
  limit: { kind: 'integer', min: 1, max: 50 },
  after: { kind: 'text' },
}

export const CALL: Rules = { include: CALL_INCLUDE }

export const CALLS: Rules = {
  ...PAGING,
  phoneNumberId: NUMBER_ID,
  actorId: { kind: 'pattern', pattern: /^(US|SYU)(.*)$/ },
  participant: E164,
  'participant[in]': { kind: 'list', of: E164, max: 100 },
  direction: DIRECTION,
  status: CALL_STATUS,
  'status[in]': { kind: 'list', of: CALL_STATUS, max: 13 },
  'createdAt[gte]': INSTANT,
  'createdAt[lte]': INSTANT,
  include: CALL_INCLUDE,
}

export const MESSAGES: Rules = {
  ...PAGING,
  from: PARTY,
  to: PARTY,
  'to[all]': { kind: 'list', of: PARTY, max: 100 },
  status: {
    kind: 'choice',
    of: ['queued', 'sent', 'delivered', 'undelivered', 'received', 'failed'],
  },
  direction: DIRECTION,
  phoneNumberId: NUMBER_ID,
  userId: { kind: 'pattern', pattern: /^US(.*)$/ },
  'createdAt[gt]': INSTANT,
  'createdAt[lt]': INSTANT,
}

export const CONVERSATIONS: Rules = {
  ...PAGING,
  phoneNumberId: NUMBER_ID,
  'phoneNumberId[in]': { kind: 'list', of: NUMBER_ID, max: 100 },
  'createdAt[gte]': INSTANT,
  'createdAt[lte]': INSTANT,
  'updatedAt[gte]': INSTANT,
  'updatedAt[lte]': INSTANT,
  sort: {
    kind: 'choice',
    of: ['createdAt:asc', 'createdAt:desc', 'updatedAt:asc', 'updatedAt:desc'],
  },
}

export const PHONE_NUMBERS: Rules = {
  ...PAGING,
  phoneNumber: E164,
  include: { kind: 'list', of: { kind: 'choice', of: ['restrictions'] }, max: 1 },
}

const EVENT_TYPE: Rule = { kind: 'choice', of: EVENT_TYPES }

export const DELIVERIES: Rules = {
  ...PAGING,
  status: { kind: 'choice', of: ['success', 'pending', 'sending', 'failed'] },
  eventType: EVENT_TYPE,
  'eventType[in]': { kind: 'list', of: EVENT_TYPE, max: 50 },
  resourceId: { kind: 'text' },
  'createdAt[gt]': INSTANT,
  'createdAt[lt]': INSTANT,
}

export type Parameters = Record<string, string>

/**
 * The given parameters, each checked against its rule.
 * @throws OpenPhoneError 400 that names every refused parameter
 */
export function readParameters(query: URLSearchParams, rules: Rules): Parameters {
  const parameters: Parameters = {}
  const errors: FieldError[] = []
  for (const name of new Set(query.keys())) {
    const values = query.getAll(name)
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined
    const fault = refuse(values, rule)
    if (fault) errors.push({ path: pointer(name), ...fault })
    else parameters[name] = values[0] ?? ''
  }
  if (errors.length > 0) throw invalidFields(errors)
  return parameters
}

/** The comma list of a parameter; empty where it is not given. */
export function listOf(parameters: Parameters, name: string): string[] {
  return parameters[name]?.split(',') ?? []
}

type Fault = Omit<FieldError, 'path'>

function refuse(values: string[], rule: Rule | undefined): Fault | undefined {
  const value = values.length > 1 ? values : values[0]
  if (!rule) {
    return { message: 'must NOT have additional properties', value, schema: {} }
  }
  const schema = schemaOf(rule)
  if (typeof value !== 'string') return { message: 'must be string', value, schema }
  const message = complaint(value, rule)
  if (message === undefined) return undefined
  return { message, value: rule.kind === 'integer' ? numeric(value) : value, schema }
}

function complaint(value: string, rule: Rule): string | undefined {
  switch (rule.kind) {
    case 'text':
      return value === '' ? 'must NOT have fewer than 1 characters' : undefined
    case 'pattern':
      return rule.pattern.test(value) ? undefined : `must match pattern "${rule.pattern.source}"`
    case 'choice':
      return rule.of.includes(value) ? undefined : 'must be equal to one of the allowed values'
    case 'instant':
      return isInstant(value) ? undefined : 'must match format "date-time"'
    case 'integer': {
      const number = numeric(value)
      if (typeof number !== 'number' || !Number.isInteger(number)) return 'must be integer'
      if (number < rule.min) return `must be >= ${rule.min}`
      return number > rule.max ? `must be <= ${rule.max}` : undefined
    }
    case 'list': {
      const parts = value.split(',')
      if (parts.length > rule.max) return `must NOT have more than ${rule.max} items`
      if (new Set(parts).size < parts.length) return 'must NOT have duplicate items'
      return parts.map((part) => complaint(part, rule.of)).find((found) => found !== undefined)
    }
  }
}

function schemaOf(rule: Rule): Record<string, unknown> {
  switch (rule.kind) {
    case 'text':
      return { type: 'string' }
    case 'pattern':
      return { type: 'string', pattern: rule.pattern.source }
    case 'choice':
      return { type: 'string', enum: rule.of }
    case 'instant':
      return { type: 'string', format: 'date-time' }
    case 'integer':
      return { type: 'integer', minimum: rule.min, maximum: rule.max }
    case 'list':
      return { type: 'array', maxItems: rule.max, uniqueItems: true, items: schemaOf(rule.of) }
  }
}

function numeric(value: string): number | string {
  return /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
}

const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/

function isInstant(value: string): boolean {
  return RFC_3339.test(value) && !Number.isNaN(Date.parse(value))
}

/** `createdAt[gte]` is a nested field: `/query/createdAt/gte`. */
function pointer(name: string): string {
  return `/query/${name.replaceAll('[', '/').replaceAll(']', '')}`
}
