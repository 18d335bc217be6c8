/** Merchants: whom do we look for? Canvas by name, or by what is typed. */
import type { AnswerOf } from '@switchboard/shared/api/operation'
import type { listMerchants } from '@switchboard/shared/api/merchants'
import { party } from '../format/party.ts'
import { useList } from '../list.ts'
import { pathOf, withQuery } from '../match.ts'
import { go, usePlace } from '../place.ts'
import { SearchBox } from '../ui/filters.tsx'
import { PageHead } from '../ui/layout.tsx'
import { Empty } from '../ui/states.tsx'
import { KeysetTable } from '../ui/table.tsx'
import type { Column } from '../ui/table.tsx'
import { merchantsSentence } from './merchant-words.ts'

type Row = AnswerOf<typeof listMerchants>['items'][number]

export default function Merchants() {
  const asked = usePlace().query.get('q') ?? ''
  const list = useList<Row>(withQuery('/api/merchants', { query: asked }), null, ({ id }) => id)
  return (
    <>
      <PageHead
        title="Merchants"
        say={list.rows && merchantsSentence(list.rows.length, list.hasMore, asked)}
      />
      <div class="filters">
        <SearchBox label="Name, number or address" main />
      </div>
      <KeysetTable
        label="Merchants"
        list={list}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        onOpen={({ id }) => go(pathOf('merchants', id))}
        empty={
          <Empty>
            {asked === ''
              ? 'Merchants come with the first backfill, from the Canvas database.'
              : 'Typos are forgiven, but not this many. Try the number.'}
          </Empty>
        }
      />
    </>
  )
}

const COLUMNS: Column<Row>[] = [
  {
    head: 'Name',
    names: true,
    cell: ({ id, name }) => (
      <a href={pathOf('merchants', id)}>{name === '' ? 'Without a name' : name}</a>
    ),
  },
  {
    head: 'Reached at',
    card: 'wide',
    clip: true,
    class: 'soft',
    cell: ({ keys }) => keys.map(party).join(', '),
  },
  {
    head: '',
    card: 'wide',
    class: 'act',
    cell: ({ url, name }) =>
      url !== null && (
        <a href={url} target="_blank" rel="noreferrer">
          Canvas<span class="sr"> page of {name}</span>
        </a>
      ),
  },
]
