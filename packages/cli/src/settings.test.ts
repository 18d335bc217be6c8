/** What a start makes of its settings. */
import { expect, test } from 'vitest'
import { checkValues, stateName } from './settings.ts'

function folderOf(values: Record<string, string>): string {
  return stateName(values, checkValues(values))
}

test('one OpenPhone is one state, however its address is written', () => {
  const key = { OPENPHONE_API_KEY: 'key' }
  const real = folderOf({ ...key, OPENPHONE_BASE_URL: 'http://127.0.0.1:9911' })
  expect(folderOf({ ...key, OPENPHONE_BASE_URL: 'http://127.0.0.1:9911/' })).toBe(real)
  expect(folderOf({ ...key, OPENPHONE_BASE_URL: 'http://127.0.0.1:9912' })).not.toBe(real)
  expect(folderOf({ ...key, OPENPHONE_BASE_URL: 'https://api.quo.com' })).toBe(folderOf(key))
})
