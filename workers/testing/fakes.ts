/** AI and Vectorize in a test's hands: they answer from the input, and can be told to fail. */
import { compileFilter } from '@switchboard/sandbox/vectorize/filter'
import type { Metadata } from '@switchboard/sandbox/vectorize/filter'
import { METADATA_INDEXES } from '@switchboard/sandbox/vectorize/indexes'
import type { Crash } from './crash.ts'

export class FakeAi {
  readonly requests: { model: string; input: unknown }[] = []
  readonly #crash: Crash
  #failures: Error[] = []
  #answers: unknown[] = []
  #heard: unknown[] = []
  #refused: string | null = null
  #short = 0

  constructor(crash: Crash) {
    this.#crash = crash
  }

  /** The next requests fail so. */
  fail(code: number, message: string, times = 1): void {
    for (let nth = 0; nth < times; nth++)
      this.#failures.push(Object.assign(new Error(`${code}: ${message}`), { code }))
  }

  /** Texts with these words are too large for it. */
  refuse(words: string): void {
    this.#refused = words
  }

  /** The next embeddings come out too short. */
  shorten(times: number): void {
    this.#short = times
  }

  recover(): void {
    this.#failures = []
  }

  /** What the speech model hears next; without it, nothing. */
  hear(answer: unknown): void {
    this.#heard.push(answer)
  }

  /** What the model says next, in place of its own answer; streamed, an array is a line each, a stream itself. */
  answer(content: unknown): void {
    this.#answers.push(content)
  }

  run(model: string, input: unknown): Promise<unknown> {
    return this.#crash.edge(async () => {
      this.requests.push({ model, input })
      const failure = this.#failures.shift()
      if (failure) throw failure
      if (isEmbedding(input)) return this.#embed(input.text)
      if (isRanking(input)) return ranking(input)
      if (isSpeech(input)) return this.#heard.shift() ?? { text: '' }
      if (isStreamed(input)) {
        const content = this.#answers.shift() ?? linesFor(input)
        return content instanceof ReadableStream ? content : eventsOf(content)
      }
      const content = this.#answers.shift() ?? analysisOf(input)
      return {
        choices: [
          { message: { content: typeof content === 'string' ? content : JSON.stringify(content) } },
        ],
      }
    })
  }

  #embed(texts: string[]): object {
    const refused = this.#refused
    if (refused !== null && texts.some((text) => text.includes(refused)))
      throw new Error('3006: Request is too large')
    const length = this.#short > 0 ? 768 : 1024
    this.#short -= 1
    return {
      shape: [texts.length, length],
      data: texts.map((text) => vectorOf(text).slice(0, length)),
    }
  }

  get analyses(): number {
    return this.requests.filter(
      ({ input }) => !isEmbedding(input) && !isSpeech(input) && !isRanking(input),
    ).length
  }
}

function isEmbedding(input: unknown): input is { text: string[] } {
  return typeof input === 'object' && input !== null && 'text' in input
}

interface Ranking {
  query: string
  contexts: { text: string }[]
}

function isRanking(input: unknown): input is Ranking {
  return typeof input === 'object' && input !== null && 'contexts' in input
}

/** The more often a text has the query's last word, the better. */
function ranking({ query, contexts }: Ranking): object {
  const word = query.split(' ').at(-1) ?? ''
  return { response: contexts.map(({ text }, id) => ({ id, score: text.split(word).length })) }
}

function isSpeech(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'audio' in input
}

function isStreamed(input: unknown): boolean {
  return typeof input === 'object' && input !== null && 'stream' in input
}

/** Server-sent events as the platform streams them, a few characters each. */
function eventsOf(content: unknown): ReadableStream<Uint8Array> {
  const lines = Array.isArray(content)
    ? content.map((one) => `${JSON.stringify(one)}\n`).join('')
    : String(content)
  const events = (lines.match(/[\s\S]{1,7}/g) ?? []).map(
    (piece) => `data: ${JSON.stringify({ choices: [{ delta: { content: piece } }] })}\n\n`,
  )
  return new Blob([...events, 'data: [DONE]\n\n']).stream()
}

/** States what the first source says. */
function linesFor(input: unknown): object[] {
  const { messages } = input as { messages: { role: string; content: string }[] }
  const { sources = [] } = JSON.parse(messages.at(-1)?.content ?? '{}') as {
    sources?: { n: number; text: string }[]
  }
  return sources
    .slice(0, 1)
    .map(({ n, text }) => ({ topic: 'history', text: 'They said so.', source: n, quote: text }))
}

function vectorOf(text: string): number[] {
  const vector = Array.from({ length: 1024 }, () => 0)
  for (const [at, character] of Array.from(text).entries())
    vector[(at * 31 + character.charCodeAt(0)) % 1024]! += 1
  return vector
}

/** An answer whose evidence is the last utterance. */
function analysisOf(input: unknown): object {
  const { messages } = input as { messages: { role: string; content: string }[] }
  const asked = JSON.parse(messages.find(({ role }) => role === 'user')?.content ?? '{}') as {
    kind: string
    utterances: { text: string }[]
  }
  const quote = asked.utterances.at(-1)?.text ?? ''
  return {
    sentiment: { label: 'positive', confidence: 0.9, quote },
    summary: `About: ${quote.slice(0, 40)}`,
    category: { label: asked.kind === 'call' ? 'sales' : 'question', quote },
    actionItems: [{ text: 'Answer', quote }],
    ...(asked.kind === 'message' ? {} : { keywords: quote.split(' ').slice(0, 1) }),
  }
}

export class FakeVectorize {
  readonly index = new Map<string, { values: number[]; metadata: unknown }>()
  requests = 0
  readonly #crash: Crash
  #failures = 0

  constructor(crash: Crash) {
    this.#crash = crash
  }

  fail(times: number): void {
    this.#failures = times
  }

  describe(): Promise<object> {
    return this.#crash.edge(async () => {
      if (this.#failures > 0) throw new Error('the index does not answer')
      return {}
    })
  }

  upsert(vectors: { id: string; values: number[]; metadata: unknown }[]): Promise<object> {
    this.requests += 1
    return this.#crash.edge(async () => {
      if (this.#failures-- > 0) throw new Error('the index does not answer')
      for (const { id, values, metadata } of vectors) this.index.set(id, { values, metadata })
      return { mutationId: 'mutation' }
    }, 'upsert')
  }

  /** By cosine; filters as the real one has them. */
  query(vector: number[], { topK, filter }: { topK: number; filter?: object }): Promise<object> {
    this.requests += 1
    return this.#crash.edge(async () => {
      if (this.#failures-- > 0) throw new Error('the index does not answer')
      const matches = compileFilter(filter, METADATA_INDEXES)
      const found = [...this.index]
        .filter(([, { metadata }]) => matches(metadata as Metadata))
        .map(([id, { values }]) => ({ id, score: cosine(vector, values) }))
        .toSorted((a, b) => b.score - a.score)
      return { count: found.length, matches: found.slice(0, topK) }
    })
  }

  deleteByIds(ids: string[]): Promise<object> {
    this.requests += 1
    return this.#crash.edge(async () => {
      for (const id of ids) this.index.delete(id)
      return { mutationId: 'mutation' }
    })
  }
}

function cosine(a: number[], b: number[]): number {
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b) || 1)
}

function dot(a: number[], b: number[]): number {
  return a.reduce((sum, value, at) => sum + value * (b[at] ?? 0), 0)
}
