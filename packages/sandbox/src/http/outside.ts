/**
 * The whole outside world by HTTP: OpenPhone, Notion and a mailbox, started together on loopback
 * and seeded from one world. Runs in the caller's thread, in a worker or in a child process; other
 * processes read the counts at `GET /__sandbox/requests` of each.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { World } from '../world.ts'
import { type MailboxStandIn, startMailbox } from './mailbox.ts'
import { type NotionOptions, type NotionStandIn, startNotion } from './notion.ts'
import {
  CALLS_DATABASE_ID,
  CANVAS_DATABASE_ID,
  MAIL_DATABASE_ID,
  MESSAGES_DATABASE_ID,
} from './notion/workspace.ts'
import { type OpenPhoneStandIn, startOpenPhone } from './openphone.ts'

/** Worth nothing outside this machine. */
export const SANDBOX_OPENPHONE_KEY = 'sandbox-openphone-key'
export const SANDBOX_NOTION_TOKEN = 'ntn_sandbox'
export const SANDBOX_JMAP_TOKEN = 'sandbox-jmap-token'

export interface OutsideOptions {
  /** Where Notion's state is kept; in memory where it is left out. */
  stateDir?: string
  /** Asked at every request: the world may move on. */
  world: () => World
  /** Whether the outside limits hold. */
  limits: boolean
  /** ms since epoch */
  clock?: () => number
  visibilityMs?: NotionOptions['visibilityMs']
  ports?: { openphone?: number; notion?: number; mailbox?: number }
}

export interface Outside {
  openphone: OpenPhoneStandIn
  notion: NotionStandIn
  mailbox: MailboxStandIn
  /** The settings that point the pipeline here, by their exact names. */
  settings: Record<string, string>
  /** Takes over into Notion what the world has gained: new merchants. */
  reseed(): void
  close(): Promise<void>
}

export async function startOutside(options: OutsideOptions): Promise<Outside> {
  const { stateDir, world, limits, clock = Date.now, visibilityMs, ports = {} } = options
  if (stateDir !== undefined) mkdirSync(stateDir, { recursive: true })
  const [openphone, notion, mailbox] = await Promise.all([
    startOpenPhone({
      world,
      key: SANDBOX_OPENPHONE_KEY,
      limits,
      clock,
      port: ports.openphone ?? 0,
    }),
    startNotion({
      token: SANDBOX_NOTION_TOKEN,
      limits,
      clock,
      port: ports.notion ?? 0,
      ...(stateDir !== undefined && { file: join(stateDir, 'notion.sqlite') }),
      ...(visibilityMs !== undefined && { visibilityMs }),
    }),
    startMailbox({ world, token: SANDBOX_JMAP_TOKEN, limits, clock, port: ports.mailbox ?? 0 }),
  ])
  notion.seed(world())
  return {
    openphone,
    notion,
    mailbox,
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
      await Promise.all([openphone.close(), notion.close(), mailbox.close()])
    },
  }
}
