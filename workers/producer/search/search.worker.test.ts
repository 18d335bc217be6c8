/** Search through the API: what is understood, what is found, and what happens while a part is out. */
import { mailAt, merchant, textAt } from '@switchboard/sandbox/http/small-world'
import type { World } from '@switchboard/sandbox/world'
import type { search } from '@switchboard/shared/api/search'
import { removeTexts } from '@switchboard/store/text-index'
import { describe, expect, test } from 'vitest'
import type * as v from 'valibot'
import { YESTERDAY, later, saying, spokenCall } from '../../testing/scenes.ts'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

type Answer = v.InferOutput<(typeof search)['answer']>

/** One merchant with a call, a text and a mail; another with a text; a text of nobody's. */
function talk(): Partial<World> {
  return {
    merchants: [
      merchant('Corner Bakery'),
      merchant('Golden Wok', { phone: '(212) 555-0100', email: 'chef@wok.example' }),
    ],
    calls: [
      spokenCall({ id: 'ACfee' }, [
        'Thanks for calling, this is Ana.',
        'I want to talk about the statement fee. It went up again and nobody told me.',
      ]),
    ],
    textMessages: [
      saying(textAt(later(1), { id: 'ACTfee' }), 'the statement fee is too high'),
      saying(textAt(later(2), { id: 'ACTwok', from: '+12125550100' }), 'our reader is broken'),
      saying(textAt(later(3), { id: 'ACTnone', from: '+19175550000' }), 'wrong number, sorry'),
    ],
    mails: [mailAt(later(4), { subject: 'Lease', text: 'Please send the lease contract.' })],
  }
}

async function talked(settings: Record<string, string> = {}): Promise<TestWorld> {
  const world = await newWorld(talk(), settings)
  await world.backfill()
  return world
}

async function ask(world: TestWorld, body: object, status = 200): Promise<Answer> {
  const response = await world.fetch('/api/search', {
    method: 'POST',
    headers: { Authorization: 'Bearer read-only-token' },
    body: JSON.stringify(body),
  })
  const answer = await response.json()
  expect(response.status, JSON.stringify(answer)).toBe(status)
  return answer as Answer
}

const ids = ({ hits }: Answer) => hits.map(({ kind, id }) => (kind === 'merchant' ? kind : id))

