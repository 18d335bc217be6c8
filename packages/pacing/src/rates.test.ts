import { test } from 'vitest'
import { rateOf } from './rates.ts'

const settings = { OPENPHONE_RPS: 10, NOTION_RPS: 3, JMAP_RPS: 10, AI_RPM: 300 }

test('the settings as rates', ({ expect }) => {
  expect(rateOf('openphone', settings)).toEqual({ perWindow: 10, windowMs: 1000 })
  expect(rateOf('mailbox', settings)).toEqual({ perWindow: 10, windowMs: 1000 })
  expect(rateOf('notion', settings)).toEqual({ perWindow: 30, windowMs: 10_000 })
  expect(rateOf('workers-ai', settings)).toEqual({ perWindow: 300, windowMs: 60_000 })
})

test('a Worker needs only the setting of the gate it uses', ({ expect }) => {
  expect(rateOf('openphone', { OPENPHONE_RPS: 5 })).toEqual({ perWindow: 5, windowMs: 1000 })
})

test('0 is no gate', ({ expect }) => {
  expect(rateOf('notion', { NOTION_RPS: 0 })).toBeNull()
})

test('a fraction widens the window, so that it holds whole requests', ({ expect }) => {
  expect(rateOf('openphone', { OPENPHONE_RPS: 2.5 })).toEqual({ perWindow: 25, windowMs: 10_000 })
  expect(rateOf('notion', { NOTION_RPS: 2.5 })).toEqual({ perWindow: 25, windowMs: 10_000 })
  expect(rateOf('mailbox', { JMAP_RPS: 0.05 })).toEqual({ perWindow: 1, windowMs: 20_000 })
})
