import { describe, expect, test } from 'vitest'
import { chipWords, recordsSentence, standingOf, withWhom } from './record-words.ts'

describe('how a record stands', () => {
  test.each([
    ['filed', null, 'filed', undefined],
    ['filed', 'updating', 'filed', undefined],
    ['way', null, 'way', undefined],
    ['way', 'parked', 'parked', undefined],
    ['way', 'retrying', 'retrying', undefined],
    ['stuck', null, 'stuck', undefined],
    ['failing', null, 'stuck', 'in Notion, a change is stuck'],
    ['removed', null, 'kept', 'removed by a person'],
    ['missing', null, 'failed', 'missing here'],
  ] as const)('%s %s', (state, doing, is, words) => {
    expect(standingOf({ state, doing })).toEqual({ is, ...(words && { words }) })
  })
})

test('with whom', () => {
  const one = { merchant: null, party: '+12125550142', parties: 1, state: 'filed' } as const
  expect(withWhom(one)).toBe('(212) 555-0142')
  expect(withWhom({ ...one, parties: 3 })).toBe('(212) 555-0142 and 2 others')
  expect(withWhom({ ...one, parties: 3, merchant: { id: 'm', name: 'Bluebird' } })).toBe('Bluebird')
  expect(withWhom({ ...one, party: null, parties: 0 })).toBe('nobody outside')
  expect(withWhom({ ...one, party: null, parties: 0, state: 'way' })).toBe('not read yet')
})

test('a filter that came with a link is said in words', () => {
  const clock = { now: Date.parse('2026-11-24T20:21:00Z'), zone: 'America/Chicago' }
  expect(chipWords('from', '2026-10-30', clock)).toBe('30 Oct')
  expect(chipWords('party', '+12125550142', clock)).toBe('(212) 555-0142')
  expect(chipWords('sentiment', 'none', clock)).toBe('not analysed')
  expect(chipWords('category', 'sales', clock)).toBe('sales')
})

test('how many fit', () => {
  const any = { q: '', narrowed: false }
  expect(recordsSentence(0, false, any)).toBe('No record yet.')
  expect(recordsSentence(0, false, { q: '', narrowed: true })).toBe('No record fits.')
  expect(recordsSentence(0, false, { q: 'rosa', narrowed: true })).toBe('No record fits “rosa”.')
  expect(recordsSentence(50, true, any)).toBe('The newest 50 records.')
  expect(recordsSentence(0, true, any)).toBe('None of the newest fits: looking further back.')
  expect(recordsSentence(1, false, { q: 'AC1', narrowed: false })).toBe(
    '1 record that fits “AC1”, newest first.',
  )
  expect(recordsSentence(13, false, { q: '', narrowed: true })).toBe(
    '13 records that fit, newest first.',
  )
})
