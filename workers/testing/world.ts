/**
 * One world for a Worker test: real D1, every Worker's real handlers, the sandbox's stand-ins for
 * OpenPhone, Notion and the mailbox over loopback, and in the test's own hands what it must steer:
 * clock, queues, AI, Vectorize, gates, and where a Worker dies.
 */
import { env as platform } from 'cloudflare:workers'
import { applyD1Migrations } from 'cloudflare:test'
import type { D1Migration } from 'cloudflare:test'
import { callAt, mailAt, smallWorld, textAt } from '@switchboard/sandbox/http/small-world'
import type { Ask } from '@switchboard/sandbox/testing/ask'
import type { World } from '@switchboard/sandbox/world'
import { onTestFinished, vi } from 'vitest'
import deadLetter from '../dead-letter/index.ts'
import enrichment from '../enrichment/index.ts'
import producer from '../producer/index.ts'
import reconciliation from '../reconciliation/index.ts'
import vectorization from '../vectorization/index.ts'
import { Crash, crashingDb } from './crash.ts'
import { TestQueues } from './queues.ts'
import type { Delivery } from './queues.ts'
import { FakeAi, FakeVectorize } from './fakes.ts'

declare global {
  namespace Cloudflare {
    interface Env {
      DB: D1Database
      MIGRATIONS: D1Migration[]
      CONTROL_URL: string
    }
  }
}

export const NOW = Date.parse('2026-11-24T09:00:00Z')
export const SETTLE_MS = 3000 // NOTION_SETTLE_MS of tests: two queries are a tenth of a second apart

const TABLES = [
  'records',
  'parts',
  'work',
  'analyses',
  'vectors',
  'pages',
  'runs',
  'sweeps',
  'run_records',
  'run_requests',
  'dead_letters',
  'parked',
  'merchant_keys',
  'merchants',
  'directory',
  'notion_sources',
  'stage_events',
]
const QUEUES = {
  sweep: 'SWEEP',
  enrich: 'ENRICH',
  'enrich-bulk': 'ENRICH_BULK',
  vectorize: 'VECTORIZE_QUEUE',
  reconcile: 'RECONCILE',
  'reconcile-bulk': 'RECONCILE_BULK',
  'sweep-dlq': 'SWEEP_DLQ',
  'enrich-dlq': 'ENRICH_DLQ',
  'vectorize-dlq': 'VECTORIZE_DLQ',
  'reconcile-dlq': 'RECONCILE_DLQ',
} as const
export type QueueName = keyof typeof QUEUES

export type TestWorld = Awaited<ReturnType<typeof newWorld>>

/** A Notion page as the stand-in tells it. */
export interface NotionPage {
  id: string
  in_trash: boolean
  properties: Record<string, Record<string, unknown>>
}

