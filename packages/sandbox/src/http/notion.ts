/**
 * The Notion stand-in: the 2026-03-11 API over SQLite, with Notion's validation, limits, error
 * bodies and wording, and its eventual visibility: a page just made is found by its id at once,
 * by a query only after a while. It serves what a pipeline needs and refuses the rest. No views,
 * markdown bodies, files or search; a relation's other side stays empty.
 */
import { type Json, type JsonObject, parseJson } from './json.ts'
import type { World } from '../world.ts'
import { type Fault, Faults, type Matcher } from './faults.ts'
import { SlidingLimit } from './limit.ts'
import { pathId } from './notion/check.ts'
import { NotionError, errorAnswer, rateLimited } from './notion/errors.ts'
import { sourceOf } from './notion/pages.ts'
import { type NotionRoute, type RouteContext, matchRoute } from './notion/routes.ts'
import { createPage, showPage, updatePage } from './notion/pages.ts'
import { showBlock, updateBlock } from './notion/blocks.ts'
import { updateDataSource } from './notion/databases.ts'
import { NotionStore } from './notion/store.ts'
import { showView } from './notion/views.ts'
import { BOT_ID, PERSON_ID, seedWorkspace } from './notion/workspace.ts'
import { RequestLog } from './requests.ts'
import { type Door, type HttpAnswer, type HttpHead, type HttpRequest, openDoor } from './server.ts'

export const NOTION_VERSION = '2026-03-11'

/** 3 a second on average over 10 s, with a little burst. */
const MAX_IN_WINDOW = 33
const WINDOW_MS = 10_000
const MAX_BODY_BYTES = 500_000

export interface NotionOptions {
  /** Where the workspace is kept; in memory where it is left out. */
  file?: string
  limits: boolean
  token: string
  /** How long a new page stays out of queries: ms, or a draw. Default: 1 to 3 s by chance. */
  visibilityMs?: number | (() => number)
  port?: number
  /** ms since epoch */
  clock?: () => number
}

export interface NotionStandIn extends Door {
  requests: RequestLog
  /** Makes the four databases and the world's merchants, once; later calls add what is new. */
  seed(world: World): void
  /** The next `times` requests that match are answered so. A number is a status. */
  fail(matcher: Matcher, fault: number | Fault, times?: number): void
  /** Every request that matches is answered so until it is called off. */
  stand(name: string, matcher: Matcher, fault: number | Fault): void
  callOff(name: string): void
  /** Every token is refused from now on; `setToken` ends it. */
  revokeToken(): void
  setToken(token: string): void
  renameProperty(databaseId: string, from: string, to: string): void
  /** A person's hand: the same bodies as the API's, another author, seen by queries at once. */
  createAsPerson(databaseId: string, properties: JsonObject, children?: Json[]): JsonObject
  editAsPerson(pageId: string, body: JsonObject): JsonObject
  editBlockAsPerson(blockId: string, body: JsonObject): JsonObject
  /** Every page of the database in order of creation, also trashed and not yet visible ones. */
  pages(databaseId: string): JsonObject[]
  /** The views that were made of a database. */
  views(databaseId: string): JsonObject[]
  /** The blocks right under a page or block. */
  blocks(parentId: string): JsonObject[]
}

