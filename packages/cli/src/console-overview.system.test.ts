/** Overview, records and one record in Chromium: the proof fills live, every number opens its list. */
import { callAt, mailAt, smallWorld, textAt } from '@switchboard/sandbox/http/small-world'
import { expect, test } from 'vitest'
import type { RecordRow } from '@switchboard/shared/api/records'
import { ADMIN_TOKEN, axe, expectReadable, layoutShift, useConsole } from './testing/browser.ts'

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
  'the bars of what was said open the records that they count',
  async () => {
    const page = await console.open('/')
    const bar = page.getByRole('list', { name: 'Sentiments' }).getByRole('link').first()
    const texts = page
      .getByText(/^Messages and mail/)
      .getByRole('link')
      .first()
    for (const [link, number] of [
      [bar, bar.locator('.n')],
      [texts, texts],
    ] as const) {
      const counted = Number(await number.textContent())
      await link.click()
      const fits = counted === 1 ? '1 record that fits,' : `${counted} records that fit,`
      await page.getByText(fits).waitFor()
      expect(await page.locator('[data-row]').count()).toBe(counted)
      expect(await axe(page)).toEqual([])
      await page.goBack()
    }
    await page.getByRole('heading', { name: 'Overview' }).waitFor()
  },
  TIMEOUT_MS,
)

test(
  'nothing moves under the pointer: what is new waits above',
  async () => {
    const page = await console.open('/')
    const recent = page.getByRole('region', { name: 'Recent' })
    const first = recent.locator('[data-row]').first()
    await first.hover()
    const before = await first.getAttribute('data-row')
    const response = await fetch(`${console.host.url}/api/sandbox`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${ADMIN_TOKEN}` },
      body: JSON.stringify({ happen: { kind: 'message', count: 1 } }),
    })
    expect(response.status).toBe(200)
    const fresh = recent.getByRole('button', { name: /^1 new/ })
    await fresh.waitFor({ timeout: 60_000 })
    expect(await first.getAttribute('data-row')).toBe(before)
    await fresh.click()
    await expect.poll(() => first.getAttribute('data-row')).not.toBe(before)
  },
  TIMEOUT_MS,
)

test(
  'rows of other filters are not taken for those that are awaited',
  async () => {
    const page = await console.open('/records')
    await page.locator('[data-row]').first().waitFor()
    const said = await page.locator('.say').textContent()
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    await page.route('**/api/records?kind=mail', async (route) => {
      await held
      await route.continue()
    })
    await page.getByLabel('Kind').selectOption('mail')
    await page.locator('main .awaited').waitFor()
    expect(await page.locator('.say').textContent()).toBe(said)
    release()
    await page.getByText('1 record that fits, newest first.').waitFor()
    expect(await page.locator('main .awaited').count()).toBe(0)
  },
  TIMEOUT_MS,
)

test(
  'of thousands of records only those near the window are drawn, and Back finds the place',
  async () => {
    const page = await console.open('/audit')
    await page.route('**/api/records*', (route) => {
      const from = Number(new URL(route.request().url()).searchParams.get('cursor') ?? '0')
      const items = Array.from({ length: 200 }, (_, nth) => rowNumber(from + nth))
      return route.fulfill({ json: { items, nextCursor: String(from + 200) } })
    })
    await page.getByRole('link', { name: 'Records', exact: true }).click()
    const table = page.getByRole('table', { name: 'Records, newest first' })
    await table.waitFor()
    const rows = async () => Number((await table.getAttribute('aria-rowcount')) ?? '0')
    await expect
      .poll(
        async () => {
          await page.mouse.wheel(0, 4000)
          return rows()
        },
        { timeout: 60_000, interval: 50 },
      )
      .toBeGreaterThan(2000)
    expect(await page.locator('[data-row]').count()).toBeLessThan(400)
    const there = page.locator('[data-row]:hover a')
    await page.mouse.move(700, 500)
    await there.waitFor()
    const name = (await there.textContent()) ?? ''
    const [depth, many] = [await page.evaluate<number>('scrollY'), await rows()]
    await there.click()
    await page.getByText('There is no such record.').waitFor()
    await page.goBack()
    await page.getByRole('link', { name, exact: true }).waitFor()
    expect(await rows()).toBe(many)
    await expect
      .poll(async () => Math.abs((await page.evaluate<number>('scrollY')) - depth))
      .toBeLessThan(200)
    console.expectFault(/404/)
  },
  TIMEOUT_MS,
)

/** A record in a long list; its name reads from right to left, and laughs. */
function rowNumber(nth: number): RecordRow {
  return {
    kind: 'call',
    id: `ACnone${nth}`,
    at: new Date(Date.now() - nth * 60_000).toISOString(),
    state: 'filed',
    doing: null,
    dueAt: null,
    party: null,
    parties: 1,
    merchant: { id: String(nth), name: `חנות ${nth} 🙂` },
    link: 'linked',
    direction: 'incoming',
    text: `Call number ${nth}, ${'said at length '.repeat(20)}`,
    sentiment: null,
    category: null,
    leadScore: null,
    held: 0,
    pageUrl: null,
  }
}

test(
  'a record is found by a number, shows its journey, and is worked again',
  async () => {
    const page = await console.open('/records')
    await page.getByRole('searchbox').fill('310 555 0123')
    await page.getByText('that fit “310 555 0123”').waitFor()
    await page.goto(`${console.host.url}/records/call/AC1`)
    await page.getByText(/^\s*In Notion/).waitFor()
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
