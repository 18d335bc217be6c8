/** Runs, unmatched numbers and the sandbox's strip, in Chromium. */
import { merchant, smallWorld, textAt } from '@switchboard/sandbox/http/small-world'
import type { World } from '@switchboard/sandbox/world'
import type { SandboxOrder, SandboxState } from '@switchboard/shared/api/sandbox'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { ADMIN_TOKEN, axe, expectReadable, useConsole } from './testing/browser.ts'

const TIMEOUT_MS = 90_000
const OFTEN = '+12125550177'
const MINUTE_MS = 60_000

const console = useConsole({ world })

/** Thirty text messages: twelve of a stranger, six of another, the rest of the Corner Bakery. */
function world(): World {
  const now = Date.now()
  return smallWorld({
    merchants: [
      merchant('Corner Bakery'),
      merchant('Corner Deli', { phone: '310 555 0124', email: 'deli@corner.example' }),
    ],
    textMessages: Array.from({ length: 30 }, (_, nth) =>
      textAt(new Date(now - (nth + 10) * MINUTE_MS).toISOString(), {
        id: `ACT${nth}`,
        text: `Is reader number ${nth} on its way?`,
        ...sender(nth),
      }),
    ),
  })
}

function sender(nth: number): { from?: string } {
  if (nth < 12) return { from: OFTEN }
  return nth < 18 ? { from: '+12125550188' } : {}
}

async function order(what: SandboxOrder): Promise<void> {
  const response = await fetch(`${console.host.url}/api/sandbox`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify(what),
  })
  if (!response.ok) throw new Error(await response.text())
}

/** Time passes: the minute cron fires until this holds. */
async function until(page: Page, text: RegExp): Promise<void> {
  const found = page.getByText(text).first()
  await expect
    .poll(
      async () => {
        await console.host.cron('* * * * *')
        return found.isVisible()
      },
      { timeout: 60_000, interval: 1000 },
    )
    .toBe(true)
}

async function startRun(page: Page, days: string): Promise<void> {
  await page.getByRole('button', { name: 'Start a run...' }).click()
  const dialog = page.getByRole('dialog', { name: 'Start a run' })
  await dialog.getByLabel('Days back').fill(days)
  await dialog.getByLabel('Mail', { exact: true }).uncheck()
  await dialog.getByRole('button', { name: `Start over ${days} days` }).click()
  await page.getByRole('heading', { level: 1, name: 'Backfill' }).waitFor()
}

const waiting = (page: Page) =>
  page.getByRole('row', { name: /^All/ }).getByRole('cell').nth(5).textContent()

describe('a run', () => {
  test(
    'is started after it said what it costs, cancelled, and resumed to its end while one watches',
    async () => {
      await order({ faults: { ai: { slowMs: 1500 } } })
      const page = await console.open('/runs')
      await page.getByText('No run was started yet.').first().waitFor()
      await startRun(page, '7')

      const seen = new Set<string | null>()
      await expect
        .poll(async () => seen.add(await waiting(page)).size, { timeout: 30_000, interval: 300 })
        .toBeGreaterThanOrEqual(3)
      await page.getByRole('button', { name: 'Cancel run...' }).click()
      const dialog = page.getByRole('dialog', { name: 'Cancel this run?' })
      expect(await axe(page)).toEqual([])
      await dialog.getByRole('button', { name: 'Cancel the run' }).click()
      await page.getByText('Cancelled by Dana.').waitFor()

      await order({ faults: { ai: { slowMs: 0 } } })
      await page.getByRole('button', { name: 'Resume' }).click()
      await until(page, /^Done in/)
      await page.getByText('30 conversations written, 0 unchanged, none failed.').waitFor()
    },
    TIMEOUT_MS,
  )

  test(
    'tells what failed and why, with the rows that each number counts',
    async () => {
      await order({ refuse: 1, happen: { kind: 'message', count: 2 } })
      const page = await console.open('/runs')
      await page.getByRole('table').waitFor()
      expect(await axe(page)).toEqual([])
      await startRun(page, '2')
      await until(page, /^Done in/)
      await page.evaluate('window.stands = true')
      await page.getByRole('row', { name: /^All/ }).getByRole('link').first().click()
      await page
        .getByRole('table', { name: 'Records of this run' })
        .getByRole('row')
        .nth(1)
        .waitFor()
      expect(await page.evaluate('window.stands')).toBe(true) // the page was not loaded anew
      const others = page.getByRole('table', { name: 'Other runs, newest first' })
      await others.getByRole('rowheader', { name: 'Backfill' }).first().click()
      await page.getByText(/^(?:Done in|Cancelled by)/).waitFor()
      await order({ refuse: 0 })
    },
    TIMEOUT_MS,
  )

  test(
    'is readable at any width, in any theme',
    async () => {
      const { items } = await console.host.api<{ items: { id: string }[] }>('runs')
      await expectReadable(console, `/runs/${encodeURIComponent(items[0]?.id ?? '')}`, (page) =>
        page.getByRole('table', { name: 'Progress by kind' }).waitFor(),
      )
    },
    TIMEOUT_MS,
  )
})

