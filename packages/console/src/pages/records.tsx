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
import { RECORD_COLUMNS, addressOf, keyOfRecord } from './record-columns.tsx'
import { LINK_OPTIONS, STATE_OPTIONS, chipWords, recordsSentence } from './record-words.ts'

/** Filters that come with a link and have no control of their own. */
const CHIPS = {
  sentiment: 'sentiment',
  category: 'about',
  from: 'from',
  to: 'to',
  merchant: 'merchant',
  party: 'with',
} as const
const FILTERS = ['q', 'kind', 'state', 'link', ...Object.keys(CHIPS)]

export default function Records() {
  const { query, url } = usePlace()
  const asked = Object.fromEntries(FILTERS.map((name) => [name, query.get(name)]))
  const path = withQuery('/api/records', asked)
  const list = useList<RecordRow>(path, 'records', keyOfRecord)
  // Of the rows that are shown: those of the newest filters may still be awaited.
  const narrowed = FILTERS.some((name) => name !== 'q' && (list.asked.get(name) ?? '') !== '')
  const said = { q: list.asked.get('q') ?? '', narrowed }
  const clock = { now: Date.now() }
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
        <Pick name="state" label="State" options={STATE_OPTIONS} />
        <Pick name="link" label="Link" options={LINK_OPTIONS} />
        {Object.entries(CHIPS).map(([name, words]) => {
          const value = asked[name] ?? ''
          return value === '' ? null : (
            <Chip
              name={words}
              label={`Take off: ${words} ${chipWords(name, value, clock)}`}
              onRemove={() => go(withQuery(url, { [name]: null }))}
            >
              {chipWords(name, value, clock)}
            </Chip>
          )
        })}
      </div>
      <KeysetTable
        label="Records, newest first"
        list={list}
        columns={RECORD_COLUMNS}
        keyOf={keyOfRecord}
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
