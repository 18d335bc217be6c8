import { expect, test } from 'vitest'
import { badgeOf, leadsTo } from './nav.ts'

const entry = { at: '/runs', name: 'Runs', icon: 'clock', key: 'r' } as const

test('a page below leads from the entry above it', () => {
  expect(leadsTo(entry, '/runs')).toBe(true)
  expect(leadsTo(entry, '/runs/412')).toBe(true)
  expect(leadsTo(entry, '/runsheet')).toBe(false)
  expect(leadsTo({ ...entry, at: '/' }, '/runs')).toBe(false)
})

test('a badge is the number of what waits, and absent where nothing does', () => {
  const badges = { letters: 24, unmatched: 0, parked: 2, run: { id: '1', percent: 80 } }
  expect(badgeOf('/letters', badges)).toEqual({ text: '24', tone: 'bad' })
  expect(badgeOf('/queues', badges)).toEqual({ text: 'parked', tone: 'warn' })
  expect(badgeOf('/runs', badges)).toEqual({ text: '80 %', tone: '' })
  expect(badgeOf('/unmatched', badges)).toBeNull()
  expect(badgeOf('/audit', badges)).toBeNull()
})
