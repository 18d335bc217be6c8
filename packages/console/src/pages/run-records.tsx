/** Under a run: what became of its single records, and the runs before and after it. */
import type { Run, RunRecord, RunRow } from '@switchboard/shared/api/runs'
import { count } from '../format/numbers.ts'
import { shortId } from '../format/party.ts'
import { useList } from '../list.ts'
import { pathOf, withQuery } from '../match.ts'
import { go, usePlace, useQuery } from '../place.ts'
import { usePoll } from '../poll.ts'
import { Pick, Segments } from '../ui/filters.tsx'
import { Section } from '../ui/layout.tsx'
import { Empty, Polled } from '../ui/states.tsx'
import { KeysetTable, Table } from '../ui/table.tsx'
import type { Column } from '../ui/table.tsx'
import { Kind, Time } from '../ui/words.tsx'
import type { KindName } from '../ui/words.tsx'
import { withWhom } from './record-words.ts'
import { RUN_COLUMNS } from './run-columns.tsx'
import { whyWords } from './run-words.ts'

export function RunRecords({ path, run }: { path: string; run: Run }) {
  return (
    <>
      <Records path={path} run={run} />
      <OtherRuns id={run.id} />
    </>
  )
}

const OUTCOMES = ['failed', 'skipped', 'open', 'synced'] as const

function Records({ path, run }: { path: string; run: Run }) {
  const [outcome] = useQuery('outcome', 'failed')
  const { query } = usePlace()
  const kind = query.get('kind')
  const list = useList<RunRecord>(
    withQuery(`${path}/records`, { outcome, kind }),
    run.state === 'running' ? 'runs' : null,
    ({ kind: of, id }) => `${of}/${id}`,
  )
  const words = { failed: 'Failed', skipped: 'Skipped', open: 'Waiting', synced: 'Synced' }
  const of = kind === null ? run.total : run.kinds[kind as KindName]
  return (
    <Section
      title={<span id="records">Records</span>}
      end={
        <>
          <Segments
            name="outcome"
            label="What became of them"
            options={OUTCOMES.map((one) => [one, `${words[one]} ${count(of[one])}`])}
          />{' '}
          <Pick
            name="kind"
            label="Kind"
            options={[
              ['', 'All kinds'],
              ['call', 'Calls'],
              ['message', 'Messages'],
              ['mail', 'Mail'],
            ]}
          />
        </>
      }
    >
      <KeysetTable
        label="Records of this run"
        list={list}
        columns={RECORD_COLUMNS}
        keyOf={({ kind: one, id }) => `${one}/${id}`}
        empty={<Empty>None, or the run ended more than a week ago.</Empty>}
      />
    </Section>
  )
}

const OTHER_RUNS = 6

function OtherRuns({ id }: { id: string }) {
  const poll = usePoll<{ items: RunRow[] }>(`/api/runs?limit=${OTHER_RUNS}`, 'runs')
  return (
    <Section title="Other runs" note="the newest" end={<a href="/runs">All runs</a>}>
      <Polled poll={poll} rows={5}>
        {({ items }) => {
          const others = items.filter((one) => one.id !== id)
          return others.length === 0 ? (
            <Empty>There is no other yet. The next one begins by itself every six hours.</Empty>
          ) : (
            <Table
              label="Other runs, newest first"
              columns={RUN_COLUMNS}
              rows={others}
              keyOf={(one) => one.id}
              onOpen={(one) => go(pathOf('runs', one.id))}
            />
          )
        }}
      </Polled>
    </Section>
  )
}

const RECORD_COLUMNS: Column<RunRecord>[] = [
  {
    head: 'Record',
    names: true,
    cell: ({ kind, id, whom }) => (
      <Kind is={kind}>
        <a class={whom === null ? 'mono' : undefined} href={pathOf('records', kind, id)}>
          <bdi>{whom === null ? shortId(id) : withWhom(whom)}</bdi>
        </a>
      </Kind>
    ),
  },
  { head: 'When', label: 'When', class: 'nowrap', cell: ({ at }) => <Time at={at} /> },
  { head: 'Stage', label: 'Stage', cell: ({ stage }) => stage ?? '–' },
  {
    head: 'Why',
    card: 'wide',
    clip: true,
    class: 'soft',
    cell: ({ why, reason }) =>
      reason ?? (why === null ? '' : whyWords(why.includes('.') ? 'failed' : 'skipped', why)),
  },
]
