/** The console in Chromium: signing in, the frame around every page, its keys, and the audit. */
import { describe, expect, test } from 'vitest'
import {
  ADMIN_TOKEN,
  READ_ONLY_TOKEN,
  axe,
  expectReadable,
  layoutShift,
  useConsole,
} from './testing/browser.ts'

const console = useConsole()
const TIMEOUT_MS = 60_000

describe('signing in', () => {
  test(
    'asks for a token, refuses a wrong one in words, and takes the right one',
    async () => {
      const page = await console.stranger()
      await page.goto(`${console.host.url}/audit`)
      expect(await axe(page)).toEqual([])
      await page.getByLabel(/^Token/).fill('wrong')
      await page.getByLabel(/^Your name/).fill('Dana')
      await page.getByRole('button', { name: 'Sign in' }).click()
      expect(await page.getByRole('alert').textContent()).toBe('This token is not known.')
      await page.getByLabel(/^Token/).fill(ADMIN_TOKEN)
      await page.getByRole('button', { name: 'Sign in' }).click()
      await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor()
      await page.getByText('Dana, may act').waitFor()
      console.expectFault(/401/) // the wrong token
    },
    TIMEOUT_MS,
  )

  test(
    'by the printed link needs no typing, and the token leaves the address',
    async () => {
      const page = await console.stranger()
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await page.goto(`${console.host.url}/audit#token=${ADMIN_TOKEN}`)
      await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor()
      expect(page.url()).toBe(`${console.host.url}/audit`)
      expect(asked.filter((url) => url.includes(ADMIN_TOKEN))).toEqual([])
      await page.getByRole('button', { name: 'Sign out' }).click()
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
      await page.reload()
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
    },
    TIMEOUT_MS,
  )

  test(
    'again, where a session ended, leads back to the page that stood there',
    async () => {
      const page = await console.open('/audit')
      await page.context().clearCookies()
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor()
      expect(await page.getByRole('alert').textContent()).toContain('Your session ended')
      expect(await page.title()).toBe('Sign in · Switchboard')
      await page.keyboard.type(ADMIN_TOKEN) // the focus is where it must be
      await page.keyboard.press('Enter')
      await page.getByRole('heading', { level: 1, name: 'Audit' }).waitFor()
      expect(await page.title()).toBe('Audit · Switchboard')
      console.expectFault(/401/)
    },
    TIMEOUT_MS,
  )

  test(
    'with the read-only token looks and says so',
    async () => {
      const page = await console.stranger()
      await page.goto(`${console.host.url}/audit#token=${READ_ONLY_TOKEN}`)
      await page.getByText('may look').waitFor()
    },
    TIMEOUT_MS,
  )
})

describe('the frame', () => {
  test(
    'shows the page that the address names, at any width, in any theme, for any reader',
    async () => {
      await expectReadable(console, '/audit', (page) => page.getByRole('table').waitFor())
    },
    TIMEOUT_MS,
  )

  test(
    'moves nothing while it loads',
    async () => {
      const page = await console.open('/audit')
      await page.getByRole('table').waitFor()
      expect(await layoutShift(page)).toBeLessThan(0.02)
    },
    TIMEOUT_MS,
  )

  test(
    'says what is no page',
    async () => {
      const page = await console.open('/audit')
      await page.evaluate(
        `history.pushState(null, '', '/nothing-here'); dispatchEvent(new PopStateEvent('popstate'))`,
      )
      await page.getByRole('heading', { name: 'Nothing here' }).waitFor()
    },
    TIMEOUT_MS,
  )

  test(
    'has keys, which one switch turns off',
    async () => {
      const page = await console.open('/audit')
      await page.getByRole('table').waitFor()
      await page.keyboard.press('j')
      await expect.poll(() => page.evaluate('document.activeElement?.tagName')).toBe('TR')
      await page.keyboard.press('?')
      const keys = page.getByRole('dialog', { name: 'Keys' })
      await keys.getByText('next row').waitFor()
      expect(await axe(page)).toEqual([])
      await keys.getByLabel('Use keys').uncheck()
      await page.keyboard.press('Escape')
      await keys.waitFor({ state: 'detached' })
      await expect.poll(() => page.evaluate('document.activeElement?.tagName')).toBe('TR')
      await page.keyboard.press('?')
      expect(await keys.count()).toBe(0)
    },
    TIMEOUT_MS,
  )

  test(
    'turns dark and light by hand',
    async () => {
      const page = await console.open('/audit')
      const ground = () =>
        page.evaluate('getComputedStyle(document.documentElement).backgroundColor')
      expect(await ground()).toBe('rgb(255, 255, 255)')
      await page.getByRole('button', { name: 'Theme: system' }).click()
      await page.getByRole('button', { name: 'Theme: light' }).click()
      expect(await ground()).toBe('rgb(19, 22, 26)')
      await page.reload()
      await page.getByRole('button', { name: 'Theme: dark' }).waitFor()
      expect(await ground()).toBe('rgb(19, 22, 26)')
    },
    TIMEOUT_MS,
  )

  test(
    'says that it grew old when nothing answers, and comes back',
    async () => {
      const page = await console.open('/audit')
      const alive = page.locator('.side').getByText('Live')
      await alive.waitFor()
      await page.route('**/api/pulse', (route) => route.abort())
      await page.locator('.side').getByText('as of').waitFor({ timeout: 30_000 })
      await page.unroute('**/api/pulse')
      await alive.waitFor({ timeout: 30_000 })
      console.expectFault(/ERR_FAILED/)
    },
    TIMEOUT_MS,
  )
})

