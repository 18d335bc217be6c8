/**
 * What the `notion` commands reach: the real Notion or the sandbox's kept one, at its pace, and D1 as
 * `npm start` keeps it. The sandbox's files and D1 have one holder, so both take the state's lock.
 */
import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { D1Database } from '@cloudflare/workers-types'
import { connect } from '@switchboard/notion/client'
import type { Notion } from '@switchboard/notion/client'
import { propertyNames } from '@switchboard/notion/names'
import { startOutside } from '@switchboard/sandbox/http/outside'
import { sampleWorld } from '@switchboard/sandbox/sample/workspace'
import { readSettings } from '@switchboard/shared/config'
import type { Pace } from '@switchboard/shared/gate'
import type { SourceRole } from '@switchboard/shared/kinds'
import { Miniflare, convertV4MiniflareOptions } from 'miniflare'
import { migrate } from './migrate.ts'
import { checkValues, readValues, stateName } from './settings.ts'
import { ownWorkerd, takeState } from './state.ts'
import type { State } from './state.ts'
import { readDatabases } from './all-workers.ts'
import { PRODUCER, ROOT } from './workers.ts'

export interface NotionWorld {
  notion: Notion
  databases: Record<SourceRole, string>
  /** Whether pages are linked to Canvas. */
  links: boolean
  /** D1 as `npm start` keeps it. @throws SetupError while one runs */
  database(): Promise<D1Database>
  close(): Promise<void>
}

/**
 * @param environment settings, over `.dev.vars`
 * @param bare the databases of records are still to be made: only Canvas must be known
 * @throws SetupError, StageError config.invalid
 */
export async function openNotion(
  environment: NodeJS.ProcessEnv,
  bare: boolean,
): Promise<NotionWorld> {
  const values = readValues(environment)
  const real = 'NOTION_TOKEN' in values
  if (bare && real)
    for (const name of ['CALLS', 'MESSAGES', 'MAIL'])
      values[`NOTION_${name}_DATABASE_ID`] ??= 'none'
  const folder = resolve(
    ROOT,
    environment['STATE_DIR'] || '.state',
    stateName(values, checkValues(values)),
  )
  const closing: (() => unknown)[] = []
  let state: State | null = null
  const held = async () => {
    if (state !== null) return state
    const taken = await takeState(folder, false)
    closing.push(() => taken.release())
    state = taken
    return taken
  }
  const settings = readSettings(real ? values : { ...(await sandbox()), ...values }, [
    'NOTION_TOKEN',
    'NOTION_BASE_URL',
    'NOTION_RPS',
    'NOTION_TIMEOUT_MS',
    'NOTION_PROPERTY_MAP',
    'NOTION_CANVAS_DATABASE_ID',
    'NOTION_CALLS_DATABASE_ID',
    'NOTION_MESSAGES_DATABASE_ID',
    'NOTION_MAIL_DATABASE_ID',
    'RECONCILE_CANVAS',
  ])

  async function sandbox(): Promise<Record<string, string>> {
    const { anchor } = await held()
    const sample = sampleWorld(new Date(anchor))
    const stateDir = join(folder, 'sandbox')
    mkdirSync(stateDir, { recursive: true })
    const outside = await startOutside({ stateDir, world: () => sample, limits: false })
    closing.push(() => outside.close())
    return outside.settings
  }

  const notion = connect({
    baseUrl: settings.NOTION_BASE_URL,
    token: settings.NOTION_TOKEN,
    timeoutMs: settings.NOTION_TIMEOUT_MS,
    names: propertyNames(settings.NOTION_PROPERTY_MAP),
    outside: {
      fetch: (input, init) => fetch(input, init),
      pace: pace(real ? settings.NOTION_RPS : 0),
      now: Date.now,
    },
  })
  return {
    notion,
    databases: {
      canvas: settings.NOTION_CANVAS_DATABASE_ID,
      call: settings.NOTION_CALLS_DATABASE_ID,
      message: settings.NOTION_MESSAGES_DATABASE_ID,
      mail: settings.NOTION_MAIL_DATABASE_ID,
    },
    links: settings.RECONCILE_CANVAS,
    async database() {
      const taken = await held()
      const miniflare = new Miniflare(
        convertV4MiniflareOptions({
          workers: [
            {
              name: PRODUCER,
              compatibilityDate: '2026-11-01',
              modules: [{ type: 'ESModule', path: 'idle.mjs', contents: 'export default {}' }],
              d1Databases: await readDatabases(),
            },
          ],
          cf: false,
          resourcePersistencePath: join(folder, 'v3'),
        }),
      )
      closing.push(() => miniflare.dispose())
      const db = await miniflare.getD1Database('DB', PRODUCER)
      taken.noteWorkerd(ownWorkerd())
      await migrate(db)
      return db
    },
    async close() {
      for (const end of closing.toReversed()) await end()
      closing.length = 0
    },
  }
}

/** So many requests a second, evenly; 0: at once. */
function pace(perSecond: number): Pace {
  let next = 0
  return {
    async acquire() {
      const wait = next - Date.now()
      next = Math.max(next, Date.now()) + (perSecond === 0 ? 0 : 1000 / perSecond)
      if (wait > 0) await setTimeout(wait)
    },
    async hold(ms) {
      next = Math.max(next, Date.now() + ms)
    },
  }
}
