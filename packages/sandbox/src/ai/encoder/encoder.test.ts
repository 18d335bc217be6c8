import { describe, test } from 'vitest'
import { SentenceEncoder } from './encoder.ts'
import { Tokenizer } from './tokenizer.ts'
import { readModelFiles } from './weights.ts'

const encoder = new SentenceEncoder(readModelFiles())

describe('vectors', () => {
  // First numbers of what TensorFlow.js makes of the same weights (@energetic-ai/embeddings 0.2.0).
  test.for<[text: string, start: number[]]>([
    [
      'The reader will not pair with my phone.',
      [-0.03721, -0.06289, 0.05954, -0.0623, 0.0332, -0.00189],
    ],
    ['where is my deposit?', [-0.03255, 0.04827, 0.03373, -0.05486, 0.0544, -0.0532]],
    ['ok', [0.04462, -0.03162, 0.00729, -0.03786, 0.03129, 0.04538]],
  ])('%s', ([text, start], { expect }) => {
    const [vector = new Float32Array()] = encoder.encode([text])
    expect(vector).toHaveLength(512)
    expect(Math.hypot(...vector)).toBeCloseTo(1, 5)
    for (const [lane, value] of start.entries()) expect(vector[lane]).toBeCloseTo(value, 4)
  })

  test('a text is encoded alike alone and among others', ({ expect }) => {
    const texts = [
      'a refund',
      'x',
      'The terminal is down again, please call me back. '.repeat(9),
      '',
    ]
    const together = encoder.encode(texts)
    for (const [index, text] of texts.entries()) {
      const [alone = new Float32Array()] = encoder.encode([text])
      for (const [lane, value] of alone.entries()) {
        expect(together[index]?.[lane]).toBeCloseTo(value, 4)
      }
    }
  })

  test('a blank text gives zeros', ({ expect }) => {
    const [vector] = encoder.encode([' \n'])
    expect(vector?.every((value) => value === 0)).toBe(true)
  })

  test('what stands behind the 128th piece is not read', ({ expect }) => {
    const long = 'deposit '.repeat(140)
    expect(encoder.encode([`${long} hello`])).toEqual(encoder.encode([long]))
  })
})

describe('pieces', () => {
  const pieces = ['', '', '', '', '', '', '▁a', 'b', '▁ab', 'bc', 'c']
  const scores = [0, 0, 0, 0, 0, 0, -1, -1, -3, -1, -4]
  const tokenizer = new Tokenizer(pieces.map((piece, id) => [piece, scores[id] ?? 0] as const))

  test('the cut with the highest sum of scores wins', ({ expect }) => {
    expect(tokenizer.encode('abc', 9)).toEqual([6, 9]) // not ▁ab + c, though ▁ab is longer
  })

  test('a run of unknown characters is one piece', ({ expect }) => {
    expect(tokenizer.encode('ab??c', 9)).toEqual([6, 7, 0, 10])
  })

  test('blanks are folded; nothing is left of a blank text', ({ expect }) => {
    expect(tokenizer.encode(' a\n\n  a ', 9)).toEqual([6, 6])
    expect(tokenizer.encode('\t', 9)).toEqual([])
    expect(tokenizer.encode('a a a a', 2)).toHaveLength(2)
  })
})
