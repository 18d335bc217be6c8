/** Search and merchants in Chromium: found, narrowed, opened, heard. */
import {
  OWN_NUMBER,
  callAt,
  merchant,
  smallWorld,
  textAt,
} from '@switchboard/sandbox/http/small-world'
import type { WorldCall } from '@switchboard/sandbox/world'
import { beforeAll, describe, expect, test } from 'vitest'
import { SIX_HOURLY } from './host.ts'
import { axe, expectReadable, layoutShift, useConsole } from './testing/browser.ts'

const TIMEOUT_MS = 90_000
const DAY_MS = 86_400_000
const CALL_SECONDS = 20
const WORDS = [
  'Thanks for calling, this is Ana.',
  'My statement has a fee of nineteen dollars that nobody told me about. I am unhappy with it.',
  'I will call you back tomorrow with the answer.',
  'Please do. I like your reader, I just want the math.',
]

const console = useConsole({
  world: () =>
    smallWorld({
      merchants: [
        merchant('Corner Bakery'),
        merchant('Golden Wok', { phone: '(212) 555-0100', email: 'chef@wok.example' }),
      ],
      calls: [spoken()],
      textMessages: [
        { ...textAt(ago(2), { id: 'ACTwok', from: '+12125550100' }), text: 'The fee is too high.' },
        { ...textAt(ago(3), { id: 'ACTbakery' }), text: 'The new reader is great, thank you!' },
      ],
    }),
})

function ago(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString()
}

/** A recorded call with the bakery; its lines are five seconds apart. */
function spoken(): WorldCall {
  const at = ago(1)
  return callAt(at, {
    id: 'ACfee',
    duration: CALL_SECONDS,
    recordings: [
      { id: 'CR1', status: 'completed', startTime: at, duration: CALL_SECONDS, type: 'audio/wav' },
    ],
    transcripts: [
      {
        recordingId: 'CR1',
        status: 'completed',
        startTime: at,
        createdAt: at,
        duration: CALL_SECONDS,
        dialogue: WORDS.map((content, nth) => ({
          content,
          start: nth * 5,
          end: nth * 5 + 4,
          identifier: nth % 2 === 0 ? OWN_NUMBER : '+13105550123',
          ...(nth % 2 === 0 ? { userId: 'US1', actorId: 'US1' } : { userId: null, actorId: null }),
        })),
      },
    ],
  })
}

beforeAll(async () => {
  await console.host.cron(SIX_HOURLY)
  for (const until = Date.now() + 60_000; Date.now() < until;) {
    await console.host.cron('* * * * *')
    const [run] = (await console.host.api<{ items: { state: string }[] }>('runs')).items
    const { owed } = await console.host.api<{ owed: { owed: number }[] }>('status')
    if (run?.state === 'completed' && owed.every((stage) => stage.owed === 0)) return
    await new Promise((resolve) => setTimeout(resolve, 500))
  }
  throw new Error('something is still owed')
}, TIMEOUT_MS)

describe('search', () => {
  test(
    'finds while typing, marks the words, and lives in the address',
    async () => {
      const page = await console.open('/search')
      await page.getByRole('searchbox').fill('fee')
      const hit = page.locator('.hits > li').filter({ hasText: 'nineteen dollars' })
      await hit.locator('mark', { hasText: 'fee' }).first().waitFor()
      expect(new URL(page.url()).searchParams.get('q')).toBe('fee')
      expect(await page.locator('.say').textContent()).toMatch(/conversations? with \d merchants?/)
      await page.getByLabel('Kind').selectOption('message')
      await page.locator('.hits > li').filter({ hasText: 'Golden Wok' }).waitFor()
      await hit.waitFor({ state: 'detached' })
      await page.goBack()
      await hit.waitFor()
    },
    TIMEOUT_MS,
  )

  test(
    'takes a word that became a filter back as a word',
    async () => {
      const page = await console.open('/search?q=texts+about+fee')
      await page.getByText('became a filter').waitFor()
      const chip = page.locator('.chip')
      await chip.getByRole('button').click()
      await chip.waitFor({ state: 'detached' })
      expect(new URL(page.url()).searchParams.getAll('word')).toEqual(['texts'])
    },
    TIMEOUT_MS,
  )

  test(
    'is found by / from anywhere, and reads in every look',
    async () => {
      const page = await console.open('/audit')
      await page.getByRole('table').waitFor()
      await page.keyboard.press('/')
      await page.getByRole('heading', { name: 'Search' }).waitFor()
      await expectReadable(console, '/search?q=fee', (each) =>
        each.locator('.hits > li').first().waitFor(),
      )
    },
    TIMEOUT_MS,
  )
})

