import { expect, test } from 'vitest'
import { nearest, signsOf } from './signs.ts'

const DIMENSIONS = 1024

/** The same vectors each time. */
function vectors(count: number): { values: Float32Array; signs: Int32Array }[] {
  let seed = 7
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff
    return seed / 0x7fffffff - 0.5
  }
  return Array.from({ length: count }, () => {
    const values = Float32Array.from({ length: DIMENSIONS }, random)
    return { values, signs: signsOf(values) }
  })
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
  const like = all.slice(0, 20).map(({ values }) => {
    const turned = values.map((value, at) => (at % 4 === 0 ? -value : value))
    return { values: turned, signs: signsOf(turned) }
  })
  for (const [nth, one] of like.entries()) {
    const close = nearest(one.values, all, 50)
    expect(close).toContain(all[nth])
    expect(close.length).toBeGreaterThanOrEqual(50)
    expect(close.length).toBeLessThan(200)
  }
})

test('few are all looked at', () => {
  const all = vectors(10)
  expect(nearest(all[0]!.values, all, 50)).toEqual(all)
})

test('where the query is zero nothing counts', () => {
  const [first, second] = vectors(2)
  const query = new Float32Array(DIMENSIONS)
  query.set(first!.values.subarray(0, 32))
  const mixed = second!.values.slice()
  mixed.set(first!.values.subarray(0, 32))
  const same = { values: mixed, signs: signsOf(mixed) }
  expect(nearest(query, [second!, same], 1)).toContain(same)
})
