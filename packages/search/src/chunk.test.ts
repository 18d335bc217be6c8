import * as fc from 'fast-check'
import { describe, test } from 'vitest'
import { MAX_CHARACTERS, MAX_SENTENCE_WORDS, MAX_WORDS, chunk } from './chunk.ts'

const words = (text: string) => text.split(/\s+/).filter((word) => word !== '')
const sentence = (name: string, length: number) =>
  `${Array.from({ length }, (_, n) => `${name}${n}`).join(' ')}.`

describe('chunk', () => {
  test('leaves short text in one piece', ({ expect }) => {
    expect(chunk(['Hi, this is  Dana.\nHow can I help?', ' ', 'Fine.'])).toEqual([
      'Hi, this is Dana. How can I help? Fine.',
    ])
  })

  test('makes nothing of nothing', ({ expect }) => {
    expect(chunk([])).toEqual([])
    expect(chunk([' ', '\n\u00A0'])).toEqual([])
  })

  test('begins with the sentence that ended the one before', ({ expect }) => {
    const [a, b, c, d] = ['A', 'B', 'C', 'D'].map((name) => sentence(name, 25))
    expect(chunk([`${a} ${b} ${c}`, `${d}`])).toEqual([`${a} ${b}`, `${b} ${c}`, `${c} ${d}`])
  })

  test('fills a chunk to the last word', ({ expect }) => {
    const text = [sentence('A', 20), sentence('B', 20), sentence('C', 20), sentence('D', 1)]
    expect(chunk(text).map((one) => words(one).length)).toEqual([60, 21])
  })

  test('cuts speech without stops at words, evenly and with overlap', ({ expect }) => {
    const text = Array.from({ length: 100 }, (_, n) => `w${n}`).join(' ')
    const chunks = chunk([text]).map(words)
    expect(chunks.map((one) => [one[0], one.at(-1)])).toEqual([
      ['w0', 'w49'],
      ['w25', 'w74'],
      ['w50', 'w99'],
    ])
  })

  test('does not take a number or an address for the end of a sentence', ({ expect }) => {
    const text =
      'It is $39.95 at 3.4 percent (ok!Fine), see www.bella.example/?A=b or write to a.b@c.example.'
    expect(chunk([text])).toEqual([text])
  })

  test('keeps the beginning of what no word is as long as', ({ expect }) => {
    const link = `https://example.com/${'x'.repeat(65_000)}`
    expect(chunk([`See ${link} please.`])).toEqual([`See ${link.slice(0, 192)} please.`])
    const emoji = '👍'.repeat(500)
    expect(chunk([emoji])).toEqual(['👍'.repeat(192)])
    expect(chunk([`价格${link}`])).toEqual([`价格${link.slice(0, 192)}`])
  })

  test('holds no more of long words than of others', ({ expect }) => {
    const base64 = `${'a'.repeat(76)}\n`.repeat(800)
    const chunks = chunk([base64])
    expect(Math.max(...chunks.map(({ length }) => length))).toBeLessThanOrEqual(MAX_CHARACTERS)
  })

  test('counts words where no blanks stand between them', ({ expect }) => {
    const text = '我想知道你们的价格是多少'.repeat(20)
    const parts = chunk([text]).map((one) => one.split(' '))
    expect(parts.length).toBeGreaterThan(1)
    expect([parts[0]?.[0], ...parts.flatMap((one) => one.slice(1))].join('')).toBe(text)
    expect(chunk(['你好。谢谢！'])).toEqual(['你好。 谢谢！'])
  })
})

describe('whatever the text', () => {
  const word = fc.oneof(
    fc.stringMatching(/^[a-zA-Zäñ'’-]{1,12}$/),
    fc.constantFrom('$39.95', '3.4', 'e.g.', 'Mr.', '—', '👍🏽', '(ok)', 'a.b@c.example', 'שלום'),
  )
  const stop = fc.constantFrom(' ', ' ', ' ', '. ', '? ', '!\n', '… ', '.” ', '\r\n\r\n')
  const unit = fc
    .array(fc.tuple(word, stop), { maxLength: 200, size: 'max' })
    .map((pairs) => pairs.flat().join(''))
  const units = fc.array(unit, { maxLength: 5 })

  test('no chunk has too many words, and none is blank', ({ expect }) => {
    fc.assert(
      fc.property(units, (text) => {
        for (const one of chunk(text)) {
          expect(words(one).length).toBeLessThanOrEqual(MAX_WORDS)
          expect(words(one).length).toBeGreaterThan(0)
        }
      }),
    )
  })

  test('no chunk is longer than a model takes a hundred of', ({ expect }) => {
    const long = fc.tuple(fc.constantFrom('x', 'ab', '👍', '价'), fc.integer({ min: 1, max: 400 }))
    fc.assert(
      fc.property(fc.array(long, { maxLength: 200, size: 'max' }), (runs) => {
        const text = runs.map(([letter, times]) => letter.repeat(times)).join(' ')
        for (const one of chunk([text]))
          expect(Array.from(one).length).toBeLessThanOrEqual(MAX_CHARACTERS)
      }),
    )
  })

  test('the chunks without their overlaps are the text, word by word', ({ expect }) => {
    fc.assert(
      fc.property(units, (text) => {
        const chunks = chunk(text).map(words)
        const whole = words(text.join('\n'))
        const read: string[] = []
        for (const one of chunks) {
          // The overlap is the longest start of this chunk that the text read so far ends with, no
          // more than a sentence, and such that the text goes on after it.
          const overlaps = Array.from({ length: MAX_SENTENCE_WORDS + 1 }, (_, n) => n).filter(
            (n) =>
              n > 0 === read.length > 0 &&
              n < one.length &&
              one.slice(0, n).join(' ') === read.slice(read.length - n).join(' ') &&
              one.slice(n).join(' ') ===
                whole.slice(read.length, read.length + one.length - n).join(' '),
          )
          expect(overlaps).not.toEqual([])
          read.push(...one.slice(overlaps[0]))
        }
        expect(read).toEqual(whole)
      }),
    )
  })

  test('neighbouring words stand together in some chunk', ({ expect }) => {
    const many = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(many, (lengths) => {
        const text = lengths.map((length, n) => sentence(`S${n}x`, length))
        const chunks = chunk(text).map((one) => ` ${one} `)
        const all = words(text.join(' '))
        for (const [n, one] of all.entries()) {
          const next = all[n + 1]
          if (next === undefined) continue
          expect(chunks.some((some) => some.includes(` ${one} ${next} `))).toBe(true)
        }
      }),
    )
  })
})
