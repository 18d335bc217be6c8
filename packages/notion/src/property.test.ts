import { describe, test } from 'vitest'
import { date, email, multiSelect, phone, relation, select, url } from './property.ts'

const id = (n: number) => `${String(n).padStart(8, '0')}-0000-4000-8000-000000000000`

describe('a property within its limits', () => {
  test('options have no commas, no doubles and no overlength', ({ expect }) => {
    const names = [
      'rates, fees',
      ' Rates  fees',
      '',
      ',',
      'x'.repeat(120),
      ...Array.from('abcdefghijkl'),
    ]
    const { multi_select: options } = multiSelect(names)
    expect(options.slice(0, 3)).toEqual([
      { name: 'rates fees' },
      { name: 'x'.repeat(100) },
      { name: 'a' },
    ])
    expect(options).toHaveLength(10)
    expect(select('no-answer, busy')).toEqual({ select: { name: 'no-answer busy' } })
    expect(select('')).toEqual({ select: null })
  })

  test('what would be wrong if cut is left empty', ({ expect }) => {
    expect(phone('1'.repeat(201))).toEqual({ phone_number: null })
    expect(email(`${'a'.repeat(200)}@b.test`)).toEqual({ email: null })
    expect(url(`https://x.test/${'a'.repeat(2000)}`)).toEqual({ url: null })
    expect(url('')).toEqual({ url: null })
  })

  test('dates are told in UTC, what is none is empty', ({ expect }) => {
    expect(date('2026-11-24T10:00:00+01:00')).toEqual({
      date: { start: '2026-11-24T09:00:00.000Z' },
    })
    expect(date('yesterday')).toEqual({ date: null })
  })

  test('links have one order, no doubles and are at most a hundred', ({ expect }) => {
    expect(relation([id(2), id(1), id(2).replaceAll('-', '')])).toEqual({
      relation: [{ id: id(1) }, { id: id(2) }],
    })
    expect(relation(Array.from({ length: 120 }, (_, n) => id(n))).relation).toHaveLength(100)
  })
})
