import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { FLOATS } from './server.ts'
import { startAi, type AiStandIn } from './start.ts'

const EMBEDDING = '@cf/baai/bge-m3'
const TEXT = '@cf/zai-org/glm-4.7-flash'
let ai: AiStandIn

beforeAll(async () => {
  ai = await startAi({ mode: 'light' })
})

afterAll(async () => {
  await ai.stop()
})

interface Answer {
  status: number
  result?: Record<string, unknown>
  error?: { name: string; message: string; code: number }
}

describe('embeddings', () => {
  test('of one text or of several', async ({ expect }) => {
    expect((await run(EMBEDDING, { text: 'one' })).result).toMatchObject({ shape: [1, 1024] })
    const { result } = await run(EMBEDDING, { text: ['one', 'two', 'three'] })
    expect(result).toMatchObject({
      shape: [3, 1024],
      data: [[], [], []].map(() => ({ length: 1024 })),
    })
  })

  test('as floats where they are accepted', async ({ expect }) => {
    const response = await fetch(`${ai.url}/run`, {
      method: 'POST',
      headers: { accept: FLOATS },
      body: JSON.stringify({ model: EMBEDDING, input: { text: ['one', 'two'] } }),
    })
    expect(response.headers.get('x-shape')).toBe('2,1024')
    expect((await response.arrayBuffer()).byteLength).toBe(2 * 1024 * 4)
  })
})

test('speech is audio in, and no words out', async ({ expect }) => {
  const model = '@cf/openai/whisper-large-v3-turbo'
  const heard = await run(model, { audio: btoa('RIFF'), vad_filter: true })
  expect(heard.result).toMatchObject({ text: '', segments: [] })
  expect(await run(model, {})).toMatchObject({ error: { code: 5006 } })
  expect(await run(model, { audio: 'A'.repeat(10_000_001) })).toMatchObject({
    error: { code: 3006 },
  })
  expect(await run('@cf/openai/whisper/large', { audio: 'AAAA' })).toMatchObject({
    error: { code: 5007 },
  })
})

describe('text', () => {
  const messages = [
    { role: 'system', content: 'Describe it.' },
    {
      role: 'user',
      content: JSON.stringify({
        kind: 'message',
        utterances: [{ by: 'them', text: 'Please call me.' }],
      }),
    },
  ]
  const schema = { type: 'object', properties: { actionItems: {} } }
  const answer = { actionItems: [{ text: 'Call them', quote: 'Please call me.' }] }

  test('as JSON by a schema with a name', async ({ expect }) => {
    const response_format = { type: 'json_schema', json_schema: { name: 'a', schema } }
    const { result } = await run(TEXT, { messages, response_format })
    expect(result).toMatchObject({
      choices: [{ message: { role: 'assistant', content: JSON.stringify(answer) } }],
      usage: { total_tokens: expect.any(Number) },
    })
  })

  test('of the older family: a bare schema, a bare answer', async ({ expect }) => {
    const response_format = { type: 'json_schema', json_schema: schema }
    const { result } = await run('@cf/meta/llama-3.3-70b-instruct-fp8-fast', {
      messages,
      response_format,
    })
    expect(result).toMatchObject({ response: answer })
  })
})

describe('refusals', () => {
  test.for<[model: string, input: object, status: number, code: number]>([
    ['@cf/nobody/nothing', { messages: [] }, 400, 5007],
    ['@cf/meta/llama-3.1-8b-instruct', { messages: [] }, 400, 5007],
    ['@cf/baai/bge-base-en-v1.5', { text: ['x'] }, 400, 5007],
    [EMBEDDING, { text: Array.from({ length: 101 }, () => 'x') }, 413, 3006],
    [EMBEDDING, { text: ['x'.repeat(300_000)] }, 413, 3006],
    [EMBEDDING, { text: [] }, 400, 5006],
    [EMBEDDING, { text: ['x', ''] }, 400, 5006],
    [EMBEDDING, {}, 400, 5006],
    [TEXT, { messages: [] }, 400, 5006],
    [TEXT, { messages: [{ role: 'user', content: 'x'.repeat(600_000) }] }, 413, 3006],
  ])('%s %#', async ([model, input, status, code], { expect }) => {
    const refused = await run(model, input)
    expect(refused).toMatchObject({ status, error: { name: 'InferenceUpstreamError', code } })
    expect(refused.error?.message).toMatch(new RegExp(`^${code}: `, 'u'))
  })

  test('can be ordered, for one model and so many times', async ({ expect }) => {
    await order({ code: 3036, model: EMBEDDING, times: 2 })
    expect((await run(TEXT, { messages: [{ role: 'user', content: 'x' }] })).status).toBe(200)
    const codes = [1, 2, 3].map(async () => (await run(EMBEDDING, { text: 'x' })).error?.code)
    expect((await Promise.all(codes)).filter((code) => code === 3036)).toHaveLength(2)
  })

  test('or an answer that is no JSON', async ({ expect }) => {
    await order({ content: 'Sure! Here it is:' })
    const { result } = await run(TEXT, { messages: [{ role: 'user', content: 'x' }] })
    expect(result).toMatchObject({ choices: [{ message: { content: 'Sure! Here it is:' } }] })
  })

  test('and be taken back', async ({ expect }) => {
    await order({ code: 3040, times: 99 })
    expect((await run(EMBEDDING, { text: 'x' })).status).toBe(429)
    await fetch(`${ai.url}/__sandbox/fault`, { method: 'DELETE' })
    expect((await run(EMBEDDING, { text: 'x' })).status).toBe(200)
  })
})

test('every run is counted by its model', async ({ expect }) => {
  const count = async (): Promise<number> => {
    const response = await fetch(`${ai.url}/__sandbox/requests`)
    return Object(await response.json()).routes[`RUN ${EMBEDDING}`].total
  }
  const before = await count()
  await run(EMBEDDING, { text: 'x' })
  expect(await count()).toBe(before + 1)
})

test('the process ends when it is stopped', async ({ expect }) => {
  const other = await startAi({ mode: 'light' })
  expect(isAlive(other.pid)).toBe(true)
  await other.stop()
  expect(isAlive(other.pid)).toBe(false)
  await other.stop()
})

test('the process ends with its parent, however that ends', async ({ expect }) => {
  const script = `
    const { startAi } = await import(${JSON.stringify(new URL('start.ts', import.meta.url).href)})
    console.log((await startAi({ mode: 'light' })).url)
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', script])
  const [printed] = await once(parent.stdout, 'data')
  // By its door: a process that is dead keeps its number until somebody has buried it.
  const answers = () =>
    fetch(`${String(printed).trim()}/__sandbox/requests`).then(
      ({ ok }) => ok,
      () => false,
    )
  expect(await answers()).toBe(true)
  parent.kill('SIGKILL')
  await expect.poll(answers, { timeout: 20_000 }).toBe(false)
})

test('a port that is taken is an error', async ({ expect }) => {
  await expect(startAi({ mode: 'light', port: ai.port })).rejects.toThrow('did not start')
})

async function run(model: string, input: object): Promise<Answer> {
  const response = await fetch(`${ai.url}/run`, {
    method: 'POST',
    body: JSON.stringify({ model, input }),
  })
  return { status: response.status, ...Object(await response.json()) }
}

async function order(fault: object): Promise<void> {
  await fetch(`${ai.url}/__sandbox/fault`, { method: 'POST', body: JSON.stringify(fault) })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
