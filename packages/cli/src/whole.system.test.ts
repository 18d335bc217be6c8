/**
 * The whole system, all Workers and the sandbox, started by the function behind `npm start`: the
 * sample workspace is filed, moves on, and is filed again at the cost of what is new.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CALLS_DATABASE_ID,
  CANVAS_DATABASE_ID,
  MAIL_DATABASE_ID,
  MESSAGES_DATABASE_ID,
} from '@switchboard/sandbox/http/notion/workspace'
import { sampleAdditions, sampleWorld } from '@switchboard/sandbox/sample/workspace'
import type { World } from '@switchboard/sandbox/world'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SIX_HOURLY, startHost } from './host.ts'
import type { Host } from './host.ts'
import { watchRun } from './progress.ts'
import type { RunReport } from './progress.ts'

const folder = mkdtempSync(join(tmpdir(), 'switchboard-'))
const anchor = new Date()
let world: World = sampleWorld(anchor)
let host: Host

beforeAll(async () => {
  host = await startHost({
    folder,
    port: 0,
    values: { ADMIN_TOKEN: 'admin', READ_ONLY_TOKEN: 'reader' },
    real: { openphone: false, notion: false, mailbox: false },
    hashKey: 'a key of sixteen characters or more',
    adminToken: 'admin',
    forgetSecret: 'a-third-secret-of-sixteen-or-more',
    linkSecret: 'a-secret-of-sixteen-characters',
    world: () => world,
    unlimited: true,
    ai: 'light',
    log: () => {},
  })
}, 60_000)

afterAll(async () => {
  await host.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** One backfill to its end. */
async function backfill(): Promise<RunReport> {
  await host.cron(SIX_HOURLY)
  const { items } = await host.api<{ items: { id: string }[] }>('runs')
  const ending = await watchRun(
    (path) => host.api(path),
    items[0]?.id ?? '',
    { line() {}, live() {} },
    {
      stopAtParked: true,
      stopped: () => false,
    },
  )
  if (ending === null || !ending.complete)
    throw new Error(`the run did not end: ${JSON.stringify(ending)}`)
  return ending.progress
}

interface Page {
  id: string
  in_trash: boolean
  properties: Record<
    string,
    {
      relation?: { id: string }[]
      title?: { plain_text: string }[]
      rich_text?: { plain_text: string }[]
      phone_number?: string
      email?: string
      checkbox?: boolean
    }
  >
}

function pages(databaseId: string): Page[] {
  return host.outside.notion.pages(databaseId) as unknown as Page[]
}

function titleOf(page: Page): string {
  return Object.values(page.properties)
    .flatMap(({ title }) => title ?? [])
    .map(({ plain_text }) => plain_text)
    .join('')
}

describe('the sample workspace', () => {
  test('is filed whole: 500 records, one page each', async () => {
    const { kinds } = await backfill()
    expect(kinds.call).toMatchObject({ synced: 150, failed: 0, skipped: 0 })
    expect(kinds.message).toMatchObject({ synced: 300, failed: 0, skipped: 0 })
    expect(kinds.mail).toMatchObject({ synced: 50, failed: 0, skipped: 0 })
    for (const [database, count] of [
      [CALLS_DATABASE_ID, 150],
      [MESSAGES_DATABASE_ID, 300],
      [MAIL_DATABASE_ID, 50],
    ] as const) {
      const made = pages(database)
      expect(made).toHaveLength(count)
      const ids = new Set(
        made.map(
          (page) => page.properties['MIME Message ID']?.rich_text?.[0]?.plain_text ?? titleOf(page),
        ),
      )
      expect(ids.size).toBe(count)
    }
  }, 120_000)

  test('sent one Notion request for each record, and what the run itself needs', () => {
    const { routes } = host.outside.notion.requests.counts()
    expect(routes['POST /v1/pages']?.total).toBe(500)
    // Four databases, their four schemas, one page of Canvas.
    expect(host.outside.notion.requests.total).toBe(509)
  })

  test('links records to the merchants who hold a number or address of theirs, and to nobody else', () => {
    const canvas = new Map(pages(CANVAS_DATABASE_ID).map((page) => [page.id, page]))
    const calls = pages(CALLS_DATABASE_ID)
    const linked = calls.filter((page) => (page.properties['Canvas']?.relation?.length ?? 0) > 0)
    expect(linked.length).toBeGreaterThan(75)
    expect(linked.length).toBeLessThan(150) // unknown callers, anonymous ones
    for (const page of linked)
      for (const { id } of page.properties['Canvas']?.relation ?? [])
        expect(canvas.has(id)).toBe(true)
    // Two merchants share a number: its calls belong to both.
    expect(calls.some((page) => (page.properties['Canvas']?.relation?.length ?? 0) > 1)).toBe(true)
  })

  test('moves on: 19 records are new, nothing else costs an AI call or a Notion write', async () => {
    const before = {
      pages: host.outside.notion.requests.counts().routes['POST /v1/pages']?.total ?? 0,
      updates: host.outside.notion.requests.counts().routes['PATCH /v1/pages/{id}']?.total ?? 0,
    }
    const more = sampleAdditions(new Date())
    world = {
      ...world,
      calls: [...world.calls, ...more.calls],
      textMessages: [...world.textMessages, ...more.textMessages],
      mails: [...world.mails, ...more.mails],
    }
    const { kinds, requests } = await backfill()
    expect(kinds.call).toMatchObject({ synced: 5, failed: 0, skipped: 150 })
    expect(kinds.message).toMatchObject({ synced: 12, failed: 0, skipped: 300 })
    expect(kinds.mail).toMatchObject({ synced: 2, failed: 0, skipped: 50 })
    const { routes } = host.outside.notion.requests.counts()
    expect(routes['POST /v1/pages']?.total).toBe(before.pages + 19)
    expect(routes['PATCH /v1/pages/{id}']?.total ?? 0).toBe(before.updates)
    expect(requests['workers-ai']).toBeLessThanOrEqual(2 * 19)
  }, 60_000)

  test('answers at the door: health to everybody, the API to whoever holds a token', async () => {
    const health = await fetch(`${host.url}/health`)
    expect(health.status).toBe(200)
    expect(await health.json()).toMatchObject({ ok: true })
    const as = (token: string, init: RequestInit = {}) =>
      fetch(`${host.url}/api/runs`, { ...init, headers: { Authorization: `Bearer ${token}` } })
    expect((await fetch(`${host.url}/api/runs`)).status).toBe(401)
    expect((await as('wrong')).status).toBe(401)
    expect((await as('reader')).status).toBe(200)
    expect((await as('reader', { method: 'POST' })).status).toBe(403)
    const bad = await as('admin', { method: 'POST', body: '{"days": 0}' })
    expect(bad.status).toBe(400)
    expect(await bad.json()).toMatchObject({ detail: expect.stringContaining('days') as string })
  })
})