describe('what is found', () => {
  test('one hit a record, with the passage, its place, its merchant and its pages', async () => {
    const world = await talked()
    const { hits, mode, reason, words, nextCursor } = await ask(world, { query: 'statement fee' })
    expect({ mode, reason, words, nextCursor }).toEqual({
      mode: 'hybrid',
      reason: null,
      words: 'statement fee',
      nextCursor: null,
    })
    const call = hits.find(({ id }) => id === 'ACfee')
    const [page] = await world.pages('call')
    const [bakery] = await world.pages('canvas')
    expect(call).toMatchObject({
      kind: 'call',
      passage: expect.stringContaining('statement fee'),
      at: YESTERDAY,
      seconds: 0,
      direction: 'incoming',
      sentiment: 'positive',
      parties: ['+13105550123'],
      merchants: [{ id: bakery?.id, name: 'Corner Bakery' }],
      page: `https://www.notion.so/${page?.id.replaceAll('-', '')}`,
      url: '/records/call/ACfee',
    })
    expect(
      ids({ hits } as Answer)
        .slice(0, 2)
        .toSorted(),
    ).toEqual(['ACTfee', 'ACfee'])
    const scores = hits.map(({ score }) => score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  })

  test.for<[string, string[]]>([
    ['calls about the statement fee', ['ACfee']],
    ['texts about the statement fee yesterday', ['ACTfee']],
    ['statement fee last month', []],
    ['unhappy about the statement fee', []],
    ['texts from Golden Wok', ['ACTwok', 'merchant']],
    ['texts from golden wock about the reader', ['ACTwok', 'merchant']],
  ])('%s', async ([query, found]) => {
    const world = await talked()
    const answer = await ask(world, { query, mode: 'text' })
    expect(ids(answer)).toEqual(found)
  })

  test('a record that Vectorize does not show yet is found by its words', async () => {
    const world = await talked()
    world.vectorize.index.clear()
    const answer = await ask(world, { query: 'lease contract' })
    expect(answer.mode).toBe('hybrid')
    expect(answer.hits[0]).toMatchObject({ kind: 'mail', subject: 'Lease', foundBy: ['text'] })
  })

  test('what vectors alone have is found too, and shown in its words', async () => {
    const world = await talked()
    const answer = await ask(world, { query: 'wrong number', mode: 'vector' })
    expect(answer.mode).toBe('vector')
    expect(answer.hits.find(({ id }) => id === 'ACTnone')).toMatchObject({
      passage: 'wrong number, sorry',
      foundBy: ['vector'],
    })
  })

  test('a record that is gone meanwhile is no hit', async () => {
    const world = await talked()
    await world.db.prepare(`DELETE FROM parts WHERE id = 'ACTfee'`).run()
    expect(ids(await ask(world, { query: 'statement fee', mode: 'text' }))).toEqual(['ACfee'])
  })

  test('a merchant that is all that was asked for comes first, with its newest records', async () => {
    const world = await talked()
    const answer = await ask(world, { query: 'golden wok' })
    expect(ids(answer)).toEqual(['merchant', 'ACTwok'])
    expect(answer.hits[0]).toMatchObject({ name: 'Golden Wok', score: 1 })
    expect(ids(await ask(world, { query: 'golden wok', limit: 1 }))).toEqual(['ACTwok'])
    const byNumber = await ask(world, { query: '(212) 555-0100', mode: 'text' })
    expect(byNumber.merchants).toMatchObject([{ name: 'Golden Wok', passage: '+12125550100' }])
  })

  test('nothing typed: the newest, page by page', async () => {
    const world = await talked()
    const found: string[] = []
    let cursor: string | null = null
    do {
      const answer: Answer = await ask(world, { limit: 2, ...(cursor === null ? {} : { cursor }) })
      found.push(...ids(answer))
      cursor = answer.nextCursor
    } while (cursor !== null)
    expect(found).toHaveLength(5)
    expect(new Set(found).size).toBe(5)
    expect(found.slice(1, 3)).toEqual(['ACTnone', 'ACTwok'])
  })

  test('a ranking goes on where the page ended', async () => {
    const world = await talked()
    const whole = ids(await ask(world, { query: 'the statement fee' }))
    const first = await ask(world, { query: 'the statement fee', limit: 2 })
    const second = await ask(world, {
      query: 'the statement fee',
      limit: 50,
      cursor: first.nextCursor,
    })
    expect([...ids(first), ...ids(second)]).toEqual(whole)
  })
})

describe('chips', () => {
  test('each tells its words; one that is taken off is a word again', async () => {
    const world = await talked()
    const query = 'unhappy calls with Corner Bakery last week'
    const [bakery] = await world.pages('canvas')
    const { chips, words } = await ask(world, { query })
    expect(chips.map(({ word, filter }) => [word, filter])).toEqual([
      ['unhappy', 'sentiment'],
      ['calls', 'kinds'],
      ['last week', 'time'],
      ['Corner Bakery', 'merchant'],
    ])
    expect(chips.at(-1)).toMatchObject({ value: bakery?.id, label: 'Corner Bakery' })
    expect(words).toBe('')
    const off = await ask(world, { query, asWords: ['unhappy', 'Corner Bakery'] })
    expect(off.chips.map(({ filter }) => filter)).toEqual(['kinds', 'time'])
    expect(off.words).toBe('unhappy Corner Bakery')
  })

  test('what is given beside the query goes before its words', async () => {
    const world = await talked()
    const { chips, hits } = await ask(world, {
      query: 'calls about the statement fee',
      kinds: ['message'],
      mode: 'text',
    })
    expect(chips).toEqual([])
    expect(hits.map(({ id }) => id)).toEqual(['ACTfee'])
  })

  test('`now` is what relative words count from, on every page', async () => {
    const world = await talked()
    const body = { query: 'statement fee yesterday', mode: 'text' }
    expect((await ask(world, body)).hits).toHaveLength(2)
    expect((await ask(world, { ...body, now: '2026-11-20T00:00:00Z' })).hits).toEqual([])
    const first = await ask(world, { ...body, limit: 1 })
    world.advance(5 * 86_400_000)
    const second = await ask(world, { ...body, limit: 1, cursor: first.nextCursor })
    expect(second.hits).toHaveLength(1)
  })
})

describe('filters', () => {
  test.for<[object, string[]]>([
    [{ kinds: ['message'] }, ['ACTfee']],
    [{ merchant: 'corner bakry' }, ['ACTfee', 'ACfee']],
    [{ merchant: '(310) 555-0123' }, ['ACTfee', 'ACfee']],
    [{ merchant: 'owner@bakery.example' }, ['ACTfee', 'ACfee']],
    [{ merchant: '+1 917 555 0000' }, []],
    [{ from: '2026-11-23', to: '2026-11-23' }, ['ACTfee', 'ACfee']],
    [{ to: '2026-11-23T15:00:30Z' }, ['ACfee']],
    [{ sentiment: 'negative' }, []],
    [{ sentiment: 'positive' }, ['ACTfee', 'ACfee']],
    [{ category: 'sales' }, ['ACfee']],
  ])('%j', async ([filter, found]) => {
    const world = await talked()
    for (const mode of ['text', 'vector', 'hybrid']) {
      const { hits } = await ask(world, { query: 'statement fee', mode, ...filter, limit: 20 })
      const fees = hits.map(({ id }) => id).filter((id) => id.endsWith('fee'))
      expect(fees.toSorted(), mode).toEqual(found)
    }
  })

  test('a label that Vectorize does not know yet counts', async () => {
    const world = await talked()
    for (const vector of world.vectorize.index.values())
      vector.metadata = { ...(vector.metadata as object), sentiment: 'negative' }
    const { hits } = await ask(world, { query: 'fee', mode: 'vector', sentiment: 'negative' })
    expect(hits).toEqual([])
  })

  test.for<[object, string]>([
    [{ kinds: ['letter'] }, 'kinds.0'],
    [{ from: 'soon' }, 'from'],
    [{ mode: 'magic' }, 'mode'],
    [{ limit: 0 }, 'limit'],
    [{ cursor: 'xx' }, 'cursor'],
  ])('%j is refused by name', async ([body, path]) => {
    const world = await talked()
    const answer = await ask(world, { query: 'fee', ...body }, 400)
    expect(answer).toMatchObject({ errors: [{ path }] })
  })

  test('a merchant that nobody knows is a 404', async () => {
    const world = await talked()
    expect(await ask(world, { query: 'fee', merchant: 'Xyzzy Ltd' }, 404)).toMatchObject({
      detail: expect.stringContaining('merchant'),
    })
  })
})

describe('while a part is out', () => {
  test('without the model words answer, and the answer says so', async () => {
    const world = await talked()
    world.ai.fail(3036, 'you have used up your daily free allocation')
    for (const mode of ['hybrid', 'vector']) {
      world.ai.recover()
      world.ai.fail(3036, 'you have used up your daily free allocation')
      const answer = await ask(world, { query: 'statement fee', mode })
      expect(answer.mode).toBe('text')
      expect(answer.reason).toContain('daily quota')
      expect(ids(answer).toSorted()).toEqual(['ACTfee', 'ACfee'])
    }
  })

  test('without the index too', async () => {
    const world = await talked()
    world.vectorize.fail(1)
    const answer = await ask(world, { query: 'statement fee' })
    expect(answer).toMatchObject({ mode: 'text', reason: expect.stringContaining('vectorize') })
    expect(ids(answer)).toHaveLength(2)
  })

  test('what is parked is not asked', async () => {
    const world = await talked()
    await world.db
      .prepare(`INSERT INTO parked (scope, reason, since) VALUES ('workers-ai', 'spent', 1)`)
      .run()
    const asked = world.ai.requests.length
    const answer = await ask(world, { query: 'statement fee' })
    expect(answer).toMatchObject({ mode: 'text', reason: 'spent' })
    expect(world.ai.requests).toHaveLength(asked)
  })

  test('a gate without a turn for long is not waited for', async () => {
    const world = await talked()
    world.gate.crowd(10)
    const answer = await ask(world, { query: 'statement fee' })
    expect(answer.mode).toBe('text')
    expect(answer.hits).toHaveLength(2)
  })

  test('with vectors switched off', async () => {
    const world = await talked({ INCLUDE_VECTORIZE: 'false' })
    const answer = await ask(world, { query: 'statement fee' })
    expect(answer).toMatchObject({ mode: 'text', reason: 'INCLUDE_VECTORIZE is false' })
    expect(answer.hits).toHaveLength(2)
  })

  test('without the text index meaning answers', async () => {
    const world = await talked()
    world.textIndex.fail(/FROM passages_text/, 5)
    const answer = await ask(world, { query: 'statement fee' })
    expect(answer).toMatchObject({ mode: 'vector', reason: 'the text index does not answer' })
    expect(answer.hits.length).toBeGreaterThan(0)
  })

  test('a text index that lost a record shows it by its summary', async () => {
    const world = await talked()
    await removeTexts(world.texts, [{ kind: 'message', id: 'ACTnone' }])
    const { hits } = await ask(world, { query: 'wrong number', mode: 'vector' })
    expect(hits.find(({ id }) => id === 'ACTnone')).toMatchObject({
      passage: expect.stringContaining('About: wrong number'),
    })
  })
})

describe('the reranker', () => {
  const RERANK_MODEL = '@cf/baai/bge-reranker-base'

  test('puts the best in order, where one is set', async () => {
    const world = await newWorld(
      {
        textMessages: [
          saying(textAt(later(1), { id: 'ACTonce' }), 'fee'),
          saying(
            textAt(later(2), { id: 'ACTtwice' }),
            `fee and fee ${'of all that you charge here '.repeat(6)}`,
          ),
        ],
      },
      { RERANK_MODEL },
    )
    await world.backfill()
    const before = await ask(world, { query: 'fee', mode: 'text' })
    expect(ids(before)).toEqual(['ACTtwice', 'ACTonce'])
    expect(world.ai.requests.at(-1)).toMatchObject({ model: RERANK_MODEL })
    Reflect.set(world.env, 'RERANK_MODEL', '')
    expect(ids(await ask(world, { query: 'fee', mode: 'text' }))).toEqual(['ACTonce', 'ACTtwice'])
  })

  test('is left out where it fails', async () => {
    const world = await talked({ RERANK_MODEL })
    world.ai.fail(3040, 'no capacity')
    const answer = await ask(world, { query: 'statement fee', mode: 'text' })
    expect(answer.hits).toHaveLength(2)
  })
})
