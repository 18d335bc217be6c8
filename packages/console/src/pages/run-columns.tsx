/** The columns of a list of runs. */
import type { RunRow } from '@switchboard/shared/api/runs'
import { count } from '../format/numbers.ts'
import { pathOf } from '../match.ts'
import type { Column } from '../ui/table.tsx'
import { Status, Time } from '../ui/words.tsx'
import { askedWords, runTitle, tookWords } from './run-words.ts'

export const RUN_COLUMNS: Column<RunRow>[] = [
  {
    head: 'Run',
    names: true,
    cell: (run) => <a href={pathOf('runs', run.id)}>{runTitle(run)}</a>,
  },
  { head: 'State', label: 'State', cell: ({ state }) => <Status is={state} /> },
  {
    head: 'Started',
    label: 'Started',
    class: 'nowrap',
    cell: ({ startedAt }) => <Time at={startedAt} />,
  },
  { head: 'What', card: 'wide', clip: true, class: 'soft', cell: askedWords },
  numbers('Synced', ({ total }) => total.synced),
  numbers('Skipped', ({ total }) => total.skipped),
  numbers('Failed', ({ total }) => total.failed),
  {
    head: 'Took',
    label: 'Took',
    right: true,
    class: 'nowrap',
    cell: (run) => tookWords(run),
  },
]

function numbers(head: string, of: (run: RunRow) => number): Column<RunRow> {
  return {
    head,
    label: head,
    right: true,
    zero: (run) => of(run) === 0,
    cell: (run) => count(of(run)),
  }
}
