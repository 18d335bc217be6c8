import type { JourneyStep } from '@switchboard/shared/api/records'
import { expect, test } from 'vitest'
import { groupsOf } from './journey-bars.ts'

const T0 = Date.parse('2026-11-23T22:00:00Z')
const step = (over: Partial<Omit<JourneyStep, 'at'>> & { atMs: number }): JourneyStep => {
  const { atMs, ...rest } = over
  return {
    revision: 1,
    where: 'enrich',
    state: 'done',
    what: 'x',
    detail: null,
    attempt: 1,
    waitedMs: 0,
    workedMs: 100,
    lane: 'live',
    runId: null,
    ...rest,
    at: new Date(T0 + atMs).toISOString(),
  }
}

test('steps stand under their revision, each group on its own scale', () => {
  const groups = groupsOf([
    step({ atMs: 0, where: 'source', workedMs: null, waitedMs: null }),
    step({ atMs: 500, waitedMs: 100, workedMs: 400 }),
    step({ atMs: 1000, where: 'reconcile', waitedMs: 300, workedMs: 200 }),
    step({ atMs: 60_000, revision: 2, where: 'source', workedMs: null, waitedMs: null }),
    step({ atMs: 61_000, revision: 2, waitedMs: 0, workedMs: 1000 }),
  ])
  expect(groups.map(({ revision, says, steps }) => [revision, says?.where, steps.length])).toEqual([
    [1, 'source', 2],
    [2, 'source', 1],
  ])
  expect(groups[0]?.steps.map(({ bar }) => bar)).toEqual([
    { from: 0, waited: 10, worked: 40 },
    { from: 50, waited: 30, worked: 20 },
  ])
  expect(groups[1]?.steps[0]?.bar).toEqual({ from: 0, waited: 0, worked: 100 })
})

test('what took no time has no bar', () => {
  const [group] = groupsOf([
    step({ atMs: 0, where: 'person', workedMs: null, waitedMs: null }),
    step({ atMs: 0, where: 'letter', workedMs: null, waitedMs: null }),
  ])
  expect(group?.steps.map(({ bar }) => bar)).toEqual([null, null])
})

test('an instant step is not divided by nothing', () => {
  const [group] = groupsOf([step({ atMs: 0, workedMs: 0 })])
  expect(group?.steps[0]?.bar).toEqual({ from: 0, waited: 0, worked: 0 })
})
