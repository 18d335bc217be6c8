/**
 * How quick search and a merchant's page are over very many records. The records are written as the
 * stages write them, without asking anybody: filing so many would take hours. Vectors are of words
 * alone (the light models).
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { lexicalVector } from '@switchboard/sandbox/ai/embedding/lexical'
import { generatedWorld } from '@switchboard/sandbox/sample/generated'
import { sampleWorld } from '@switchboard/sandbox/sample/workspace'
import { firstSet, ownSet } from '@switchboard/sandbox/search-eval/labelled'
import { VectorStore } from '@switchboard/sandbox/vectorize/store'
import { keyedHash, sha256 } from '@switchboard/shared/hash'
import type { TextMessagePart } from '@switchboard/shared/record'
import { intakeStatements } from '@switchboard/store/intake'
import { ledger } from '@switchboard/store/ledger'
import { saveAnalysesStatements } from '@switchboard/store/analyses'
import { merchantFacts } from '@switchboard/store/merchant-facts'
import { writeTexts } from '@switchboard/store/text-index'
import { timelineStatements } from '@switchboard/store/timeline'
import { saveVectorsStatement } from '@switchboard/store/vectors'
import { startSandboxHost } from './sandbox-host.ts'
import type { Host } from './host.ts'
import { PRODUCER } from './workers.ts'

export interface Speed {
  vectors: number
  search: number[] // ms, each
  text: number[]
  merchant: number[]
  rowsRead: number
}

const HASH_KEY = 'the key of a measurement'
const TOKEN = 'speed'
const RECORDS_A_BATCH = 500
const OF_THE_MERCHANT = 2000
const RECORDS_A_STRANGER = 20
const MINUTE_MS = 60_000
const WARM = 10
const MERCHANT_ROUNDS = 60
const SENTIMENTS = ['positive', 'neutral', 'negative'] as const

/** One record of many. */
interface Written {
  id: string
  at: number
  text: string
  party: string
  sentiment: (typeof SENTIMENTS)[number]
}

/**
 * Writes so many records and asks for them. Latencies are ms, as the API's caller sees them.
 * @param folder where the host keeps its state
 */
export async function speedOf(
  records: number,
  folder: string,
  told: (line: string) => void,
): Promise<Speed> {
  const written = recordsOf(records)
  told(`Writing ${records} records ...`)
  const vectors = await writeVectors(written, join(folder, 'sandbox'))
  const host = await startSandboxHost({
    folder,
    hashKey: HASH_KEY,
    adminToken: TOKEN,
    world: () => generatedWorld(0, new Date()),
  })
  try {
    const texts = await host.miniflare.getD1Database('TEXT_INDEX', PRODUCER)
    for (let at = 0; at < written.length; at += RECORDS_A_BATCH)
      await write(host, texts, written.slice(at, at + RECORDS_A_BATCH))
    told('Asking ...')
    const queries = [...firstSet().queries, ...ownSet().queries].map(({ q }) => q)
    const asked = (mode: string) => (query: string) => post(host, 'search', { query, mode })
    const party = partyOf(0)
    return {
      vectors,
      search: await timed(queries, asked('hybrid')),
      text: await timed(queries, asked('text')),
      merchant: await timed(
        Array.from({ length: MERCHANT_ROUNDS }, () => party),
        (phoneNumber) => post(host, 'merchant/phone', { phoneNumber }),
      ),
      rowsRead: (await merchantFacts(host.db, [party])).rowsRead,
    }
  } finally {
    await host.stop()
  }
}

/** Sentences of the sample in ever new company, each with a number that nothing else has. */
function recordsOf(count: number): Written[] {
  const now = Date.now()
  const { calls, textMessages } = sampleWorld(new Date(now))
  const sentences = [
    ...calls.flatMap(({ transcripts }) =>
      transcripts.flatMap(({ dialogue }) => dialogue.map(({ content }) => content)),
    ),
    ...textMessages.map(({ text }) => text),
  ].filter((text) => text.length > 20)
  const sentence = (nth: number) => sentences[nth % sentences.length] ?? ''
  return Array.from({ length: count }, (_, nth) => ({
    id: `AC${nth}`,
    at: now - nth * MINUTE_MS,
    text: [sentence(nth * 7), sentence(nth * 11 + 3), sentence(nth * 13 + 5), `No. ${nth}`].join(
      ' ',
    ),
    party: partyOf(nth),
    sentiment: SENTIMENTS[nth % SENTIMENTS.length] ?? 'neutral',
  }))
}

/** The first merchant has very many records, everybody else a few. */
function partyOf(nth: number): string {
  const who = nth < OF_THE_MERCHANT ? 0 : Math.floor(nth / RECORDS_A_STRANGER)
  return `+1614${String(5_000_000 + who)}`
}

