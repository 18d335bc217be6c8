/** When what a record still owes will be done: by what is ahead of it and how fast that goes. */
import { STAGES } from '@switchboard/shared/kinds'
import type { OwedRow, Stored } from '@switchboard/store/journey'
import { countAhead } from '@switchboard/store/journey'
import { readCounts } from '@switchboard/store/histogram'
import { statisticsSince } from '@switchboard/store/statistics'
import { doneAt } from '../monitoring/done-at.ts'

const WINDOW_MS = 11 * 60_000

/** @returns ms since epoch of a row's end; null: it cannot be told, or it is being worked */
export async function expectedEnds(
  db: D1Database,
  { work, parked }: Stored,
  now: number,
): Promise<(row: OwedRow) => number | null> {
  const waiting = work.filter(
    ({ owed, held, parkedOn }) => owed === 1 && held === 0 && parkedOn === null,
  )
  const ends = new Map<OwedRow, number | null>()
  for (const row of work)
    if (row.owed === 1 && row.parkedOn !== null)
      ends.set(row, parked.find(({ scope }) => scope === row.parkedOn)?.until ?? null)
  if (waiting.length === 0) return (row) => ends.get(row) ?? null
  const minutes = await statisticsSince(db, 'minute', now - WINDOW_MS, {
    stages: STAGES,
    lanes: ['live', 'bulk'],
  })
  const ahead = await countAhead(db, waiting)
  for (const [nth, row] of waiting.entries()) {
    const pace = {
      owed: (ahead[nth] ?? 0) + 1,
      closed: false,
      minutes: minutes
        .filter(({ stage, lane }) => stage === row.stage && lane === row.lane)
        .map(({ at, counts }) => ({ at, settled: settledIn(counts) })),
      gatePerMinute: null,
    }
    const { at } = doneAt(pace, now)
    // Of one that failed the time of its next try is known.
    const next = row.error === null ? null : row.dueAt
    ends.set(row, next === null ? at : Math.max(next, at ?? 0, now))
  }
  return (row) => ends.get(row) ?? null
}

/** What ended for good. */
function settledIn(counts: string): number {
  return readCounts(counts)
    .filter(([name]) => /\.(?:done|unchanged|deadLetter)$/.test(name))
    .reduce((total, [, count]) => total + count, 0)
}
