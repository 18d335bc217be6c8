/**
 * The Worker that stands in for Cloudflare's AI and Vectorize bindings: two entrypoints with the
 * bindings' own methods, each a thin client of a server on loopback. Vectors travel as base64 of
 * Float32, not as JSON numbers: this thread is shared with every other Worker.
 */
import { WorkerEntrypoint } from 'cloudflare:workers'

interface Env {
  AI_SERVER: Fetcher
  VECTORIZE_SERVER: Fetcher
}

/** A vector as the binding takes it. */
interface Vector {
  id: string
  values: number[] | Float32Array | Float64Array
  namespace?: string
  metadata?: Record<string, unknown>
}

/** `env.AI`. */
export class Ai extends WorkerEntrypoint<Env> {
  async run(model: string, input: unknown): Promise<unknown> {
    return ask(this.env.AI_SERVER, 'run', { model, input })
  }
}

/** `env.VECTORIZE`. */
export class Vectorize extends WorkerEntrypoint<Env> {
  describe(): Promise<unknown> {
    return ask(this.env.VECTORIZE_SERVER, 'describe', {})
  }

  upsert(vectors: Vector[]): Promise<unknown> {
    return ask(this.env.VECTORIZE_SERVER, 'upsert', { vectors: vectors.map(packed) })
  }

  insert(vectors: Vector[]): Promise<unknown> {
    return ask(this.env.VECTORIZE_SERVER, 'insert', { vectors: vectors.map(packed) })
  }

  query(vector: Vector['values'], options: Record<string, unknown> = {}): Promise<unknown> {
    return ask(this.env.VECTORIZE_SERVER, 'query', { vector: base64(vector), options })
  }

  getByIds(ids: string[]): Promise<unknown> {
    return ask(this.env.VECTORIZE_SERVER, 'getByIds', { ids })
  }

  deleteByIds(ids: string[]): Promise<unknown> {
    return ask(this.env.VECTORIZE_SERVER, 'deleteByIds', { ids })
  }
}

export default {
  fetch: () => new Response('There is nothing here.', { status: 404 }),
} satisfies ExportedHandler<Env>

/** What a server answers where it refuses: thrown again on this side, with its code. */
interface Refusal {
  error: { name: string; message: string; code?: number }
}

async function ask(server: Fetcher, method: string, body: object): Promise<unknown> {
  const response = await server.fetch(`http://sandbox.internal/${method}`, {
    method: 'POST',
    body: JSON.stringify(body),
  })
  const answer: unknown = await response.json()
  if (response.ok) return (answer as { result: unknown }).result
  const { name, message, code } = (answer as Refusal).error
  throw Object.assign(new Error(message), { name, ...(code === undefined ? {} : { code }) })
}

function packed({ id, values, namespace, metadata }: Vector) {
  return { id, values: base64(values), namespace, metadata }
}

function base64(values: Vector['values']): string {
  const floats = values instanceof Float32Array ? values : Float32Array.from(values)
  return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength).toBase64()
}
