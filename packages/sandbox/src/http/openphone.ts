/**
 * The OpenPhone stand-in: the read side of the 2026-03-30 API over a world, stricter than
 * lenient, and its webhooks, which really send (openphone/webhooks.ts). The version header is
 * checked before the key, the key is raw (a `Bearer` is a 401), a second takes 10 requests and no
 * answer carries a Retry-After.
 */
import type { World } from '../world.ts'
import { type Fault, Faults, type Matcher } from './faults.ts'
import { SlidingLimit } from './limit.ts'
import { OpenPhoneError, errorAnswer, invalidFields } from './openphone/errors.ts'
import { callsOf, conversationList, textMessagesOf } from './openphone/lists.ts'
import { type CursorRules, type Page, pageOf } from './openphone/paging.ts'
import {
  CALL,
  CALLS,
  CONVERSATIONS,
  MESSAGES,
  PAGING,
  PHONE_NUMBERS,
  type Parameters,
  type Rules,
  listOf,
  readParameters,
} from './openphone/parameters.ts'
import {
  type Sign,
  callObject,
  memberObject,
  organizationObject,
  phoneNumberObject,
  recordingObject,
  textMessageObject,
  transcriptObject,
  userObject,
} from './openphone/resources.ts'
import { type FileFaults, startFileHost } from './openphone/file-host.ts'
import type { Registration } from './openphone/registration.ts'
import type { StoredDelivery, StoredWebhook } from './openphone/webhook-store.ts'
import { Webhooks, type WebhooksOptions } from './openphone/webhooks.ts'
import { RequestLog } from './requests.ts'
import { type Door, type HttpAnswer, type HttpHead, type HttpRequest, openDoor } from './server.ts'

const OPENPHONE_VERSION = '2026-03-30'

const DEFAULT_CURSOR_TTL_MS = 15 * 60_000

export interface OpenPhoneOptions {
  /** Asked at every request: the world may move on. */
  world: () => World
  key: string
  /** Whether 10 requests a second are the most. */
  limits: boolean
  port?: number
  /** ms since epoch */
  clock?: () => number
  cursorTtlMs?: number
  /** false: a plan without transcripts (403) and summaries (absent). */
  transcripts?: boolean
  webhooks?: Omit<WebhooksOptions, 'world' | 'clock' | 'sign'>
}

export interface OpenPhoneStandIn extends Door, FileFaults {
  requests: RequestLog
  /** Registrations, what is sent and its log; `emit` tells of what has happened. */
  webhooks: Webhooks
  registerWebhook(registration: Registration): StoredWebhook
  /** Puts a delivery into a webhook's log as it is given: what happened before a test began. */
  noteDelivery(delivery: StoredDelivery): void
  /** The next `times` requests that match are answered so. A number is a status. */
  fail(matcher: Matcher, fault: number | Fault, times?: number): void
  /** Every request that matches is answered so until it is called off. */
  stand(name: string, matcher: Matcher, fault: number | Fault): void
  callOff(name: string): void
  setKey(key: string): void
  setTranscripts(included: boolean): void
}

/** What a route needs to answer. */
interface Context {
  world: World
  path: string
  parameters: Parameters
  cursors: CursorRules
  transcripts: boolean
  sign: Sign
}

interface Route {
  pattern: string
  expression: RegExp
  rules: Rules
  answer(context: Context, id: string): object
}

const ROUTES: Route[] = [
  route('/calls', CALLS, (context) => {
    const include = listOf(context.parameters, 'include')
    return page(context, callsOf(context.world, context.parameters), (call) =>
      callObject(call, include, context.transcripts, context.sign),
    )
  }),
  route('/calls/{id}', CALL, (context, id) => {
    const include = listOf(context.parameters, 'include')
    return {
      data: callObject(callOf(context.world, id), include, context.transcripts, context.sign),
    }
  }),
  route('/calls/{id}/recordings', PAGING, (context, id) =>
    page(context, oldestFirst(callOf(context.world, id).recordings), (recording) =>
      recordingObject(recording, context.sign),
    ),
  ),
  route('/calls/{id}/transcripts', PAGING, (context, id) => {
    const call = callOf(context.world, id)
    if (!context.transcripts) {
      throw new OpenPhoneError(403, 'Call transcripts are not included in your plan.')
    }
    return page(context, oldestFirst(call.transcripts), transcriptObject)
  }),
  route('/messages', MESSAGES, (context) =>
    page(context, textMessagesOf(context.world, context.parameters), (textMessage) =>
      textMessageObject(textMessage, context.sign),
    ),
  ),
  route('/messages/{id}', {}, ({ world, sign }, id) => {
    requirePrefix(id, 'AC', 'messageId')
    const found = world.textMessages.find((message) => message.id === id)
    if (!found) throw notFound()
    return { data: textMessageObject(found, sign) }
  }),
  route('/conversations', CONVERSATIONS, (context) =>
    page(context, conversationList(context.world, context.parameters), (thread) => thread),
  ),
  route('/phone-numbers', PHONE_NUMBERS, (context) => {
    const { phoneNumber } = context.parameters
    const include = listOf(context.parameters, 'include')
    const numbers = context.world.phoneNumbers.filter(
      (number) => phoneNumber === undefined || number.phoneNumber === phoneNumber,
    )
    return page(context, numbers, (number) => phoneNumberObject(number, include))
  }),
  route('/phone-numbers/{id}/users', PAGING, (context, id) => {
    requirePrefix(id, 'PN', 'phoneNumberId')
    if (!context.world.phoneNumbers.some((number) => number.id === id)) throw notFound()
    const members = context.world.users.toSorted((a, b) => (a.id < b.id ? -1 : 1))
    return page(context, members, memberObject)
  }),
  route('/users', PAGING, (context) => page(context, context.world.users, userObject)),
  route('/organization', {}, () => ({ data: organizationObject() })),
]

