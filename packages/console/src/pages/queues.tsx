/** Queues: what stands, and when is it done? What is parked, every queue, one in charts, the gates. */
import type { Gate, QueueRow, QueueSeries, Range } from '@switchboard/shared/api/queues'
import type { ParkedScope, Stage } from '@switchboard/shared/api/stages'
import { bytes, count, rate, share } from '../format/numbers.ts'
import { withQuery } from '../match.ts'
import { go, placeNow, useQuery } from '../place.ts'
import { usePoll } from '../poll.ts'
import { Segments } from '../ui/filters.tsx'
import { Bar, PageHead, Section } from '../ui/layout.tsx'
import { Empty, Polled } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import type { Column } from '../ui/table.tsx'
import { Status } from '../ui/words.tsx'
import { QueueCharts } from './queues-charts.tsx'
import { Notices, PauseButton } from './queues-stages.tsx'
import {
  RANGES,
  chosenQueue,
  doneWords,
  gateNote,
  gateSentence,
  letterQueuesWords,
  limitWords,
  queuesSentence,
  rangeWords,
  seconds,
  usedWords,
} from './queues-words.ts'
import './queues.css'

interface Queues {
  range: Range
  items: QueueRow[]
}
interface Stages {
  items: Stage[]
  parked: ParkedScope[]
}

export default function QueuesPage() {
  const [asked] = useQuery('range', '1h')
  const range = RANGES.find(([name]) => name === asked)?.[0] ?? '1h'
  const [name] = useQuery('queue')
  const queues = usePoll<Queues>(`/api/queues?range=${range}`, 'queues')
  const stages = usePoll<Stages>('/api/stages', 'queues')
  const gates = usePoll<{ items: Gate[] }>('/api/gates', 'queues')
  const chosen = queues.data && chosenQueue(queues.data.items, name)
  const series = usePoll<QueueSeries>(
    chosen === undefined ? null : `/api/queues/${encodeURIComponent(chosen.name)}?range=${range}`,
    'queues',
  )
  const changed = () => {
    queues.again()
    stages.again()
  }
  const clock = { now: Date.now() }
  const said = queues.data && stages.data && queuesSentence(queues.data.items, stages.data, clock)
  const stage = stages.data?.items.find((one) => one.name === chosen?.stage)
  return (
    <>
      <PageHead
        title="Queues"
        say={
          said && (
            <>
              <strong>{said.first}</strong> {said.rest}
            </>
          )
        }
        actions={<Segments name="range" label="Range" options={RANGES} ranged />}
      />
      {stages.data && (
        <Notices items={stages.data.items} parked={stages.data.parked} onChange={changed} />
      )}
      <Section
        title="Queues"
        note={`rates and percentiles of the ${rangeWords(range)}`}
        end={queues.data && <LetterQueues queues={queues.data.items} />}
      >
        <Polled poll={queues} rows={9}>
          {({ items }) => <QueueTable queues={items} chosen={chosen?.name ?? ''} />}
        </Polled>
        <p class="foot">
          Times in seconds unless marked. Backlog is what is owed: a queue itself leaves out what is
          delayed or under way. Done at is an estimate: what is owed, by the pace of the last ten
          minutes, else by what its gate leaves.
        </p>
      </Section>
      <Section
        title={chosen?.name ?? 'One queue'}
        note={markWords(series.data)}
        end={stage && <PauseButton stage={stage} onChange={changed} />}
        class="of-one"
      >
        <Polled poll={series} rows={9}>
          {(data) => <QueueCharts series={data} />}
        </Polled>
      </Section>
      <Section
        title="Gates"
        note="who may send when; last minute"
        end={
          <>
            <span class="key">
              <i class="b-live" />
              live
            </span>{' '}
            <span class="key">
              <i class="b-bulk" />
              bulk
            </span>
          </>
        }
      >
        <Polled poll={gates} rows={4}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty>No outside system is set up.</Empty>
            ) : (
              <Table
                label="Gates"
                class="gates"
                columns={GATE_COLUMNS}
                rows={items}
                keyOf={({ name: gate }) => gate}
              />
            )
          }
        </Polled>
      </Section>
    </>
  )
}

/** What the dashed lines are. */
function markWords(series: QueueSeries | undefined): string | undefined {
  const texts = [...new Set((series?.marks ?? []).map(({ text }) => text))]
  return texts.length === 0 ? undefined : `dashed lines: ${texts.join(', ')}`
}

function LetterQueues({ queues }: { queues: QueueRow[] }) {
  const { ok, words } = letterQueuesWords(queues)
  return (
    <span class="letter-queues">
      <Status is={ok ? 'done' : 'late'}>{words}</Status>
    </span>
  )
}

function QueueTable({ queues, chosen }: { queues: QueueRow[]; chosen: string }) {
  const rows = queues.filter(({ lanes, backlog }) => lanes.length > 0 || (backlog ?? 0) > 0)
  return (
    <Table
      label="Queues"
      class="queues"
      columns={COLUMNS}
      rows={rows}
      keyOf={({ name }) => name}
      selected={chosen}
      onOpen={({ name }) => go(withQuery(placeNow().url, { queue: name }))}
      groups={GROUPS}
      rowClass={(queue) => (isIdle(queue) ? 'idle' : '')}
    />
  )
}