/** @param over what the outside world holds; @param settings over the usual ones */
export async function newWorld(over: Partial<World> = {}, settings: Record<string, string> = {}) {
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  await applyD1Migrations(platform.DB, platform.MIGRATIONS)
  await platform.DB.batch(TABLES.map((table) => platform.DB.prepare(`DELETE FROM ${table}`)))

  let outsideWorld = smallWorld(over)
  const outside = await ask<{ id: number; settings: Record<string, string> }>({
    ask: 'new',
    world: outsideWorld,
    limits: false,
  })
  onTestFinished(async () => {
    vi.unstubAllGlobals()
    vi.useRealTimers()
    await ask({ ask: 'close', id: outside.id })
  })
  const crash = new Crash()
  const queues = new TestQueues(crash)
  const ai = new FakeAi(crash)
  const vectorize = new FakeVectorize(crash)
  const holds: number[] = []
  const gate = {
    acquire: () => crash.edge(async () => ({ granted: true as const })),
    hold: async (ms: number) => void holds.push(ms),
  }
  const env = {
    ...outside.settings,
    HASH_KEY: 'a key of sixteen characters or more',
    ADMIN_TOKEN: 'admin-token',
    READ_ONLY_TOKEN: 'read-only-token',
    NOTION_SETTLE_MS: String(SETTLE_MS),
    NOTION_TIMEOUT_MS: '2000',
    ...settings,
    DB: crashingDb(platform.DB, crash),
    AI: ai,
    VECTORIZE: vectorize,
    GATE: { getByName: () => gate },
    ...Object.fromEntries(
      Object.entries(QUEUES).map(([name, binding]) => [binding, queues.binding(name)]),
    ),
  } as unknown as Parameters<typeof producer.fetch>[1] &
    Parameters<typeof enrichment.queue>[1] &
    Parameters<typeof vectorization.queue>[1] &
    Parameters<typeof reconciliation.queue>[1] &
    Parameters<typeof deadLetter.queue>[1]

  const real = globalThis.fetch
  vi.stubGlobal('fetch', (input: RequestInfo, init?: RequestInit) =>
    crash.edge(() => real(input, init)),
  )

  const context = {
    waitUntil() {},
    passThroughOnException() {},
    props: {},
  } as unknown as ExecutionContext
  const handlers: Record<QueueName, (batch: MessageBatch) => unknown> = {
    sweep: (batch) => producer.queue(batch, env),
    enrich: (batch) => enrichment.queue(batch, env, context),
    'enrich-bulk': (batch) => enrichment.queue(batch, env, context),
    vectorize: (batch) => vectorization.queue(batch, env, context),
    reconcile: (batch) => reconciliation.queue(batch, env, context),
    'reconcile-bulk': (batch) => reconciliation.queue(batch, env, context),
    'sweep-dlq': (batch) => deadLetter.queue(batch, env),
    'enrich-dlq': (batch) => deadLetter.queue(batch, env),
    'vectorize-dlq': (batch) => deadLetter.queue(batch, env),
    'reconcile-dlq': (batch) => deadLetter.queue(batch, env),
  }
  const names = Object.keys(QUEUES) as QueueName[]

  const world = {
    env,
    db: platform.DB,
    ai,
    vectorize,
    queues,
    crash,
    /** What the gates were told to hold, ms. */
    holds,

    advance(ms: number) {
      vi.setSystemTime(Date.now() + ms)
    },
    /** Fires a cron; the scheduled time is now. */
    async cron(which: 'backfill' | 'minute') {
      const cron = which === 'minute' ? '* * * * *' : '0 */6 * * *'
      await producer.scheduled(
        { cron, scheduledTime: Date.now(), noRetry() {} } as ScheduledController,
        env,
      )
    },
    fetch: (path: string, init?: RequestInit<IncomingRequestCfProperties>) =>
      producer.fetch(
        new Request<unknown, IncomingRequestCfProperties>(`https://door.test${path}`, init),
        env,
      ),

    /** One batch of a queue. @param bodies given by hand, in place of what waits there */
    deliver: (name: QueueName, bodies?: unknown[], size = 10): Promise<Delivery> =>
      queues.deliver(name, handlers[name], size, bodies),
    /** Delivers until no queue holds anything that is not delayed by much. */
    async drain() {
      for (let round = 0; round < 200; round++) {
        const name = names.find((one) => queues.of(one).length > 0)
        if (name === undefined) return
        await queues.deliver(name, handlers[name], 10)
      }
      throw new Error('the queues do not run dry')
    },
    /** A whole backfill, to its end. */
    async backfill() {
      await world.cron('backfill')
      await world.drain()
    },
    /** Time goes on, the minute cron fires, the queues run dry; so often. */
    async minutes(count: number, stepMs = 60_000) {
      for (let nth = 0; nth < count; nth++) {
        world.advance(stepMs)
        await world.cron('minute')
        await world.drain()
      }
    },

    /** Changes what the outside world holds. */
    async change(next: Partial<World>) {
      outsideWorld = { ...outsideWorld, ...next }
      await ask({ ask: 'world', id: outside.id, world: outsideWorld })
    },
    outside: <T>(target: 'openphone' | 'notion' | 'mailbox', method: string, ...args: unknown[]) =>
      ask<T>({ ask: 'call', id: outside.id, target, method, args }),
    requests: (target: 'openphone' | 'notion' | 'mailbox') =>
      ask<{ total: number; routes: Record<string, { total: number }> }>({
        ask: 'requests',
        id: outside.id,
        target,
      }),
    async pages(kind: 'call' | 'message' | 'mail' | 'canvas'): Promise<NotionPage[]> {
      const database = {
        call: outside.settings['NOTION_CALLS_DATABASE_ID'],
        message: outside.settings['NOTION_MESSAGES_DATABASE_ID'],
        mail: outside.settings['NOTION_MAIL_DATABASE_ID'],
        canvas: outside.settings['NOTION_CANVAS_DATABASE_ID'],
      }[kind]
      return world.outside<NotionPage[]>('notion', 'pages', database)
    },
    rows: async <T>(sql: string, ...values: unknown[]): Promise<T[]> =>
      (
        await platform.DB.prepare(sql)
          .bind(...values)
          .all<T>()
      ).results,
  }
  return world
}

/** One answered call with its transcript, one text message and one mail, all of one merchant. */
export function oneOfEach(): Pick<World, 'calls' | 'textMessages' | 'mails'> {
  const at = '2026-11-23T15:00:00.000Z'
  return {
    calls: [spokenCall(at)],
    textMessages: [textAt(at)],
    mails: [mailAt(at)],
  }
}

/** A call that somebody answered, transcribed and recorded. */
export function spokenCall(createdAt: string, over: Parameters<typeof callAt>[1] = {}) {
  const said = (content: string, start: number, ours: boolean) => ({
    content,
    start,
    end: start + 5,
    identifier: ours ? '+14155550100' : '+13105550123',
    actorId: ours ? 'US1' : null,
  })
  return callAt(createdAt, {
    recordings: [
      { id: 'CR1', status: 'completed', startTime: createdAt, duration: 60, type: 'audio/mpeg' },
    ],
    transcripts: [
      {
        recordingId: 'CR1',
        status: 'completed',
        startTime: createdAt,
        createdAt,
        duration: 60,
        dialogue: [
          said('Thanks for calling, this is Ana.', 0, true),
          said('The new reader is great, please send me a second one by Friday.', 6, false),
        ],
      },
    ],
    ...over,
  })
}

async function ask<T>(request: Ask): Promise<T> {
  const response = await realFetch(platform.CONTROL_URL, {
    method: 'POST',
    body: JSON.stringify(request),
  })
  const answer: unknown = await response.json()
  if (!response.ok) throw new Error(String(answer))
  return answer as T
}

const realFetch = globalThis.fetch
