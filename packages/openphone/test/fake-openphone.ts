/** For the tests: an OpenPhone whose answers are queued by hand, and what was asked of it. */
import type { OpenPhone } from '../src/request.ts'

export const NOW = Date.parse('2026-11-24T09:00:00Z')
export const KEY = 'key-0123456789abcdef'

export type Reply = Response | Error | ((url: URL, init: RequestInit) => Promise<Response>)

/** `log` holds, in order, what happened: `acquire`, `hold 1000` or the path asked for. */
export interface Fake {
  api: OpenPhone
  log: string[]
  requests: { method: string; url: URL; headers: Headers; body: unknown }[]
}

export function fakeOpenPhone(...replies: Reply[]): Fake {
  const log: string[] = []
  const requests: Fake['requests'] = []
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input)
    log.push(url.pathname)
    requests.push({
      method: init.method ?? 'GET',
      url,
      headers: new Headers(init.headers),
      body: typeof init.body === 'string' ? JSON.parse(init.body) : null,
    })
    const reply = replies.shift()
    if (reply === undefined) throw new Error(`nobody expected ${url.pathname}`)
    if (reply instanceof Error) throw reply
    return reply instanceof Response ? reply : reply(url, init)
  }
  const pace = {
    acquire: async () => void log.push('acquire'),
    hold: async (ms: number) => void log.push(`hold ${ms}`),
  }
  const baseUrl = 'https://openphone.example.test'
  return { api: { fetch, pace, now: () => NOW, baseUrl, apiKey: KEY }, log, requests }
}

export function answer(
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), { status, headers })
}

/** The documented error body. */
export function refused(status: number, message: string, headers: Record<string, string> = {}) {
  return answer({ title: 'Refused', message, docs: 'https://quo.com/docs' }, status, headers)
}
