/**
 * The HTTP the stand-ins share: a door on loopback that counts every request, lets the stand-in
 * turn it away on sight (before its body is read), and serves the counts to other processes at
 * `GET /__sandbox/requests`, which asks for no key and is not counted.
 */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { RequestLog } from './requests.ts'

/** More than any of the imitated APIs takes; a larger body breaks the connection. */
const MAX_BODY_BYTES = 20_000_000

export interface HttpHead {
  method: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  /** Arrival, ms since epoch by the stand-in's clock. */
  at: number
}

export interface HttpRequest extends HttpHead {
  body: Buffer
}

export interface HttpAnswer {
  status: number
  body: string | Uint8Array
  /** Content-Type; JSON where it is left out. */
  type?: string
  headers?: Record<string, string>
}

export interface StandIn {
  log: RequestLog
  clock: () => number
  /** The route's pattern for the log, e.g. `/calls/{id}`; `(unknown)` where there is none. */
  route(method: string, path: string): string
  /** An answer turns the request away unread. */
  admit(head: HttpHead): HttpAnswer | undefined
  answer(request: HttpRequest): HttpAnswer | 'hang' | 'drop'
}

export interface Door {
  url: string
  port: number
  close(): Promise<void>
}

/** @param port 0 takes any free one */
export async function openDoor(standIn: StandIn, port = 0): Promise<Door> {
  const server = createServer((incoming, response) => {
    receive(standIn, incoming, response)
  })
  // Never hang up on an idle client: a request crossing our FIN would look like a failed send.
  server.keepAliveTimeout = 0
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://127.0.0.1:${bound}`,
    port: bound,
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()))
        server.closeAllConnections()
      }),
  }
}

function receive(standIn: StandIn, incoming: IncomingMessage, response: ServerResponse): void {
  const url = new URL(incoming.url ?? '/', 'http://stand-in')
  const method = incoming.method ?? 'GET'
  if (url.pathname === '/__sandbox/requests') {
    incoming.resume()
    send(response, { status: 200, body: JSON.stringify(standIn.log.counts()) })
    return
  }
  const head: HttpHead = {
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: incoming.headers,
    at: standIn.clock(),
  }
  const route = standIn.route(method, head.path)
  const early = standIn.admit(head)
  standIn.log.arrived(method, route, head.at, early?.status === 429)
  if (early) {
    incoming.resume()
    settle(standIn, method, route, response, early)
    return
  }
  const chunks: Buffer[] = []
  let size = 0
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > MAX_BODY_BYTES) incoming.destroy()
    else chunks.push(chunk)
  })
  incoming.on('end', () => {
    const body = Buffer.concat(chunks)
    settle(
      standIn,
      method,
      route,
      response,
      attempt(() => standIn.answer({ ...head, body })),
    )
  })
}

function settle(
  standIn: StandIn,
  method: string,
  route: string,
  response: ServerResponse,
  answer: HttpAnswer | 'hang' | 'drop',
): void {
  if (answer === 'hang') return
  if (answer === 'drop') {
    response.destroy()
    return
  }
  standIn.log.answered(method, route, answer.status)
  send(response, answer)
}

/** A bug in a stand-in must show in the client's log, not end the process. */
function attempt(answer: () => HttpAnswer | 'hang' | 'drop'): HttpAnswer | 'hang' | 'drop' {
  try {
    return answer()
  } catch (error) {
    const stack = error instanceof Error ? error.stack : String(error)
    return { status: 500, body: JSON.stringify({ message: `the stand-in broke: ${stack}` }) }
  }
}

function send(response: ServerResponse, answer: HttpAnswer): void {
  response.writeHead(answer.status, {
    'content-type': answer.type ?? 'application/json; charset=utf-8',
    'content-length': String(
      typeof answer.body === 'string' ? Buffer.byteLength(answer.body) : answer.body.length,
    ),
    ...answer.headers,
  })
  response.end(answer.body)
}
