import { describe, test } from 'vitest'
import { keyedHash } from '@switchboard/shared/hash'
import { staleIds, vectorFingerprint, vectorIdOf, vectorMetadata } from './vector.ts'
import type { VectorFacts } from './vector.ts'

const facts: VectorFacts = {
  kind: 'call',
  parties: ['p1', 'p2'],
  direction: 'incoming',
  sentiment: 'negative',
  category: 'complaint',
  at: 1_795_510_800_000,
}

describe('ids', () => {
  test('fit into Vectorize however long the record id is', async ({ expect }) => {
    const hash = await keyedHash('a key of sixteen characters', `mail/${'x'.repeat(900)}@mail.test`)
    expect(vectorIdOf(hash, 0)).toBe(`${hash}:0`)
    expect(vectorIdOf(hash, 99_999).length).toBeLessThanOrEqual(64)
  })

  test('that would not fit are a fault of ours', ({ expect }) => {
    expect(() => vectorIdOf('x'.repeat(63), 0)).toThrow(RangeError)
  })

  test('of a shortened record: those past its end', ({ expect }) => {
    expect(staleIds('h', 2, 5)).toEqual(['h:2', 'h:3', 'h:4'])
    expect(staleIds('h', 0, 1)).toEqual(['h:0'])
    expect(staleIds('h', 5, 5)).toEqual([])
    expect(staleIds('h', 5, 2)).toEqual([])
  })
})

describe('metadata', () => {
  test('has a place for each of three parties', ({ expect }) => {
    expect(vectorMetadata(facts)).toEqual({
      kind: 'call',
      party1: 'p1',
      party2: 'p2',
      direction: 'incoming',
      sentiment: 'negative',
      category: 'complaint',
      at: 1_795_510_800_000,
    })
    const parties = ['p1', 'p1', 'p2', 'p3', 'p4']
    expect(vectorMetadata({ ...facts, parties })).toMatchObject({
      party1: 'p1',
      party2: 'p2',
      party3: 'p3',
    })
  })

  test('leaves out what is not known', ({ expect }) => {
    const { sentiment: _, ...unknown } = { ...facts, parties: [], category: null }
    const metadata = vectorMetadata(unknown)
    expect(Object.keys(metadata)).toEqual(['kind', 'direction', 'at'])
  })

  test('is taken by Vectorize', ({ expect }) => {
    const vector: VectorizeVector = { id: 'h:0', values: [], metadata: vectorMetadata(facts) }
    expect(vector.metadata).toBeDefined()
  })
})

test('the fingerprint differs by text, cut, metadata and model', async ({ expect }) => {
  const metadata = vectorMetadata(facts)
  const prints = await Promise.all([
    vectorFingerprint(['a b'], metadata, 'm'),
    vectorFingerprint(['a', 'b'], metadata, 'm'),
    vectorFingerprint(['a b'], { ...metadata, sentiment: 'neutral' }, 'm'),
    vectorFingerprint(['a b'], metadata, 'n'),
  ])
  expect(new Set(prints).size).toBe(4)
  expect(await vectorFingerprint(['a b'], { ...metadata }, 'm')).toBe(prints[0])
})
