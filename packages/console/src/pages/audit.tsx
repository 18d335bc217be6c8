/** Audit: who did what? Newest first, one line an act. */
import type { AuditRow } from '@switchboard/shared/api/audit'
import { useList } from '../list.ts'
import { PageHead } from '../ui/layout.tsx'
import { Empty } from '../ui/states.tsx'
import { KeysetTable } from '../ui/table.tsx'
import type { Column } from '../ui/table.tsx'
import { Status, Time } from '../ui/words.tsx'
import { actionWords, auditSentence, detailWords, outcome } from './audit-words.ts'

export default function Audit() {
  const list = useList<AuditRow>('/api/audit', 'audit', ({ id }) => String(id))
  return (
    <>
      <PageHead
        title="Audit"
        say={list.rows && auditSentence(list.rows, list.hasMore, { now: Date.now() })}
      />
      <KeysetTable
        label="Acts, newest first"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => String(id)}
        empty={
          <Empty>
            Nothing was done yet. Whoever starts a run, replays or pauses is written here.
          </Empty>
        }
      />
    </>
  )
}

const COLUMNS: Column<AuditRow>[] = [
  {
    head: 'What',
    names: true,
    cell: ({ action }) => actionWords(action),
  },
  { head: 'Who', label: 'Who', cell: ({ actor }) => actor },
  { head: 'When', label: 'When', cell: ({ at }) => <Time at={at} precise /> },
  {
    head: 'Ended',
    label: 'Ended',
    cell: ({ status }) => {
      const { state, words } = outcome(status)
      return <Status is={state}>{words}</Status>
    },
  },
  { head: 'Where', card: 'wide', cell: ({ target }) => <code>{target}</code> },
  {
    head: 'With',
    card: 'wide',
    clip: true,
    class: 'soft',
    cell: ({ detail }) => detailWords(detail),
  },
]
