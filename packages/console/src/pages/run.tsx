/** One run: how far, how long? By kind, its progress, what was skipped and failed and why. */
import './run.css'
import type { KindOfRun, Run } from '@switchboard/shared/api/runs'
import { useState } from 'preact/hooks'
import { act } from '../api.ts'
import { count, counted, rate } from '../format/numbers.ts'
import { shortId } from '../format/party.ts'
import { pathOf, withQuery } from '../match.ts'
import { useAct, usePoll } from '../poll.ts'
import type { PageProps } from '../routes.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { later } from '../ui/later.tsx'
import { Bar, Figures, PageHead, Section } from '../ui/layout.tsx'
import { Empty, Failed, Polled } from '../ui/states.tsx'
import { Table } from '../ui/table.tsx'
import type { Column } from '../ui/table.tsx'
import { KindWord, Status, Time } from '../ui/words.tsx'
import type { KindName } from '../ui/words.tsx'
import {
  askedWords,
  leftWords,
  listingWords,
  runSentence,
  runTitle,
  whyRows,
  whyWords,
} from './run-words.ts'

const KINDS: KindName[] = ['call', 'message', 'mail']

/** Loaded when the figures are there. */
const RunCharts = later(async () => (await import('./run-charts.tsx')).RunCharts, null)
const RunRecords = later(async () => (await import('./run-records.tsx')).RunRecords)

export default function RunPage({ params }: PageProps) {
  const id = params['id'] ?? ''
  const path = `/api${pathOf('runs', id)}`
  const poll = usePoll<Run>(path, 'runs')
  const run = poll.data?.id === id ? poll.data : undefined
  const said = run && runSentence(run, { now: Date.now() })
  return (
    <>
      <PageHead
        title={run === undefined ? 'Run' : runTitle(run)}
        crumbs={[{ text: 'Runs', href: '/runs' }, { text: shortId(id) }]}
        say={
          said && (
            <>
              <strong>{said.first}</strong> {said.rest}
            </>
          )
        }
        actions={run && <Actions run={run} path={path} />}
      />
      <Polled poll={poll}>{(data) => data.id === id && <Told run={data} path={path} />}</Polled>
    </>
  )
}

function Actions({ run, path }: { run: Run; path: string }) {
  const [asking, setAsking] = useState(false)
  const cancel = useAct(() => act('POST', `${path}/cancel`, {}), 'The run is cancelled.')
  const resume = useAct(() => act('POST', `${path}/resume`, {}), 'The run goes on.')
  if (run.state === 'cancelled' || run.state === 'failed')
    return (
      <>
        {resume.error !== null && <Failed error={resume.error} />}
        <Button acts icon="play" busy={resume.busy} onClick={() => resume.run()}>
          Resume
        </Button>
      </>
    )
  if (run.state !== 'running') return null
  const { open } = run.total
  return (
    <>
      <Button acts icon="stop" onClick={() => setAsking(true)}>
        Cancel run...
      </Button>
      {asking && (
        <Dialog
          title="Cancel this run?"
          say="Its listings stop at once. Nothing is lost, and nothing that is written is taken back."
          onClose={() => setAsking(false)}
          foot={
            <>
              <Button onClick={() => setAsking(false)}>Let it go on</Button>
              <Button
                tone="go"
                acts
                busy={cancel.busy}
                onClick={async () => {
                  if ((await cancel.run()) !== undefined) setAsking(false)
                }}
              >
                Cancel the run
              </Button>
            </>
          }
        >
          {cancel.error !== null && <Failed error={cancel.error} />}
          <p>
            {counted(open, 'conversation')} that it took in {open === 1 ? 'is' : 'are'} not worked
            yet.{' '}
            {open === 0
              ? ''
              : 'They stay in D1, held back until you resume the run, another run lists them again, or something newer comes for them.'}
          </p>
        </Dialog>
      )}
    </>
  )
}

function Told({ run, path }: { run: Run; path: string }) {
  return (
    <>
      <Section
        title="By kind"
        note={
          <>
            {askedWords(run)}, started <Time at={run.startedAt} />
          </>
        }
        end={
          <>
            <Key tone="live">synced</Key> <Key tone="neutral">skipped</Key>{' '}
            <Key tone="bad">failed</Key>
          </>
        }
      >
        <Table
          label="Progress by kind"
          columns={columns(run)}
          rows={KINDS.map((kind): Row => ({ kind, ...run.kinds[kind] }))}
          sums={[{ kind: null, ...run.total, listing: 'done', error: null }]}
          keyOf={({ kind }) => kind ?? 'all'}
        />
        <LookUps run={run} />
      </Section>
      <RunCharts path={path} run={run} />
      <div class="cols cols-2">
        <Section title="Skipped and failed, why">
          <Why run={run} />
        </Section>
        <Section title="What it sent" note={run.state === 'running' ? 'so far' : undefined}>
          <Sent run={run} />
        </Section>
      </div>
      <RunRecords path={path} run={run} />
    </>
  )
}