/** On a phone such a queue is one line. */
function isIdle({ state, owed, backlog, settled }: QueueRow): boolean {
  const worked = Object.values(settled).some((often) => often > 0)
  return state === 'running' && owed === 0 && (backlog ?? 0) === 0 && !worked
}

const GROUPS = (
  <tr role="row">
    <td role="cell" colSpan={2} />
    {(
      [
        ['Now', 3],
        ['A minute', 4],
        ['Waiting', 3],
        ['Working', 3],
      ] as const
    ).map(([name, columns]) => (
      <th role="columnheader" class="grp" colSpan={columns} scope="colgroup">
        {name}
      </th>
    ))}
    <td role="cell" />
  </tr>
)

const COLUMNS: Column<QueueRow>[] = [
  {
    head: 'Queue',
    names: true,
    class: 'nowrap',
    cell: ({ name }) => <a href={withQuery(placeNow().url, { queue: name })}>{name}</a>,
  },
  { head: 'State', class: 'nowrap state', cell: ({ state }) => <Status is={state} /> },
  number('Backlog', ({ owed, backlog }) => count(Math.max(owed, backlog ?? 0)), {
    zero: ({ owed, backlog }) => owed === 0 && (backlog ?? 0) === 0,
    class: 'gap',
  }),
  number(
    'Oldest',
    ({ oldestAt }) => (oldestAt === null ? '–' : seconds(Date.now() - Date.parse(oldestAt))),
    { zero: ({ oldestAt }) => oldestAt === null },
  ),
  number('Size', ({ bytes: size }) => (size === null ? '–' : size === 0 ? '0' : bytes(size)), {
    zero: ({ bytes: size }) => (size ?? 0) === 0,
    card: 'hide',
  }),
  number('In', ({ inPerMinute }) => (inPerMinute === null ? '–' : rate(inPerMinute)), {
    zero: ({ inPerMinute }) => (inPerMinute ?? 0) === 0,
    class: 'gap',
    card: 'hide',
  }),
  number('Out', ({ outPerMinute }) => rate(outPerMinute), {
    label: 'Out a minute',
    zero: ({ outPerMinute }) => outPerMinute === 0,
  }),
  number('Retried', ({ retriedShare }) => (retriedShare === null ? '–' : share(retriedShare)), {
    zero: ({ retriedShare }) => (retriedShare ?? 0) === 0,
    card: 'hide',
  }),
  {
    ...number('Failed', ({ failedShare }) => (failedShare === null ? '–' : share(failedShare)), {
      zero: ({ failedShare }) => (failedShare ?? 0) === 0,
    }),
    cell: ({ failedShare, stage }) =>
      failedShare === null ? (
        '–'
      ) : failedShare === 0 ? (
        share(0)
      ) : (
        <a href={`/letters?stage=${stage}`}>{share(failedShare)}</a>
      ),
  },
  ...times('waiting', 'Wait'),
  ...times('working', 'Work'),
  number('Done at', (queue) => doneWords(queue, { now: Date.now() }), {
    class: 'gap',
    zero: ({ doneAt }) => doneAt.state === 'now',
  }),
]

function number(
  head: string,
  cell: (row: QueueRow) => string,
  more: Partial<Column<QueueRow>> = {},
): Column<QueueRow> {
  return { head, label: head, right: true, cell, ...more, class: `nowrap ${more.class ?? ''}` }
}

function times(which: 'waiting' | 'working', word: string): Column<QueueRow>[] {
  return (['p50', 'p95', 'p99'] as const).map((name) =>
    number(name, (row) => seconds(row[which]?.[name]), {
      label: `${word} ${name}`,
      zero: (row) => row[which] === null,
      ...(name === 'p50' ? { class: 'gap' } : {}),
      ...(name === 'p95' && which === 'waiting' ? {} : { card: 'hide' }),
    }),
  )
}

const GATE_COLUMNS: Column<Gate>[] = [
  { head: 'Budget of', names: true, cell: ({ label }) => label },
  { head: 'Limit', label: 'Limit', right: true, cell: limitWords },
  {
    head: 'Use',
    class: 'use',
    card: 'wide',
    cell: (gate) => (
      <Bar
        label={gateSentence(gate)}
        whole={gate.perMinute ?? 0}
        parts={[
          { value: gate.granted.live, tone: 'live' },
          { value: gate.granted.bulk, tone: 'bulk' },
        ]}
      />
    ),
  },
  { head: 'Used', label: 'Used', right: true, cell: usedWords },
  {
    head: 'Live waits',
    label: 'Live waits',
    right: true,
    cell: ({ waiting }) => count(waiting.live),
    zero: ({ waiting }) => waiting.live === 0,
  },
  {
    head: 'Bulk waits',
    label: 'Bulk waits',
    right: true,
    cell: ({ waiting }) => count(waiting.bulk),
    zero: ({ waiting }) => waiting.bulk === 0,
  },
  {
    head: 'Note',
    card: 'wide',
    class: 'soft',
    cell: (gate) => gateNote(gate, { now: Date.now() }),
  },
]
