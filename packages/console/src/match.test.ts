import { expect, test } from 'vitest'
import { match, pathOf, withQuery } from './match.ts'

test('a path fits its pattern, its parts unescaped', () => {
  expect(match('/', '/')).toEqual({})
  expect(match('/records/:kind/:id', '/records/mail/M%2F1')).toEqual({ kind: 'mail', id: 'M/1' })
  expect(match('/audit', '/audit/')).toEqual({})
})

test('what does not fit is no page', () => {
  expect(match('/records/:kind/:id', '/records/mail')).toBeNull()
  expect(match('/records/:kind/:id', '/records/mail/')).toBeNull()
  expect(match('/runs/:id', '/runs/%E0%A4%A')).toBeNull()
  expect(match('/audit', '/audits')).toBeNull()
})

test('an address is written with its parts escaped', () => {
  expect(pathOf('records', 'mail', 'M/1 a')).toBe('/records/mail/M%2F1%20a')
})

test('a choice changes its own parameter only', () => {
  expect(withQuery('/letters?state=open&q=a', { q: 'b & c' })).toBe('/letters?state=open&q=b+%26+c')
  expect(withQuery('/letters?state=open', { state: null, cursor: '' })).toBe('/letters')
})
