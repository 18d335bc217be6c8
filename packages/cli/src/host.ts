/**
 * All of Switchboard on one machine: every Worker in the real runtime through Miniflare's own API,
 * the sandbox in place of what is not real, state on disk. `npm start` and the whole-system tests
 * are this same function.
 */
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import type { D1Database } from '@cloudflare/workers-types'
import { EVENT_TYPES } from '@switchboard/openphone/webhook/payloads'
import { startAi } from '@switchboard/sandbox/ai/start'
import { startOutside } from '@switchboard/sandbox/http/outside'
import { openOrders } from '@switchboard/sandbox/orders'
import { startVectorize } from '@switchboard/sandbox/vectorize/start'
import type { World } from '@switchboard/sandbox/world'
import { forgetQueues } from '@switchboard/store/work'
import { Miniflare, convertV4MiniflareOptions } from 'miniflare'
import { allWorkers } from './all-workers.ts'
import { SEARCH_MIGRATIONS, migrate } from './migrate.ts'
import { NO_GATES } from './settings.ts'
import type { Real } from './settings.ts'
import { keepOwnListeners } from './signals.ts'
import { DOOR_PATH } from './webhook-commands.ts'
import { PRODUCER } from './workers.ts'

export const SIX_HOURLY = '0 */6 * * *'
const EVERY_MINUTE = '* * * * *'
const MINUTE_MS = 60_000
/** By which the sandbox's OpenPhone knows the webhook of this machine's door. */
const LABEL = 'npm start'
const TICK_MS = 20_000
/** After a restart: how long a create or an update of unknown outcome is left alone. */
const UPDATE_PAUSE_MS = 65_000

export interface HostOptions {
  folder: string // of the state
  port: number // 0: any free one
  values: Record<string, string> // settings that are set
  real: Real
  hashKey: string
  forgetSecret: string
  adminToken: string
  linkSecret: string
  world: () => World
  unlimited: boolean
  ai: 'full' | 'light'
  log: (line: { level: string; message: string }) => void
  /** A port for a debugger that looks into the Workers; 0: any. None where it is left out. */
  inspectorPort?: number
}

export interface Host {
  url: string
  adminToken: string
  db: D1Database
  texts: D1Database
  outside: Awaited<ReturnType<typeof startOutside>>
  ai: Awaited<ReturnType<typeof startAi>>
  /** Asks the API of the door, as an operator does. */
  api<T>(path: string): Promise<T>
  /** Fires a cron of the producer; resolves when its handler ends. */
  cron(cron: string, scheduledTime?: number): Promise<void>
  /** The minute cron, three times a minute so that nobody waits long, and the six-hourly one when due. */
  startClock(): void
  miniflare: Miniflare
  stop(): Promise<void>
}

type Stop = () => unknown

/** Starts everything; resolves when the door answers. */
export async function startHost(options: HostOptions): Promise<Host> {
  const stops: Stop[] = []
  try {
    return await assemble(options, stops)
  } catch (error) {
    for (const stop of stops.toReversed()) await stop()
    throw error
  }
}

