/** An answer that is an error: problem+json (RFC 9457). */
import { StageError, describe } from '@switchboard/shared/failure'

/** Where in the input it is wrong: `body.ids[0]` would be `ids.0`. */
export interface FieldError {
  path: string
  detail: string
}

/** Input that does not fit; the door answers 400 with the fields. */
export class BadInput extends Error {
  readonly errors: FieldError[]

  constructor(errors: FieldError[]) {
    super(errors.map(({ path, detail }) => `${path}: ${detail}`).join('; '))
    this.errors = errors
  }
}

/** Anything else that ends a request with a problem of this status. */
export class Refused extends Error {
  readonly status: number

  constructor(status: number, detail: string) {
    super(detail)
    this.status = status
  }
}

/** What is said where the fault is ours: the log has more. */
export const FAILED = 'Something went wrong; the log has it.'

/** In words, an error that says that an outside system does not serve us now; null: it is another. */
export function outageOf(error: unknown): string | null {
  if (!(error instanceof StageError)) return null
  const { failure } = error
  const isOutage = failure.kind.startsWith('upstream.') || failure.kind === 'gate.later'
  return isOutage ? describe(failure) : null
}

/** @param errors the fields at fault, by their paths */
export function problem(
  status: number,
  detail: string,
  headers: Record<string, string> = {},
  errors: FieldError[] = [],
): Response {
  return Response.json(
    {
      type: 'about:blank',
      title: TITLES[status] ?? 'Problem',
      status,
      detail,
      ...(errors.length > 0 && { errors }),
    },
    { status, headers: { 'content-type': 'application/problem+json', ...headers } },
  )
}

const TITLES: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  416: 'Range Not Satisfiable',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
}
