/**
 * One world for a Worker test: real D1, every Worker's real handlers, the sandbox's stand-ins for
 * OpenPhone, Notion and the mailbox over loopback, and in the test's own hands what it must steer:
 * clock, queues, AI, Vectorize, gates, and where a Worker dies.
 */
import { env as platform } from 'cloudflare:workers'
import { createExecutionContext } from 'cloudflare:test'
import type { Fault } from '@switchboard/sandbox/http/faults'
import { smallWorld } from '@switchboard/sandbox/http/small-world'
import type { Ask } from '@switchboard/sandbox/testing/ask'
import type { World } from '@switchboard/sandbox/world'
import type { Kind, SourceRole } from '@switchboard/shared/kinds'
import type { QueueMessage } from '@switchboard/shared/queue-message'
import { runProgress } from '@switchboard/store/runs'
import { emptyDatabase, emptyTextIndex } from '@switchboard/store/test/database'
import { forgetQueues } from '@switchboard/store/work'
import { onTestFinished, vi } from 'vitest'
import archive from '../archive/index.ts'
import type { Env as ArchiveEnv } from '../archive/ports.ts'
import deadLetter from '../dead-letter/index.ts'
import type { Env as DeadLetterEnv } from '../dead-letter/ports.ts'
import enrichment from '../enrichment/index.ts'
import type { Env as EnrichmentEnv } from '../enrichment/ports.ts'
import producer from '../producer/index.ts'
import { openMail, receiveMail } from '../producer/mail/mail.ts'
import { clearCache } from '../producer/search/cache.ts'
import type { Env as ProducerEnv } from '../producer/ports.ts'
import reconciliation from '../reconciliation/index.ts'
import type { Env as ReconciliationEnv } from '../reconciliation/ports.ts'
import vectorization from '../vectorization/index.ts'
import type { Env as VectorizationEnv } from '../vectorization/ports.ts'
import { Crash } from './crash.ts'
import { TestD1 } from './d1.ts'
import { FakeAi, FakeVectorize } from './fakes.ts'
import { TestQueues } from './queues.ts'
import { TestR2, emptyBucket } from './r2.ts'
import type { Delivery } from './queues.ts'

declare global {
  namespace Cloudflare {
    interface Env {
      DB: D1Database
      FILES: R2Bucket
      TEXT_INDEX: D1Database
      CACHE: KVNamespace
      CONTROL_URL: string
    }
  }
}

export const NOW = Date.parse('2026-11-24T09:00:00Z')
export const SETTLE_MS = 150_000
const UPDATE_PAUSE_MS = 65_000

type Env = ProducerEnv &
  EnrichmentEnv &
  VectorizationEnv &
  ReconciliationEnv &
  ArchiveEnv &
  DeadLetterEnv
type GateState = Awaited<ReturnType<ReturnType<ProducerEnv['GATE']['getByName']>['describe']>>
type Target = 'openphone' | 'notion' | 'mailbox'

/** A test may go through many worlds, one after another. */
let closeLast = async () => {}

export type TestWorld = Awaited<ReturnType<typeof newWorld>>

/** A Notion page as the stand-in tells it. */
export interface NotionPage {
  id: string
  in_trash: boolean
  properties: Record<string, Record<string, unknown>>
}

/** A property's text, as a person reads it. */
export function textOf(page: NotionPage | undefined, property: string): string {
  const { type, ...rest } = page?.properties[property] ?? {}
  const pieces = (rest as Record<string, unknown>)[String(type)]
  return (pieces as { plain_text: string }[]).map((piece) => piece.plain_text).join('')
}

/**
 * @param over what the outside world holds
 * @param settings over the usual ones
 * @param clock the outside world goes by the test's time, as far as `outsideClock` tells it
 */
