/** Mail addresses as keys. */
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { addressesIn, toAddress } from './mail.ts'

test.each([
  [' Jo@Shop.Example ', 'jo@shop.example'],
  ['mailto:Jo@shop.example', 'jo@shop.example'],
  ['mailto:jo@shop.example?subject=Hi', 'jo@shop.example'],
  ['<jo@shop.example>', 'jo@shop.example'],
  ['Jo Doe <JO@shop.example>', 'jo@shop.example'],
  ['jo+fees@shop.example', 'jo+fees@shop.example'],
  ["o'brien@pub.example", "o'brien@pub.example"],
  ['no-reply@shop.example', 'no-reply@shop.example'],
  ['jo@localhost', null],
  ['jo@', null],
  ['@shop.example', null],
  ['jo@@shop.example', null],
  ['jo doe@shop.example', null],
  ['jo@shop..example', null],
  ['', null],
])('%j is the address %j', (text, address) => {
  expect(toAddress(text)).toBe(address)
})

test.each([
  ['jo@a.example', ['jo@a.example']],
  ['Jo@a.example, books@a.example; JO@A.example', ['jo@a.example', 'books@a.example']],
  ['jo@a.example / books@a.example', ['jo@a.example', 'books@a.example']],
  ['Jo <jo@a.example>\nBooks: books@a.example.', ['jo@a.example', 'books@a.example']],
  ['[Write](mailto:jo@a.example)', ['jo@a.example']],
  ["'o'brien@pub.example'", ["o'brien@pub.example"]],
  ['none', []],
])('the field %j holds %j', (field, addresses) => {
  expect(addressesIn(field)).toEqual(addresses)
})

test('what toAddress gives, it takes unchanged', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.emailAddress()), (text) => {
      const address = toAddress(text)
      if (address !== null) expect(toAddress(address)).toBe(address)
    }),
  )
})
