/** The bodies of `POST /webhooks` and `PATCH /webhooks/{id}`, checked field by field. No I/O. */
import { type JsonObject } from '../json.ts'
import { type FieldError, invalidFields } from './errors.ts'
import { EVENT_TYPES } from './happened.ts'
import type { StoredWebhook } from './webhook-store.ts'

/** What a registration may say; the rest as the API's defaults. */
export interface Registration {
  url: string
  events?: readonly string[]
  resourceIds?: readonly string[]
  status?: 'enabled' | 'disabled'
  label?: string
}

export const NOT_ALLOWED = { message: 'must be equal to one of the allowed values' }

/** What each field of a registration must be; a wrong one is told by its place. */
const FIELDS: Record<string, { good: (value: unknown) => boolean; message: string }> = {
  url: { good: isUrl, message: 'must match format "uri"' },
  events: {
    good: (value) => isListOf(value, (one) => EVENT_TYPES.includes(one)),
    ...NOT_ALLOWED,
  },
  resourceIds: {
    good: (value) => isListOf(value, (one) => one === '*' || one.startsWith('PN')),
    message: 'must match pattern "^PN(.*)$"',
  },
  status: { good: (value) => value === 'enabled' || value === 'disabled', ...NOT_ALLOWED },
  label: { good: (value) => typeof value === 'string', message: 'must be string' },
}

/** @throws OpenPhoneError 400 that names every refused field */
export function readRegistration(body: JsonObject): Registration {
  const missing = ['url', 'events'].filter((name) => body[name] === undefined)
  const errors = [
    ...missing.map((name) => fault(name, 'must have required property', undefined)),
    ...faultsOf(body),
  ]
  if (errors.length > 0) throw invalidFields(errors)
  return {
    url: body['url'] as string,
    events: body['events'] as string[],
    ...(body['resourceIds'] === undefined ? {} : { resourceIds: body['resourceIds'] as string[] }),
    ...(body['status'] === 'disabled' ? { status: 'disabled' } : {}),
    ...(typeof body['label'] === 'string' ? { label: body['label'] } : {}),
  }
}

/** @throws OpenPhoneError 400 that names every refused field */
export function readChange(body: JsonObject): Partial<StoredWebhook> {
  const { resourceIds, label, ...rest } = body
  const clears = resourceIds === null || (Array.isArray(resourceIds) && resourceIds.length === 0)
  const checked = {
    ...rest,
    ...(resourceIds === undefined || clears ? {} : { resourceIds }),
    ...(label === undefined || label === null ? {} : { label }),
  }
  const errors = faultsOf(checked)
  if (Object.keys(body).length === 0)
    errors.push({ path: '/body', message: 'must NOT have fewer than 1 properties', schema: {} })
  if (errors.length > 0) throw invalidFields(errors)
  return {
    ...(checked as Partial<StoredWebhook>),
    ...(clears ? { resourceIds: ['*'] } : {}),
    ...(label === null ? { label } : {}),
  }
}

function faultsOf(body: JsonObject): FieldError[] {
  return Object.entries(body).flatMap(([name, value]) => {
    const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined
    if (field === undefined) return fault(name, 'must NOT have additional properties', value)
    return field.good(value) ? [] : fault(name, field.message, value)
  })
}

function fault(name: string, message: string, value: unknown): FieldError {
  return { path: `/body/${name}`, message, value, schema: {} }
}

function isUrl(value: unknown): boolean {
  return typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)
}

function isListOf(value: unknown, good: (one: string) => boolean): boolean {
  if (!Array.isArray(value) || value.length === 0) return false
  return value.every((one) => typeof one === 'string' && good(one))
}