export async function newWorld(
  over: Partial<World> = {},
  settings: Record<string, string> = {},
  clock: 'real' | 'test' = 'real',
) {
  await closeLast()
  vi.useFakeTimers({ toFake: ['Date'], now: NOW })
  await emptyDatabase()
  await emptyTextIndex()

  let outsideWorld = smallWorld(over)
  const outside = await ask<{ id: number; settings: Record<string, string> }>({
    ask: 'new',
    world: outsideWorld,
    limits: false,
    now: clock === 'test' ? NOW : undefined,
  })
  closeLast = async () => {
    closeLast = async () => {}
    vi.unstubAllGlobals()
    vi.useRealTimers()
    await ask({ ask: 'close', id: outside.id })
  }
  onTestFinished(() => closeLast())
  const crash = new Crash()
  const queues = new TestQueues(crash)
  const d1 = new TestD1(platform.DB, crash)
  const textIndex = new TestD1(platform.TEXT_INDEX, crash)
  await emptyBucket(platform.FILES)
  await clearCache(platform.CACHE)
  const r2 = new TestR2(platform.FILES, crash)
  const ai = new FakeAi(crash)
  const vectorize = new FakeVectorize(crash)
  const gate = new FakeGate(crash)
  const fixed: Env & Record<string, unknown> = {
    DB: d1.binding,
    TEXT_INDEX: textIndex.binding,
    FILES: r2.binding,
    CACHE: platform.CACHE,
    ASSETS: { fetch: async (request) => asset(request), connect: noSocket },
    AI: ai,
    VECTORIZE: vectorize,
    GATE: { getByName: () => gate },
    SWEEP: queues.binding('sweep'),
    ENRICH: queues.binding('enrich'),
    ENRICH_BULK: queues.binding('enrich-bulk'),
    VECTORIZE_QUEUE: queues.binding('vectorize'),
    RECONCILE: queues.binding('reconcile'),
    RECONCILE_BULK: queues.binding('reconcile-bulk'),
    ARCHIVE: queues.binding('archive'),
    SWEEP_DLQ: queues.binding('sweep-dlq'),
    ENRICH_DLQ: queues.binding('enrich-dlq'),
    VECTORIZE_DLQ: queues.binding('vectorize-dlq'),
    RECONCILE_DLQ: queues.binding('reconcile-dlq'),
    ARCHIVE_DLQ: queues.binding('archive-dlq'),
  }
  /** What a Worker finds in its environment; a test may set and delete. */
  const env = Object.assign(fixed, outside.settings, {
    HASH_KEY: 'a key of sixteen characters or more',
    FORGET_SECRET: 'another key of sixteen or more',
    ADMIN_TOKEN: 'admin-token',
    READ_ONLY_TOKEN: 'read-only-token',
    NOTION_SETTLE_MS: String(SETTLE_MS),
    NOTION_TIMEOUT_MS: '2000',
    ...settings,
  })

  const { fetch, setTimeout } = globalThis // the platform's own refuse to be called as methods
  vi.stubGlobal('fetch', (input: RequestInfo, init?: RequestInit) => {
    const request = new Request(input, init)
    return crash.edge(() => fetch(request), `${request.method} ${new URL(request.url).pathname}`)
  })
  // Pauses between two tries, shortened; the time-outs of requests are longer and stay.
  vi.stubGlobal('setTimeout', (run: () => void, ms = 0) =>
    setTimeout(run, ms <= 5000 ? ms / 50 : ms),
  )

  const context = createExecutionContext()
  const enrich = (batch: MessageBatch) => enrichment.queue(batch, env, context)
  const reconcile = (batch: MessageBatch) => reconciliation.queue(batch, env, context)
  const file = (batch: MessageBatch) => deadLetter.queue(batch, env)
  const handlers = {
    sweep: (batch: MessageBatch) => producer.queue(batch, env),
    enrich,
    'enrich-bulk': enrich,
    vectorize: (batch: MessageBatch) => vectorization.queue(batch, env, context),
    reconcile,
    'reconcile-bulk': reconcile,
    archive: (batch: MessageBatch) => archive.queue(batch, env, context),
    'sweep-dlq': file,
    'enrich-dlq': file,
    'vectorize-dlq': file,
    'reconcile-dlq': file,
    'archive-dlq': file,
  }
  type QueueName = keyof typeof handlers
  const names = Object.keys(handlers) as QueueName[]

  const world = {
    env,
    db: platform.DB,
    d1,
    textIndex,
    texts: platform.TEXT_INDEX,
    files: platform.FILES,
    r2,
    ai,
    vectorize,
    gate,
    queues,
    crash,

    advance(ms: number) {
      vi.setSystemTime(Date.now() + ms)
    },
    /** Fires a cron; the scheduled time is now. */
    cron: (which: 'backfill' | 'minute') =>
      crash.invoke(() =>
        producer.scheduled(
          {
            cron: which === 'minute' ? '* * * * *' : '0 */6 * * *',
            scheduledTime: Date.now(),
            noRetry() {},
          },
          env,
        ),
      ),
    fetch: (path: string, init?: RequestInit<IncomingRequestCfProperties>) =>
      producer.fetch(
        new Request<unknown, IncomingRequestCfProperties>(`https://door.test${path}`, init),
        env,
      ),
    /** As `fetch`, with a request that somebody else has made. */
    send: (request: Request) =>
      producer.fetch(new Request<unknown, IncomingRequestCfProperties>(request), env),

    /** Email Routing hands a raw mail over. */
    routeMail: (
      raw: string | Uint8Array,
      envelope: { from?: string; to?: string; size?: number } = {},
    ) => {
      const bytes = typeof raw === 'string' ? new TextEncoder().encode(raw) : raw
      return crash.invoke(() =>
        receiveMail(
          {
            from: envelope.from ?? 'owner@bakery.example',
            to: envelope.to ?? 'hello@ours.example',
            raw: new Blob([bytes]).stream(),
            rawSize: envelope.size ?? bytes.length,
          },
          openMail(env),
        ),
      )
    },

    /** One batch of a queue. @param bodies given by hand, in place of what waits there */
    deliver: (name: QueueName, bodies?: unknown[], size?: number): Promise<Delivery> =>
      queues.deliver(name, handlers[name], { bodies, size }),
    /** Delivers until no queue holds anything that is due. @param except left to wait */
    async drain(except: QueueName[] = []) {
      for (let round = 0; round < 500; round++) {
        const name = names.find((one) => !except.includes(one) && queues.ready(one).length > 0)
        if (name === undefined) return
        await world.deliver(name)
      }
      throw new Error('the queues do not run dry')
    },
    /** A whole backfill, as far as it goes without time passing. */
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
    /** A local start after a kill: the queues are gone, every holder is dead. */
    async restart() {
      queues.lose()
      await forgetQueues(platform.DB, Date.now() - 10_000, {
        createMs: SETTLE_MS,
        updateMs: UPDATE_PAUSE_MS,
      })
    },

    /** Changes what the outside world holds. */
    async change(next: Partial<World>) {
      outsideWorld = { ...outsideWorld, ...next }
      await ask({ ask: 'world', id: outside.id, world: outsideWorld })
    },
    /** Tells the outside the test's time. */
    outsideClock: () => ask({ ask: 'clock', id: outside.id, now: Date.now() }),
    outside: <T>(target: Target, method: string, ...args: unknown[]) =>
      ask<T>({ ask: 'call', id: outside.id, target, method, args }),
    /** The next requests whose method and path hold these words fail so. */
    fail: (target: Target, words: string, fault: number | Fault, times = 1) =>
      ask({ ask: 'call', id: outside.id, target, method: 'fail', args: [words, fault, times] }),
    /** How often a Worker has asked anybody outside, AI and Vectorize too. */
    async asked(): Promise<number> {
      const stands = await Promise.all(
        (['openphone', 'notion', 'mailbox'] as const).map((target) => world.requests(target)),
      )
      return stands.reduce((sum, count) => sum + count, ai.requests.length + vectorize.requests)
    },
    /** How many requests a stand-in has had: of a route, or all. */
    async requests(target: Target, route?: string): Promise<number> {
      const counts = await ask<{ total: number; routes: Record<string, { total: number }> }>({
        ask: 'requests',
        id: outside.id,
        target,
      })
      return route === undefined ? counts.total : (counts.routes[route]?.total ?? 0)
    },
    databaseId: (role: SourceRole) => outside.settings[DATABASES[role]] ?? '',
    pages: (role: SourceRole) =>
      world.outside<NotionPage[]>('notion', 'pages', outside.settings[DATABASES[role]]),

    rows: async <T>(sql: string, ...values: unknown[]): Promise<T[]> =>
      (
        await platform.DB.prepare(sql)
          .bind(...values)
          .all<T>()
      ).results,
    owed: () =>
      world.rows<{
        kind: Kind
        id: string
        stage: string
        tries: number
        parked_on: string | null
      }>(
        `SELECT kind, id, stage, tries, parked_on FROM work WHERE done < wanted
          ORDER BY stage, kind, id`,
      ),
    letters: () =>
      world.rows<{
        stage: string
        kind: string
        id: string
        failure: string
        reason: string
        attempts: number
      }>(
        `SELECT stage, kind, id, failure, reason, attempts FROM dead_letters
          WHERE closed_at IS NULL ORDER BY stage, kind, id`,
      ),
    parked: async () =>
      (await world.rows<{ scope: string }>(`SELECT scope FROM parked ORDER BY scope`)).map(
        ({ scope }) => scope,
      ),
    /** Of the newest run: synced, failed, skipped, open; all kinds together. */
    async totals() {
      const [run] = await world.rows<{ id: string }>(
        `SELECT id FROM runs ORDER BY started_at DESC LIMIT 1`,
      )
      const progress = await runProgress(platform.DB, run?.id ?? '')
      const kinds = Object.values(progress?.kinds ?? {})
      const sum = (of: 'synced' | 'failed' | 'skipped' | 'open') =>
        kinds.reduce((total, kind) => total + kind[of], 0)
      return {
        synced: sum('synced'),
        failed: sum('failed'),
        skipped: sum('skipped'),
        open: sum('open'),
        complete: progress?.complete ?? false,
      }
    },
  }
  return world
}

