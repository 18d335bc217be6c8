import * as fc from 'fast-check'
import { describe, test } from 'vitest'
import { bodyBlocks, MOST_BLOCKS, MOST_BYTES } from './body.ts'
import type { Block } from './body.ts'
import { MOST_PIECES, PIECE_LENGTH } from './text.ts'

const Lines = fc.array(
  fc
    .tuple(
      fc.constantFrom('a', '漢', '😀', 'ab😀'),
      fc.nat({ max: 400 }),
      fc.constantFrom(1, 1, 1, 40),
    )
    .map(([chars, times, more]) => `x: ${chars.repeat(times * more)}`),
  { maxLength: 400 },
)

const textOf = (block: Block) =>
  block.paragraph.rich_text.map((piece) => piece.text.content).join('')
const bytesOf = (blocks: Block[]) => new TextEncoder().encode(JSON.stringify(blocks)).length

describe('bodyBlocks', () => {
  test('keeps every line whole within one block, in order, and every request within its limits', ({
    expect,
  }) => {
    fc.assert(
      fc.property(Lines, (lines) => {
        const requests = bodyBlocks(lines)
        expect(requests.flat().map(textOf).join('\n')).toBe(lines.join('\n'))
        expect(requests.flat().flatMap((block) => textOf(block).split('\n'))).toEqual(
          lines.length === 0 ? [] : lines,
        )
        for (const request of requests) {
          expect(request.length).toBeLessThanOrEqual(MOST_BLOCKS)
          expect(bytesOf(request)).toBeLessThanOrEqual(MOST_BYTES)
          for (const { paragraph } of request) {
            expect(paragraph.rich_text.length).toBeLessThanOrEqual(MOST_PIECES)
            for (const { text } of paragraph.rich_text) {
              expect(text.content.length).toBeLessThanOrEqual(PIECE_LENGTH)
              expect(text.content.isWellFormed()).toBe(true)
            }
          }
        }
      }),
      { numRuns: 30 },
    )
  })

  test('lets short lines share a block', ({ expect }) => {
    expect(bodyBlocks(['Ann: hello', 'Bob: hi'])).toEqual([
      [
        {
          type: 'paragraph',
          paragraph: { rich_text: [{ text: { content: 'Ann: hello\nBob: hi' } }] },
        },
      ],
    ])
  })

  test('opens a new request before the blocks or the bytes are too many', ({ expect }) => {
    expect(
      bodyBlocks(Array.from({ length: 150 }, () => 'a'.repeat(1500))).map((r) => r.length),
    ).toEqual([100, 50])
    expect(
      bodyBlocks(Array.from({ length: 3 }, () => '漢'.repeat(60_000))).map((r) => r.length),
    ).toEqual([2, 1])
  })

  test('cuts a line that no block takes', ({ expect }) => {
    const [[block] = []] = bodyBlocks(['漢'.repeat(300_000)])
    expect(block === undefined ? '' : textOf(block).slice(-2)).toBe(' …')
    expect(bytesOf(block === undefined ? [] : [block])).toBeLessThanOrEqual(MOST_BYTES)
  })

  test('has nothing to say about no lines', ({ expect }) => {
    expect(bodyBlocks([])).toEqual([])
  })
})