async function assemble(options: HostOptions, stops: Stop[]): Promise<Host> {
  const sandbox = join(options.folder, 'sandbox')
  mkdirSync(sandbox, { recursive: true })
  const limits = !options.unlimited
  const port = options.port === 0 ? await freePort() : options.port // links name it
  const ai = await startAi({ mode: options.ai })
  stops.push(() => ai.stop())
  const vectorize = await startVectorize({ file: join(sandbox, 'vectorize.sqlite'), limits })
  stops.push(() => vectorize.close())
  const outside = await startOutside({ stateDir: sandbox, world: options.world, limits })
  stops.push(() => outside.close())
  // The key must be known when settings are bound, which is before the door has an address; what is
  // told meanwhile is delivered again in five seconds.
  const webhook = options.real.openphone
    ? null
    : outside.openphone.webhooks.ensure(LABEL, {
        url: `http://127.0.0.1:${options.port}${DOOR_PATH}`,
        events: EVENT_TYPES,
      })

  const adminToken = options.values['ADMIN_TOKEN'] ?? options.adminToken
  const { real } = options
  const orders = await openOrders({ outside, aiUrl: ai.url, token: adminToken, real })
  stops.push(() => orders.close())

  const bindings = {
    HASH_KEY: options.hashKey,
    FORGET_SECRET: options.forgetSecret,
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    LINK_SECRET: options.linkSecret,
    ...standIns(outside.settings, options.real),
    ...options.values,
    ADMIN_TOKEN: adminToken,
    SANDBOX_URL: orders.url,
    ...(webhook && {
      OPENPHONE_WEBHOOK_SECRETS: [webhook.key, options.values['OPENPHONE_WEBHOOK_SECRETS']].join(
        ' ',
      ),
    }),
    ...(options.unlimited ? NO_GATES : {}),
  }
  const workers = await allWorkers(bindings, join(options.folder, 'console'), {
    ai: ai.url,
    vectorize: vectorize.url,
  })
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      workers,
      host: '127.0.0.1',
      port,
      cf: false, // else it asks the network where we are
      resourcePersistencePath: join(options.folder, 'v3'),
      unsafeTriggerHandlers: true,
      handleStructuredLogs: options.log,
      ...(options.inspectorPort === undefined ? {} : { inspectorPort: options.inspectorPort }),
    }),
  )
  keepOwnListeners() // Miniflare's would end this process before anything is put away
  stops.push(() => miniflare.dispose())
  const url = (await miniflare.ready).href.replace(/\/$/, '')
  const db = await miniflare.getD1Database('DB', PRODUCER)
  await migrate(db)
  const texts = await miniflare.getD1Database('TEXT_INDEX', PRODUCER)
  await migrate(texts, SEARCH_MIGRATIONS)
  const settleMs = Number(options.values['NOTION_SETTLE_MS'] ?? 150_000)
  await forgetQueues(db, Date.now() - 10_000, { createMs: settleMs, updateMs: UPDATE_PAUSE_MS })

  if (webhook !== null) {
    outside.openphone.webhooks.change(webhook.id, { url: `${url}${DOOR_PATH}` })
    // What was tried while the door was away would come again in minutes.
    outside.openphone.webhooks.hurry(webhook.id)
  }

  const producer = await miniflare.getWorker(PRODUCER)
  const cron = async (expression: string, scheduledTime = Date.now()) => {
    await producer.scheduled({ cron: expression, scheduledTime: new Date(scheduledTime) })
  }
  let stopping = false
  const told = (error: unknown) => {
    if (!stopping) options.log({ level: 'error', message: String(error) })
  }
  return {
    url,
    adminToken,
    db,
    texts,
    outside,
    ai,
    miniflare,
    cron,
    async api<T>(path: string) {
      const response = await fetch(`${url}/api/${path}`, {
        headers: { Authorization: `Bearer ${adminToken}` },
      })
      if (!response.ok)
        throw new Error(`/api/${path} answered ${response.status}: ${await response.text()}`)
      return (await response.json()) as T
    },
    startClock() {
      let minute = Math.floor(Date.now() / MINUTE_MS)
      const timer = setInterval(() => {
        cron(EVERY_MINUTE).catch(told)
        const now = Math.floor(Date.now() / MINUTE_MS)
        if (now !== minute && now % (6 * 60) === 0) cron(SIX_HOURLY, now * MINUTE_MS).catch(told)
        minute = now
      }, TICK_MS)
      stops.push(() => clearInterval(timer))
    },
    async stop() {
      stopping = true
      for (const stop of stops.toReversed()) await stop()
      stops.length = 0
    },
  }
}

/** Any port that nobody has now. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('there is no port')
  return address.port
}

/** The sandbox's settings for the systems that are not real. */
function standIns(settings: Record<string, string>, real: Real): Record<string, string> {
  const skipped = [
    ...(real.openphone ? ['OPENPHONE_'] : []),
    ...(real.notion ? ['NOTION_'] : []),
    ...(real.mailbox ? ['JMAP_'] : []),
  ]
  return Object.fromEntries(
    Object.entries(settings).filter(([name]) => !skipped.some((prefix) => name.startsWith(prefix))),
  )
}
