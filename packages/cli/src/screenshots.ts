/**
 * `npm run screenshots`: every page of the console as it looks after a backfill of the sample
 * workspace with a few dead letters, in both themes and widths, into docs/screenshots. A name after
 * the command takes that page only.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sampleWorld } from '@switchboard/sandbox/sample/workspace'
import type { Page } from 'playwright-core'
import { SIX_HOURLY, startHost } from './host.ts'
import type { Host } from './host.ts'
import { stdoutScreen, watchRun } from './progress.ts'
import { startBrowser } from './testing/chromium.ts'
import { ROOT } from './workers.ts'

const INTO = join(ROOT, 'docs/screenshots')
const TOKEN = 'the-admin-token-of-the-screenshots'
const REFUSED_PAGES = 5
const MOST_BYTES = 120_000
const LOOKS = [
  { suffix: '', width: 1280, height: 900, theme: 'light' },
  { suffix: '-dark', width: 1280, height: 900, theme: 'dark' },
  { suffix: '-390', width: 390, height: 844, theme: 'light' },
  { suffix: '-dark-390', width: 390, height: 844, theme: 'dark' },
] as const

/** The pages; where the address is not known before, the first link of a list is followed. */
const PAGES: { name: string; at: string; follow?: RegExp }[] = [
  { name: 'overview', at: '/' },
  { name: 'search', at: '/search?q=unhappy+about+fees' },
  { name: 'merchant', at: '/merchants', follow: /^\/merchants\/./ },
  { name: 'unmatched', at: '/unmatched' },
  { name: 'queues', at: '/queues' },
  { name: 'letters', at: '/letters' },
  { name: 'run', at: '/runs', follow: /^\/runs\/./ },
  { name: 'record', at: '/records', follow: /^\/records\/./ },
  { name: 'audit', at: '/audit' },
]

const only = process.argv[2]
const folder = mkdtempSync(join(tmpdir(), 'switchboard-screenshots-'))
const screen = stdoutScreen()
const world = sampleWorld(new Date())
const host = await startHost({
  folder,
  port: 0,
  values: { NOTION_SETTLE_MS: '4000' },
  real: { openphone: false, notion: false, mailbox: false },
  hashKey: 'a key of sixteen characters or more',
  adminToken: TOKEN,
  linkSecret: 'another-key-of-sixteen-or-more',
  forgetSecret: 'a-third-key-of-sixteen-or-more',
  world: () => world,
  unlimited: true,
  ai: process.env['SANDBOX_AI'] === 'light' ? 'light' : 'full',
  log: () => {},
})
host.startClock() // what waits is sent again
try {
  await fill(host)
  await takeAll(host)
} finally {
  await host.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** A backfill in which Notion refuses a few pages, and something new after it. */
async function fill(on: Host): Promise<void> {
  await order(on, { refuse: REFUSED_PAGES })
  await on.cron(SIX_HOURLY)
  const { items } = await on.api<{ items: { id: string }[] }>('runs')
  const [run] = items
  if (run === undefined) throw new Error('no run was started')
  const options = { stopAtParked: true, stopped: () => false }
  await watchRun((path) => on.api(path), run.id, screen, options)
  for (const kind of ['call', 'message', 'mail'])
    await order(on, { refuse: 0, happen: { kind, count: 2 } })
  for (let minute = 0; minute < 3; minute += 1) {
    await on.cron('* * * * *')
    await new Promise((resolve) => setTimeout(resolve, 4000))
  }
}

async function order(on: Host, body: unknown): Promise<void> {
  const response = await fetch(`${on.url}/api/sandbox`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`/api/sandbox answered ${response.status}`)
}

async function takeAll(on: Host): Promise<void> {
  mkdirSync(INTO, { recursive: true })
  const browser = await startBrowser()
  try {
    for (const { suffix, width, height, theme } of LOOKS) {
      const context = await browser.newContext({
        viewport: { width, height },
        isMobile: width === 390,
        colorScheme: theme,
        reducedMotion: 'reduce',
      })
      const page = await context.newPage()
      await page.goto(`${on.url}/audit#token=${TOKEN}`)
      await shown(page)
      for (const { name, at, follow } of PAGES) {
        if (only !== undefined && only !== name) continue
        await page.goto(`${on.url}${at}`)
        await shown(page)
        if (follow !== undefined) await followFirst(page, follow)
        await take(page, join(INTO, `${name}${suffix}.webp`))
      }
      await context.close()
    }
  } finally {
    await browser.close()
  }
}

/** Until the page's head stands, its rows are there, and its charts are drawn. */
async function shown(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).waitFor()
  while ((await page.locator('.ghost').count()) > 0) await page.waitForTimeout(100)
  await page.waitForTimeout(700)
}

async function followFirst(page: Page, wanted: RegExp): Promise<void> {
  const links = await page
    .locator('main a[href]')
    .evaluateAll((all) => all.map((link) => link.getAttribute('href') ?? ''))
  const first = links.find((href) => wanted.test(href))
  if (first === undefined) throw new Error(`no link on ${page.url()} leads to ${wanted}`)
  await page.goto(new URL(first, page.url()).href)
  await shown(page)
}

/** WebP: a third of a PNG's size. */
async function take(page: Page, file: string): Promise<void> {
  const session = await page.context().newCDPSession(page)
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 85 })
  await session.detach()
  const bytes = Buffer.from(data, 'base64')
  writeFileSync(file, bytes)
  screen.line(`${file.slice(ROOT.length + 1)}: ${Math.round(bytes.length / 1000)} kB`)
  if (bytes.length > MOST_BYTES) throw new Error(`${file} is too large for a README`)
}
