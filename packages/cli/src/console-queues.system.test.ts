/** Queues in Chromium: a stage is paused and resumed, a parked system probed, a queue in charts. */
import { smallWorld, textAt } from '@switchboard/sandbox/http/small-world'
import type { World } from '@switchboard/sandbox/world'
import type { SandboxOrder } from '@switchboard/shared/api/sandbox'
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { ADMIN_TOKEN, expectReadable, layoutShift, useConsole } from './testing/browser.ts'

const TIMEOUT_MS = 90_000
const MINUTE_MS = 60_000

const console = useConsole({ world })

function world(): World {
  const now = Date.now()
  return smallWorld({
    textMessages: Array.from({ length: 14 }, (_, nth) =>
      textAt(new Date(now - (nth + 10) * MINUTE_MS).toISOString(), { id: `ACT${nth}` }),
    ),
  })
}

async function order(what: SandboxOrder): Promise<void> {
  const response = await fetch(`${console.host.url}/api/sandbox`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
    body: JSON.stringify(what),
  })
  if (!response.ok) throw new Error(await response.text())
}

/** Time passes: the minute cron fires until this is so. */
async function until(is: () => Promise<boolean>): Promise<void> {
  await expect
    .poll(
      async () => {
        await console.host.cron('* * * * *')
        return is()
      },
      { timeout: 60_000, interval: 500 },
    )
    .toBe(true)
}

const row = (page: Page, queue: string) =>
  page
    .getByRole('table', { name: 'Queues' })
    .getByRole('row')
    .filter({ has: page.getByRole('rowheader', { name: queue, exact: true }) })
const notion = () =>
  console.host.outside.notion.pages(
    console.host.outside.settings['NOTION_MESSAGES_DATABASE_ID'] ?? '',
  )

describe('the page Queues', () => {
  test(
    'a stage is paused with a reason, keeps what comes, and goes on when it is resumed',
    async () => {
      const page = await console.open('/queues?queue=reconcile-bulk')
      await page.getByRole('button', { name: 'Pause reconcile...' }).click()
      const dialog = page.getByRole('dialog', { name: 'Pause reconcile?' })
      await dialog.getByLabel('Why, for whoever comes by').fill('we tidy up in Notion')
      await dialog.getByRole('button', { name: 'Pause reconcile' }).click()
      const notice = page.getByRole('group', { name: /^Filing in Notion is paused by Dana/ })
      await notice.getByText('We tidy up in Notion.').waitFor()
      const badge = page.getByRole('link', { name: 'Queues paused' })
      await badge.waitFor()
      await page.getByRole('status').getByText('Paused: reconcile, by Dana.').waitFor()

      await console.host.cron('0 */6 * * *')
      await until(async () => (await notice.getByText('14 rows wait').count()) > 0)
      expect(notion()).toEqual([])
      await row(page, 'reconcile-bulk').getByText('paused').waitFor()
      await row(page, 'reconcile-bulk').getByText('14 due').waitFor()

      await notice.getByRole('button', { name: 'Resume reconcile...' }).click()
      const resuming = page.getByRole('dialog', { name: 'Resume reconcile?' })
      await resuming.getByText('Of 14 rows, ten go at once').waitFor()
      await resuming.getByRole('button', { name: 'Resume reconcile' }).click()
      await notice.waitFor({ state: 'detached' })
      await badge.waitFor({ state: 'detached' })
      await until(async () => notion().length === 14)
      await row(page, 'reconcile-bulk').getByText('running').waitFor()
    },
    TIMEOUT_MS,
  )

  test(
    'what is parked says why and what to do, and a probe reopens it once it is mended',
    async () => {
      await order({ faults: { notion: { revoked: true } } })
      await order({ happen: { kind: 'message', count: 1 } })
      const page = await console.open('/queues')
      const notice = page.getByRole('group', { name: /^Notion is parked/ })
      await until(async () => (await notice.count()) > 0)
      await notice.getByText('Set NOTION_TOKEN, then probe.').waitFor()
      await notice.getByRole('button', { name: 'Probe now' }).click()
      await page
        .getByText(/^Still parked: notion refuses our credentials/)
        .first()
        .waitFor()

      await order({ faults: { notion: { revoked: false } } })
      const before = notion().length
      await notice.getByRole('button', { name: 'Probe now' }).click()
      await notice.waitFor({ state: 'detached' })
      await until(async () => notion().length === before + 1)
    },
    TIMEOUT_MS,
  )

  test(
    'a queue opens in four charts, which say their numbers and hold them as tables',
    async () => {
      await console.host.cron('* * * * *')
      const page = await console.open('/queues')
      await page.locator('canvas').first().waitFor()
      expect(await layoutShift(page)).toBeLessThan(0.1)
      await row(page, 'enrich-bulk').getByRole('link', { name: 'enrich-bulk' }).click()
      await expect.poll(() => page.url()).toContain('queue=enrich-bulk')
      await page.getByRole('heading', { name: 'enrich-bulk' }).waitFor()
      await page
        .getByRole('img', { name: /^Waiting time in enrich-bulk, last hour: half/ })
        .waitFor()
      const chart = page.locator('figure', { hasText: 'Throughput' })
      await page.getByRole('img', { name: /enrich-bulk, last hour: 14 done/ }).waitFor()
      await chart.locator('canvas').waitFor()
      await chart.getByText(/^Data, /).click()
      await chart.getByRole('columnheader', { name: 'failed' }).waitFor()
      await page.keyboard.press(']')
      await expect.poll(() => page.url()).toContain('range=24h')
      await page.getByRole('img', { name: /enrich-bulk, last 24 hours: 14 done/ }).waitFor()
    },
    TIMEOUT_MS,
  )

  test(
    'whoever may only read sees what could be done, and cannot do it',
    async () => {
      const page = await console.open('/queues', { as: 'reader' })
      const button = page.getByRole('button', { name: /^Pause / })
      await button.click({ force: true })
      expect(await button.getAttribute('aria-disabled')).toBe('true')
      expect(await page.getByRole('dialog').count()).toBe(0)
    },
    TIMEOUT_MS,
  )

  test(
    'is readable on a phone and in the dark',
    async () => {
      await expectReadable(console, '/queues', (page) =>
        page.getByRole('img', { name: /^Throughput of/ }).waitFor(),
      )
    },
    TIMEOUT_MS,
  )
})