function Key({ tone, children }: { tone: string; children: string }) {
  return (
    <span class="key">
      <i class={`b-${tone}`} />
      {children}
    </span>
  )
}

type Row = { kind: KindName | null } & KindOfRun

function columns(run: Run): Column<Row>[] {
  const page = pathOf('runs', run.id)
  const to = (outcome: string, { kind }: Row) => withQuery(page, { outcome, kind })
  const numbers = (head: string, of: (row: Row) => number, outcome?: string): Column<Row> => ({
    head,
    label: head,
    right: true,
    zero: (row) => of(row) === 0,
    cell: (row) =>
      outcome === undefined || of(row) === 0 ? (
        count(of(row))
      ) : (
        <a href={`${to(outcome, row)}#records`}>{count(of(row))}</a>
      ),
  })
  return [
    {
      head: 'Kind',
      names: true,
      cell: ({ kind }) => (kind === null ? 'All' : <KindWord is={kind} />),
    },
    { head: 'Progress', card: 'wide', class: 'progress', cell: (row) => <Done row={row} /> },
    numbers('Listed', ({ listed }) => listed),
    numbers('Synced', ({ synced }) => synced),
    numbers('Skipped', ({ skipped }) => skipped, 'skipped'),
    {
      ...numbers('Failed', ({ failed }) => failed),
      cell: (row) =>
        row.failed === 0 ? (
          '0'
        ) : (
          <Status is="failed" href={`${to('failed', row)}#records`}>
            {count(row.failed)}
          </Status>
        ),
    },
    numbers('Waiting', ({ open }) => open, 'open'),
    {
      head: 'Per min',
      label: 'Per min',
      right: true,
      card: 'hide',
      cell: ({ perMinute }) => (perMinute === null ? '–' : rate(perMinute)),
    },
    {
      head: 'Left',
      label: 'Left',
      right: true,
      class: 'nowrap',
      cell: (row) => (run.state === 'running' ? leftWords(row) : '–'),
    },
  ]
}

function Done({ row }: { row: Row }) {
  const { kind, listed, synced, skipped, failed, open } = row
  const still = kind === null ? '' : listingWords(row)
  if (listed === 0 && still !== '') return <span class="soft">{still}</span>
  return (
    <>
      <Bar
        label={`${kind ?? 'all'}: ${count(synced)} synced, ${count(skipped)} skipped, ${count(failed)} failed, ${count(open)} waiting of ${count(listed)}`}
        whole={listed}
        parts={[
          { value: synced, tone: 'live' },
          { value: skipped, tone: 'neutral' },
          { value: failed, tone: 'bad' },
        ]}
      />
      {still !== '' && <span class="small soft">{still}</span>}
    </>
  )
}

/** Beside the records: only what does not go well is told. */
function LookUps({ run }: { run: Run }) {
  const bad = run.lookUps.filter(({ listing }) => ['failed', 'parked'].includes(listing))
  if (bad.length === 0) return null
  return (
    <ul class="list tight">
      {bad.map(({ sweep, listing, error }) => (
        <li>
          <span>
            <Status is={listing === 'failed' ? 'failed' : 'parked'} /> {sweep}: {error}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Why({ run }: { run: Run }) {
  const rows = whyRows(run.why)
  if (rows.length === 0)
    return <Empty>{run.total.listed === 0 ? 'Nothing is listed yet.' : 'Nothing so far.'}</Empty>
  return (
    <dl class="kv why">
      {rows.map(({ outcome, why, count: many }) => (
        <>
          <dt>{count(many)}</dt>
          <dd>
            {whyWords(outcome, why)}
            {(outcome === 'failed' || why === 'letter') && (
              <>
                ; <a href="/letters">dead letters</a>
              </>
            )}
          </dd>
        </>
      ))}
    </dl>
  )
}

function Sent({ run }: { run: Run }) {
  const { requests } = run
  const names: [string, string][] = [
    ['notion', 'Notion'],
    ['openphone', 'OpenPhone'],
    ['mailbox', 'Mailbox'],
    ['workers-ai', 'AI'],
    ['vectorize', 'Vectorize'],
  ]
  const sent = names.filter(([api]) => (requests[api] ?? 0) > 0)
  if (sent.length === 0) return <Empty>No request was sent yet.</Empty>
  return (
    <Figures
      class="figs run-sent"
      of={sent.map(([api, label]) => ({ label, big: count(requests[api] ?? 0) }))}
    />
  )
}
