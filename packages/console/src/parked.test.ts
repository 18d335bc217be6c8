import { expect, test } from 'vitest'
import { parkedLine, scopeName } from './parked.ts'

const clock = { now: Date.parse('2026-11-24T20:21:00Z'), zone: 'UTC' }
const notion = {
  scope: 'notion',
  reason: 'Notion refuses our token (401)',
  since: '2026-11-24T15:12:00Z',
  waiting: 38,
}

test('says what stands, since when, why, and what waits', () => {
  expect(parkedLine([notion], clock)).toEqual({
    what: 'Notion is parked since 15:12.',
    rest: 'Notion refuses our token (401). Nothing is lost: 38 rows wait.',
  })
  expect(parkedLine([{ ...notion, waiting: 200 }], clock)?.rest).toContain('200 rows or more wait')
})

test('tells that there are more', () => {
  const ai = { ...notion, scope: 'workers-ai', reason: 'quota is used up.', waiting: 0 }
  expect(parkedLine([ai, notion], clock)).toEqual({
    what: 'Workers AI is parked since 15:12.',
    rest: 'Quota is used up. Nothing is lost. And 1 more.',
  })
})

test('is not there when nothing is parked', () => {
  expect(parkedLine([], clock)).toBeNull()
})

test('scopes have the names that people know', () => {
  expect(scopeName('notion:call')).toBe('Notion (Calls)')
  expect(scopeName('openphone:bulk')).toBe('OpenPhone (bulk)')
  expect(scopeName('something')).toBe('Something')
})
