import { test } from 'vitest'
import { SlidingLimit } from './limit.ts'
import { RequestLog } from './requests.ts'

test('counts by route and status', ({ expect }) => {
  const log = new RequestLog('notion')
  log.arrived('POST', '/v1/pages', 0, false)
  log.answered('POST', '/v1/pages', 200)
  log.arrived('POST', '/v1/pages', 1, true)
  log.answered('POST', '/v1/pages', 429)
  expect(log.counts()).toMatchObject({
    api: 'notion',
    total: 2,
    refused: 1,
    routes: { 'POST /v1/pages': { total: 2, refused: 1, statuses: { 200: 1, 429: 1 } } },
    windows: { 1000: { all: 2, refused: 1 } },
  })
  expect(log.countOf('POST', '/v1/pages')).toBe(2)
})

test('the fullest window is found wherever it lies, and is half open', ({ expect }) => {
  const log = new RequestLog('openphone')
  for (const at of [0, 1000, 2000, 2500, 2999, 3000, 9000]) log.arrived('GET', '/calls', at, false)
  expect(log.maxIn(1000)).toBe(3)
  expect(log.maxIn(1001)).toBe(4) // not watched: from the kept times
  expect(log.maxIn(10_000)).toBe(7)
  expect(log.maxRefusedIn(1000)).toBe(0)
})

test('watched windows stay exact past the kept times', ({ expect }) => {
  const log = new RequestLog('openphone')
  for (let at = 0; at < 20; at++) log.arrived('GET', '/calls', at, false)
  for (let n = 1; n <= 70_000; n++) log.arrived('GET', '/calls', n * 1000, false)
  expect(log.maxIn(1000)).toBe(20)
  expect(log.total).toBe(70_020)
})

test('a limit grants its number in any window and tells the wait', ({ expect }) => {
  const limit = new SlidingLimit(3, 1000)
  expect([0, 400, 800].map((at) => limit.take(at))).toEqual([0, 0, 0])
  expect(limit.take(900)).toBe(100)
  expect(limit.take(1000)).toBe(0)
  expect(limit.take(1399)).toBe(1)
})
