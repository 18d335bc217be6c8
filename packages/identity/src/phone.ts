/**
 * Phone numbers in E.164: both sides of every comparison go through `toE164`. A number that is not
 * certain to be one is none: a link is right or absent. No I/O.
 */
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** How a country dials within itself says nothing below this: service numbers and short codes. */
const SHORTEST_DIALLED = 7
/** Fields are typed by people: what is longer is no field. */
const LONGEST_FIELD = 2000

/**
 * The number in E.164, its extension dropped; null for short codes, withheld numbers, words and
 * whatever has the wrong length. Possible is enough (`isValid` would refuse every number that is
 * kept for documentation). What comes out goes in unchanged.
 * @param country two letters: where a number without a country code is dialled
 */
export function toE164(text: string, country: string): string | null {
  const number = possible(text, country)
  return number !== null && possible(number, country) === number ? number : null
}

/**
 * Every number of a field as people type it: several with any words or marks between them, labels
 * and extensions, in order, none twice.
 */
export function phonesIn(field: string, country: string): string[] {
  const pieces = field.slice(0, LONGEST_FIELD).replaceAll(EXTENSION, ',').split(BETWEEN)
  return [...new Set(pieces.flatMap((piece) => numbersOf(piece, country)))]
}

function possible(text: string, country: string): string | null {
  const dialledFrom = isSupportedCountry(country) ? country : undefined
  const parsed = parsePhoneNumberFromString(text, { defaultCountry: dialledFrom })
  if (parsed === undefined || !parsed.isPossible()) return null
  return isInternational(text) || digits(text) >= SHORTEST_DIALLED ? parsed.number : null
}

// Behind a number only: `Phone # 415 ...` is none.
const EXTENSION = /(?<=\p{Nd}[\s,;)]*)(?:ext(?:ension|n)?|x|#)[\s.:=]*\p{Nd}{1,7}(?![-.]?\p{Nd})/giu
// A word ends a number, as do marks that stand in none; a plus begins one.
const BETWEEN = /[,;:|&=\n\r\p{L}]+|(?=[+＋])/u
// These may stand in a number as well: `415/555-0100`, `030 / 123456`, `(415) 555 - 0100`.
const MAYBE_BETWEEN = /\/|\s[-–—]\s|\s{2,}|(?<=\p{Nd})\s+(?=\()/u
/** A part of this many digits is a number in itself, whatever stands beside it. */
const CERTAIN = 10

interface Part {
  length: number // in digits
  number: string | null
}

/** One number with odd marks in it, or several: several only if each of them is whole. */
function numbersOf(piece: string, country: string): string[] {
  const parts = piece
    .split(MAYBE_BETWEEN)
    .map((text): Part => ({ length: digits(text), number: toE164(text, country) }))
    .filter(({ length }) => length > 0)
  if (parts.every(({ length, number }) => number !== null && length >= SHORTEST_DIALLED))
    return numbers(parts)
  const whole = toE164(piece, country)
  return whole === null ? numbers(parts.filter(({ length }) => length >= CERTAIN)) : [whole]
}

function numbers(parts: readonly Part[]): string[] {
  return parts.map(({ number }) => number).filter((number) => number !== null)
}

function digits(text: string): number {
  return text.match(/\p{Nd}/gu)?.length ?? 0
}

function isInternational(text: string): boolean {
  return /^[^\p{Nd}]*[+＋]/u.test(text)
}
