/** The columns of a list of records. */
import type { RecordRow } from '@switchboard/shared/api/records'
import { pathOf } from '../match.ts'
import type { Column } from '../ui/table.tsx'
import { Kind, Status, Time } from '../ui/words.tsx'
import { standingOf, withWhom } from './record-words.ts'
import './record-columns.css'

export function addressOf({ kind, id }: Pick<RecordRow, 'kind' | 'id'>): string {
  return pathOf('records', kind, id)
}

export function keyOfRecord({ kind, id }: Pick<RecordRow, 'kind' | 'id'>): string {
  return `${kind}/${id}`
}

export const RECORD_COLUMNS: Column<RecordRow>[] = [
  { head: 'Time', class: 'when', cell: ({ at }) => <Time at={at} /> },
  {
    head: 'Record',
    names: true,
    card: 'two',
    cell: (row) => (
      <Kind is={row.kind}>
        {row.state === 'missing' ? (
          <span class="mono">{row.id}</span>
        ) : (
          <a class="plain" href={addressOf(row)}>
            <bdi>{withWhom(row)}</bdi>
          </a>
        )}
      </Kind>
    ),
  },
  {
    head: 'What it says',
    clip: true,
    card: 'wide',
    class: 'soft',
    cell: ({ text }) => <bdi>{text}</bdi>,
  },
  {
    head: 'State',
    card: 'wide',
    class: 'act',
    cell: (row) => {
      const { is, words } = standingOf(row)
      return <Status is={is}>{words}</Status>
    },
  },
]
