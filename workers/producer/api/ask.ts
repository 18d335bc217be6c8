/** Questions to the records, and briefs on merchants. */
import { askMessages, briefMessages } from '@switchboard/analysis/answer'
import type { Source, Statement } from '@switchboard/analysis/answer'
import type { Turn } from '@switchboard/analysis/prompt'
import { gatePace } from '@switchboard/pacing/client'
import { rateOf } from '@switchboard/pacing/rates'
import { Answer, ask, merchantSummary, readCache } from '@switchboard/shared/api/ask'
import type { AnswerSource } from '@switchboard/shared/api/ask'
import {
  merchantByCanvas,
  merchantByEmail,
  merchantByPhone,
} from '@switchboard/shared/api/merchants'
import type { Everything } from '@switchboard/shared/api/merchants'
import { search } from '@switchboard/shared/api/search'
import type { RecordHit } from '@switchboard/shared/api/search'
import { readSettings } from '@switchboard/shared/config'
import { cacheFigures } from '@switchboard/store/cache-counts'
import * as v from 'valibot'
import { madeBy, statementsOf } from '../search/answering.ts'
import type { AnsweringPorts } from '../search/answering.ts'
import { cached, keep, lookUp } from '../search/cache.ts'
import type { Env } from '../ports.ts'
import { FAILED, Refused, outageOf } from '../door/problem.ts'
import type { Inside } from './inside.ts'
import { route } from './route.ts'
import { recordUrl } from '../records/record-url.ts'

/** Passages that a question is answered from. */
const SOURCES = 10
/** Records that a brief is made from, the newest. */
const BRIEFED = 20
const SOURCE_CHARACTERS = 1500

export const ASK_ROUTES = [
  route(ask, async ({ body, env, request, inside }) => {
    const { question, now = new Date().toISOString(), ...filters } = body
    const found = await inside(search, {
      body: { query: question, ...filters, limit: SOURCES, now },
    })
    const hits = found.hits.filter((hit): hit is RecordHit => hit.kind !== 'merchant')
    const asked = answerTo(question, now, hits, env)
    const wantsJson = request.headers.get('Accept')?.includes('text/event-stream') !== true
    return wantsJson ? whole(asked) : streamed(asked)
  }),
  route(merchantSummary, async ({ body, env, inside }) =>
    brief(await everythingOn(body, inside), env),
  ),
  route(readCache, async ({ env }) => ({
    items: (await cacheFigures(env.DB, Date.now() - 30 * 86_400_000)).map((one) => ({
      ...one,
      share: one.hits / Math.max(1, one.hits + one.misses),
    })),
  })),
]

type Step =
  | { event: 'sources'; data: AnswerSource[] }
  | { event: 'statement'; data: Answer['statements'][number] }
  | { event: 'done'; data: Pick<Answer, 'answered' | 'reason' | 'model' | 'cached'> }

/** The steps of an answer: its sources, its statements, its end. */
async function* answerTo(
  question: string,
  now: string,
  hits: RecordHit[],
  env: Env,
): AsyncGenerator<Step> {
  const ports = answering(env)
  const sources = hits.map((hit, at) => sourceOf(hit, at + 1))
  yield { event: 'sources', data: sources.map(({ shown }) => shown) }
  const texts = sources.map(({ text }) => text)
  const key = { question, now: now.slice(0, 10), texts, ...madeBy(ports) }
  const cache = cacheOf(env)
  const { place, value: kept } = await lookUp(cache, 'answer', key, Statements)
  const said: Statement[] = []
  for await (const one of kept ?? made(askMessages(question, texts, now), texts, ports)) {
    said.push(one)
    yield { event: 'statement', data: { text: one.text, source: one.source, quote: one.quote } }
  }
  if (kept === null) await keep(cache, place, said)
  yield {
    event: 'done',
    data: {
      answered: said.length > 0,
      reason: said.length > 0 ? null : 'The records do not say.',
      model: ports.model,
      cached: kept !== null,
    },
  }
}

/** What the model states; where there is nothing to go by, it is not asked. */
async function* made(
  messages: Turn[],
  texts: readonly Source[],
  ports: AnsweringPorts,
): AsyncGenerator<Statement> {
  if (texts.length > 0) yield* statementsOf(messages, texts, ports)
}

const Statements = v.array(
  v.object({
    topic: v.nullable(v.picklist(['history', 'mood', 'open', 'next'])),
    text: v.string(),
    source: v.number(),
    quote: v.string(),
  }),
)

async function whole(steps: AsyncGenerator<Step>): Promise<Answer> {
  const answer: Answer = {
    answered: false,
    reason: null,
    statements: [],
    sources: [],
    model: '',
    cached: false,
  }
  for await (const step of steps) {
    if (step.event === 'sources') answer.sources = step.data
    else if (step.event === 'statement') answer.statements.push(step.data)
    else Object.assign(answer, step.data)
  }
  return answer
}

/** Server-sent events; a failure on the way is the last of them. */
function streamed(steps: AsyncGenerator<Step>): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
  void send(steps, writable.getWriter())
  return new Response(readable, {
    headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
  })
}

