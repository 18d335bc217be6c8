/** Dead letters in Chromium: caused, grouped, understood, replayed after mending, discarded, undone. */
import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { axe, expectReadable, useConsole } from './testing/browser.ts'

const console = useConsole()
const TIMEOUT_MS = 120_000

/** Moves the outside world. */
async function order(page: Page, data: object): Promise<void> {
  const { url } = console.host
  const answer = await page.request.post(`${url}/api/sandbox`, { headers: { origin: url }, data })
  expect(answer.ok(), await answer.text()).toBe(true)
}

/** So many records that Notion refuses for good. */
async function cause(page: Page, count: number): Promise<void> {
  await order(page, { refuse: count })
  await order(page, { happen: { kind: 'message', count } })
  await groupRow(page)
    .getByRole('button', { name: /^Replay / })
    .waitFor({ timeout: 60_000 })
  await page.getByText(`${count} open, 1 kind of failure.`).waitFor({ timeout: 60_000 })
}

const groupRow = (page: Page) =>
  page
    .getByRole('table', { name: 'Groups of dead letters, the largest first' })
    .getByRole('row')
    .filter({ hasText: 'Notion refused it' })
const letters = (page: Page) =>
  page.getByRole('table', { name: 'Dead letters, newest first' }).locator('[data-row]')

describe('dead letters', () => {
  test(
    'one that is not there says so, and closes',
    async () => {
      const page = await console.open('/letters?letter=nobody')
      const pane = page.getByRole('complementary', { name: 'Letter' })
      await pane.getByText('There is no such letter.').waitFor()
      await pane.getByRole('button', { name: 'Close' }).click()
      await pane.waitFor({ state: 'detached' })
      expect(page.url()).toBe(`${console.host.url}/letters`)
      console.expectFault(/404/)
    },
    TIMEOUT_MS,
  )

  test(
    'are grouped, previewed, replayed once they are mended, and seen to succeed',
    async () => {
      const page = await console.open('/letters')
      await page.getByText('No dead letters, and there never was one.').waitFor()
      await cause(page, 5)

      await groupRow(page).getByText('Notion refused it').click()
      await expect.poll(() => letters(page).count()).toBe(5)
      expect(page.url()).toContain('failure=record.refused')
      await letters(page).first().click()
      const pane = page.getByRole('complementary', { name: /^Letter: Message/ })
      await pane.getByText('answered 400 to this very record').waitFor()
      await pane.getByText('reconcile: notion refused the record').waitFor()
      expect(await pane.getByRole('link', { name: 'Journey' }).getAttribute('href')).toMatch(
        /^\/records\/message\//,
      )
      expect(await axe(page)).toEqual([])

      await page.keyboard.press('a')
      await page.getByText('5 chosen').waitFor()
      await page.keyboard.press('r')
      const dialog = page.getByRole('dialog', { name: 'Replay 5 letters?' })
      await dialog.getByText('5 can be replayed.').waitFor()
      await dialog.getByRole('row', { name: /^Notion requests 5/ }).waitFor()
      await dialog.getByText('Written to the audit log as Dana.').waitFor()
      expect(await axe(page)).toEqual([])
      await page.keyboard.press('Escape')
      await dialog.waitFor({ state: 'detached' })

      await order(page, { refuse: 0 })
      await groupRow(page)
        .getByRole('button', { name: /^Replay / })
        .click()
      await dialog.getByRole('button', { name: 'Replay 5' }).click()
      await page.getByText('5 succeeded. By Dana.').waitFor({ timeout: 90_000 })
      await page.getByText('No dead letters. The last was closed today.').waitFor()
      await page.getByRole('link', { name: 'Settled 5' }).click()
      await expect.poll(() => letters(page).count()).toBe(5)
    },
    TIMEOUT_MS,
  )

  test(
    'are discarded with a reason, and back by the undo; read well on any screen',
    async () => {
      const page = await console.open('/letters')
      await cause(page, 2)
      await letters(page).first().getByRole('checkbox').check()
      await page.getByText('1 chosen').waitFor()
      await page.getByLabel('Stage').selectOption('archive')
      await page.getByText('No letter fits.').waitFor()
      expect(await page.getByText('1 chosen').count()).toBe(0) // nothing acts unseen
      await page.getByLabel('Stage').selectOption('')
      await letters(page).first().getByRole('checkbox').check()
      await page.getByRole('button', { name: 'Discard 1...' }).click()
      const dialog = page.getByRole('dialog', { name: 'Discard 1 letter?' })
      const go = dialog.getByRole('button', { name: 'Discard 1 letter' })
      expect(await go.getAttribute('aria-disabled')).toBe('true')
      await dialog.getByLabel('Reason').fill('a test line')
      await go.click()
      await page.getByText('1 letter discarded.').first().waitFor()
      await page.getByText('1 open, 1 kind of failure.').waitFor()
      await page.getByRole('button', { name: 'Undo' }).click()
      await page.getByText('2 open, 1 kind of failure.').waitFor()

      await expectReadable(console, '/letters', (shown) => letters(shown).first().waitFor())
      const reader = await console.open('/letters', { as: 'reader', width: 390 })
      const button = groupRow(reader).getByRole('button', { name: /^Replay / })
      await button.waitFor()
      expect(await button.getAttribute('aria-disabled')).toBe('true')
    },
    TIMEOUT_MS,
  )
})
