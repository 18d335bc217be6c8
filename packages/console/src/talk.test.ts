import type { TalkLine } from '@switchboard/shared/api/talk'
import { expect, test } from 'vitest'
import { lineAt, lineWith, turnsOf } from './talk.ts'

const line = (seconds: number | null, ours: boolean, text: string, recording = 0): TalkLine => ({
  recording,
  seconds,
  ours,
  speaker: ours ? 'Dana' : '+13105550123',
  text,
})
const lines = [
  line(0, true, 'Thanks for calling.'),
  line(4, false, 'I’m not angry, I just want the math.'),
  line(30, true, 'Sure.'),
  line(2, false, 'Are you there?', 1),
]

test('a turn lasts until the next, or as long as its words take', () => {
  expect(turnsOf(lines, 0, 31)).toEqual([
    { ours: true, from: 0, to: 19 / 15 },
    { ours: false, from: 4, to: 4 + 36 / 15 },
    { ours: true, from: 30, to: 31 },
  ])
  expect(turnsOf(lines, 1, 60)).toHaveLength(1)
})

test('the line that is heard is the last that began', () => {
  expect([0, 3.9, 4, 29, 300].map((second) => lineAt(lines, 0, second))).toEqual([0, 0, 1, 1, 2])
  expect(lineAt(lines, 1, 1)).toBe(-1)
  expect(lineAt(lines, 1, 5)).toBe(3)
})

test('a quote finds its line whatever its spaces and marks', () => {
  expect(lineWith(lines, 'I’m  not angry, I just want the math')).toBe(1)
  expect(lineWith(lines, 'nobody said this')).toBe(-1)
  expect(lineWith(lines, '…')).toBe(-1)
})
