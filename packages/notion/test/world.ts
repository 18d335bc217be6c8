/**
 * Notion as a script: answers in order at the Outside port, and everything that reached it in the
 * order it came, gate included.
 */
import type { Outside } from '@switchboard/shared/gate'
import { connect } from '../src/client.ts'
import type { Notion } from '../src/client.ts'

export type Answer =
  | { status?: number; body: unknown; headers?: Record<string, string> }
  | { status?: number; text: string; headers?: Record<string, string> }
  | 'silence' // answers never; only the signal ends it
  | 'broken' // the connection breaks

export interface SentRequest {
  method: string
  path: string
  body: unknown
  headers: Headers
}

export interface World {
  notion: Notion
  requests: SentRequest[]
  events: string[] // 'acquire', 'hold 1000', 'GET /v1/...'
}

export const NOW = Date.parse('2026-11-24T09:00:00Z')

export function newWorld(answers: Answer[], options: { timeoutMs?: number } = {}): World {
  const requests: SentRequest[] = []
  const events: string[] = []
  const left = [...answers]
  const outside: Outside = {
    now: () => NOW,
    pace: {
      acquire: async () => {
        events.push('acquire')
      },
      hold: async (ms) => {
        events.push(`hold ${ms}`)
      },
    },
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const { pathname } = new URL(request.url)
      const text = await request.text()
      requests.push({
        method: request.method,
        path: pathname,
        body: text === '' ? null : JSON.parse(text),
        headers: request.headers,
      })
      events.push(`${request.method} ${pathname}`)
      const answer = left.shift()
      if (answer === undefined) throw new Error(`no answer is left for ${pathname}`)
      if (answer === 'broken') throw new TypeError('fetch failed')
      if (answer === 'silence') return silence(init?.signal ?? null)
      return new Response('text' in answer ? answer.text : JSON.stringify(answer.body), {
        status: answer.status ?? 200,
        headers: answer.headers ?? {},
      })
    },
  }
  const notion = connect({
    baseUrl: 'https://notion.test',
    token: 'secret',
    timeoutMs: options.timeoutMs ?? 5000,
    outside,
  })
  return { notion, requests, events }
}

/** Notion's error body. */
export function refusal(
  status: number,
  code: string,
  message: string,
  retryAfter?: string,
): Answer {
  return {
    status,
    body: { object: 'error', status, code, message },
    ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
  }
}

function silence(signal: AbortSignal | null): Promise<Response> {
  return new Promise((_resolve, reject) => {
    signal?.addEventListener('abort', () => reject(signal.reason as Error))
  })
}