async function send(
  steps: AsyncGenerator<Step>,
  writer: WritableStreamDefaultWriter<Uint8Array>,
): Promise<void> {
  const write = (event: string, data: unknown) =>
    writer.write(new TextEncoder().encode(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`))
  try {
    for await (const { event, data } of steps) await write(event, data)
  } catch (error) {
    await write('failed', { reason: outageOf(error) ?? FAILED }).catch(() => {}) // they have hung up
  } finally {
    await writer.close().catch(() => {})
  }
}

async function everythingOn(
  body: v.InferOutput<typeof merchantSummary.body>,
  inside: Inside,
): Promise<Everything> {
  const limit = BRIEFED
  if (body.canvasId !== undefined)
    return inside(merchantByCanvas, { body: { canvasId: body.canvasId, limit } })
  if (body.phoneNumber !== undefined)
    return inside(merchantByPhone, { body: { phoneNumber: body.phoneNumber, limit } })
  return inside(merchantByEmail, { body: { email: body.email, limit } })
}

type MerchantRecord =
  | Everything['calls'][number]
  | Everything['messages'][number]
  | Everything['mail'][number]

/** What a record says in short, in words that may be quoted. */
function wordsOf(record: MerchantRecord): string {
  switch (record.kind) {
    case 'call':
      return [record.summary, record.voicemail, ...record.actionItems.map(({ quote }) => quote)]
        .filter((text) => text !== null && text !== '')
        .join('\n')
    case 'message':
      return record.text
    case 'mail':
      return `${record.subject}\n${record.text}`
  }
}

async function brief(
  { merchant, calls, messages, mail, timeline, statistics }: Everything,
  env: Env,
): Promise<v.InferInput<typeof merchantSummary.answer>> {
  const ports = answering(env)
  const byKey = new Map(
    [...calls, ...messages, ...mail].map((record) => [`${record.kind}/${record.id}`, record]),
  )
  const records = timeline.flatMap(({ kind, id }) => byKey.get(`${kind}/${id}`) ?? [])
  const who = merchant?.name ?? records[0]?.parties[0] ?? ''
  const sources = records
    .map((record) => ({ record, words: wordsOf(record).slice(0, SOURCE_CHARACTERS) }))
    .filter(({ words }) => words.trim() !== '')
    .map(({ record, words }, at) => sourceOf({ ...record, passage: words, who }, at + 1))
  const texts = sources.map(({ text }) => text)
  const open = statistics.openActionItems.flatMap(({ kind, id, text, quote }) => {
    const source = sources.find(({ shown }) => shown.kind === kind && shown.id === id)?.shown.n
    return source === undefined ? [] : [{ source, text, quote }]
  })
  const facts = {
    merchant: who,
    ...statistics.counts,
    firstContact: statistics.firstContact,
    lastContact: statistics.lastContact,
    sentiment: {
      positive: statistics.sentiment.counts.positive,
      neutral: statistics.sentiment.counts.neutral,
      negative: statistics.sentiment.counts.negative,
    },
  }
  const today = new Date(ports.now()).toISOString().slice(0, 10)
  const key = { facts, open, texts, today, ...madeBy(ports) }
  const { value, hit } = await cached(cacheOf(env), 'brief', key, Statements, async () => {
    const said: Statement[] = []
    const prompt = briefMessages(facts, open, texts, today)
    for await (const one of made(prompt, texts, ports)) said.push(one)
    return said
  })
  const about = (topic: Statement['topic']) =>
    value
      .filter((one) => one.topic === topic)
      .map(({ text, source, quote }) => ({ text, source, quote }))
  return {
    merchant: merchant && { id: merchant.id, name: merchant.name, url: merchant.url },
    history: about('history'),
    mood: about('mood'),
    open: about('open'),
    next: about('next'),
    reason: value.length > 0 ? null : 'The records say too little for a brief.',
    sources: sources.map(({ shown }) => shown),
    model: ports.model,
    cached: hit,
  }
}

interface Sourced extends Pick<RecordHit, 'kind' | 'id' | 'at' | 'page' | 'parties' | 'passage'> {
  who?: string
  merchants?: RecordHit['merchants']
}

/** A record as the model sees it and as the reader does. */
function sourceOf(hit: Sourced, n: number): { text: Source; shown: AnswerSource } {
  const { kind, id, at, page } = hit
  const who = hit.who ?? hit.merchants?.[0]?.name ?? hit.parties[0] ?? ''
  return {
    text: { n, kind, at, who, text: hit.passage },
    shown: { n, kind, id, at, who, page, url: recordUrl(hit) },
  }
}

function answering(env: Env): AnsweringPorts {
  const settings = readSettings(env, ['INCLUDE_AI', 'ANSWER_MODEL', 'AI_RPM'])
  if (!settings.INCLUDE_AI) throw new Refused(409, 'INCLUDE_AI is false: nobody answers questions.')
  return {
    ai: env.AI,
    model: settings.ANSWER_MODEL,
    pace: gatePace(env.GATE, {
      api: 'workers-ai',
      key: 'account',
      lane: 'live',
      rate: rateOf('workers-ai', settings),
    }),
    now: Date.now,
  }
}

function cacheOf(env: Env) {
  return { kv: env.CACHE, db: env.DB, now: Date.now }
}
