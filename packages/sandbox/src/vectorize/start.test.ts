import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, onTestFinished, test } from 'vitest'
import { VectorizeError } from './errors.ts'
import { startVectorize, type VectorizeOptions, type VectorizeStandIn } from './start.ts'

describe('queries', () => {
  test('the nearest come first, with cosine scores', async ({ expect }) => {
    const index = await newIndex()
    await index.ask('upsert', {
      vectors: [entry('a', [1, 0]), entry('b', [3, 3]), entry('c', [0, -2])],
    })
    const found = await index.ask('query', { vector: packed([2, 0]), options: { topK: 2 } })
    expect(found.result).toEqual({
      count: 2,
      matches: [
        { id: 'a', score: 1 },
        { id: 'b', score: expect.closeTo(Math.SQRT1_2, 6) },
      ],
    })
  })

  test('five without topK; values and metadata only where asked for', async ({ expect }) => {
    const index = await newIndex()
    const vectors = Array.from({ length: 7 }, (_, n) =>
      entry(`v${n}`, [1, n], { kind: 'call', note: 'long' }),
    )
    await index.ask('upsert', { vectors })
    const plain = await index.ask('query', { vector: packed([1, 0]) })
    expect(plain.result).toMatchObject({ count: 5 })
    const [first] = matchesOf(plain.result)
    expect(first).toEqual({ id: 'v0', score: 1 })
    const options = { topK: 1, returnMetadata: 'indexed', returnValues: true }
    const [rich] = matchesOf((await index.ask('query', { vector: packed([1, 0]), options })).result)
    expect(rich).toMatchObject({ id: 'v0', metadata: { kind: 'call' } })
    expect(rich).not.toHaveProperty('metadata.note')
    expect(rich).toHaveProperty('values.length', 1024)
  })

  test('filters and namespaces narrow before the top is taken', async ({ expect }) => {
    const index = await newIndex()
    await index.ask('upsert', {
      vectors: [
        entry('a', [1, 0], { kind: 'call', at: 1 }),
        entry('b', [1, 1], { kind: 'mail', at: 2 }),
        { ...entry('c', [1, 0], { kind: 'mail', at: 3 }), namespace: 'other' },
      ],
    })
    const ids = async (options: object): Promise<unknown[]> => {
      const { result } = await index.ask('query', { vector: packed([1, 0]), options })
      return matchesOf(result).map((match) => Reflect.get(match, 'id'))
    }
    expect(await ids({ topK: 1, filter: { kind: 'mail', at: { $lte: 2 } } })).toEqual(['b'])
    expect(await ids({ namespace: 'other' })).toEqual(['c'])
  })

  test('by the id of a vector that is there', async ({ expect }) => {
    const index = await newIndex()
    await index.ask('upsert', { vectors: [entry('a', [1, 0]), entry('b', [0, 1])] })
    const { result } = await index.ask('queryById', { id: 'b', options: { topK: 1 } })
    expect(matchesOf(result)).toEqual([{ id: 'b', score: 1 }])
  })
})

describe('changes', () => {
  test(
    'are invisible for a while and visible in their order',
    { timeout: 20_000 },
    async ({ expect }) => {
      const delays = [500, 0] // the later one must wait for the earlier
      const index = await newIndex({ mutationDelayMs: () => delays.shift() ?? 0 })
      const first = await index.ask('upsert', { vectors: [entry('a', [1, 0], { kind: 'old' })] })
      expect(first.result).toMatchObject({ mutationId: expect.any(String) })
      await index.ask('upsert', { vectors: [entry('a', [1, 0], { kind: 'new' })] })
      expect((await index.ask('getByIds', { ids: ['a'] })).result).toEqual([])
      await expect.poll(() => index.size(), { timeout: 10_000 }).toBe(1)
      await expect
        .poll(async () => (await index.ask('getByIds', { ids: ['a'] })).result, { timeout: 10_000 })
        .toMatchObject([{ id: 'a', metadata: { kind: 'new' } }])
    },
  )

  test('insert leaves what is known, visible or not; delete takes away', async ({ expect }) => {
    const index = await newIndex()
    await index.ask('upsert', { vectors: [entry('a', [1, 0])] })
    await index.ask('insert', { vectors: [entry('a', [0, 1]), entry('b', [0, 1])] })
    const { result } = await index.ask('getByIds', { ids: ['a', 'b', 'missing'] })
    expect(result).toMatchObject([
      { id: 'a', values: expect.arrayContaining([1]) },
      { id: 'b', values: expect.arrayContaining([1]) },
    ])
    await index.ask('deleteByIds', { ids: ['a', 'missing'] })
    expect((await index.ask('describe', {})).result).toMatchObject({
      vectorCount: 1,
      dimensions: 1024,
    })
  })

  test('survive the end of the process, even one not yet visible', async ({ expect }) => {
    const file = join(mkdtempSync(join(tmpdir(), 'vectorize-')), 'index.sqlite')
    const first = await newIndex({ file, mutationDelayMs: () => 60_000 })
    await first.ask('upsert', { vectors: [entry('a', [0.1, 0.2], { kind: 'call' })] })
    expect(first.size()).toBe(0)
    await first.close()
    const second = await newIndex({ file })
    const { result } = await second.ask('getByIds', { ids: ['a'] })
    expect(result).toMatchObject([{ id: 'a', metadata: { kind: 'call' } }])
    expect(Reflect.get(Object(result), 0)).toHaveProperty('values.1', Math.fround(0.2))
  })
})

