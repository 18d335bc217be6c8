import { expect, test } from 'vitest'
import { SignRows, signsOf } from './signs.ts'

const DIMENSIONS = 1024

/** The same vectors each time. */
function vectors(count: number): Float32Array[] {
  let seed = 7
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
    return seed / 0x7fffffff - 0.5
  }
  return Array.from({ length: count }, () => Float32Array.from({ length: DIMENSIONS }, random))
}

function rowsOf(all: readonly Float32Array[]): { signs: SignRows; rows: Uint32Array } {
  const signs = new SignRows(DIMENSIONS)
  for (const [row, values] of all.entries()) signs.set(row, values)
  return { signs, rows: Uint32Array.from(all.keys()) }
}

test('one bit a number', () => {
  const values = new Float32Array(64)
  values[0] = 1
  values[31] = 0.5
  values[33] = -1
  values[63] = 2
  expect([...signsOf(values)]).toEqual([1 | (1 << 31), 1 << 31])
})

test('what is like the query is looked at, most of the rest is not', () => {
  const all = vectors(2000)
  const { signs, rows } = rowsOf(all)
  for (const [nth, values] of all.slice(0, 20).entries()) {
    const like = values.map((value, at) => (at % 4 === 0 ? -value : value))
    const close = signs.nearest(like, rows, 50)
    expect(close).toContain(nth)
    expect(close.length).toBeGreaterThanOrEqual(50)
    expect(close.length).toBeLessThan(200)
  }
})

test('only the rows that are asked for', () => {
  const all = vectors(200)
  const { signs } = rowsOf(all)
  const odd = Uint32Array.from({ length: 100 }, (_, nth) => nth * 2 + 1)
  const close = signs.nearest(all[4] as Float32Array, odd, 10)
  expect([...close].every((row) => row % 2 === 1)).toBe(true)
})

test('few are all looked at', () => {
  const all = vectors(10)
  const { signs, rows } = rowsOf(all)
  expect(signs.nearest(all[0] as Float32Array, rows, 50)).toEqual(rows)
})

test('a row that moved is found where it is now', () => {
  const all = vectors(200)
  const { signs, rows } = rowsOf(all)
  signs.move(199, 3)
  expect(signs.nearest(all[199] as Float32Array, rows.subarray(0, 199), 1)).toContain(3)
})

test('where the query is zero nothing counts', () => {
  const [first, second] = vectors(2) as [Float32Array, Float32Array]
  const query = new Float32Array(DIMENSIONS)
  query.set(first.subarray(0, 32))
  const mixed = second.slice()
  mixed.set(first.subarray(0, 32))
  const { signs, rows } = rowsOf([second, mixed])
  expect(signs.nearest(query, rows, 1)).toContain(1)
})
