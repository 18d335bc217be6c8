/** The sandbox's Worker in the real runtime, called by another Worker as the bindings are. */

import { build } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { startAi, type AiStandIn } from '../ai/start.ts'
import { startVectorize, type VectorizeStandIn } from '../vectorize/start.ts'

/** Does what it is told with its bindings and tells what came of it. */
const CALLER = `export default {
  async fetch(request, env) {
    const { binding, method, args } = await request.json()
    const revived = JSON.parse(JSON.stringify(args), (_, value) =>
      value?.float32 === undefined ? value : Float32Array.from(value.float32))
    try {
      return Response.json({ result: await env[binding][method](...revived) })
    } catch (error) {
      const { name, message, code } = error
      return Response.json({ error: { isError: error instanceof Error, name, message, code } })
    }
  }
}`

const COMMON = { compatibilityDate: '2026-11-01', compatibilityFlags: ['nodejs_compat'] }

let ai: AiStandIn
let vectorize: VectorizeStandIn
let miniflare: Miniflare

beforeAll(async () => {
  ai = await startAi({ mode: 'light' })
  vectorize = await startVectorize({ limits: false })
  miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      cf: false,
      workers: [
        {
          ...COMMON,
          name: 'caller',
          serviceBindings: {
            AI: { name: 'sandbox', entrypoint: 'Ai' },
            VECTORIZE: { name: 'sandbox', entrypoint: 'Vectorize' },
            SANDBOX: 'sandbox',
          },
          modules: [{ type: 'ESModule', path: 'caller.mjs', contents: CALLER }],
        },
        {
          ...COMMON,
          name: 'sandbox',
          serviceBindings: {
            AI_SERVER: external(ai.url),
            VECTORIZE_SERVER: external(vectorize.url),
          },
          modules: [{ type: 'ESModule', path: 'sandbox.mjs', contents: await bundle() }],
        },
      ],
    }),
  )
  await miniflare.ready
}, 60_000)

afterAll(async () => {
  await miniflare?.dispose()
  await vectorize?.close()
  await ai?.stop()
})

describe('AI', () => {
  test('embeds texts as arrays of numbers', async ({ expect }) => {
    const { result } = await run('AI', 'run', '@cf/baai/bge-m3', { text: ['one reader', 'two'] })
    expect(result).toMatchObject({ shape: [2, 1024], data: [{ length: 1024 }, { length: 1024 }] })
    const [first] = Reflect.get(Object(result), 'data')
    expect(Math.hypot(...first)).toBeCloseTo(1, 5)
  })

  test('answers a prompt with JSON by the schema', async ({ expect }) => {
    const content = JSON.stringify({
      kind: 'message',
      direction: 'incoming',
      utterances: [{ by: 'them', text: 'where is my money?? third time I ask' }],
    })
    const { result } = await run('AI', 'run', '@cf/zai-org/glm-4.7-flash', {
      messages: [{ role: 'user', content }],
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'a', schema: { type: 'object', properties: { sentiment: {} } } },
      },
    })
    const said = JSON.parse(Reflect.get(Object(result), 'choices')[0].message.content)
    expect(said).toEqual({
      sentiment: { label: 'negative', confidence: expect.any(Number), quote: expect.any(String) },
    })
  })

  test('throws an error with the code in front and as a field', async ({ expect }) => {
    const { error } = await run('AI', 'run', '@cf/nobody/nothing', { text: 'x' })
    expect(error).toEqual({
      isError: true,
      name: 'InferenceUpstreamError',
      message: expect.stringMatching(/^5007: No such model/u),
      code: 5007,
    })
  })
})

describe('VECTORIZE', () => {
  test('keeps, finds, gives back and drops vectors', async ({ expect }) => {
    const first = { id: 'a', values: values(0), metadata: { kind: 'call', at: 5 } }
    const second = { id: 'b', values: { float32: values(1) }, metadata: { kind: 'mail', at: 6 } }
    const kept = await run('VECTORIZE', 'upsert', [first, second])
    expect(kept.result).toEqual({ mutationId: expect.any(String) })
    await run('VECTORIZE', 'insert', [{ id: 'c', values: values(2) }])
    const options = { topK: 3, filter: { kind: { $in: ['mail'] } }, returnMetadata: 'all' }
    expect((await run('VECTORIZE', 'query', { float32: values(1) }, options)).result).toEqual({
      count: 1,
      matches: [{ id: 'b', score: 1, metadata: { kind: 'mail', at: 6 } }],
    })
    expect((await run('VECTORIZE', 'queryById', 'c', { topK: 1 })).result).toMatchObject({
      matches: [{ id: 'c' }],
    })
    expect((await run('VECTORIZE', 'getByIds', ['a'])).result).toEqual([first])
    await run('VECTORIZE', 'deleteByIds', ['a', 'b'])
    expect((await run('VECTORIZE', 'describe')).result).toMatchObject({ vectorCount: 1 })
  })

  test('throws what the service says', async ({ expect }) => {
    const { error } = await run('VECTORIZE', 'query', [1, 2, 3])
    expect(error).toEqual({
      isError: true,
      name: 'VectorizeError',
      message:
        'VECTOR_QUERY_ERROR (code = 40006): invalid query vector, expected 1024 dimensions, and got 3 dimensions',
      code: 40_006,
    })
  })
})

test('its own door leads nowhere', async ({ expect }) => {
  const sandbox = await miniflare.getWorker('sandbox')
  expect((await sandbox.fetch('http://sandbox/')).status).toBe(404)
})

function external(url: string): { external: { address: string; http: object } } {
  return { external: { address: new URL(url).host, http: {} } }
}

/** Length one, along one axis. */
function values(axis: number): number[] {
  return Array.from({ length: 1024 }, (_, lane) => (lane === axis ? 1 : 0))
}

async function run(
  binding: string,
  method: string,
  ...args: unknown[]
): Promise<{ result?: unknown; error?: unknown }> {
  const response = await miniflare.dispatchFetch('http://caller/', {
    method: 'POST',
    body: JSON.stringify({ binding, method, args }),
  })
  return Object(await response.json())
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [new URL('sandbox.ts', import.meta.url).pathname],
    bundle: true,
    write: false,
    format: 'esm',
    target: 'es2024',
    external: ['cloudflare:*', 'node:*'],
  })
  return outputFiles[0]?.text ?? ''
}
