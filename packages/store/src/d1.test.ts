import { expect, test } from 'vitest'
import { jsonBatches, keysJson } from './d1.ts'

test('rows travel in as few parameters as their size allows, in order', () => {
  const rows = Array.from({ length: 5 }, (_, nth) => ({ nth, text: 'x'.repeat(200_000) }))
  const batches = jsonBatches(rows).map((json): { nth: number }[] => JSON.parse(json))
  expect(batches.map((batch) => batch.map(({ nth }) => nth))).toEqual([[0, 1], [2, 3], [4]])
})

test('no rows take no parameter, and one that is too long goes alone', () => {
  expect(jsonBatches([])).toEqual([])
  expect(jsonBatches([{ a: 1 }, { text: 'x'.repeat(600_000) }, { b: 2 }])).toHaveLength(3)
})

test('keys leave everything else of a row behind', () => {
  const row = { kind: 'call', id: 'AC1', text: 'long' }
  expect(keysJson([row])).toBe('[{"kind":"call","id":"AC1"}]')
})