const DATABASES: Record<SourceRole, string> = {
  canvas: 'NOTION_CANVAS_DATABASE_ID',
  call: 'NOTION_CALLS_DATABASE_ID',
  message: 'NOTION_MESSAGES_DATABASE_ID',
  mail: 'NOTION_MAIL_DATABASE_ID',
}

/** A queue message as a stage's queue carries it. */
export function queueMessage(
  key: { kind: Kind; id: string },
  over: Partial<QueueMessage> = {},
): QueueMessage {
  return { v: 1, ...key, lane: 'bulk', cause: 'backfill', enqueuedAt: Date.now(), ...over }
}

/** Grants at once, and notes what it is told to hold. */
class FakeGate {
  readonly holds: number[] = []
  /** What it tells of itself. */
  state: Pick<GateState, 'rate' | 'waiting' | 'minutes'> = {
    rate: null,
    waiting: { live: 0, bulk: 0 },
    minutes: [],
  }
  /** Happens once, while a handler waits for its turn. */
  meanwhile: (() => Promise<void>) | null = null
  readonly #crash: Crash
  #later = 0

  constructor(crash: Crash) {
    this.#crash = crash
  }

  /** The next callers' turn does not come in time. */
  crowd(times: number): void {
    this.#later = times
  }

  acquire() {
    return this.#crash.edge(async () => {
      const { meanwhile } = this
      this.meanwhile = null
      await meanwhile?.()
      if (this.#later === 0) return { granted: true as const }
      this.#later -= 1
      return { granted: false as const, notBefore: Date.now() + 60_000 }
    })
  }

  async hold(ms: number): Promise<void> {
    this.holds.push(ms)
  }

  describe() {
    const { rate, waiting, minutes } = this.state
    return {
      rate,
      waiting,
      holdUntil: 0,
      nextAt: 0,
      grantedLastMinute: { live: 0, bulk: 0 },
      minutes,
    }
  }
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

/** The console as far as a Worker test needs it. */
function asset(request: RequestInfo | URL): Response {
  const { pathname } = new URL(request instanceof Request ? request.url : request)
  return pathname === '/' ? new Response('<!doctype html>') : new Response(null, { status: 404 })
}

function noSocket(): never {
  throw new Error('no Worker opens a socket')
}

const realFetch = globalThis.fetch
