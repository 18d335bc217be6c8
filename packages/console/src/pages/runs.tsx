/** Runs: what was looked through, and how it went? Newest first, one line a run. */
import type { RunRow } from '@switchboard/shared/api/runs'
import { useState } from 'preact/hooks'
import { useList } from '../list.ts'
import { pathOf } from '../match.ts'
import { go } from '../place.ts'
import { Button } from '../ui/button.tsx'
import { PageHead } from '../ui/layout.tsx'
import { Empty } from '../ui/states.tsx'
import { KeysetTable } from '../ui/table.tsx'
import { RUN_COLUMNS } from './run-columns.tsx'
import { runsSentence } from './run-words.ts'
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
