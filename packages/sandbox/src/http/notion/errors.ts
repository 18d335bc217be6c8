/**
 * Notion's refusals: status, code and wording as the real API gives them, thrown where they are
 * found and turned into an answer at the door. No I/O.
 */
import { randomUUID } from 'node:crypto'
import type { HttpAnswer } from '../server.ts'

/** How the real API names the connection in its answers. */
export const CONNECTION_NAME = 'Switchboard sandbox'

const CODES: Record<number, { code: string; message: string }> = {
  400: { code: 'validation_error', message: 'body failed validation.' },
  401: { code: 'unauthorized', message: 'API token is invalid.' },
  403: {
    code: 'restricted_resource',
    message: 'Insufficient permissions for this endpoint.',
  },
  404: { code: 'object_not_found', message: 'Could not find the object.' },
  409: {
    code: 'conflict_error',
    message: 'Conflict occurred while saving. Please try again.',
  },
  429: {
    code: 'rate_limited',
    message: 'You have been rate limited. Please try again in a few minutes.',
  },
  500: { code: 'internal_server_error', message: 'Unexpected error occurred.' },
  503: {
    code: 'service_unavailable',
    message: 'Public API service is temporarily unavailable, please try again later.',
  },
  504: { code: 'gateway_timeout', message: 'Gateway timed out. Please try again later.' },
  529: { code: 'service_overload', message: 'Notion is overloaded. Please try again later.' },
}

interface Details {
  code?: string
  message?: string
  retryAfterSeconds?: number | undefined
  additional?: Record<string, string>
}

export class NotionError extends Error {
  readonly status: number
  readonly code: string
  readonly retryAfterSeconds: number | undefined
  readonly additional: Record<string, string> | undefined

  constructor(status: number, details: Details = {}) {
    const standard = CODES[status] ?? {
      code: 'internal_server_error',
      message: 'Unexpected error.',
    }
    super(details.message ?? standard.message)
    this.status = status
    this.code = details.code ?? standard.code
    this.retryAfterSeconds = details.retryAfterSeconds
    this.additional = details.additional
  }
}

export function invalid(message: string): NotionError {
  return new NotionError(400, { message })
}

export function notFound(
  kind: 'page' | 'block' | 'database' | 'data_source',
  id: string,
): NotionError {
  return new NotionError(404, {
    message:
      `Could not find ${kind} with ID: ${id}. Make sure the relevant pages and databases are ` +
      `shared with your integration "${CONNECTION_NAME}".`,
  })
}

export function trashed(): NotionError {
  return invalid("Can't edit block that is archived. You must unarchive the block before editing.")
}

/** `retryAfterSeconds` also for the workspace-wide limit, which may ask for more than a minute. */
export function rateLimited(retryAfterSeconds: number): NotionError {
  return new NotionError(429, {
    retryAfterSeconds,
    additional: { rate_limit_reason: 'connection_rate_limit' },
  })
}

export function errorAnswer(error: NotionError): HttpAnswer {
  return {
    status: error.status,
    ...(error.retryAfterSeconds !== undefined && {
      headers: { 'retry-after': String(Math.ceil(error.retryAfterSeconds)) },
    }),
    body: JSON.stringify({
      object: 'error',
      status: error.status,
      code: error.code,
      message: error.message,
      additional_data: error.additional,
      request_id: randomUUID(),
    }),
  }
}