export async function startOpenPhone(options: OpenPhoneOptions): Promise<OpenPhoneStandIn> {
  const { world, limits, clock = Date.now, cursorTtlMs = DEFAULT_CURSOR_TTL_MS } = options
  let { key, transcripts = true } = options
  const requests = new RequestLog('openphone')
  const faults = new Faults()
  const limit = new SlidingLimit(10, 1000)
  const files = await startFileHost(world, clock)
  const webhooks = new Webhooks({ world, clock, sign: files.sign, ...options.webhooks })

  function admit(head: HttpHead): HttpAnswer | undefined {
    if (head.headers['quo-api-version'] !== OPENPHONE_VERSION) {
      return refusal(
        400,
        `Unsupported or missing Quo-Api-Version header. Supported versions: ${OPENPHONE_VERSION}`,
      )
    }
    if (head.headers.authorization === undefined)
      return refusal(401, 'Missing authorization header')
    if (head.headers.authorization !== key) return refusal(401, 'Invalid API key')
    if (limits && limit.take(head.at) > 0) return refusal(429, 'Too many requests')
    return undefined
  }

  function answer(request: HttpRequest): HttpAnswer | 'hang' | 'drop' {
    const fault = faults.next(request)
    if (fault) {
      return typeof fault.answer === 'number'
        ? refusal(fault.answer, 'A fault ordered by the test')
        : fault.answer
    }
    try {
      if (Webhooks.pattern(request.path) !== undefined) return webhooks.answer(request)
      return { status: 200, body: JSON.stringify(respond(request)) }
    } catch (error) {
      if (error instanceof OpenPhoneError) return errorAnswer(error)
      throw error
    }
  }

  function respond(request: HttpRequest): object {
    const matched = match(request.path)
    if (!matched || request.method !== 'GET') throw notFound()
    const parameters = readParameters(request.query, matched.route.rules)
    const cursors = { now: request.at, ttlMs: cursorTtlMs }
    const { sign } = files
    const context = { world: world(), path: request.path, parameters, cursors, transcripts, sign }
    return matched.route.answer(context, matched.id)
  }

  const door = await openDoor(
    {
      log: requests,
      clock,
      route: (_method, path) => match(path)?.route.pattern ?? Webhooks.pattern(path) ?? '(unknown)',
      admit,
      answer,
    },
    options.port,
  )
  return {
    ...door,
    ...files.faults,
    requests,
    webhooks,
    registerWebhook: (registration) => webhooks.register(registration),
    noteDelivery: (delivery) => webhooks.note(delivery),
    fail: (matcher, fault, times) => faults.plan(matcher, fault, times),
    stand: (name, matcher, fault) => faults.stand(name, matcher, fault),
    callOff: (name) => faults.callOff(name),
    setKey: (next) => {
      key = next
    },
    setTranscripts: (included) => {
      transcripts = included
    },
    close: async () => {
      await webhooks.close()
      await Promise.all([door.close(), files.close()])
    },
  }
}

function route(pattern: string, rules: Rules, answer: Route['answer']): Route {
  const expression = new RegExp(`^${pattern.replace('{id}', '([^/]+)')}$`)
  return { pattern, expression, rules, answer }
}

function match(path: string): { route: Route; id: string } | undefined {
  for (const candidate of ROUTES) {
    const found = candidate.expression.exec(path)
    if (found) return { route: candidate, id: unescaped(found[1] ?? '') }
  }
  return undefined
}

function unescaped(id: string): string {
  try {
    return decodeURIComponent(id)
  } catch {
    return id // there is no such id
  }
}

function page<T>(context: Context, rows: readonly T[], present: (row: T) => object): Page<object> {
  const { data, nextCursor } = pageOf(rows, context.path, context.parameters, context.cursors)
  return { data: data.map(present), nextCursor }
}

function callOf(world: World, id: string): World['calls'][number] {
  requirePrefix(id, 'AC', 'callId')
  const found = world.calls.find((call) => call.id === id)
  if (!found) throw notFound()
  return found
}

function oldestFirst<T extends { startTime: string }>(segments: T[]): T[] {
  return segments.toSorted((a, b) => Date.parse(a.startTime) - Date.parse(b.startTime))
}

function requirePrefix(id: string, prefix: string, name: string): void {
  if (id.startsWith(prefix)) return
  const pattern = `^${prefix}(.*)$`
  throw invalidFields([
    {
      path: `/params/${name}`,
      message: `must match pattern "${pattern}"`,
      value: id,
      schema: { type: 'string', pattern },
    },
  ])
}

function refusal(status: number, message: string): HttpAnswer {
  return errorAnswer(new OpenPhoneError(status, message))
}

function notFound(): OpenPhoneError {
  return new OpenPhoneError(404, 'Not Found')
}
