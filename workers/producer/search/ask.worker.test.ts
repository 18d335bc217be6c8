/** Questions, briefs, open items and the cache: answers stand on the records, or there are none. */
import { MERCHANT_NUMBER, textAt } from '@switchboard/sandbox/http/small-world'
import { describe, expect, test } from 'vitest'
import { YESTERDAY, oneOfEach } from '../../testing/scenes.ts'
import { newWorld } from '../../testing/world.ts'
import type { TestWorld } from '../../testing/world.ts'

const READER = { Authorization: 'Bearer read-only-token' }

async function ask<T>(world: TestWorld, path: string, body: unknown, headers = {}) {
  const init = { method: 'POST', headers: { ...READER, ...headers }, body: JSON.stringify(body) }
  const response = await world.fetch(path, init)
  return { status: response.status, body: await response.json<T>() }
}

interface Answer {
  answered: boolean
  reason: string | null
  statements: { text: string; source: number; quote: string }[]
  sources: { n: number; kind: string; id: string; url: string }[]
  cached: boolean
}

const COMPLAINT = 'The monthly fee of forty dollars is too high, we are not happy.'

async function filed() {
  const world = await newWorld({ textMessages: [textAt(YESTERDAY, { text: COMPLAINT })] })
  await world.backfill()
  return world
}

describe('a question', () => {
  test('is answered with what a record says, and where', async () => {
    const world = await filed()
    world.ai.answer([{ text: 'They find $40 too much.', source: 1, quote: 'fee of forty dollars' }])
    const { body } = await ask<Answer>(world, '/api/ask', { question: 'What of the monthly fee?' })
    expect(body).toMatchObject({
      answered: true,
      statements: [{ source: 1, quote: 'fee of forty dollars' }],
      sources: [{ n: 1, kind: 'message', url: expect.stringContaining('/records/message/') }],
      cached: false,
    })
  })

  test('gets no answer where the model says what no record says', async () => {
    const world = await filed()
    world.ai.answer([
      { text: 'Paris is the capital of France.', source: 1, quote: 'Paris' },
      { text: 'Fees are waived.', source: 1, quote: '' },
    ])
    const { body } = await ask<Answer>(world, '/api/ask', { question: 'What of the monthly fee?' })
    expect(body).toMatchObject({
      answered: false,
      reason: 'The records do not say.',
      statements: [],
    })
  })

  test('hands the model the records as data', async () => {
    const world = await filed()
    await ask(world, '/api/ask', { question: 'What of the monthly fee?' })
    const { input } = world.ai.requests.at(-1) as { input: { messages: { content: string }[] } }
    const [system, user] = input.messages
    expect(system?.content).not.toContain(COMPLAINT)
    expect(JSON.parse(user?.content ?? '')).toMatchObject({
      sources: [{ text: expect.stringContaining(COMPLAINT) }],
    })
  })

  test('is answered in pieces to who wants that', async () => {
    const world = await filed()
    const response = await world.fetch('/api/ask', {
      method: 'POST',
      headers: { ...READER, Accept: 'text/event-stream' },
      body: JSON.stringify({ question: 'What of the monthly fee?' }),
    })
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    const events = (await response.text()).match(/(?<=^event: )\w+$/gm)
    expect(events).toEqual(['sources', 'statement', 'done'])
  })

  test('is answered while the model still speaks', async () => {
    const world = await filed()
    const model = new TransformStream<Uint8Array, Uint8Array>()
    world.ai.answer(model.readable)
    const speak = model.writable.getWriter()
    const say = (text: string) =>
      speak.write(
        new TextEncoder().encode(
          `data: ${JSON.stringify({ response: `${JSON.stringify({ text, source: 1, quote: 'monthly fee' })}\n` })}\n\n`,
        ),
      )
    const response = await world.fetch('/api/ask', {
      method: 'POST',
      headers: { ...READER, Accept: 'text/event-stream' },
      body: JSON.stringify({ question: 'What of the monthly fee?' }),
    })
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
    let heard = ''
    const hear = async (words: string) => {
      while (!heard.includes(words)) heard += (await reader.read()).value ?? ''
    }
    void say('The first.')
    await hear('The first.')
    void say('The second.').then(() => speak.close())
    await hear('event: done')
    expect(heard.match(/(?<=^event: )\w+$/gm)).toEqual([
      'sources',
      'statement',
      'statement',
      'done',
    ])
  }, 10_000)

  test('whose model is out is a 503 that says so', async () => {
    const world = await filed()
    world.ai.fail(3040, 'capacity', 20)
    const { status, body } = await ask<{ detail: string }>(world, '/api/ask', {
      question: 'What of the monthly fee?',
    })
    expect([status, body.detail]).toEqual([503, expect.stringContaining('workers-ai')])
  })

  test('says in the stream that the model is out', async () => {
    const world = await filed()
    world.ai.fail(3040, 'capacity', 20)
    const response = await world.fetch('/api/ask', {
      method: 'POST',
      headers: { ...READER, Accept: 'text/event-stream' },
      body: JSON.stringify({ question: 'What of the monthly fee?' }),
    })
    const text = await response.text()
    expect(text).toContain('event: failed')
    expect(text).toContain('workers-ai is not available')
  })

  test('asked again is answered from the cache, and counted', async () => {
    const world = await filed()
    const question = { question: 'What of the monthly fee?' }
    const first = await ask<Answer>(world, '/api/ask', question)
    const before = world.ai.analyses
    const second = await ask<Answer>(world, '/api/ask', question)
    expect([first.body.cached, second.body.cached]).toEqual([false, true])
    expect(second.body.statements).toEqual(first.body.statements)
    expect(world.ai.analyses).toBe(before)
    const counts = await world.fetch('/api/cache', { headers: READER })
    expect(await counts.json()).toMatchObject({
      items: expect.arrayContaining([{ sort: 'answer', hits: 1, misses: 1, share: 0.5 }]),
    })
  })

  test('that is none names its field', async () => {
    const world = await newWorld()
    expect(await ask(world, '/api/ask', {})).toMatchObject({
      status: 400,
      body: { errors: [{ path: 'question' }] },
    })
  })
})

test('a brief tells of one merchant by topic, with sources', async () => {
  const world = await newWorld(oneOfEach())
  await world.backfill()
  const { body } = await ask<Record<string, unknown>>(world, '/api/merchant/summary', {
    phoneNumber: MERCHANT_NUMBER,
  })
  expect(body).toMatchObject({
    merchant: { name: 'Corner Bakery' },
    history: [{ source: 1 }],
    next: [],
    cached: false,
  })
  expect(await ask(world, '/api/merchant/summary', {})).toMatchObject({ status: 400 })
})

test('what is to be done is listed newest first, by pages', async () => {
  const texts = Array.from({ length: 7 }, (_, nth) =>
    textAt(new Date(Date.parse(YESTERDAY) + nth * 60_000).toISOString(), { id: `ACT${nth}` }),
  )
  const world = await newWorld({ textMessages: texts })
  await world.backfill()
  const seen: string[] = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const response = await world.fetch(`/api/action-items?limit=3&cursor=${cursor}`, {
      headers: READER,
    })
    const page: { items: { id: string; quote: string }[]; nextCursor: string | null } =
      await response.json()
    seen.push(...page.items.map(({ id }) => id))
    cursor = page.nextCursor
  }
  expect(seen).toEqual(texts.map(({ id }) => id).toReversed())
})