export async function startNotion(options: NotionOptions): Promise<NotionStandIn> {
  const { limits, visibilityMs = () => 1000 + Math.random() * 2000 } = options
  const clock = options.clock ?? Date.now
  const now = () => Math.trunc(clock())
  let token: string | undefined = options.token
  const store = new NotionStore(options.file ?? ':memory:')
  const requests = new RequestLog('notion')
  const faults = new Faults()
  const limit = new SlidingLimit(MAX_IN_WINDOW, WINDOW_MS)

  function admit(head: HttpHead): HttpAnswer | undefined {
    const refused = refusal(head)
    return refused && errorAnswer(refused)
  }

  function refusal(head: HttpHead): NotionError | undefined {
    if (!matchRoute(head.method, head.path)) return invalidUrl()
    if (token === undefined || head.headers.authorization !== `Bearer ${token}`) {
      return new NotionError(401)
    }
    const version = head.headers['notion-version']
    if (version !== NOTION_VERSION) return wrongVersion(version)
    const wait = limits ? limit.take(head.at) : 0
    return wait > 0 ? rateLimited(Math.ceil(wait / 1000)) : undefined
  }

  function answer(request: HttpRequest): HttpAnswer | 'hang' | 'drop' {
    const fault = faults.next(request)
    if (fault && fault.when !== 'after') return faultAnswer(fault)
    const real = answerTruly(request)
    return fault ? faultAnswer(fault) : real
  }

  function answerTruly(request: HttpRequest): HttpAnswer {
    try {
      return { status: 200, body: JSON.stringify(respond(request)) }
    } catch (error) {
      if (error instanceof NotionError) return errorAnswer(error)
      throw error
    }
  }

  function respond(request: HttpRequest): JsonObject {
    const matched = matchRoute(request.method, request.path)
    if (!matched) throw invalidUrl()
    const { route, id, property } = matched
    const context: RouteContext = {
      edit: { store, author: BOT_ID, now: Math.trunc(request.at) },
      id: route.idName === undefined ? id : pathId(id, route.idName),
      property,
      query: request.query,
      body: bodyOf(request, route),
      visibleAt: Math.trunc(
        request.at + (typeof visibilityMs === 'number' ? visibilityMs : visibilityMs()),
      ),
    }
    return route.answer(context)
  }

  const door = await openDoor(
    {
      log: requests,
      clock,
      route: (method, path) => matchRoute(method, path)?.route.pattern ?? '(unknown)',
      admit,
      answer,
    },
    options.port,
  )
  const byPerson = () => ({ store, author: PERSON_ID, now: now() })
  const sourceIn = (databaseId: string) => sourceOf(store, { databaseId })
  return {
    ...door,
    requests,
    seed: (world) => seedWorkspace(store, world, now()),
    fail: (matcher, fault, times) => faults.plan(matcher, fault, times),
    stand: (name, matcher, fault) => faults.stand(name, matcher, fault),
    callOff: (name) => faults.callOff(name),
    revokeToken: () => {
      token = undefined
    },
    setToken: (next) => {
      token = next
    },
    renameProperty: (databaseId, from, to) => {
      const change = { properties: { [from]: { name: to } } }
      updateDataSource(byPerson(), sourceIn(databaseId).id, change)
    },
    createAsPerson: (databaseId, properties, children = []) => {
      const parent = { type: 'database_id', database_id: databaseId }
      return showPage(store, createPage(byPerson(), { parent, properties, children }, now()))
    },
    editAsPerson: (pageId, body) => showPage(store, updatePage(byPerson(), pageId, body)),
    editBlockAsPerson: (blockId, body) => updateBlock(byPerson(), blockId, body),
    pages: (databaseId) =>
      store.pagesOf(sourceIn(databaseId).id).map((page) => showPage(store, page)),
    views: (databaseId) => store.viewsOf(databaseId).map(showView),
    blocks: (parentId) => store.childrenOf(parentId).map((block) => showBlock(store, block)),
    close: async () => {
      await door.close()
      store.close()
    },
  }
}

function bodyOf(request: HttpRequest, route: NotionRoute): Json {
  if (request.body.length > MAX_BODY_BYTES) {
    const size = request.body.length
    throw new NotionError(400, {
      message: `body failed validation: body.length should be ≤ \`${MAX_BODY_BYTES}\`, instead was \`${size}\`.`,
    })
  }
  if (request.method === 'GET' || request.method === 'DELETE') return {}
  if (request.body.length === 0 && route.bodyOptional === true) return {}
  const body = parseJson(request.body.toString())
  if (body !== undefined) return body
  throw new NotionError(400, { code: 'invalid_json', message: 'Error parsing JSON body.' })
}

function faultAnswer(fault: Fault): HttpAnswer | 'hang' | 'drop' {
  if (typeof fault.answer !== 'number') return fault.answer
  const { retryAfterSeconds, message } = fault
  if (fault.answer !== 429) {
    const details = { retryAfterSeconds, ...(message !== undefined && { message }) }
    return errorAnswer(new NotionError(fault.answer, details))
  }
  return errorAnswer(rateLimited(retryAfterSeconds ?? 1))
}

function invalidUrl(): NotionError {
  return new NotionError(400, { code: 'invalid_request_url', message: 'Invalid request URL.' })
}

function wrongVersion(version: string | string[] | undefined): NotionError {
  const part = 'Notion-Version header failed validation: Notion-Version header should be'
  return version === undefined
    ? new NotionError(400, {
        code: 'missing_version',
        message: `${part} defined, instead was \`undefined\`.`,
      })
    : new NotionError(400, {
        message: `${part} \`"${NOTION_VERSION}"\`, instead was \`${JSON.stringify(version)}\`.`,
      })
}
