/**
 * The Worker that stands in for Cloudflare's AI and Vectorize bindings: two entrypoints with the
 * bindings' own methods, each a thin client of a server on loopback. All Workers of the machine share
 * this thread, so vectors travel as raw floats and not as JSON. It computes nothing and keeps nothing.
 */

import { Buffer } from 'node:buffer'
import { WorkerEntrypoint } from 'cloudflare:workers'

/** A service binding. */
interface Server {
  fetch(url: string, init: RequestInit): Promise<Response>
}

interface Env {
  AI_SERVER: Server
  VECTORIZE_SERVER: Server
}

type Values = readonly number[] | Float32Array | Float64Array

interface Vector {
  id: string
  values: Values
  namespace?: string
  metadata?: Record<string, unknown>
}

/** How a server says what it answers with: float32, so many vectors of so many numbers. */
const FLOATS = 'application/octet-stream'
const EVENTS = 'text/event-stream'
const SHAPE_HEADER = 'x-shape'

/** `env.AI`. */
export class Ai extends WorkerEntrypoint<Env> {
  async run(model: string, input: unknown, options?: unknown): Promise<unknown> {
    const response = await post(this.env.AI_SERVER, 'run', { model, input, options }, FLOATS)
    const type = response.headers.get('content-type')
    if (type === EVENTS) return response.body
    return type === FLOATS ? readEmbedding(response) : readResult(response)
  }
}

/** `env.VECTORIZE`. */
export class Vectorize extends WorkerEntrypoint<Env> {
  describe(): Promise<unknown> {
    return this.ask('describe', {})
  }

  insert(vectors: Vector[]): Promise<unknown> {
    return this.ask('insert', { vectors: vectors.map(packed) })
  }

  upsert(vectors: Vector[]): Promise<unknown> {
    return this.ask('upsert', { vectors: vectors.map(packed) })
  }

  query(vector: Values, options?: Record<string, unknown>): Promise<unknown> {
    return this.ask('query', { vector: base64(vector), options })
  }

  queryById(id: string, options?: Record<string, unknown>): Promise<unknown> {
    return this.ask('queryById', { id, options })
  }

  getByIds(ids: string[]): Promise<unknown> {
    return this.ask('getByIds', { ids })
  }

  deleteByIds(ids: string[]): Promise<unknown> {
    return this.ask('deleteByIds', { ids })
  }

  private async ask(method: string, body: object): Promise<unknown> {
    return readResult(await post(this.env.VECTORIZE_SERVER, method, body))
  }
}

export default {
  fetch: (): Response => new Response('There is nothing here.', { status: 404 }),
}

function post(server: Server, method: string, body: object, accept = '*/*'): Promise<Response> {
  return server.fetch(`http://sandbox.internal/${method}`, {
    method: 'POST',
    headers: { accept },
    body: JSON.stringify(body),
  })
}

/** The bindings' own errors keep name, message and code; so do these. */
async function readResult(response: Response): Promise<unknown> {
  const answer: unknown = await response.json()
  if (response.ok) return field(answer, 'result')
  const error = field(answer, 'error')
  const [name, message, code] = [
    field(error, 'name'),
    field(error, 'message'),
    field(error, 'code'),
  ]
  throw Object.assign(new Error(typeof message === 'string' ? message : 'no answer'), {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof code === 'number' ? { code } : {}),
  })
}

async function readEmbedding(response: Response): Promise<unknown> {
  const [count = 0, width = 0] = (response.headers.get(SHAPE_HEADER) ?? '').split(',').map(Number)
  const floats = new Float32Array(await response.arrayBuffer())
  const data: number[][] = []
  for (let at = 0; at < count; at++) {
    const row: number[] = []
    for (let lane = 0; lane < width; lane++) row.push(floats[at * width + lane] ?? 0)
    data.push(row)
  }
  return { shape: [count, width], data, pooling: 'cls' }
}

function packed({ values, ...vector }: Vector): object {
  return { ...vector, values: base64(values) }
}

function base64(values: Values): string {
  const floats = values instanceof Float32Array ? values : new Float32Array(values)
  return Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength).toString('base64')
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
