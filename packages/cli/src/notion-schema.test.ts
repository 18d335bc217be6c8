/** The schema commands against the sandbox's Notion: what they say, what they mend. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { connect } from '@switchboard/notion/client'
import { propertyNames } from '@switchboard/notion/names'
import { smallWorld } from '@switchboard/sandbox/http/small-world'
import { startOutside } from '@switchboard/sandbox/http/outside'
import {
  CALLS_DATA_SOURCE_ID,
  CANVAS_DATA_SOURCE_ID,
  MAIL_DATA_SOURCE_ID,
  MESSAGES_DATA_SOURCE_ID,
  ROOT_PAGE_ID,
} from '@switchboard/sandbox/http/notion/workspace'
import { readSettings } from '@switchboard/shared/config'
import { describe, onTestFinished, test } from 'vitest'
import { check, create, setup } from './notion-schema.ts'
import type { NotionWorld } from './notion-world.ts'
import { ROOT } from './workers.ts'

interface Sandbox {
  close(): Promise<void>
  world: NotionWorld
  said: string[]
  say: (line: string) => void
  /** A person's change of a data source. */
  alter: (dataSourceId: string, properties: object) => Promise<void>
  views: (databaseId: string) => { name?: unknown; type?: unknown }[]
}

async function newSandbox(settings: Record<string, string> = {}, stateDir?: string) {
  const outside = await startOutside({
    world: () => smallWorld(),
    limits: false,
    visibilityMs: 0,
    ...(stateDir !== undefined && { stateDir }),
  })
  let closed = false
  const close = async () => {
    if (!closed) await outside.close()
    closed = true
  }
  onTestFinished(close)
  const read = readSettings({ ...outside.settings, ...settings }, [
    'NOTION_TOKEN',
    'NOTION_BASE_URL',
    'NOTION_PROPERTY_MAP',
    'NOTION_CANVAS_DATABASE_ID',
    'NOTION_CALLS_DATABASE_ID',
    'NOTION_MESSAGES_DATABASE_ID',
    'NOTION_MAIL_DATABASE_ID',
    'RECONCILE_CANVAS',
  ])
  const said: string[] = []
  const sandbox: Sandbox = {
    close,
    said,
    say: (line) => said.push(line),
    views: (databaseId) => outside.notion.views(databaseId),
    async alter(dataSourceId, properties) {
      const response = await fetch(`${read.NOTION_BASE_URL}/v1/data_sources/${dataSourceId}`, {
        method: 'PATCH',
        headers: {
          authorization: `Bearer ${read.NOTION_TOKEN}`,
          'notion-version': '2026-03-11',
        },
        body: JSON.stringify({ properties }),
      })
      if (!response.ok) throw new Error(await response.text())
    },
    world: {
      notion: connect({
        baseUrl: read.NOTION_BASE_URL,
        token: read.NOTION_TOKEN,
        timeoutMs: 5000,
        names: propertyNames(read.NOTION_PROPERTY_MAP),
        outside: {
          fetch: (input, init) => fetch(input, init),
          pace: { acquire: async () => {}, hold: async () => {} },
          now: Date.now,
        },
      }),
      databases: {
        canvas: read.NOTION_CANVAS_DATABASE_ID,
        call: read.NOTION_CALLS_DATABASE_ID,
        message: read.NOTION_MESSAGES_DATABASE_ID,
        mail: read.NOTION_MAIL_DATABASE_ID,
      },
      links: read.RECONCILE_CANVAS,
      database: () => Promise.reject(new Error('no database here')),
      close: async () => {},
    },
  }
  return sandbox
}

/** Five faults, one of each sort that a person makes. */
async function plantFive({ alter }: Sandbox): Promise<void> {
  await alter(CALLS_DATA_SOURCE_ID, { 'Lead Score': null })
  await alter(CALLS_DATA_SOURCE_ID, { 'Call ID': { name: 'Anruf' } })
  await alter(MESSAGES_DATA_SOURCE_ID, { Content: { number: {} } })
  await alter(MAIL_DATA_SOURCE_ID, { Keywords: { name: 'Tags' } })
  await alter(MAIL_DATA_SOURCE_ID, {
    Canvas: { relation: { data_source_id: CALLS_DATA_SOURCE_ID, single_property: {} } },
  })
}
const FIVE = [
  'FAULT Calls: Call ID: the title property has the name "Anruf"; give it the name "Call ID"',
  'FAULT Calls: Lead Score: there is no such property; add it as Number',
  'FAULT Messages: Content: the property has the type Number; change it to Text',
  'FAULT Mail: Keywords: there is no such property; add it as Multi-select',
  'FAULT Mail: Canvas: the relation leads to another database than NOTION_CANVAS_DATABASE_ID names; point it to Canvas',
]

