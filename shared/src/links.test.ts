import { describe, test } from 'vitest'
import { checkLink, linkKeys, signedPath } from './links.ts'
import type { LinkKey } from './links.ts'

const PATH = '/recordings/calls/AC1/CR1'
const [OLD, NEW] = (await linkKeys(['an-old-secret-of-links', 'a-new-secret-of-links'])) as [
  LinkKey,
  LinkKey,
]

const check = (link: string, keys = [OLD], now = 0) =>
  checkLink(new URL(link, 'https://door.test'), keys, now)

describe('a link', () => {
  test('is the same for the same path and secret, its signature last', async ({ expect }) => {
    const link = await signedPath(PATH, OLD)
    expect(link).toBe(await signedPath(PATH, OLD))
    expect(link).toMatch(/^\/recordings\/calls\/AC1\/CR1\?k=[0-9a-f]{8}&s=[\w-]{43}$/)
    expect(await signedPath(PATH, OLD, 1_999)).toMatch(/\?k=[0-9a-f]{8}&e=1&s=[\w-]{43}$/)
    expect(link).not.toBe(await signedPath(PATH, NEW))
    expect(link).not.toContain('an-old-secret')
  })

  test('opens as long as its secret is there', async ({ expect }) => {
    const link = await signedPath(PATH, OLD)
    expect(await check(link, [OLD])).toEqual({ valid: true, expires: false })
    expect(await check(link, [NEW, OLD])).toEqual({ valid: true, expires: false })
    expect(await check(link, [NEW])).toEqual({ valid: false, reason: 'forged' })
    expect(await check(link, [])).toEqual({ valid: false, reason: 'forged' })
  })

  test('that was made for a while opens until then', async ({ expect }) => {
    const link = await signedPath(PATH, OLD, 60_500)
    expect(await check(link, [OLD], 59_999)).toEqual({ valid: true, expires: true })
    expect(await check(link, [OLD], 60_000)).toEqual({ valid: false, reason: 'expired' })
  })

  test('with anything changed opens nothing', async ({ expect }) => {
    const link = await signedPath(PATH, OLD)
    const passing = await signedPath(PATH, OLD, 60_000)
    const changed = [
      link.replace('CR1', 'CR2'),
      link.replace('recordings', 'media'),
      link.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      link.replace('&s=', '&e=9999999999&s='),
      passing.replace('e=60', 'e=6000'),
      passing.replace('&e=60', ''),
      `${link}&x=1`,
      link.replace('?', '?x=1&'),
      link.replace(/k=(\w+)&(s=.*)/, '$2&k=$1'),
      link.replace('k=', 'K='),
    ]
    for (const forged of changed) {
      expect(forged).not.toBe(link)
      expect(await check(forged), forged).toEqual({ valid: false, reason: 'forged' })
    }
    expect(await check(PATH)).toEqual({ valid: false, reason: 'unsigned' })
  })
})