test(
  'what hangs is not live, and what fails is told once, over what can still be read',
  async () => {
    const page = await console.open('/audit')
    await page.getByRole('table').waitFor()
    await page.route('**/api/pulse', () => {}) // taken, and never answered
    await page.locator('.side').getByText('as of').waitFor({ timeout: 30_000 })
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    await page.locator('.side').getByText('Live').waitFor({ timeout: 60_000 })

    await page.route('**/api/audit*', (route) =>
      route.fulfill({ status: 500, contentType: 'application/problem+json', body: PROBLEM }),
    )
    const stranger = await console.stranger()
    await stranger.goto(`${console.host.url}/#token=${READ_ONLY_TOKEN}`) // the audit moves
    const alert = page.getByRole('alert')
    await alert.waitFor()
    const said = await alert.textContent()
    expect(said).toMatch(/^It broke\. At \d\d:\d\d:\d\d\.Try again$/)
    expect(await axe(page)).toEqual([])
    await page.waitForResponse('**/api/pulse')
    await page.waitForResponse('**/api/pulse')
    expect(await alert.textContent()).toBe(said)
    await page.unroute('**/api/audit*')
    await alert.getByRole('button', { name: 'Try again' }).click()
    await alert.waitFor({ state: 'detached' })
    console.expectFault(/500/)
  },
  TIMEOUT_MS * 2,
)

const PROBLEM = JSON.stringify({ title: 'Internal error', status: 500, detail: 'It broke' })

test(
  'the audit lists who signed in',
  async () => {
    const page = await console.open('/audit')
    const row = page.getByRole('row').filter({ hasText: 'Dana' }).first()
    await row.getByRole('rowheader', { name: 'sign in' }).waitFor()
    expect(await row.textContent()).toContain('done')
  },
  TIMEOUT_MS,
)

test(
  'a long list is read as the reader scrolls, and only what is near the window is drawn',
  async () => {
    const made = Array.from({ length: 420 }, (_, nth) => nth)
    await console.host.db
      .prepare(
        `INSERT INTO audit (at, actor, role, action, target, status)
         SELECT ?2 + value, 'Ana', 'admin', 'startRun', '/api/runs', 202 FROM json_each(?1)`,
      )
      .bind(JSON.stringify(made), Date.now())
      .run()
    const page = await console.open('/audit')
    const foot = page.locator('main .foot')
    await foot.waitFor()
    const atEnd = async () => {
      await page.evaluate('scrollTo(0, document.body.scrollHeight)')
      return foot.count()
    }
    await expect.poll(atEnd, { timeout: 30_000 }).toBe(0) // all are there, nothing more to come
    expect(await page.getByRole('table').getAttribute('aria-rowcount')).toMatch(/^4[2-9]\d$/)
    expect(await page.locator('main tr[data-row]').count()).toBeLessThan(300)
    await page.evaluate('scrollTo(0, 0)')
    await page.locator('main tr[aria-rowindex="2"]').waitFor()
  },
  TIMEOUT_MS,
)
