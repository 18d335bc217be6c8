/** Runs: what was looked through, and how it went? Newest first, one line a run. */
import type { RunRow } from '@switchboard/shared/api/runs'
import { useState } from 'preact/hooks'
import { count } from '../format/numbers.ts'
import { useList } from '../list.ts'
import { pathOf } from '../match.ts'
import { go } from '../place.ts'
import { Button } from '../ui/button.tsx'
import { PageHead } from '../ui/layout.tsx'
import { Empty } from '../ui/states.tsx'
import { KeysetTable } from '../ui/table.tsx'
import type { Column } from '../ui/table.tsx'
import { Status, Time } from '../ui/words.tsx'
import { askedWords, runTitle, runsSentence, tookWords } from './run-words.ts'
import { StartRun } from './start-run.tsx'

export default function Runs() {
  const list = useList<RunRow>('/api/runs', 'runs', ({ id }) => id)
  const [starting, setStarting] = useState(false)
  return (
    <>
      <PageHead
        title="Runs"
        say={list.rows && runsSentence(list.rows, { now: Date.now() })}
        actions={
          <Button acts icon="play" onClick={() => setStarting(true)}>
            Start a run...
          </Button>
        }
      />
      <KeysetTable
        label="Runs, newest first"
        list={list}
        columns={RUN_COLUMNS}
        keyOf={({ id }) => id}
        onOpen={({ id }) => go(pathOf('runs', id))}
        empty={
          <Empty>No run was started yet. The next one begins by itself every six hours.</Empty>
        }
      />
      {starting && <StartRun onClose={() => setStarting(false)} />}
    </>
  )
}

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
