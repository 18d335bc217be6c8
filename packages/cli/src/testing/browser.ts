/**
 * The console in a real browser: Debian's Chromium on the whole system, with small outside worlds
 * and light models. Whatever the page prints as an error, throws, or does against its CSP fails the
 * test that saw it. One host a test file: a page's tests share it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { smallWorld } from '@switchboard/sandbox/http/small-world'
import type { World } from '@switchboard/sandbox/world'
import type { Result } from 'axe-core'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { startSandboxHost } from '../sandbox-host.ts'
import type { Host } from '../host.ts'
import { startBrowser } from './chromium.ts'

export const ADMIN_TOKEN = 'the-admin-token-of-this-test'
export const READ_ONLY_TOKEN = 'the-read-only-token-of-this-test'
const START_MS = 90_000

export type Look = { width?: 1280 | 390; theme?: 'light' | 'dark'; as?: 'admin' | 'reader' }

export interface Console {
  readonly host: Host
  /** Opens an address of the console in a fresh window, signed in. */
  open(path: string, look?: Look): Promise<Page>
  /** A fresh window where nobody is signed in. */
  stranger(): Promise<Page>
  /** A fault that this test means to see, once or more: it must have been there at the end. */
  expectFault(pattern: RegExp): void
}

/**
 * Starts host and browser before the file's tests, ends them after, and fails a test whose page
 * printed an error, threw, or broke its CSP.
 * @param world what OpenPhone, Notion and the mailbox hold; a small one unless said
 */
export function useConsole(
  options: { world?: () => World; values?: Record<string, string> } = {},
): Console {
  let host: Host | undefined
  let browser: Browser | undefined
  let folder = ''
  const signedIn = new Map<string, string>()
  const windows: BrowserContext[] = []
  const faults: string[] = []
  const meantFaults: RegExp[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'switchboard-console-'))
    const world = options.world?.() ?? smallWorld()
    ;[host, browser] = await Promise.all([
      startSandboxHost({
        folder,
        values: { NOTION_SETTLE_MS: '4000', READ_ONLY_TOKEN, ...options.values },
        adminToken: ADMIN_TOKEN,
        world: () => world,
        log: ({ level, message }) => {
          if (level === 'error') process.stderr.write(`${message}\n`)
        },
      }),
      startBrowser(),
    ])
  }, START_MS)

  afterEach(async () => {
    await Promise.all(windows.splice(0).map((each) => each.close()))
    const meant = meantFaults.splice(0)
    const seen = faults.splice(0)
    for (const one of meant)
      expect(
        seen.some((fault) => one.test(fault)),
        String(one),
      ).toBe(true)
    const unmeant = seen.filter((fault) => !meant.some((one) => one.test(fault)))
    expect(unmeant, 'errors, exceptions and CSP reports of the page').toEqual([])
  })

  afterAll(async () => {
    await browser?.close()
    await host?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  const started = () => {
    if (host === undefined || browser === undefined) throw new Error('the host is not up')
    return { host, browser }
  }

  const window = async ({ width = 1280, theme = 'light' }: Look, cookies: string | null) => {
    const context = await started().browser.newContext({
      viewport: { width, height: width === 390 ? 844 : 900 },
      isMobile: width === 390,
      hasTouch: width === 390,
      colorScheme: theme,
      reducedMotion: 'reduce',
      timezoneId: 'America/Chicago',
      locale: 'en-US',
      ...(cookies === null ? {} : { storageState: JSON.parse(cookies) as object as never }),
    })
    windows.push(context)
    context.setDefaultTimeout(15_000)
    const page = await context.newPage()
    await watch(page, faults)
    return page
  }

  const cookiesOf = async (as: 'admin' | 'reader') => {
    const known = signedIn.get(as)
    if (known !== undefined) return known
    const { browser: on, host: at } = started()
    const context = await on.newContext()
    const answer = await context.request.post(`${at.url}/api/session`, {
      headers: { origin: at.url },
      data: {
        token: as === 'admin' ? ADMIN_TOKEN : READ_ONLY_TOKEN,
        name: as === 'admin' ? 'Dana' : 'Ana',
      },
    })
    if (!answer.ok()) throw new Error(`sign-in answered ${answer.status()}: ${await answer.text()}`)
    const cookies = JSON.stringify(await context.storageState())
    await context.close()
    signedIn.set(as, cookies)
    return cookies
  }

  return {
    get host() {
      return started().host
    },
    async open(path, look = {}) {
      const page = await window(look, await cookiesOf(look.as ?? 'admin'))
      await page.goto(`${started().host.url}${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      return page
    },
    stranger: () => window({}, null),
    expectFault(pattern) {
      meantFaults.push(pattern)
    },
  }
}

async function watch(page: Page, faults: string[]): Promise<void> {
  page.on('console', (line) => {
    const { url } = line.location()
    if (line.type() === 'error') faults.push(`${line.text()} (${url})`)
  })
  page.on('pageerror', (error) => faults.push(String(error)))
  await page.addInitScript(WATCH)
}

/** Runs in the page, so it is text: its types are the browser's, not this project's. */
const WATCH = `
  window.shift = 0
  document.addEventListener('securitypolicyviolation', (event) =>
    console.error('CSP: ' + event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample))
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
`

/** How much of the page moved under the reader's eyes so far: Chromium's cumulative layout shift. */
export function layoutShift(page: Page): Promise<number> {
  return page.evaluate('window.shift')
}

const axeSource = readFileSync(
  createRequire(import.meta.url).resolve('axe-core/axe.min.js'),
  'utf8',
)

/** What axe-core finds on the page as it stands, one line a finding; empty: nothing. */
export async function axe(page: Page): Promise<string[]> {
  await page.evaluate(axeSource)
  const found = await page.evaluate<Result[]>(
    `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  )
  return found.map(words)
}

function words({ id, help, nodes }: Result): string {
  return `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary ?? ''}`).join(' | ')}`
}

/**
 * Goes over the page in both themes and both widths: nothing for axe to find, nothing that reaches past
 * the window's side.
 * @param ready waits for what the page shows
 */
export async function expectReadable(
  on: Console,
  path: string,
  ready: (page: Page) => Promise<unknown> = async () => {},
): Promise<void> {
  for (const { width, theme } of LOOKS) {
    const page = await on.open(path, { width, theme })
    await ready(page)
    const where = `${path} at ${width} px, ${theme}`
    expect(await axe(page), where).toEqual([])
    const past = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    )
    expect(past, `${where}: px that scroll sideways`).toBe(0)
  }
}

/** Colours and widths do not depend on each other: two of the four looks show all of both. */
const LOOKS = [
  { width: 1280, theme: 'light' },
  { width: 390, theme: 'dark' },
] as const
