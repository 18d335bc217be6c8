/** Phone numbers: the table of the outside contract, fields as people type them, and properties. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { phonesIn, toE164 } from './phone.ts'

test.each([
  ['(415) 555-0100', '+14155550100'],
  ['415.555.2671', '+14155552671'],
  ['14155552671', '+14155552671'],
  ['tel:+14155552671', '+14155552671'],
  ['４１５５５５２６７１', '+14155552671'], // full-width digits
  ['415-555-2671\u202C', '+14155552671'], // pasted out of a contact card
  ['Call 415-555-2671', '+14155552671'],
  ['415-555-2671 ext. 12', '+14155552671'],
  ['415-555-2671 x12', '+14155552671'],
  ['+14155552671;ext=5', '+14155552671'],
  ['+15555555555', '+15555555555'], // possible, though not valid: documentation numbers
  ['5555550123', '+15555550123'],
  ['+44 (0)20 7946 0958', '+442079460958'],
  ['+44 020 7946 0958', '+442079460958'],
  ['011 44 20 7946 0958', '+442079460958'],
  ['+525512345678', '+525512345678'],
  ['+5491123456789', '+5491123456789'], // mobile and fixed in Argentina are two numbers
  ['+541123456789', '+541123456789'],
  ['+12425550123', '+12425550123'],
  ['1-800-GOT-MILK', null],
  ['0044 20 7946 0958', null], // dialled from the US it would be 011
  ['22000', null],
  ['911', null],
  ['555-2671', null],
  ['anonymous', null],
  ['Restricted', null],
  ['415-555-0100 / 415-555-0101', null], // a field, to be split first
  ['+5215512345678', null],
  ['+1415555267100', null],
  ['', null],
  ['+', null],
])('%j is %j in E.164', (text, number) => {
  expect(toE164(text, 'US')).toBe(number)
})

test('what is dialled within another country is read as there', () => {
  expect(toE164('020 7946 0958', 'GB')).toBe('+442079460958')
  expect(toE164('32 12 34 56', 'DK')).toBe('+4532123456')
  expect(toE164('22000', 'DE')).toBe(null) // possible there, but more likely a short code
  expect(toE164('+4989123', 'DE')).toBe('+4989123')
})

test('without a country only international numbers are read', () => {
  expect(toE164('+14155552671', 'XX')).toBe('+14155552671')
  expect(toE164('415-555-2671', 'XX')).toBe(null)
})

const A = '+14155550100'
const B = '+14155550101'

test.each([
  ['415-555-0100 / 415-555-0101', [A, B]],
  ['415-555-0100/415-555-0101', [A, B]],
  ['(415) 555-0100, (415) 555-0101', [A, B]],
  ['4155550100;4155550101', [A, B]],
  ['415-555-0100 | 415-555-0101', [A, B]],
  ['415-555-0100\n415-555-0101', [A, B]],
  ['415-555-0100 and 415-555-0101', [A, B]],
  ['415-555-0100 or +1 415 555 0101', [A, B]],
  ['415-555-0100 & 415-555-0101', [A, B]],
  ['cell: 415-555-0100 office: 415-555-0101', [A, B]],
  ['415-555-0100 (cell) 415-555-0101 (shop)', [A, B]],
  ['(415) 555-0100 (415) 555-0101', [A, B]],
  ['+14155550100 +14155550101', [A, B]],
  ['415-555-0100 - 415-555-0101', [A, B]],
  ['415-555-0100   415-555-0101', [A, B]],
  ['415-555-0100, +1 (415) 555-0100', [A]],
  ['415-555-0100 ext. 12 / 415-555-0101 x7', [A, B]],
  ['415-555-0100 extension 12', [A]],
  ['415-555-0100, ext: 4', [A]],
  ['415-555-0100 #4', [A]],
  ['415-555-0100;ext=5', [A]],
  ['Phone # 415 555 0100', [A]],
  ['415/555-0100', [A]],
  ['(415) 555 - 0100', [A]],
  ['415 (555) 0100', [A]],
  ['415-555-0100 / 22', [A]],
  ['cell2: 415-555-0100', [A]],
  ['22000', []],
  ['1-800-GOT-MILK', []],
  ['unknown', []],
  ['n/a', []],
  ['', []],
])('the field %j holds %j', (field, numbers) => {
  expect(phonesIn(field, 'US')).toEqual(numbers)
})

test('a slash within a German number is no end of it', () => {
  expect(phonesIn('030 / 123456', 'DE')).toEqual(['+4930123456'])
  expect(phonesIn('030 12345678 / 030 87654321', 'DE')).toEqual(['+493012345678', '+493087654321'])
  expect(phonesIn('030 / 1234567 / 030 7654321', 'DE')).toEqual(['+49307654321'])
})

/** American numbers as they are assigned: neither area code nor exchange begins with 0 or 1. */
const american = fc
  .tuple(
    fc.integer({ min: 200, max: 999 }),
    fc.integer({ min: 200, max: 999 }),
    fc.integer({ min: 0, max: 9999 }),
  )
  .map(([area, exchange, line]) => ({ area, exchange, line: String(line).padStart(4, '0') }))
type American = { area: number; exchange: number; line: string }

const STYLES: ((number: American) => string)[] = [
  ({ area, exchange, line }) => `+1${area}${exchange}${line}`,
  ({ area, exchange, line }) => `(${area}) ${exchange}-${line}`,
  ({ area, exchange, line }) => `${area}-${exchange}-${line}`,
  ({ area, exchange, line }) => `${area}.${exchange}.${line} ext. 12`,
  ({ area, exchange, line }) => `cell: 1 ${area} ${exchange} ${line}`,
]
const typed = fc.tuple(american, fc.constantFrom(...STYLES))

test('any typed numbers come out of any field that holds them, in order and once', () => {
  const between = fc.constantFrom(' / ', ', ', '; ', ' and ', ' or ', '\n', ' | ')
  fc.assert(
    fc.property(fc.array(typed, { minLength: 1, maxLength: 4 }), between, (numbers, mark) => {
      const field = numbers.map(([number, style]) => style(number)).join(mark)
      const wanted = numbers.map(([{ area, exchange, line }]) => `+1${area}${exchange}${line}`)
      expect(phonesIn(field, 'US')).toEqual([...new Set(wanted)])
    }),
  )
})

const country = fc.constantFrom('US', 'GB', 'DE', 'MX', 'AR', 'DK', 'RU', 'BR', 'IT', 'XX')
const scrap = fc.oneof(
  fc.string(),
  fc.stringMatching(/^\+?[0-9 ()./x-]{0,24}$/),
  typed.map(([number, style]) => style(number)),
)

test('what toE164 gives, it takes unchanged, and it is E.164', () => {
  fc.assert(
    fc.property(scrap, country, (text, from) => {
      const number = toE164(text, from)
      if (number === null) return
      expect(number).toMatch(/^\+[1-9]\d{1,14}$/)
      expect(toE164(number, from)).toBe(number)
    }),
  )
})

test('a field gives E.164 only, none twice, and never throws', () => {
  fc.assert(
    fc.property(fc.array(scrap), country, (texts, from) => {
      const numbers = phonesIn(texts.join(' / '), from)
      expect(new Set(numbers).size).toBe(numbers.length)
      for (const number of numbers) expect(toE164(number, from)).toBe(number)
    }),
  )
})
