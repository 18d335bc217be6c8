/**
 * A JMAP request: its envelope, the methods in order, and the references from one's arguments to
 * an earlier one's answer. Spec: RFC 8620, sections 3.3 to 3.7. No I/O.
 */
import { type Json, type JsonObject, isObject, parseJson } from '../json.ts'
import { MethodError, RequestError } from './errors.ts'
import { CORE, MAIL, METHODS, type MailContext } from './methods.ts'

export const MAX_CALLS = 16
export const MAX_SIZE_REQUEST = 10_000_000

const CAPABILITIES: readonly string[] = [CORE, MAIL]

type Invocation = [name: string, args: JsonObject, id: string]

/** @throws RequestError */
export function readRequest(
  body: Buffer,
  contentType: string | undefined,
): {
  using: string[]
  invocations: Invocation[]
} {
  if (body.length > MAX_SIZE_REQUEST) {
    throw new RequestError('limit', 'The request is too large.', 'maxSizeRequest')
  }
  const json = /^application\/json\b/.test(contentType ?? '')
    ? parseJson(body.toString())
    : undefined
  if (json === undefined) throw new RequestError('notJSON', 'The request is no JSON.')
  if (!isObject(json)) throw new RequestError('notRequest', 'The request is no object.')
  const { using, methodCalls } = json
  if (!isStrings(using)) throw new RequestError('notRequest', 'using must be a String[].')
  if (!Array.isArray(methodCalls)) {
    throw new RequestError('notRequest', 'methodCalls must be an Invocation[].')
  }
  const foreign = using.find((capability) => !CAPABILITIES.includes(capability))
  if (foreign !== undefined) {
    throw new RequestError('unknownCapability', `The capability ${foreign} is not supported.`)
  }
  if (methodCalls.length > MAX_CALLS) {
    throw new RequestError('limit', 'Too many methods.', 'maxCallsInRequest')
  }
  return { using, invocations: methodCalls.map(readInvocation) }
}

function isStrings(value: Json | undefined): value is string[] {
  return Array.isArray(value) && value.every((element) => typeof element === 'string')
}

function readInvocation(value: Json): Invocation {
  if (Array.isArray(value) && value.length === 3) {
    const [name, args, id] = value
    if (typeof name === 'string' && isObject(args) && typeof id === 'string')
      return [name, args, id]
  }
  throw new RequestError('notRequest', 'An invocation must be [String, Object, String].')
}

/** Every method's answer or error, in order. */
export function runRequest(
  using: readonly string[],
  invocations: readonly Invocation[],
  context: MailContext,
): Invocation[] {
  const responses: Invocation[] = []
  for (const [name, args, id] of invocations) {
    try {
      const method = Object.hasOwn(METHODS, name) ? METHODS[name] : undefined
      if (!method || !using.includes(method.capability)) throw new MethodError('unknownMethod')
      responses.push([name, method.run(resolved(args, responses), context), id])
    } catch (error) {
      if (!(error instanceof MethodError)) throw error
      const { type, message } = error
      responses.push(['error', message === '' ? { type } : { type, description: message }, id])
    }
  }
  return responses
}

function resolved(args: JsonObject, responses: readonly Invocation[]): JsonObject {
  const result: JsonObject = {}
  for (const [name, value] of Object.entries(args)) {
    if (!name.startsWith('#')) {
      result[name] = value
      continue
    }
    const plain = name.slice(1)
    if (args[plain] !== undefined) {
      throw new MethodError('invalidArguments', `${plain} is given twice.`)
    }
    result[plain] = follow(value, responses)
  }
  return result
}

function follow(reference: Json, responses: readonly Invocation[]): Json {
  if (isObject(reference)) {
    const { resultOf, name, path } = reference
    const response = responses.find(([, , id]) => id === resultOf)
    if (response && response[0] === name && typeof path === 'string') {
      const value = path === '' ? response[1] : walk(response[1], path.split('/').slice(1))
      if (value !== undefined && (path === '' || path.startsWith('/'))) return value
    }
  }
  throw new MethodError('invalidResultReference', 'The reference leads nowhere.')
}

/** A JSON pointer; `*` maps over an array, and arrays found below it are joined. */
function walk(value: Json | undefined, tokens: readonly string[]): Json | undefined {
  const [token, ...rest] = tokens
  if (token === undefined || value === undefined) return value
  if (Array.isArray(value)) {
    if (token !== '*')
      return /^(0|[1-9]\d*)$/.test(token) ? walk(value[Number(token)], rest) : undefined
    const found: Json[] = []
    for (const element of value) {
      const part = walk(element, rest)
      if (part === undefined) return undefined
      if (Array.isArray(part)) found.push(...part)
      else found.push(part)
    }
    return found
  }
  const key = token.replaceAll('~1', '/').replaceAll('~0', '~')
  return isObject(value) && Object.hasOwn(value, key) ? walk(value[key], rest) : undefined
}
