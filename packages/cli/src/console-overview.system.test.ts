/** Overview, records and one record in Chromium: the proof fills live, every number opens its list. */
import { callAt, mailAt, smallWorld, textAt } from '@switchboard/sandbox/http/small-world'
import { expect, test } from 'vitest'
import { axe, expectReadable, layoutShift, useConsole } from './testing/browser.ts'

const TIMEOUT_MS = 90_000
const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()

const console = useConsole({
  world: () =>
    smallWorld({
      calls: [callAt(hoursAgo(3), { id: 'AC1' }), callAt(hoursAgo(30), { id: 'AC2' })],
      textMessages: [
        textAt(hoursAgo(4), { id: 'ACT1', text: 'This is a scam, I want my money back.' }),
        textAt(hoursAgo(5), { id: 'ACT2', from: '+12125550199', text: 'Who is this?' }),
      ],
      mails: [mailAt(hoursAgo(6), { id: 'M1' })],
    }),
})

test(
  'the proof fills while the page is open, and each of its numbers opens',
  async () => {
    const page = await console.open('/')
    await page.getByText('Nothing was listed yet').waitFor()
    await console.host.cron('0 */6 * * *')
    await page.getByText('All 5 conversations are in Notion').waitFor({ timeout: 60_000 })
    const calls = page.getByRole('row', { name: /^Calls/ })
    await calls.getByText('equal').waitFor()
    expect(await calls.getByRole('cell').allTextContents()).toEqual(
      expect.arrayContaining(['2', '=']),
    )
    await page.getByRole('link', { name: '1 unmatched' }).click()
    await page.getByText('1 record that fits, newest first.').waitFor()
    expect(page.url()).toContain('link=unmatched')
    await page.getByRole('link', { name: '(212) 555-0199' }).click()
    await page.getByRole('heading', { level: 1, name: 'Text with (212) 555-0199' }).waitFor()
  },
  TIMEOUT_MS,
)

test(
  'a record is found by a number, shows its journey, and is worked again',
  async () => {
    const page = await console.open('/records')
    await page.getByRole('searchbox').fill('310 555 0123')
    await page.getByText('that fit “310 555 0123”').waitFor()
    await page.goto(`${console.host.url}/records/call/AC1`)
    await page.getByText(/^In Notion/).waitFor()
    const journey = page.getByRole('region', { name: 'Journey' })
    await journey.getByText('Page written in Notion').waitFor()
    await page.getByRole('button', { name: 'Work again...' }).click()
    const dialog = page.getByRole('dialog', { name: 'Work this record again' })
    expect(await axe(page)).toEqual([])
    await dialog.getByLabel('Ask OpenPhone for it anew').check()
    await dialog.getByLabel('Ask OpenPhone for it anew').uncheck()
    await dialog.getByRole('button', { name: 'Work it again' }).click()
    await dialog.waitFor({ state: 'detached' })
    await journey.getByText('Dana: had it worked again').waitFor()
    await journey.getByText('Same content: Notion was not asked').first().waitFor()
    expect(await layoutShift(page)).toBeLessThan(0.05)
  },
  TIMEOUT_MS,
)

test(
  'whoever may only read sees what could be done, and why not by them',
  async () => {
    const page = await console.open('/records/call/AC1', { as: 'reader' })
    const again = page.getByRole('button', { name: 'Work again...' })
    await again.waitFor()
    expect(await again.getAttribute('aria-disabled')).toBe('true')
    await page.goto(`${console.host.url}/records/call/ACnone`)
    await page.getByText('There is no such record.').waitFor()
    console.expectFault(/404/)
  },
  TIMEOUT_MS,
)

test.each([
  ['/', 'Recent'],
  ['/records', 'Records'],
  ['/records/call/AC1', 'Journey'],
])(
  '%s is readable at any width and in any theme',
  async (path, heading) => {
    await expectReadable(console, path, (page) =>
      page.getByRole('heading', { name: heading, exact: true }).waitFor(),
    )
  },
  TIMEOUT_MS,
)
