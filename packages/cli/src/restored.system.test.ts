/**
 * A local start whose D1 was put back to an older copy of its files, while the rest of the state and
 * Notion went on: nothing is filed twice.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CALLS_DATABASE_ID,
  MAIL_DATABASE_ID,
  MESSAGES_DATABASE_ID,
} from '@switchboard/sandbox/http/notion/workspace'
import { sampleWorld } from '@switchboard/sandbox/sample/workspace'
import { expect, onTestFinished, test } from 'vitest'
import { SIX_HOURLY } from './host.ts'
import { startSandboxHost } from './sandbox-host.ts'
import { notionPages, said } from './testing/notion-pages.ts'
import type { Host } from './host.ts'
import { watchRun } from './progress.ts'

const EVERY_MINUTE = '* * * * *'

/** The clock of the host, some hundred times faster: a run to its end. */
async function backfill(host: Host): Promise<void> {
  await host.cron(SIX_HOURLY)
  const { items } = await host.api<{ items: { id: string }[] }>('runs')
  const clock = setInterval(() => {
    host.cron(EVERY_MINUTE).catch(() => {}) // it is being stopped
  }, 1000)
  try {
    const ending = await watchRun(
      (path) => host.api(path),
      items[0]?.id ?? '',
      { line() {}, live() {} },
      { stopAtParked: false, stopped: () => false },
    )
    expect(ending?.complete).toBe(true)
  } finally {
    clearInterval(clock)
  }
}

/** How many pages there are, and how many of them say the same record. */
function filed(host: Host): { pages: number; doubles: number } {
  const ids = [
    [CALLS_DATABASE_ID, 'Call ID'],
    [MESSAGES_DATABASE_ID, 'Message ID'],
    [MAIL_DATABASE_ID, 'MIME Message ID'],
  ].flatMap(([database, property]) =>
    notionPages(host, database ?? '')
      .filter((page) => !page.in_trash)
      .map((page) => said(page, property ?? '')),
  )
  return { pages: ids.length, doubles: ids.length - new Set(ids).size }
}

test('an older copy of its D1 makes no double', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'switchboard-restored-'))
  const copy = mkdtempSync(join(tmpdir(), 'switchboard-copy-'))
  const sample = sampleWorld(new Date())
  const part = (from: number, to: number) => ({
    ...sample,
    calls: sample.calls.slice(from, to),
    textMessages: sample.textMessages.slice(from, to),
    mails: sample.mails.slice(from, to),
  })
  let world = part(0, 10)
  let host: Host | null = null
  onTestFinished(async () => {
    await host?.stop()
    for (const one of [folder, copy]) rmSync(one, { recursive: true, force: true })
  })
  const start = () =>
    startSandboxHost({
      folder,
      values: { ADMIN_TOKEN: 'admin', NOTION_SETTLE_MS: '4000' },
      world: () => world,
    })
  const stop = async () => {
    await host?.stop()
    host = null
  }

  host = await start()
  await backfill(host)
  const first = filed(host)
  expect(first.doubles).toBe(0)
  await stop()
  cpSync(join(folder, 'v3/d1'), copy, { recursive: true })

  world = part(0, 20)
  host = await start()
  await backfill(host)
  for (let nth = 0; nth < 3; nth++) await host.cron(EVERY_MINUTE)
  const second = filed(host)
  expect(second.doubles).toBe(0)
  expect(second.pages).toBeGreaterThan(first.pages + 20)
  await stop()
  rmSync(join(folder, 'v3/d1'), { recursive: true })
  cpSync(copy, join(folder, 'v3/d1'), { recursive: true })

  host = await start()
  await backfill(host)
  expect(filed(host)).toEqual(second)
  const mapped = await host.db
    .prepare(`SELECT count(*) AS pages FROM pages WHERE page_id IS NOT NULL`)
    .first()
  expect(mapped).toEqual({ pages: second.pages })
}, 240_000)
