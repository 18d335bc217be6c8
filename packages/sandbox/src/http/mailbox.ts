/**
 * The mailbox stand-in: a read-only JMAP server over a world's mails, with its session, the
 * methods a pull needs, and the raw messages for download. Spec: RFC 8620, RFC 8621.
 */
import type { World } from '../world.ts'
import { type Fault, Faults, type Matcher } from './faults.ts'
import { SlidingLimit } from './limit.ts'
import { blobOf } from './mailbox/email.ts'
import { RequestError, problem, problemAnswer } from './mailbox/errors.ts'
import { MailJournal } from './mailbox/journal.ts'
import { ACCOUNT_ID, CORE, MAIL, MAX_OBJECTS_IN_GET } from './mailbox/methods.ts'
import { MAX_CALLS, MAX_SIZE_REQUEST, readRequest, runRequest } from './mailbox/request.ts'
import { RequestLog } from './requests.ts'
import { type Door, type HttpAnswer, type HttpHead, type HttpRequest, openDoor } from './server.ts'

export interface MailboxOptions {
  /** Asked at every request: the world may move on. */
  world: () => World
  token: string
  /** Whether 10 requests a second are the most. */
  limits: boolean
  port?: number
  /** ms since epoch */
  clock?: () => number
}

export interface MailboxStandIn extends Door {
  sessionUrl: string
  requests: RequestLog
  /** The next `times` requests that match are answered so. A number is a status. */
  fail(matcher: Matcher, fault: number | Fault, times?: number): void
  /** Every request that matches is answered so until it is called off. */
  stand(name: string, matcher: Matcher, fault: number | Fault): void
  callOff(name: string): void
  setToken(token: string): void
}

const SESSION = '/jmap/session'
const API = '/jmap/api/'
const DOWNLOAD = /^\/jmap\/download\/([^/]+)\/([^/]+)\/([^/]*)$/

const LIMITS = {
  maxSizeUpload: 50_000_000,
  maxConcurrentUpload: 4,
  maxSizeRequest: MAX_SIZE_REQUEST,
  maxConcurrentRequests: 10,
  maxCallsInRequest: MAX_CALLS,
  maxObjectsInGet: MAX_OBJECTS_IN_GET,
  maxObjectsInSet: 500,
  collationAlgorithms: [],
}

const MAIL_ACCOUNT = {
  maxMailboxesPerEmail: 1,
  maxMailboxDepth: 10,
  maxSizeMailboxName: 490,
  maxSizeAttachmentsPerEmail: 50_000_000,
  emailQuerySortOptions: ['receivedAt', 'sentAt', 'subject'],
  mayCreateTopLevelMailbox: false,
}

export async function startMailbox(options: MailboxOptions): Promise<MailboxStandIn> {
  const { world, limits, clock = Date.now } = options
  let { token } = options
  const requests = new RequestLog('mailbox')
  const faults = new Faults()
  const limit = new SlidingLimit(10, 1000)
  const journal = new MailJournal()

  function admit(head: HttpHead): HttpAnswer | undefined {
    if (head.headers.authorization !== `Bearer ${token}`) {
      const challenge = { 'www-authenticate': 'Bearer' }
      return problem(401, { detail: 'The token is missing or not valid.' }, challenge)
    }
    const wait = limits ? limit.take(head.at) : 0
    if (wait <= 0) return undefined
    const pause = { 'retry-after': String(Math.ceil(wait / 1000)) }
    return problem(429, { detail: 'Too many requests.' }, pause)
  }

  function answer(request: HttpRequest): HttpAnswer | 'hang' | 'drop' {
    const fault = faults.next(request)
    if (fault) {
      if (typeof fault.answer !== 'number') return fault.answer
      return problem(fault.answer, { detail: 'A fault ordered by the test.' })
    }
    const now = world()
    journal.observe(now.mails)
    const download = DOWNLOAD.exec(request.path)
    if (download) return downloadBlob(request, download, now)
    switch (`${request.method} ${request.path}`) {
      case `GET ${SESSION}`:
      case 'GET /.well-known/jmap':
        return { status: 200, body: JSON.stringify(session(now, hostOf(request))) }
      case `POST ${API}`:
        return respond(request, now)
      default:
        return problem(request.path === API ? 405 : 404, { detail: 'No such resource.' })
    }
  }

  function respond(request: HttpRequest, now: World): HttpAnswer {
    try {
      const { using, invocations } = readRequest(request.body, request.headers['content-type'])
      const methodResponses = runRequest(using, invocations, { world: now, journal })
      return {
        status: 200,
        body: JSON.stringify({ methodResponses, sessionState: SESSION_STATE }),
      }
    } catch (error) {
      if (error instanceof RequestError) return problemAnswer(error)
      throw error
    }
  }

  const door = await openDoor({ log: requests, clock, route: routeOf, admit, answer }, options.port)
  return {
    ...door,
    sessionUrl: `${door.url}${SESSION}`,
    requests,
    fail: (matcher, fault, times) => faults.plan(matcher, fault, times),
    stand: (name, matcher, fault) => faults.stand(name, matcher, fault),
    callOff: (name) => faults.callOff(name),
    setToken: (next) => {
      token = next
    },
  }
}

/** Capabilities and accounts never change. */
const SESSION_STATE = 'c1'

function session(world: World, origin: string): object {
  return {
    capabilities: { [CORE]: LIMITS, [MAIL]: {} },
    accounts: {
      [ACCOUNT_ID]: {
        name: world.mailAccount,
        isPersonal: true,
        isReadOnly: true,
        accountCapabilities: { [CORE]: {}, [MAIL]: MAIL_ACCOUNT },
      },
    },
    primaryAccounts: { [CORE]: ACCOUNT_ID, [MAIL]: ACCOUNT_ID },
    username: world.mailAccount,
    apiUrl: `${origin}${API}`,
    downloadUrl: `${origin}/jmap/download/{accountId}/{blobId}/{name}?type={type}`,
    uploadUrl: `${origin}/jmap/upload/{accountId}/`,
    eventSourceUrl: `${origin}/jmap/event/?types={types}&closeafter={closeafter}&ping={ping}`,
    state: SESSION_STATE,
  }
}

function downloadBlob(request: HttpRequest, match: RegExpExecArray, world: World): HttpAnswer {
  const [, account, blobId = ''] = match
  if (request.method !== 'GET') return problem(405, { detail: 'Only GET is served.' })
  if (account === ACCOUNT_ID) {
    for (const mail of world.mails) {
      const blob = blobOf(mail, blobId)
      if (blob) {
        const type = request.query.get('type') ?? 'application/octet-stream'
        return { status: 200, body: blob, type }
      }
    }
  }
  return problem(404, { detail: 'No such blob.' })
}

function hostOf(request: HttpRequest): string {
  return `http://${request.headers.host ?? '127.0.0.1'}`
}

function routeOf(_method: string, path: string): string {
  if (DOWNLOAD.test(path)) return '/jmap/download/{accountId}/{blobId}/{name}'
  return path === SESSION || path === API || path === '/.well-known/jmap' ? path : '(unknown)'
}
