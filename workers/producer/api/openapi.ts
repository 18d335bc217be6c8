/** `/api/openapi.json`: OpenAPI 3.1, made of the schemas that the operations are checked with. */
import { toJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import { operation } from '@switchboard/shared/api/operation'
import type { Operation } from '@switchboard/shared/api/operation'
import { route } from './route.ts'
import type { Route } from './route.ts'

const readOpenApi = operation({
  name: 'readOpenApi',
  method: 'GET',
  path: '/api/openapi.json',
  summary: 'This document.',
  access: 'read',
  answer: v.looseObject({}),
})

/** The document's own route beside those that it describes. */
export function withOpenApi(routes: Route[]): Route[] {
  const own: Route = route(readOpenApi, () =>
    describe([...routes, own].map((one) => one.operation)),
  )
  return [...routes, own]
}

type Json = Record<string, unknown>

function describe(operations: Operation[]): Json {
  const paths: Record<string, Json> = {}
  for (const one of operations) {
    const path = one.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [one.method.toLowerCase()]: describeOne(one) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Switchboard', version: '1', description: 'What the console can do.' },
    paths,
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: '__Host-switchboard' },
      },
      schemas: { Problem: PROBLEM },
    },
  }
}

function describeOne(one: Operation): Json {
  const body = schemaOf(one.body, 'input')
  const takesBody = one.method === 'POST' && Object.keys(body['properties'] ?? {}).length > 0
  return {
    operationId: one.name,
    summary: one.summary,
    security: one.access === 'open' ? [] : [{ bearer: [] }, { session: [] }],
    parameters: [...parametersOf(one.params, 'path'), ...parametersOf(one.query, 'query')],
    ...(takesBody && { requestBody: { content: { 'application/json': { schema: body } } } }),
    responses: {
      [one.status]: {
        description: one.summary,
        ...(one.status !== 204 && {
          content: {
            [one.contentType ?? 'application/json']: { schema: schemaOf(one.answer, 'output') },
          },
        }),
      },
      default: {
        description: 'A problem (RFC 9457).',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    },
  }
}

function parametersOf(schema: v.GenericSchema, place: 'path' | 'query'): Json[] {
  const { properties = {}, required = [] } = schemaOf(schema, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, of]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema: of,
  }))
}

/** Checks that JSON Schema cannot say are left out of the document, not of the API. */
function schemaOf(schema: v.GenericSchema, typeMode: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = toJsonSchema(schema, { typeMode, errorMode: 'ignore' })
  return rest
}

const PROBLEM = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'detail'],
        properties: { path: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
}
