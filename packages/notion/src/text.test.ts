import * as fc from 'fast-check'
import { describe, test } from 'vitest'
import {
  clean,
  cutToBytes,
  cutToProperty,
  fitsProperty,
  jsonBytes,
  MOST_PIECES,
  PIECE_LENGTH,
  splitText,
} from './text.ts'

/** Long texts from few draws, with pairs that straddle the pieces' borders. */
const LongText = fc
  .array(
    fc.tuple(fc.constantFrom('a', 'é', '漢', '😀', '"', '\n', 'ab😀'), fc.nat({ max: 60_000 })),
    { maxLength: 6 },
  )
  .map((runs) => runs.map(([chars, times]) => chars.repeat(times)).join(''))

const AnyText = fc
  .array(fc.nat({ max: 0xffff }), { maxLength: 50 })
  .map((units) => String.fromCharCode(...units).toWellFormed())

const inJson = (text: string) => new TextEncoder().encode(JSON.stringify(text)).length - 2

const wellFormed = (text: string) => text.isWellFormed()

describe('splitText', () => {
  test('loses nothing, cuts no pair, makes no piece too long', ({ expect }) => {
    fc.assert(
      fc.property(LongText, (text) => {
        const pieces = splitText(text)
        expect(pieces.join('')).toBe(text)
        expect(pieces.every(wellFormed)).toBe(true)
        expect(pieces.every((piece) => piece.length > 0 && piece.length <= PIECE_LENGTH)).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})

describe('cutToProperty', () => {
  test('gives what one property takes, and says when it cut', ({ expect }) => {
    fc.assert(
      fc.property(LongText, (text) => {
        const cut = cutToProperty(text)
        expect(splitText(cut).length).toBeLessThanOrEqual(MOST_PIECES)
        expect(wellFormed(cut)).toBe(true)
        if (fitsProperty(text)) expect(cut).toBe(text)
        else {
          expect(cut.endsWith(' …')).toBe(true)
          expect(text.startsWith(cut.slice(0, -2))).toBe(true)
          expect(cut.length).toBeGreaterThan(MOST_PIECES * (PIECE_LENGTH - 1) - 2)
        }
      }),
      { numRuns: 40 },
    )
  })
})

describe('jsonBytes', () => {
  test('is never less than what JSON takes, and exact without control characters', ({ expect }) => {
    fc.assert(
      fc.property(AnyText, (text) => {
        expect(jsonBytes(text)).toBeGreaterThanOrEqual(inJson(text))
      }),
    )
    for (const text of ['abc', 'é"\\', '漢字', '😀']) expect(jsonBytes(text)).toBe(inJson(text))
  })
})

describe('cutToBytes', () => {
  test('keeps within the bytes and to the text', ({ expect }) => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 4, max: 40 }),
        (text, bytes) => {
          const cut = cutToBytes(text, bytes)
          expect(jsonBytes(cut)).toBeLessThanOrEqual(bytes)
          expect(cut === text || text.startsWith(cut.slice(0, -2))).toBe(true)
        },
      ),
    )
  })
})

test('clean takes out what Notion refuses', ({ expect }) => {
  expect(clean('a\u0000b\ud83d')).toBe('ab\ufffd')
})