/** Before the stand-in opens its file. @returns how many */
async function writeVectors(written: readonly Written[], folder: string): Promise<number> {
  mkdirSync(folder, { recursive: true })
  const store = new VectorStore(join(folder, 'vectorize.sqlite'), () => 0)
  for (let at = 0; at < written.length; at += RECORDS_A_BATCH)
    store.upsert(
      await Promise.all(
        written.slice(at, at + RECORDS_A_BATCH).map(async (record) => {
          const values = lexicalVector(record.text, 1024)
          return {
            id: `${await hashOf(record)}:0`,
            values,
            length: Math.hypot(...values),
            namespace: null,
            metadata: {
              kind: 'message',
              party1: await keyedHash(HASH_KEY, record.party),
              direction: 'incoming',
              sentiment: record.sentiment,
              at: record.at,
            },
          }
        }),
      ),
    )
  const size = store.visible.size
  store.close()
  return size
}

function hashOf({ id }: Written): Promise<string> {
  return keyedHash(HASH_KEY, `message/${id}`)
}

/** A batch as intake, enrichment and vectorization leave it. */
async function write(host: Host, texts: Host['db'], batch: readonly Written[]): Promise<void> {
  const now = Date.now()
  const { db } = host
  const keys = batch.map(({ id }) => ({ kind: 'message' as const, id }))
  const listed = await Promise.all(
    batch.map(async (record) => {
      const body = JSON.stringify(partOf(record))
      return { id: record.id, version: now, hash: await sha256(body), body, occurredAt: record.at }
    }),
  )
  const by = { lane: 'bulk', cause: 'backfill', runId: null } as const
  await db.batch(intakeStatements(db, 'message', listed, by, now))
  const held = { stage: 'enrich', token: crypto.randomUUID() } as const
  const { claims } = await ledger(db).claim({ ...held, keys, now, alone: false }, [])
  const hashes = new Map(
    await Promise.all(batch.map(async (one) => [one.id, await hashOf(one)] as const)),
  )
  await ledger(db).finish(
    {
      ...held,
      saves: [
        ...saveAnalysesStatements(db, held, batch.map(analysisOf), now),
        ...timelineStatements(
          db,
          held,
          batch.map(({ id, at, party }, nth) => ({
            kind: 'message',
            id,
            occurredAt: at,
            parties: [party],
            wantsReply: nth % 2 === 0,
          })),
        ),
        saveVectorsStatement(
          db,
          held,
          batch.map(({ id }) => ({
            kind: 'message',
            id,
            recordHash: hashes.get(id) ?? '',
            fingerprint: 'f',
            model: 'light',
            chunks: 1,
          })),
          now,
        ),
      ],
      next: [],
      done: claims.map(({ kind, id, wanted }) => ({ kind, id, wanted })),
      postponed: [],
      failed: [],
      events: [],
      requests: [],
    },
    now,
  )
  await writeTexts(
    texts,
    await Promise.all(
      batch.map(async ({ id, at, text, party, sentiment }) => ({
        kind: 'message' as const,
        id,
        version: 1,
        fingerprint: 'f',
        occurredAt: at,
        sentiment,
        category: null,
        parties: [await keyedHash(HASH_KEY, party)],
        texts: [text],
      })),
    ),
  )
}

function partOf({ id, at, text, party }: Written): TextMessagePart {
  const createdAt = new Date(at).toISOString()
  return {
    id,
    phoneNumberId: null,
    userId: null,
    conversationId: null,
    direction: 'incoming',
    status: 'received',
    from: party,
    to: ['+16145550100'],
    text,
    media: [],
    createdAt,
    updatedAt: createdAt,
  }
}

function analysisOf({ id, text, sentiment }: Written) {
  const quote = text.slice(0, 40)
  return {
    kind: 'message' as const,
    id,
    fingerprint: 'f',
    model: 'light',
    promptVersion: '1',
    result: {
      analysed: true as const,
      analysis: {
        sentiment: { label: sentiment, quote, confidence: 0.9 },
        summary: quote,
        category: null,
        actionItems: [{ text: 'Answer', quote }],
        keywords: [],
        leadScore: null,
      },
    },
  }
}

async function timed(
  inputs: readonly string[],
  ask: (input: string) => Promise<void>,
): Promise<number[]> {
  for (const input of inputs.slice(0, WARM)) await ask(input)
  const times: number[] = []
  for (const input of inputs) {
    const since = performance.now()
    await ask(input)
    times.push(performance.now() - since)
  }
  return times
}

async function post(host: Host, path: string, body: object): Promise<void> {
  const response = await fetch(`${host.url}/api/${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`)
}