describe('limits, worded as the service words them', () => {
  const long = 'ö'.repeat(33) // 66 bytes
  const vector = packed([1, 0])

  test.for<[method: string, body: object, refusal: string]>([
    [
      'upsert',
      { vectors: [entry(long, [1])] },
      'VECTOR_UPSERT_ERROR (code = 40008): id too long; max is 64 bytes, got 66 bytes',
    ],
    [
      'insert',
      { vectors: [{ id: 'a', values: short([1, 2, 3]) }] },
      'VECTOR_INSERT_ERROR (code = 40012): invalid vector for id="a", expected 1024 dimensions, and got 3 dimensions',
    ],
    ['upsert', { vectors: [entry('a', [Number.NaN])] }, 'VECTOR_UPSERT_ERROR (code = 40023)'],
    [
      'upsert',
      { vectors: [entry('a', [1], { text: 'x'.repeat(10_240) })] },
      'VECTOR_UPSERT_ERROR (code = 40023)',
    ],
    ['upsert', { vectors: [entry('a', [1], { 'a.b': 1 })] }, 'VECTOR_UPSERT_ERROR (code = 40018)'],
    [
      'upsert',
      { vectors: many(1001).map((id) => ({ id, values: vector })) },
      'VECTOR_UPSERT_ERROR (code = 40006): too many vectors in payload; max count is 1000, got 1001',
    ],
    [
      'deleteByIds',
      { ids: many(101) },
      'VECTOR_DELETE_ERROR (code = 40007): too many ids in payload; max id count is 100, got 101',
    ],
    [
      'getByIds',
      { ids: many(21) },
      'VECTOR_GET_ERROR (code = 40007): too many ids in payload; max id count is 20, got 21',
    ],
    [
      'query',
      { vector: short([1]) },
      'VECTOR_QUERY_ERROR (code = 40006): invalid query vector, expected 1024 dimensions, and got 1 dimensions',
    ],
    [
      'query',
      { vector, options: { topK: 101 } },
      'VECTOR_QUERY_ERROR (code = 40025): max top K is 100, but got 101',
    ],
    [
      'query',
      { vector, options: { topK: 51, returnMetadata: 'all' } },
      'VECTOR_QUERY_ERROR (code = 40025): with returnValues=true or returnMetadata=all, max top K is 50, but got 51',
    ],
    [
      'query',
      { vector, options: { returnMetadata: false } },
      'VECTOR_QUERY_ERROR (code = 40026): Failed to parse the request body as JSON: returnMetadata',
    ],
  ])('%s', async ([method, body, refusal], { expect }) => {
    const index = await newIndex()
    const { status, error } = await index.ask(method, body)
    expect(status).toBe(400)
    expect(error?.message.slice(0, refusal.length)).toBe(refusal)
    expect(error?.code).toBe(Number(/\d{5}/u.exec(refusal)?.[0]))
  })

  test('an index has room for ten metadata indexes', async ({ expect }) => {
    const indexes = Object.fromEntries(many(11).map((name) => [name, 'string' as const]))
    await expect(startVectorize({ limits: false, indexes })).rejects.toThrow('at most 10')
  })
})

test('a refusal can be ordered, and every request is counted', async ({ expect }) => {
  const index = await newIndex()
  index.failNext('upsert', new VectorizeError('UPSERT', 40_041, 'Too Many Requests'))
  const refused = await index.ask('upsert', { vectors: [] })
  expect(refused.error).toMatchObject({ code: 40_041, name: 'VectorizeError' })
  expect((await index.ask('upsert', { vectors: [] })).status).toBe(200)
  expect((await index.ask('nothing', {})).status).toBe(404)
  expect(index.requests.countOf('RUN', 'upsert')).toBe(2)
})

interface Answer {
  status: number
  result?: unknown
  error?: { name: string; message: string; code?: number }
}

async function newIndex(
  options: Partial<VectorizeOptions> = {},
): Promise<VectorizeStandIn & { ask: (method: string, body: object) => Promise<Answer> }> {
  const index = await startVectorize({ limits: false, ...options })
  let isOpen = true
  const close = async (): Promise<void> => {
    if (isOpen) await index.close()
    isOpen = false
  }
  onTestFinished(close)
  return {
    ...index,
    close,
    async ask(method, body) {
      const response = await fetch(`${index.url}/${method}`, {
        method: 'POST',
        body: JSON.stringify(body),
      })
      return { status: response.status, ...Object(await response.json()) }
    },
  }
}

function many(count: number): string[] {
  return Array.from({ length: count }, (_, n) => `v${n}`)
}

function matchesOf(result: unknown): object[] {
  return Reflect.get(Object(result), 'matches')
}

function entry(id: string, values: number[], metadata: object = {}): object {
  return { id, values: packed(values), metadata }
}

/** The first numbers of a vector of 1,024. */
function packed(values: number[]): string {
  return short([...values, ...Array.from({ length: 1024 - values.length }, () => 0)])
}

function short(values: number[]): string {
  return Buffer.from(new Float32Array(values).buffer).toString('base64')
}
