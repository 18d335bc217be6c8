/**
 * The Vectorize stand-in: one index of 1,024 numbers by cosine, behind HTTP on loopback, one route a
 * method of the binding. `GET /__sandbox/requests` counts. The Worker in ../worker/ is its client.
 */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { RequestLog } from '../http/requests.ts'
import { VectorizeError } from './errors.ts'
import type { MetadataIndexes } from './filter.ts'
import { METADATA_INDEXES } from './indexes.ts'
import { act, METHODS, type Method } from './methods.ts'
import { VectorStore } from './store.ts'

const INDEXES_AT_MOST = 10
/** Vectorize itself takes 30 s in the median; a sandbox may be quicker, but never at once. */
const LEAST_DELAY_MS = 1000
const DELAY_SPREAD_MS = 1000

export interface VectorizeOptions {
  file?: string // in memory where it is left out
  /** Whether a change takes its time to become visible. What a request may hold is always limited. */
  limits: boolean
  mutationDelayMs?: () => number
  indexes?: MetadataIndexes
  port?: number
}

export interface VectorizeStandIn {
  url: string
  requests: RequestLog
  /** The next requests of this method are refused. 40041 is the code for too many of them. */
  failNext(method: Method, error: Error, times?: number): void
  /** Vectors that a query can find. */
  size(): number
  close(): Promise<void>
}

export async function startVectorize(options: VectorizeOptions): Promise<VectorizeStandIn> {
  const indexes = options.indexes ?? METADATA_INDEXES
  if (Object.keys(indexes).length > INDEXES_AT_MOST) {
    throw new Error(`an index of Vectorize has at most ${INDEXES_AT_MOST} metadata indexes`)
  }
  const delayMs = options.mutationDelayMs ?? (options.limits ? aWhile : () => 0)
  const store = new VectorStore(options.file ?? ':memory:', delayMs)
  const requests = new RequestLog('vectorize')
  const faults: { method: Method; error: Error; left: number }[] = []

  const server = createServer((request, response) => {
    void answer(request, response)
  })
  // Never hang up on an idle client: a request crossing our FIN would look like a failed send.
  server.keepAliveTimeout = 0

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').slice(1)
    if (path === '__sandbox/requests') {
      send(response, 200, requests.counts())
      return
    }
    const method = METHODS.find((name) => name === path)
    if (method === undefined) {
      send(response, 404, { error: { name: 'Error', message: `there is no method ${path}` } })
      return
    }
    requests.arrived('RUN', method, Date.now(), false)
    const [status, body] = await attempt(async () => {
      const read = await json(request)
      const due = faults.find((fault) => fault.method === method && fault.left > 0)
      if (due !== undefined) {
        due.left--
        throw due.error
      }
      return act(method, read, store, indexes)
    })
    requests.answered('RUN', method, status)
    send(response, status, body)
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    failNext(method, error, times = 1) {
      faults.push({ method, error, left: times })
    },
    size: () => store.visible.size,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
      store.close()
    },
  }
}

function aWhile(): number {
  return LEAST_DELAY_MS + Math.random() * DELAY_SPREAD_MS
}

async function attempt(work: () => Promise<unknown>): Promise<[status: number, body: object]> {
  try {
    return [200, { result: await work() }]
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error))
    if (!(error instanceof VectorizeError)) return [500, { error: { name, message } }]
    return [400, { error: { name, message, code: error.code } }]
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  const text = JSON.stringify(body)
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
  })
  response.end(text)
}
