import { describe, expect, test } from 'vitest'
import { append, changes, compare } from './keyset.ts'

interface Row {
  id: string
  state?: string
}
const keyOf = ({ id }: Row) => id
const list = (ids: string, nextCursor: string | null) => ({
  rows: Array.from(ids).map((id): Row => ({ id })),
  nextCursor,
})
const ids = ({ rows }: { rows: Row[] }) => rows.map(keyOf).join('')

describe('a first page that was read anew', () => {
  test('changes nothing where nothing changed', () => {
    const { came, gone, merged } = compare(list('abcdef', 'f'), list('abc', 'c'), keyOf)
    expect({ came, gone, merged: ids(merged), next: merged.nextCursor }).toEqual({
      came: 0,
      gone: 0,
      merged: 'abcdef',
      next: 'f',
    })
  })

  test('holds new rows back and keeps the later pages', () => {
    const { came, gone, swapped, merged } = compare(list('abcdef', 'f'), list('xyab', 'b'), keyOf)
    expect({ came, gone, swapped: ids(swapped), merged: ids(merged) }).toEqual({
      came: 2,
      gone: 0,
      swapped: 'abcdef',
      merged: 'xyabcdef',
    })
  })

  test('tells what went', () => {
    const { came, gone, merged } = compare(list('abcdef', 'f'), list('acd', 'd'), keyOf)
    expect({ came, gone, merged: ids(merged) }).toEqual({ came: 0, gone: 1, merged: 'acdef' })
  })

  test('that is the whole list now is the list', () => {
    const { gone, merged } = compare(list('abcdef', null), list('ab', null), keyOf)
    expect({ gone, merged: ids(merged) }).toEqual({ gone: 4, merged: 'ab' })
  })

  test('with nothing in common starts the list over', () => {
    const { came, merged } = compare(list('abc', 'c'), list('xyz', 'z'), keyOf)
    expect({ came, merged: ids(merged), next: merged.nextCursor }).toEqual({
      came: 3,
      merged: 'xyz',
      next: 'z',
    })
  })

  test('swaps what changed in its place', () => {
    const head = { rows: [{ id: 'b', state: 'done' }], nextCursor: null }
    expect(compare(list('abc', 'c'), head, keyOf).swapped.rows[1]).toEqual({
      id: 'b',
      state: 'done',
    })
  })
})

test('a further page adds only what is not there yet', () => {
  const more = append(list('abc', 'c'), list('cde', null), keyOf)
  expect(ids(more)).toBe('abcde')
  expect(more.nextCursor).toBeNull()
})

test('changes are said in words', () => {
  expect(changes({ came: 3, gone: 2 })).toBe('3 new, 2 gone')
  expect(changes({ came: 0, gone: 0 })).toBeNull()
})