describe('an unmatched number', () => {
  test(
    'is linked to a merchant in its row, and its whole history follows',
    async () => {
      const page = await console.open('/unmatched')
      const row = page.getByRole('row', { name: /\(212\) 555-0177/ })
      expect(await page.getByRole('table').getByRole('row').nth(1).textContent()).toContain(
        '(212) 555-0177',
      )
      await row.getByRole('button', { name: 'Link (212) 555-0177...' }).click()
      await page.getByRole('combobox').fill('corner bakry')
      await page.getByRole('option', { name: /Corner Bakery/ }).click()
      expect(await axe(page)).toEqual([])
      await page.getByRole('button', { name: 'Link 12 conversations' }).click()
      await until(page, /belongs to Corner Bakery now\. All 12 conversations are linked\./)
      await row.waitFor({ state: 'detached' })

      const { outside } = console.host
      const pages = outside.notion.pages(outside.settings['NOTION_MESSAGES_DATABASE_ID'] ?? '')
      const linked = pages.filter(({ properties }) => JSON.stringify(properties).includes(OFTEN))
      expect(linked).toHaveLength(12)
      for (const { properties } of linked)
        expect(JSON.stringify(properties)).toMatch(/"relation":\[\{"id"/)
    },
    TIMEOUT_MS,
  )

  test(
    'is set aside for ever, and taken back',
    async () => {
      const page = await console.open('/unmatched')
      const row = page.getByRole('row', { name: /\(212\) 555-0188/ })
      await row.getByRole('button', { name: /is never a merchant/ }).click()
      await row.waitFor({ state: 'detached' })
      await page.getByRole('link', { name: /^Never/ }).click()
      await row.getByRole('button', { name: /is open again/ }).click()
      await row.waitFor({ state: 'detached' })
      await page.getByRole('link', { name: /^Open/ }).click()
      await row.waitFor()
    },
    TIMEOUT_MS,
  )

  test(
    'is readable at any width, in any theme',
    async () => {
      await expectReadable(console, '/unmatched', (page) => page.getByRole('table').waitFor())
    },
    TIMEOUT_MS,
  )
})

test(
  'the strip lets a text message come in, and faults stand until all is well again',
  async () => {
    const state = () => console.host.api<SandboxState>('sandbox')
    const page = await console.open('/runs')
    const strip = page.getByRole('complementary', { name: 'Sandbox' })
    const before = console.host.outside.live.count('message')
    await strip.getByRole('button', { name: 'New text' }).click()
    await expect.poll(() => console.host.outside.live.count('message')).toBe(before + 1)
    await strip.getByText('Faults:').click()
    await strip.getByLabel('Notion refuses our token').check()
    await strip.getByLabel('OpenPhone: share of 429').fill('50')
    await expect.poll(state).toMatchObject({
      faults: { notion: { revoked: true }, openphone: { throttled: 0.5 } },
    })
    await strip.getByText('OpenPhone 429, Notion token').waitFor()
    expect(await axe(page)).toEqual([])
    await strip.getByRole('button', { name: 'All well again' }).click()
    await strip.getByText('none', { exact: true }).waitFor()
    expect(await state()).toMatchObject({
      faults: { notion: { revoked: false }, openphone: { throttled: 0 } },
    })
  },
  TIMEOUT_MS,
)
