/** What the Notion stand-in's tests share: a started door, a request, property values. */
import type { Json, JsonObject } from '../json.ts'
import { type NotionOptions, type NotionStandIn, startNotion } from '../notion.ts'
import { merchant, smallWorld } from '../small-world.ts'

export const TOKEN = 'ntn_test'

export interface NotionAnswer {
  status: number
  headers: Headers
  body: JsonObject
}

export interface Notion extends NotionStandIn {
  call(
    method: string,
    path: string,
    body?: Json,
    headers?: Record<string, string>,
  ): Promise<NotionAnswer>
}

/** Seeded with two merchants; visible at once unless told otherwise. */
export async function startSeeded(over: Partial<NotionOptions> = {}): Promise<Notion> {
  const door = await startNotion({ token: TOKEN, limits: false, visibilityMs: 0, ...over })
  door.seed(smallWorld({ merchants: [merchant('Corner Bakery'), merchant('Blue Cafe')] }))
  return { ...door, call: (...request) => call(door, ...request) }
}

export async function call(
  door: { url: string },
  method: string,
  path: string,
  body?: Json,
  headers: Record<string, string> = {},
): Promise<NotionAnswer> {
  const response = await fetch(`${door.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${TOKEN}`,
      'notion-version': '2026-03-11',
      'content-type': 'application/json',
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as JsonObject,
  }
}

export function title(content: string): JsonObject {
  return { title: [{ text: { content } }] }
}

export function text(...contents: string[]): JsonObject {
  return { rich_text: contents.map((content) => ({ text: { content } })) }
}

export function inSource(
  dataSourceId: string,
  properties: JsonObject,
  more: JsonObject = {},
): JsonObject {
  return { parent: { type: 'data_source_id', data_source_id: dataSourceId }, properties, ...more }
}

/** A text field of an answer; a test that finds none there has failed. */
export function field(body: JsonObject, name = 'id'): string {
  const value = body[name]
  if (typeof value !== 'string') throw new Error(`no ${name} in ${JSON.stringify(body)}`)
  return value
}