describe('check', () => {
  test('finds no fault with the databases as they must be', async ({ expect }) => {
    const { world, said, say } = await newSandbox()
    expect(await check(world, say)).toBe(true)
    expect(said).toEqual(['The databases are as they must be.'])
  })

  test('says five planted faults, and nothing else that starts with FAULT', async ({ expect }) => {
    const sandbox = await newSandbox()
    await plantFive(sandbox)
    expect(await check(sandbox.world, sandbox.say)).toBe(false)
    expect(sandbox.said.filter((line) => line.startsWith('FAULT'))).toEqual(FIVE)
  })

  test('a database that is not shared is one fault and hides no other', async ({ expect }) => {
    const none = '00000000-0000-4000-8000-000000000000'
    const { world, said, say, alter } = await newSandbox({ NOTION_CANVAS_DATABASE_ID: none })
    await alter(MAIL_DATA_SOURCE_ID, { Body: null })
    expect(await check(world, say)).toBe(false)
    expect(said).toEqual([
      expect.stringMatching(
        /^FAULT Canvas: database: NOTION_CANVAS_DATABASE_ID: the database is not shared.*; add the connection/,
      ),
      'FAULT Mail: Body: there is no such property; add it as Text',
    ])
  })

  test('goes by the names of NOTION_PROPERTY_MAP', async ({ expect }) => {
    const map = 'Calls.Call ID = Anruf-ID; Mail.From=Von'
    const { world, said, say, alter } = await newSandbox({ NOTION_PROPERTY_MAP: map })
    await alter(CALLS_DATA_SOURCE_ID, { 'Call ID': { name: 'Anruf-ID' } })
    expect(await check(world, say)).toBe(false)
    expect(said).toEqual(['FAULT Mail: Von: there is no such property; add it as Email'])
    await alter(MAIL_DATA_SOURCE_ID, { From: { name: 'Von' } })
    expect(await check(world, say)).toBe(true)
  })
})

describe('setup', () => {
  test('adds what is missing and leaves what has another type', async ({ expect }) => {
    const sandbox = await newSandbox()
    await plantFive(sandbox)
    expect(await setup(sandbox.world, sandbox.say)).toBe(false)
    expect(sandbox.said).toEqual([
      'Added Calls: Call ID',
      'Added Calls: Lead Score',
      'Added Mail: Keywords',
      FIVE[2],
      FIVE[4],
    ])
  })

  test('makes a missing relation both ways', async ({ expect }) => {
    const { world, said, say, alter } = await newSandbox()
    await alter(CALLS_DATA_SOURCE_ID, { Canvas: null })
    expect(await setup(world, say)).toBe(true)
    expect(said[0]).toBe('Added Calls: Canvas')
    expect(await propertyNamesOf(world, CANVAS_DATA_SOURCE_ID)).toContain('Calls')
  })

  test('--create makes three databases that check finds no fault with', async ({ expect }) => {
    const { world, said, say, views } = await newSandbox()
    expect(await create(world, ROOT_PAGE_ID, say)).toBe(true)
    const settings = Object.fromEntries(
      said.flatMap((line) => {
        const found = /^(NOTION_\w+)=(.+)$/.exec(line)
        return found === null ? [] : [[found[1], found[2]]]
      }),
    ) as Record<string, string>
    expect(Object.keys(settings)).toHaveLength(3)
    const databases = {
      canvas: world.databases.canvas,
      call: settings['NOTION_CALLS_DATABASE_ID'] ?? '',
      message: settings['NOTION_MESSAGES_DATABASE_ID'] ?? '',
      mail: settings['NOTION_MAIL_DATABASE_ID'] ?? '',
    }
    expect(Object.values(databases).filter((id) => id === '')).toEqual([])
    expect(databases.call).not.toBe(world.databases.call)
    expect(said.filter((line) => line.startsWith('Made'))).toEqual([
      'Made Calls',
      'Made Messages',
      'Made Mail',
    ])
    for (const id of [databases.call, databases.message, databases.mail])
      expect(views(id).map(({ name, type }) => [name, type])).toEqual([
        ['Newest first', 'table'],
        ['Without merchant', 'table'],
        ['Unhappy', 'table'],
      ])
    expect(await check({ ...world, databases }, say)).toBe(true)
    expect(await propertyNamesOf(world, CANVAS_DATA_SOURCE_ID)).toEqual(
      expect.arrayContaining(['Calls', 'Messages', 'Mail']),
    )
  })
})

test('the command itself: FAULT lines on stdout, exit code 1', async ({ expect }) => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-notion-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const sandbox = await newSandbox({}, join(folder, 'sandbox/sandbox'))
  await plantFive(sandbox)
  await sandbox.close()
  const run = (...rest: string[]) =>
    promisify(execFile)(process.execPath, [join(ROOT, 'packages/cli/src/notion.ts'), ...rest], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], STATE_DIR: folder },
    })
  const failed = await run('check').catch((error: unknown) => error)
  expect(failed).toMatchObject({ code: 1, stdout: `${FIVE.join('\n')}\n` })
}, 60_000)

async function propertyNamesOf({ notion }: NotionWorld, dataSourceId: string): Promise<string[]> {
  const source = await notion.client.dataSources.retrieve({ data_source_id: dataSourceId })
  return Object.keys(source.properties)
}
