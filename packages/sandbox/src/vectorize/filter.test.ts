import { describe, test } from 'vitest'
import { compileFilter, type MetadataIndexes } from './filter.ts'

const INDEXES: MetadataIndexes = { kind: 'string', at: 'number', open: 'boolean', 'a.b': 'string' }
const CALL = { kind: 'call', at: 5, open: true, a: { b: 'deep' }, free: 'x', tags: ['call'] }

describe('operators', () => {
  test.for<[filter: object, matches: boolean]>([
    [{ kind: 'call' }, true],
    [{ kind: { $eq: 'mail' } }, false],
    [{ kind: { $ne: 'mail' } }, true],
    [{ kind: { $in: ['mail', 'call'] } }, true],
    [{ kind: { $nin: ['mail', 'call'] } }, false],
    [{ at: { $gte: 5, $lt: 6 } }, true],
    [{ at: { $gt: 5 } }, false],
    [{ at: { $lte: 4 } }, false],
    [{ kind: { $gte: 'c', $lt: 'd' } }, true],
    [{ at: { $gt: '4' } }, false], // a string is neither before nor after a number
    [{ open: true, kind: 'call' }, true],
    [{ open: true, kind: 'mail' }, false],
    [{ 'a.b': 'deep' }, true],
  ])('%j', ([filter, matches], { expect }) => {
    expect(compileFilter(filter, INDEXES)(CALL)).toBe(matches)
  })

  test('a property without an index matches nothing, whatever is asked', ({ expect }) => {
    expect(compileFilter({ free: 'x' }, INDEXES)(CALL)).toBe(false)
    expect(compileFilter({ free: { $ne: 'y' } }, INDEXES)(CALL)).toBe(false)
  })

  test('an array is no scalar: it matches none of its members', ({ expect }) => {
    const matches = compileFilter({ tags: 'call' }, { tags: 'string' })
    expect(matches(CALL)).toBe(false)
  })

  test('strings are compared by their first 64 bytes, cut between characters', ({ expect }) => {
    const long = 'ä'.repeat(40) // 80 bytes
    const matches = compileFilter({ kind: `${'ä'.repeat(32)}other` }, INDEXES)
    expect(matches({ kind: long })).toBe(true)
    const odd = compileFilter({ kind: `x${'ä'.repeat(31)}` }, INDEXES)
    expect(odd({ kind: `x${long}` })).toBe(true)
  })
})

describe('refused', () => {
  test.for<object>([
    {},
    { kind: { $like: 'c' } },
    { kind: ['call'] },
    { kind: { $in: 'call' } },
    { at: { $lt: true } },
    { $and: 'x' },
    { 'a"b': 'x' },
    { kind: 'x'.repeat(2048) },
  ])('%j', (filter, { expect }) => {
    expect(() => compileFilter(filter, INDEXES)).toThrow(/^VECTOR_QUERY_ERROR \(code = 40026\)/u)
  })
})
