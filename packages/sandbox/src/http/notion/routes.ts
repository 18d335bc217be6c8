/** The endpoints the Notion stand-in serves. What is not here is an invalid request URL. */
import type { Json, JsonObject } from '../json.ts'
import {
  appendRequest,
  blockOf,
  deleteBlock,
  listChildren,
  showBlock,
  updateBlock,
} from './blocks.ts'
import {
  createDatabase,
  databaseOf,
  showDataSource,
  showDatabase,
  updateDataSource,
} from './databases.ts'
import { CONNECTION_NAME } from './errors.ts'
import { createPage, pageOf, showPage, showProperty, sourceOf, updatePage } from './pages.ts'
import { queryPages } from './query.ts'
import type { Edit } from './store.ts'
import { createView, listViews } from './views.ts'
import { BOT_ID, PERSON_ID, ROOT_PAGE_ID } from './workspace.ts'

export interface RouteContext {
  edit: Edit
  /** The path's id, checked; empty where the route has none. */
  id: string
  /** The path's property id. */
  property: string
  query: URLSearchParams
  body: Json
  /** When a page made now shows in queries, ms since epoch. */
  visibleAt: number
}

export interface NotionRoute {
  method: string
  pattern: string
  expression: RegExp
  /** How complaints call the path's id. */
  idName?: string
  bodyOptional?: boolean
  answer(context: RouteContext): JsonObject
}

const ROUTES: NotionRoute[] = [
  route('GET', '/v1/users/me', undefined, () => ({
    object: 'user',
    id: BOT_ID,
    name: CONNECTION_NAME,
    avatar_url: null,
    type: 'bot',
    bot: {
      owner: { type: 'workspace', workspace: true },
      workspace_id: ROOT_PAGE_ID,
      workspace_name: 'Sandbox',
      workspace_limits: { max_file_upload_size_in_bytes: 5_242_880 },
    },
  })),
  route('POST', '/v1/databases', undefined, ({ edit, body }) =>
    showDatabase(edit.store, createDatabase(edit, body, ROOT_PAGE_ID)),
  ),
  route('GET', '/v1/databases/{id}', 'database_id', ({ edit, id }) =>
    showDatabase(edit.store, databaseOf(edit.store, id)),
  ),
  route('GET', '/v1/data_sources/{id}', 'data_source_id', ({ edit, id }) =>
    showDataSource(edit.store, sourceOf(edit.store, { dataSourceId: id }), PERSON_ID),
  ),
  route('PATCH', '/v1/data_sources/{id}', 'data_source_id', ({ edit, id, body }) =>
    showDataSource(edit.store, updateDataSource(edit, id, body), PERSON_ID),
  ),
  {
    ...route('POST', '/v1/data_sources/{id}/query', 'data_source_id', answerQuery),
    bodyOptional: true,
  },
  route('POST', '/v1/pages', undefined, ({ edit, body, query, visibleAt }) =>
    showPage(edit.store, createPage(edit, body, visibleAt), filterProperties(query)),
  ),
  route('GET', '/v1/pages/{id}', 'page_id', ({ edit, id, query }) =>
    showPage(edit.store, pageOf(edit.store, id), filterProperties(query)),
  ),
  route('PATCH', '/v1/pages/{id}', 'page_id', ({ edit, id, body, query }) =>
    showPage(edit.store, updatePage(edit, id, body), filterProperties(query)),
  ),
  route('GET', '/v1/pages/{id}/properties/{property}', 'page_id', ({ edit, id, property, query }) =>
    showProperty(edit.store, pageOf(edit.store, id), property, query),
  ),
  route('GET', '/v1/blocks/{id}/children', 'block_id', ({ edit, id, query }) =>
    listChildren(edit.store, id, query),
  ),
  route('PATCH', '/v1/blocks/{id}/children', 'block_id', ({ edit, id, body }) =>
    appendRequest(edit, id, body),
  ),
  route('GET', '/v1/blocks/{id}', 'block_id', ({ edit, id }) =>
    showBlock(edit.store, blockOf(edit.store, id)),
  ),
  route('PATCH', '/v1/blocks/{id}', 'block_id', ({ edit, id, body }) =>
    updateBlock(edit, id, body),
  ),
  route('POST', '/v1/views', undefined, ({ edit, body }) => createView(edit, body)),
  route('GET', '/v1/views', undefined, ({ edit, query }) => listViews(edit.store, query)),
  route('DELETE', '/v1/blocks/{id}', 'block_id', ({ edit, id }) => deleteBlock(edit.store, id)),
]

export function matchRoute(
  method: string,
  path: string,
): { route: NotionRoute; id: string; property: string } | undefined {
  for (const candidate of ROUTES) {
    if (candidate.method !== method) continue
    const found = candidate.expression.exec(path)
    if (found) return { route: candidate, id: found[1] ?? '', property: found[2] ?? '' }
  }
  return undefined
}

function route(
  method: string,
  pattern: string,
  idName: string | undefined,
  answer: NotionRoute['answer'],
): NotionRoute {
  const expression = new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '([^/]+)')}$`)
  return { method, pattern, expression, answer, ...(idName !== undefined && { idName }) }
}

function answerQuery({ edit, id, body, query }: RouteContext): JsonObject {
  const { store } = edit
  const source = sourceOf(store, { dataSourceId: id })
  const only = filterProperties(query)
  const { pages, nextCursor, incomplete } = queryPages(store.pagesOf(id), source, body, edit.now)
  return {
    object: 'list',
    results: pages.map((page) => showPage(store, page, only)),
    next_cursor: nextCursor,
    has_more: nextCursor !== null,
    type: 'page_or_data_source',
    page_or_data_source: {},
    request_status: incomplete
      ? { type: 'incomplete', incomplete_reason: 'query_result_limit_reached' }
      : { type: 'complete' },
  }
}

function filterProperties(query: URLSearchParams): string[] {
  return [...query.getAll('filter_properties'), ...query.getAll('filter_properties[]')]
}
