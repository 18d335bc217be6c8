import { expect, test } from 'vitest'
import { party, shortId } from './party.ts'

test('US numbers as they are dialled, all else as it is', () => {
  expect(party('+12125550142')).toBe('(212) 555-0142')
  expect(party('+442079460958')).toBe('+442079460958')
  expect(party('+15005')).toBe('+15005')
  expect(party('rosie@bluebird-bakery.example')).toBe('rosie@bluebird-bakery.example')
})

test('long ids lose their middle', () => {
  expect(shortId('AC1')).toBe('AC1')
  expect(shortId('2b7cd1f0a8e4491e91e4')).toBe('2b7cd1…91e4')
})
