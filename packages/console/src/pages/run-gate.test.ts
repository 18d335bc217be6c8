import { expect, test } from 'vitest'
import { gateOfRun, gateOfRunWords } from './run-gate.ts'

const minute = (of: number, live: number, bulk: number) => ({
  at: `2026-11-24T13:5${of}:00Z`,
  live,
  bulk,
})
const gate = {
  label: 'Notion',
  perMinute: 180,
  recent: [minute(3, 2, 160), minute(1, 0, 4), minute(2, 10, 150), minute(0, 9, 0)],
}

test('a gate is drawn for the minutes of a run, in their order', () => {
  const run = { startedAt: '2026-11-24T13:51:20Z', finishedAt: null }
  const granted = gateOfRun(gate, run)
  expect(granted).toEqual({
    at: [1, 2, 3].map((of) => Date.parse(minute(of, 0, 0).at) / 1000),
    live: [0, 10, 2],
    bulk: [4, 150, 160],
    perMinute: 180,
    used: 162,
  })
  expect(granted && gateOfRunWords(gate, granted)).toBe(
    'Notion, 3 minutes of this run: 12 requests live, 314 bulk, 60 % of the budget of 180 a minute',
  )
  const ended = { ...run, finishedAt: '2026-11-24T13:52:30Z' }
  expect(gateOfRun(gate, ended)?.live).toEqual([0, 10])
})

test('where no budget is kept, or nothing is known of that time, there is nothing to draw', () => {
  const run = { startedAt: '2026-11-24T13:53:20Z', finishedAt: null }
  expect(gateOfRun({ ...gate, perMinute: null }, run)).toBeNull()
  expect(gateOfRun(gate, run)).toBeNull()
})
