/**
 * The journey in groups, one a revision, each on its own scale: where a step waited and worked, as
 * shares of the group's span. No I/O.
 */
import type { JourneyStep } from '@switchboard/shared/api/records'

export interface Gantt {
  from: number // percent of the width where the waiting begins
  waited: number // percent
  worked: number
}

export interface Group {
  revision: number
  says: JourneyStep | null // what the revision brought
  steps: { step: JourneyStep; bar: Gantt | null }[]
}

/** @param journey in the order of time */
export function groupsOf(journey: readonly JourneyStep[]): Group[] {
  const groups: Group[] = []
  for (const step of journey) {
    const last = groups.at(-1)
    const group =
      last?.revision === step.revision ? last : { revision: step.revision, says: null, steps: [] }
    if (group !== last) groups.push(group)
    if (step.where === 'source' && group.says === null) group.says = step
    else group.steps.push({ step, bar: null })
  }
  for (const group of groups) {
    const timed = group.steps.filter(({ step }) => step.workedMs !== null)
    const begin = Math.min(...timed.map(({ step }) => beginOf(step)))
    const end = Math.max(...timed.map(({ step }) => Date.parse(step.at)))
    for (const one of timed) one.bar = barOf(one.step, begin, end)
  }
  return groups
}

function beginOf({ at, waitedMs, workedMs }: JourneyStep): number {
  return Date.parse(at) - (workedMs ?? 0) - (waitedMs ?? 0)
}

function barOf(step: JourneyStep, begin: number, end: number): Gantt {
  const span = Math.max(1, end - begin)
  const share = (ms: number) => Math.round((ms / span) * 1000) / 10
  return {
    from: share(beginOf(step) - begin),
    waited: share(step.waitedMs ?? 0),
    worked: share(step.workedMs ?? 0),
  }
}