describe('a merchant', () => {
  test(
    'is found by name with a slip, and opens',
    async () => {
      const page = await console.open('/merchants')
      await page.getByRole('link', { name: 'Golden Wok', exact: true }).waitFor()
      await page.getByRole('searchbox').fill('cornr bakry')
      await page
        .getByRole('link', { name: 'Golden Wok', exact: true })
        .waitFor({ state: 'detached' })
      await page.getByRole('link', { name: 'Corner Bakery', exact: true }).click()
      await page.getByRole('heading', { level: 1, name: 'Corner Bakery' }).waitFor()
      await page.getByText('1 call, 1 text').waitFor()
    },
    TIMEOUT_MS,
  )

  test(
    'plays the second that a passage, a line or an action item names',
    async () => {
      const page = await console.open('/search?q=fee+nineteen+dollars')
      await page.getByRole('link', { name: /^play/ }).first().click()
      await page.getByRole('heading', { level: 1, name: 'Corner Bakery' }).waitFor()
      const place = () => page.evaluate<number>('document.querySelector("audio").currentTime')
      await page.getByRole('button', { name: 'Play from 0:05' }).click()
      await expect.poll(place, { timeout: 20_000 }).toBeGreaterThanOrEqual(5)
      await page.locator('.lines li.now', { hasText: 'nineteen dollars' }).waitFor()
      await page.getByRole('button', { name: 'Play from 0:15' }).click()
      await expect.poll(place).toBeGreaterThanOrEqual(15)
      await page.locator('.lines li.now', { hasText: 'I just want the math' }).waitFor()
      await expect.poll(() => new URL(page.url()).searchParams.get('t')).toBe('15')
      await page.getByRole('button', { name: 'Pause' }).click()
      const promise = page.locator('.todo li').filter({ hasText: 'I will call you back' })
      await promise.getByRole('button', { name: 'play where it was said' }).click()
      await page.locator('.lines li.now', { hasText: 'I will call you back' }).waitFor()
      await expect.poll(() => new URL(page.url()).searchParams.get('t')).toBe('10')
      await page.getByRole('button', { name: 'Play from 0:15' }).click()
      await expect.poll(() => new URL(page.url()).searchParams.get('t')).toBe('15')
      // A colleague who is sent the address hears it from there.
      const colleague = await console.open(
        new URL(page.url()).pathname + new URL(page.url()).search,
      )
      await colleague.getByRole('button', { name: 'Play from 0:15' }).first().waitFor()
    },
    TIMEOUT_MS,
  )

  test(
    'has an action item marked as done; the record has who did it, and opens it again',
    async () => {
      const { items } = await console.host.api<{ items: { id: string }[] }>(
        'merchants?query=corner',
      )
      const path = `/merchants/${items[0]?.id ?? ''}`
      const page = await console.open(path)
      const promise = page.locator('.todo li').filter({ hasText: 'I will call you back' })
      const open = () => page.locator('.say').textContent()
      const before = Number(/(\d+) action item/.exec((await open()) ?? '')?.[1])
      await promise.getByRole('button', { name: 'Mark as done' }).click()
      await promise.getByRole('button', { name: 'Open again' }).waitFor()
      await expect.poll(open).not.toContain(`${before} action item`)
      await page.goto(new URL('/records/call/ACfee', page.url()).href)
      const toDo = page.getByRole('listitem').filter({ hasText: 'done by' })
      await toDo.getByRole('button', { name: 'Open again' }).click()
      await toDo.waitFor({ state: 'detached' })
      await page.getByRole('button', { name: 'Mark as done' }).first().waitFor()
      await page.goto(new URL(path, page.url()).href)
      await promise.getByRole('button', { name: 'Mark as done' }).waitFor()
    },
    TIMEOUT_MS,
  )

  test(
    'reads in every look, and nothing moves while it loads',
    async () => {
      const [{ id } = { id: '' }] = (
        await console.host.api<{ items: { id: string }[] }>('merchants?query=corner')
      ).items
      await expectReadable(console, '/merchants', (each) => each.getByRole('table').waitFor())
      await expectReadable(console, `/merchants/${id}?at=call:ACfee`, (each) =>
        each.locator('.lines li').first().waitFor(),
      )
      const page = await console.open(`/merchants/${id}`)
      await page.locator('.timeline > li').first().waitFor()
      expect(await layoutShift(page)).toBeLessThan(0.1)
    },
    TIMEOUT_MS,
  )
})

test(
  'a question is answered with its words and their records',
  async () => {
    const page = await console.open('/ask')
    await page.getByLabel('Question').fill('Who is unhappy about a fee?')
    await page.getByRole('button', { name: 'Ask', exact: true }).click()
    const statement = page.locator('.answer > li').first()
    await statement.getByRole('link').waitFor()
    expect(await statement.locator('q').textContent()).toMatch(/fee/i)
    await page.locator('.say', { hasText: 'each with its words' }).waitFor()
    expect(await axe(page)).toEqual([])
  },
  TIMEOUT_MS,
)
