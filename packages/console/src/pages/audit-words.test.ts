import type { AuditRow } from '@switchboard/shared/api/audit'
import { expect, test } from 'vitest'
import { actionWords, auditSentence, detailWords, outcome } from './audit-words.ts'

const clock = { now: Date.parse('2026-11-24T20:21:00Z'), zone: 'UTC' }
const row = (over: Partial<AuditRow>): AuditRow => ({
  id: 1,
  at: '2026-11-24T14:10:00Z',
  actor: 'Dana',
  role: 'admin',
  action: 'startRun',
  target: '/api/runs',
  detail: null,
  status: 202,
  ...over,
})

test('the sentence tells how many, by whom, and the last', () => {
  expect(auditSentence([], false, clock)).toBe('Nobody has done anything here yet.')
  expect(auditSentence([row({})], false, clock)).toBe(
    '1 act by one person. The last: start run by Dana, 14:10.',
  )
  expect(auditSentence([row({}), row({ actor: 'Ana' })], true, clock)).toBe(
    '2 newest acts by 2 people. The last: start run by Dana, 14:10.',
  )
})

test('actions read as words', () => {
  expect(actionWords('replayDeadLetters')).toBe('replay dead letters')
})

test('an act ends by its answer', () => {
  expect(outcome(204)).toEqual({ state: 'done', words: 'done' })
  expect(outcome(409)).toEqual({ state: 'skipped', words: 'refused, 409' })
  expect(outcome(500).state).toBe('failed')
  expect(outcome(null).words).toBe('not heard of again')
})

test('what was given stands in one line', () => {
  expect(detailWords(null)).toBe('')
  expect(detailWords({ days: 30, kinds: ['call', 'mail'] })).toBe('days 30, kinds call mail')
  expect(detailWords({ ids: [1, 2, 3, 4], reason: 'old' })).toBe('ids of 4, reason old')
})
