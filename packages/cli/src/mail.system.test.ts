/** Mail, end to end: from the local runtime's mail door to R2, to Notion, to the merchant. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MAIL_DATABASE_ID } from '@switchboard/sandbox/http/notion/workspace'
import { smallWorld } from '@switchboard/sandbox/http/small-world'
import { liveMail } from '@switchboard/sandbox/sample/live-scripts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { SIX_HOURLY } from './host.ts'
import { startSandboxHost } from './sandbox-host.ts'
import { notionPages, said } from './testing/notion-pages.ts'
import type { Host } from './host.ts'
import { routeMail, routedFrom } from './mail-door.ts'
import { PRODUCER, ROOT } from './workers.ts'

const FIXTURES = join(ROOT, 'packages/mail/fixtures/raw')
const folder = mkdtempSync(join(tmpdir(), 'switchboard-mail-'))
const world = smallWorld()
let host: Host

beforeAll(async () => {
  host = await startSandboxHost({
    folder,
    values: { OWN_MAIL_ADDRESSES: 'desk@ours.example' },
    world: () => world,
  })
  await host.cron(SIX_HOURLY)
  for (let state = ''; state !== 'completed';) {
    await host.cron('* * * * *') // a minute is long for a test
    const { items } = await host.api<{ items: { state: string }[] }>('runs')
    state = items[0]?.state ?? ''
  }
}, 60_000)

afterAll(async () => {
  await host.stop()
  rmSync(folder, { recursive: true, force: true })
})

const pages = () => notionPages(host, MAIL_DATABASE_ID)

test('a mail that is routed is raw in R2 and, linked to its merchant, in Notion', async () => {
  const raw = [
    'From: Corner Bakery <owner@bakery.example>',
    'To: desk@ours.example',
    'Subject: The terminal',
    'Date: Tue, 24 Nov 2026 09:00:00 +0000',
    'Message-ID: <door@bakery.example>',
    '',
    'It does not print any more.',
  ].join('\r\n')
  await routeMail(host.url, { from: 'owner@bakery.example', to: 'desk@ours.example', raw })
  const bucket = await host.miniflare.getR2Bucket('FILES', PRODUCER)
  const { objects } = await bucket.list({ prefix: 'mail/raw/' })
  expect(objects).toHaveLength(1)
  expect(await (await bucket.get(objects[0]?.key ?? ''))?.text()).toBe(raw)
  await expect
    .poll(() => pages().map((page) => said(page, 'MIME Message ID')), { timeout: 20_000 })
    .toEqual(['door@bakery.example'])
  const [page] = pages()
  expect(said(page, 'Body')).toBe('It does not print any more.')
  expect(page?.properties['Canvas']?.['relation']).toHaveLength(1)
}, 120_000)

test('a mail of the living sandbox goes the same way', async () => {
  const mail = liveMail(1, new Date())
  await routeMail(host.url, routedFrom(mail))
  await expect
    .poll(() => pages().map((page) => said(page, 'MIME Message ID')), { timeout: 20_000 })
    .toContain(mail.messageId)
}, 120_000)

test('every odd mail of our fixtures is filed', async () => {
  const before = pages().length
  const names = readdirSync(FIXTURES)
  // The local door itself refuses a mail without a Message-ID, and a charset that it does not know.
  const routed = names.filter((name) => !/^no-|^broken-/.test(name))
  for (const name of routed)
    await routeMail(host.url, {
      from: 'someone@shop.example',
      to: 'desk@ours.example',
      raw: new Uint8Array(readFileSync(join(FIXTURES, name))),
    })
  await expect.poll(() => pages().length, { timeout: 60_000 }).toBe(before + routed.length)
  const letters = await host.db.prepare(`SELECT stage, id, reason FROM dead_letters`).all()
  expect(letters.results).toEqual([])
}, 90_000)
