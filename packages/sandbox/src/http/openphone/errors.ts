/**
 * OpenPhone's error envelope (2026-03-30): `{title, message, docs, trace, errors?}`. The title is
 * the status text; `errors` names each refused field by path. No Retry-After is ever sent.
 */
import { STATUS_CODES } from 'node:http'
import type { HttpAnswer } from '../server.ts'

export interface FieldError {
  /** e.g. `/query/limit` */
  path: string
  message: string
  value?: unknown
  schema: Record<string, unknown>
}

export class OpenPhoneError extends Error {
  readonly status: number
  readonly errors: FieldError[] | undefined

  constructor(status: number, message: string, errors?: FieldError[]) {
    super(message)
    this.status = status
    this.errors = errors
  }
}

export function invalidFields(errors: FieldError[]): OpenPhoneError {
  const fields = errors.length === 1 ? '1 field' : `${errors.length} fields`
  return new OpenPhoneError(400, `Validation failed for ${fields}.`, errors)
}

export function errorAnswer(error: OpenPhoneError): HttpAnswer {
  return {
    status: error.status,
    body: JSON.stringify({
      title: STATUS_CODES[error.status] ?? 'Error',
      message: error.message,
      docs: 'https://quo.com/docs',
      trace: trace(),
      errors: error.errors,
    }),
  }
}

/** 19 digits, as the documented example. */
function trace(): string {
  return `${Math.floor(1e9 + Math.random() * 9e9)}${Math.floor(1e8 + Math.random() * 9e8)}`
}
