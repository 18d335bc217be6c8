/** Records: which one? Found by an id, a number, an address, a merchant, or how they stand. */
import type { RecordRow } from '@switchboard/shared/api/records'
import { useList } from '../list.ts'
import { withQuery } from '../match.ts'
import { go, usePlace } from '../place.ts'
import { Chip, Pick, PickKind, SearchBox } from '../ui/filters.tsx'
import { Icon } from '../ui/icon.tsx'
import { PageHead } from '../ui/layout.tsx'
import { Empty } from '../ui/states.tsx'
import { KeysetTable } from '../ui/table.tsx'
import { RECORD_COLUMNS, addressOf } from './record-columns.tsx'
import { LINK_OPTIONS, STATE_OPTIONS, recordsSentence } from './record-words.ts'

const FILTERS = ['q', 'kind', 'state', 'link', 'from', 'to', 'merchant', 'party'] as const
/** Filters that come with a link and have no control of their own. */
const CHIPS = { from: 'from', to: 'to', merchant: 'merchant', party: 'with' } as const

export default function Records() {
  const { query, url } = usePlace()
  const asked = Object.fromEntries(FILTERS.map((name) => [name, query.get(name)]))
  const path = withQuery('/api/records', asked)
  const list = useList<RecordRow>(path, 'records', ({ kind, id }) => `${kind}/${id}`)
  const narrowed = FILTERS.some((name) => name !== 'q' && (asked[name] ?? '') !== '')
  const said = { q: asked['q'] ?? '', narrowed }
  return (
    <>
      <PageHead
        title="Records"
        say={list.rows && recordsSentence(list.rows.length, list.hasMore, said)}
        actions={
          <a class="btn" href={withQuery('/api/records.csv', asked)} download="records.csv">
            <Icon name="download" />
            Export
          </a>
        }
      />
      <div class="filters">
        <SearchBox label="Id, number, address or merchant" main />
        <PickKind />
        <Pick name="state" label="State" options={withAsked(STATE_OPTIONS, asked['state'])} />
        <Pick name="link" label="Link" options={LINK_OPTIONS} />
        {Object.entries(CHIPS).map(([name, words]) => {
          const value = asked[name] ?? ''
          return value === '' ? null : (
            <Chip
              name={words}
              label={`Take off: ${words} ${value}`}
              onRemove={() => go(withQuery(url, { [name]: null }))}
            >
              {value}
            </Chip>
          )
        })}
      </div>
      <KeysetTable
        label="Records, newest first"
        list={list}
        columns={RECORD_COLUMNS}
        keyOf={({ kind, id }) => `${kind}/${id}`}
        onOpen={(row) => {
          if (row.state !== 'missing') go(addressOf(row))
        }}
        empty={
          <Empty>
            {said.q !== '' || narrowed
              ? 'Numbers may be written in any usual way; an id may be cut short. Take a filter off, or search what was said.'
              : 'Records come with the first backfill, and as calls, texts and mail happen.'}
          </Empty>
        }
      />
    </>
  )
}

/** A link may ask for states that the control does not offer together: they stand in it all the same. */
function withAsked(
  options: [value: string, words: string][],
  value: string | null | undefined,
): [value: string, words: string][] {
  if (value === null || value === undefined || options.some(([each]) => each === value))
    return options
  return [...options, [value, value.replaceAll(',', ' or ')]]
}
