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
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { sampleAdditions, sampleWorld } from '@switchboard/sandbox/sample/workspace'
import type { World } from '@switchboard/sandbox/world'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SIX_HOURLY } from './host.ts'
import { startSandboxHost } from './sandbox-host.ts'
import { notionPages } from './testing/notion-pages.ts'
import type { NotionPage } from './testing/notion-pages.ts'
import type { Host } from './host.ts'
import { mentionsIn } from '@switchboard/store/mentions'
import { watchRun } from './progress.ts'
import type { RunReport } from './progress.ts'
import { PRODUCER } from './workers.ts'

const folder = mkdtempSync(join(tmpdir(), 'switchboard-'))
const anchor = new Date()
let world: World = sampleWorld(anchor)
let host: Host

beforeAll(async () => {
  host = await startSandboxHost({
    folder,
    values: { ADMIN_TOKEN: 'admin', READ_ONLY_TOKEN: 'reader' },
    world: () => world,
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

const pages = (databaseId: string) => notionPages(host, databaseId)

function titleOf(page: NotionPage): string {
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
    // Four databases, their four schemas, one page of Canvas, and whether another tool files mails.
    expect(host.outside.notion.requests.total).toBe(510)
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

/** An assistant's own client, at the door. */
async function assistant(): Promise<Client> {
  const client = new Client({ name: 'an assistant', version: '1' })
  const headers = { Authorization: 'Bearer reader' }
  await client.connect(
    new StreamableHTTPClientTransport(new URL(`${host.url}/mcp`), { requestInit: { headers } }),
  )
  return client
}

/** What a tool told, between its marks. */
async function told<T>(client: Client, name: string, input: Record<string, unknown>): Promise<T> {
  const { content } = await client.callTool({ name, arguments: input })
  const [, json] =
    /^<record-data>\n([\s\S]*)\n<\/record-data>$/.exec(
      (content as { text: string }[])[0]?.text ?? '',
    ) ?? []
  return JSON.parse(json ?? 'null') as T
}

interface Found {
  hits: {
    kind: string
    id: string
    at: string
    sentiment: string | null
    passage: string
    merchants: { id: string; name: string }[]
  }[]
  chips: { filter: string; value: string }[]
}

describe('an assistant', () => {
  test('finds which merchants were unhappy about fees last week', async () => {
    const client = await assistant()
    const { tools } = await client.listTools()
    expect(tools.map(({ name }) => name)).toContain('search')
    // Monday after the newest records: "last week" is the one they are from.
    const now = new Date(anchor.getTime() + 7 * 86_400_000).toISOString()
    const { hits, chips } = await told<Found>(client, 'search', {
      query: 'which merchants were unhappy about fees last week',
      now,
      limit: 50,
    })
    expect(chips.map(({ filter }) => filter).toSorted()).toEqual(['sentiment', 'time'])
    const records = hits.filter(({ kind }) => kind !== 'merchant')
    const [from = '', to = ''] = (chips.find(({ filter }) => filter === 'time')?.value ?? '').split(
      '/',
    )
    for (const { at, sentiment } of records) {
      expect(sentiment).toBe('negative')
      expect(at.slice(0, 10) >= from.slice(0, 10) && at.slice(0, 10) <= to.slice(0, 10)).toBe(true)
    }
    // Everybody of whom the records say so, as far as their own words name a fee.
    const { results } = await host.db
      .prepare(
        `SELECT DISTINCT m.name FROM analyses a
           JOIN records r ON r.kind = a.kind AND r.id = a.id
           JOIN parts p ON p.kind = a.kind AND p.id = a.id
           JOIN record_parties o ON o.kind = a.kind AND o.id = a.id
           JOIN merchant_keys k ON k.key = o.party JOIN merchants m ON m.id = k.merchant_id
          WHERE a.body ->> '$.sentiment.label' = 'negative'
            AND date(r.occurred_at / 1000, 'unixepoch') BETWEEN ?1 AND ?2
            AND (lower(p.body) LIKE '% fee %' OR lower(p.body) LIKE '% fees %')`,
      )
      .bind(from.slice(0, 10), to.slice(0, 10))
      .all<{ name: string }>()
    const named = new Set(records.flatMap(({ merchants }) => merchants.map(({ name }) => name)))
    expect(results.length).toBeGreaterThan(0)
    for (const { name } of results) expect([...named]).toContain(name)
    await client.close()
  })

  test('reads a call with what was said, and what is to be done', async () => {
    const client = await assistant()
    const { hits } = await told<Found>(client, 'search', { query: 'calls about chargebacks' })
    const call = hits.find(({ kind }) => kind === 'call')
    const record = await told<object>(client, 'read_record', { kind: 'call', id: call?.id })
    expect(JSON.stringify(record)).toContain(call?.passage.split(/[.?!]/)[0])
    const { items } = await told<{ items: { quote: string }[] }>(client, 'list_action_items', {})
    expect(items.length).toBeGreaterThan(0)
    for (const { quote } of items) expect(quote).not.toBe('')
    await client.close()
  })
})

test('a person who is forgotten is nowhere any more, and does not come back', async () => {
  const [most] = (
    await host.db
      .prepare(
        `SELECT party, count(*) AS count FROM record_parties WHERE party LIKE '+%'
          GROUP BY party ORDER BY count DESC LIMIT 1`,
      )
      .all<{ party: string; count: number }>()
  ).results
  const party = most?.party ?? ''
  const digits = party.slice(1)
  const post = async <T>(path: string, body: unknown) => {
    const headers = { Authorization: 'Bearer admin' }
    const init = { method: 'POST', headers, body: JSON.stringify(body) }
    return (await (await fetch(`${host.url}/api/forget${path}`, init)).json()) as T
  }
  expect((await mentionsIn([host.db, host.texts], digits)).length).toBeGreaterThan(2)
  const { id } = await post<{ id: string }>('', { phone: party })
  let phase = ''
  while (phase !== 'finished')
    ({ phase } = await post<{ phase: string }>(`/${id}/work`, { early: true }))
  await backfill()
  expect(await mentionsIn([host.db, host.texts], digits)).toEqual([])
  const roles = [CALLS_DATABASE_ID, MESSAGES_DATABASE_ID, MAIL_DATABASE_ID, CANVAS_DATABASE_ID]
  const holding = roles.flatMap(pages).filter((page) => JSON.stringify(page).includes(digits))
  expect(holding).toEqual([])
  const bucket = await host.miniflare.getR2Bucket('FILES', PRODUCER)
  const { results } = await host.db.prepare(`SELECT key FROM files`).all<{ key: string }>()
  const known = new Set(results.map(({ key }) => key))
  const { objects } = await bucket.list({ prefix: 'calls/' })
  expect(objects.map(({ key }) => key).filter((key) => !known.has(key))).toEqual([])
}, 120_000)
