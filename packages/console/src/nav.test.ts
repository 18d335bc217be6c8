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
  const badges = {
    letters: 1342,
    unmatched: 0,
    parked: 2,
    paused: 1,
    run: { id: '1', percent: 80 },
  }
  expect(badgeOf('/letters', badges)).toEqual({ text: '1,342', tone: 'bad' })
  expect(badgeOf('/queues', badges)).toEqual({ text: 'parked', tone: 'warn' })
  expect(badgeOf('/queues', { ...badges, parked: 0 })).toEqual({ text: 'paused', tone: '' })
  expect(badgeOf('/queues', { ...badges, parked: 0, paused: 0 })).toBeNull()
  expect(badgeOf('/runs', badges)).toEqual({ text: '80 %', tone: '' })
  expect(badgeOf('/unmatched', badges)).toBeNull()
  expect(badgeOf('/audit', badges)).toBeNull()
})
