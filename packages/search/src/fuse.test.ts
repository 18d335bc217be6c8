/** Rankings made one, and how good they are. */
import { describe, expect, test } from 'vitest'
import { bestOfEach, fuse } from './fuse.ts'
import type { Passage } from './fuse.ts'
import { bootstrap, ndcgAt, recallAt } from './measure.ts'

const passage = (id: string, nth = 0): Passage => ({ kind: 'call', id, nth })

describe('fusing', () => {
  test('what both lists have comes before what one of them has', () => {
    const fused = fuse({
      text: [passage('a'), passage('b')],
      vector: [passage('c'), passage('b', 1)],
    })
    expect(fused.map(({ id }) => id)).toEqual(['b', 'a', 'c'])
    expect(fused[0]).toMatchObject({ nth: 0, lists: ['text', 'vector'] })
  })

  test('a record counts once in a list, by its best passage', () => {
    const list = [passage('a', 2), passage('a', 1), passage('b')]
    expect(bestOfEach(list)).toEqual([passage('a', 2), passage('b')])
    const [a, b] = fuse({ text: list })
    expect(a).toMatchObject({ id: 'a', nth: 2, score: 1 })
    expect(b?.score).toBeCloseTo(61 / 62)
  })

  test('first everywhere is 1', () => {
    expect(fuse({ text: [passage('a')], vector: [passage('a')] })[0]?.score).toBe(1)
    expect(fuse({ text: [], vector: [] })).toEqual([])
  })
})

describe('measuring', () => {
  test('recall is of as many as the first ten can hold', () => {
    expect(recallAt(10, ['a', 'x', 'b'], ['a', 'b', 'c', 'd'])).toBe(0.5)
    const many = Array.from({ length: 20 }, (_, nth) => `r${nth}`)
    expect(recallAt(10, many, many)).toBe(1)
  })

  test('nDCG is 1 for the best order and falls with the place', () => {
    expect(ndcgAt(10, ['a', 'b', 'x'], ['a', 'b'])).toBe(1)
    expect(ndcgAt(10, ['x', 'a'], ['a'])).toBeCloseTo(1 / Math.log2(3))
    expect(ndcgAt(10, ['x'], ['a'])).toBe(0)
  })

  test('an interval holds the mean, narrows with more queries, and is the same each time', () => {
    const few = bootstrap([0, 1, 0, 1])
    const many = bootstrap(Array.from({ length: 200 }, (_, nth) => nth % 2))
    for (const { low, mean, high } of [few, many]) {
      expect(low).toBeLessThanOrEqual(mean)
      expect(high).toBeGreaterThanOrEqual(mean)
    }
    expect(many.high - many.low).toBeLessThan(few.high - few.low)
    expect(bootstrap([0, 1, 0, 1])).toEqual(few)
  })
})
