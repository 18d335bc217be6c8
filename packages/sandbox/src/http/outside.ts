/**
 * The whole outside world by HTTP: OpenPhone, Notion and a mailbox, started together on loopback
 * and seeded from one world, beside which calls and text messages may go on happening. Runs in the
 * caller's thread, in a worker or in a child process; other processes read the counts at `GET
 * /__sandbox/requests` of each.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import * as v from 'valibot'
import { Live } from '../live/live.ts'
import type { World } from '../world.ts'
import { type MailboxStandIn, startMailbox } from './mailbox.ts'
import { type NotionOptions, type NotionStandIn, startNotion } from './notion.ts'
import {
  CALLS_DATABASE_ID,
  CANVAS_DATABASE_ID,
  MAIL_DATABASE_ID,
  MESSAGES_DATABASE_ID,
} from './notion/workspace.ts'
import { type OpenPhoneOptions, type OpenPhoneStandIn, startOpenPhone } from './openphone.ts'

const PORTS = 'ports.json'

/** Worth nothing outside this machine. */
export const SANDBOX_OPENPHONE_KEY = 'sandbox-openphone-key'
export const SANDBOX_NOTION_TOKEN = 'ntn_sandbox'
export const SANDBOX_JMAP_TOKEN = 'sandbox-jmap-token'

export interface OutsideOptions {
  /** Where state is kept: Notion's, OpenPhone's webhooks, what lives; in memory otherwise. */
  stateDir?: string
  /** Asked at every request: the world may move on. */
  world: () => World
  /** Whether the outside limits hold. */
  limits: boolean
  /** ms since epoch */
  clock?: () => number
  visibilityMs?: NotionOptions['visibilityMs']
  /** How OpenPhone's webhooks are sent. */
  webhooks?: Omit<NonNullable<OpenPhoneOptions['webhooks']>, 'file'>
  ports?: { openphone?: number; notion?: number; mailbox?: number }
}

export interface Outside {
  openphone: OpenPhoneStandIn
  notion: NotionStandIn
  mailbox: MailboxStandIn
  /** Calls and text messages that go on happening, told to the webhooks. */
  live: Live
  /** The settings that point the pipeline here, by their exact names. */
  settings: Record<string, string>
  /** Takes over into Notion what the world has gained: new merchants. */
  reseed(): void
  close(): Promise<void>
}

export async function startOutside(options: OutsideOptions): Promise<Outside> {
  const { stateDir, limits, clock = Date.now, visibilityMs } = options
  if (stateDir !== undefined) mkdirSync(stateDir, { recursive: true })
  const ports = { ...(stateDir === undefined ? {} : await lastPorts(stateDir)), ...options.ports }
  const fileIn = (name: string) =>
    stateDir === undefined ? {} : { file: join(stateDir, `${name}.sqlite`) }
  const live = new Live({ base: options.world, clock, ...fileIn('live') })
  const world = () => live.world()
  const [openphone, notion, mailbox] = await Promise.all([
    startOpenPhone({
      world,
      key: SANDBOX_OPENPHONE_KEY,
      limits,
      clock,
      port: ports.openphone ?? 0,
      webhooks: { ...options.webhooks, ...fileIn('webhooks') },
    }),
    startNotion({
      token: SANDBOX_NOTION_TOKEN,
      limits,
      clock,
      port: ports.notion ?? 0,
      ...fileIn('notion'),
      ...(visibilityMs !== undefined && { visibilityMs }),
    }),
    startMailbox({ world, token: SANDBOX_JMAP_TOKEN, limits, clock, port: ports.mailbox ?? 0 }),
  ])
  if (stateDir !== undefined)
    notePorts(stateDir, {
      openphone: portOf(openphone.url),
      notion: portOf(notion.url),
      mailbox: portOf(mailbox.sessionUrl),
    })
  live.tell((happened, at) => void openphone.webhooks.emit(happened, at))
  notion.seed(world())
  return {
    openphone,
    notion,
    mailbox,
    live,
    settings: {
      OPENPHONE_API_KEY: SANDBOX_OPENPHONE_KEY,
      OPENPHONE_BASE_URL: openphone.url,
      NOTION_TOKEN: SANDBOX_NOTION_TOKEN,
      NOTION_BASE_URL: notion.url,
      NOTION_CANVAS_DATABASE_ID: CANVAS_DATABASE_ID,
      NOTION_CALLS_DATABASE_ID: CALLS_DATABASE_ID,
      NOTION_MESSAGES_DATABASE_ID: MESSAGES_DATABASE_ID,
      NOTION_MAIL_DATABASE_ID: MAIL_DATABASE_ID,
      JMAP_SESSION_URL: mailbox.sessionUrl,
      JMAP_TOKEN: SANDBOX_JMAP_TOKEN,
    },
    reseed: () => notion.seed(world()),
    close: async () => {
      live.close()
      await Promise.all([openphone.close(), notion.close(), mailbox.close()])
    },
  }
}

const Ports = v.object({ openphone: v.number(), notion: v.number(), mailbox: v.number() })
type Ports = v.InferOutput<typeof Ports>

/**
 * The ports of the last start, as far as nobody else has them now: media have them in their
 * addresses, and to whoever has filed one another address is another medium.
 */
async function lastPorts(stateDir: string): Promise<Partial<Ports>> {
  const file = join(stateDir, PORTS)
  if (!existsSync(file)) return {}
  const kept = v.safeParse(v.pipe(v.string(), v.parseJson(), Ports), readFileSync(file, 'utf8'))
  if (!kept.success) return {}
  const free = await Promise.all(
    Object.entries(kept.output).map(async ([name, port]) =>
      (await isFree(port)) ? [[name, port]] : [],
    ),
  )
  return Object.fromEntries(free.flat()) as Partial<Ports>
}

function notePorts(stateDir: string, ports: Ports): void {
  writeFileSync(join(stateDir, PORTS), JSON.stringify(ports))
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((answer) => {
    const probe = createServer()
    probe.once('error', () => answer(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => answer(true)))
  })
}
