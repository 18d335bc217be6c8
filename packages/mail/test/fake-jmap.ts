/** For the tests: a JMAP server whose answers are queued by hand, and what was asked of it. */
import session from '../fixtures/session.json' with { type: 'json' }
import type { Jmap } from '../src/request.ts'

export const NOW = Date.parse('2026-11-24T09:00:00Z')
export const TOKEN = 'token-0123456789abcdef'

export type Reply = Response | Error | ((init: RequestInit) => Promise<Response>)

/** `log` holds, in order, what happened: `acquire`, `hold 1000` or the method and path. */
export interface Fake {
  api: Jmap
  log: string[]
  requests: { url: string; headers: Headers; methodCalls: [string, object, string][] }[]
}

export function fakeJmap(...replies: Reply[]): Fake {
  const log: string[] = []
  const requests: Fake['requests'] = []
  const fetch = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const url = new URL(input instanceof Request ? input.url : input)
    log.push(`${init.method ?? 'GET'} ${url.pathname}`)
    const body: { methodCalls?: [string, object, string][] } =
      typeof init.body === 'string' ? JSON.parse(init.body) : {}
    const { methodCalls = [] } = body
    requests.push({ url: url.href, headers: new Headers(init.headers), methodCalls })
    const reply = replies.shift()
    if (reply === undefined) throw new Error(`nobody expected ${url.href}`)
    if (reply instanceof Error) throw reply
    return reply instanceof Response ? reply : reply(init)
  }
  const pace = {
    acquire: async () => void log.push('acquire'),
    hold: async (ms: number) => void log.push(`hold ${ms}`),
  }
  const sessionUrl = 'https://mail.example.test/jmap/session'
  return { api: { fetch, pace, now: () => NOW, sessionUrl, token: TOKEN }, log, requests }
}

export function answer(
  body: unknown,
  status = 200,
  headers: Record<string, string> = {},
): Response {
  return new Response(JSON.stringify(body), { status, headers })
}

export function sessionAnswer(changes: object = {}): Response {
  return answer({ ...session, ...changes })
}

export function mailboxesAnswer(roles: (string | null)[] = ['inbox', 'trash', 'junk', 'drafts']) {
  const list = roles.map((role, index) => ({ id: `mb${index}`, name: `Box ${index}`, role }))
  return answer({ methodResponses: [['Mailbox/get', { accountId: 'A1', list }, 'mailboxes']] })
}

/** A page of mails: what the query found, and the mails themselves. */
export function mailsAnswer(found: { ids: string[]; [member: string]: unknown }, list: unknown[]) {
  return answer({
    methodResponses: [
      ['Email/query', { accountId: 'A1', queryState: 'q', ...found }, 'query'],
      ['Email/get', { accountId: 'A1', state: 's', list, notFound: [] }, 'get'],
    ],
    sessionState: 's-17',
  })
}

export function methodError(type: string, description?: string): Response {
  return answer({
    methodResponses: [
      ['error', { type, description }, 'query'],
      ['error', { type: 'invalidResultReference' }, 'get'],
    ],
  })
}
