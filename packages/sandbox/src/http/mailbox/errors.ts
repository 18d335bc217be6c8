/**
 * JMAP's two kinds of refusal: a method's own (HTTP 200, in the list of responses) and one of the
 * whole request (problem JSON). Spec: RFC 8620, section 3.6. No I/O.
 */
import type { HttpAnswer } from '../server.ts'

export type MethodErrorType =
  | 'unknownMethod'
  | 'invalidArguments'
  | 'invalidResultReference'
  | 'accountNotFound'
  | 'requestTooLarge'
  | 'unsupportedFilter'
  | 'unsupportedSort'
  | 'anchorNotFound'
  | 'cannotCalculateChanges'
  | 'serverFail'

export class MethodError extends Error {
  readonly type: MethodErrorType

  constructor(type: MethodErrorType, description = '') {
    super(description)
    this.type = type
  }
}

export type ProblemType = 'unknownCapability' | 'notJSON' | 'notRequest' | 'limit'

export class RequestError extends Error {
  readonly type: ProblemType
  readonly limit: string | undefined

  /** @param limit the capability's name of the limit that was passed */
  constructor(type: ProblemType, detail: string, limit?: string) {
    super(detail)
    this.type = type
    this.limit = limit
  }
}

export function problemAnswer(error: RequestError): HttpAnswer {
  return problem(400, {
    type: `urn:ietf:params:jmap:error:${error.type}`,
    detail: error.message,
    limit: error.limit,
  })
}

export function problem(
  status: number,
  details: { type?: string; detail: string; limit?: string | undefined },
  headers?: Record<string, string>,
): HttpAnswer {
  return {
    status,
    type: 'application/problem+json',
    ...(headers && { headers }),
    body: JSON.stringify({ type: 'about:blank', status, ...details }),
  }
}
