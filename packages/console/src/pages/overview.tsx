/** Overview: is all there, and who waits? */
import type { Need, Overview as Answer, ProofOfKind } from '@switchboard/shared/api/overview'
import type { RecordRow } from '@switchboard/shared/api/records'
import type { ComponentChildren } from 'preact'
import { clock, count } from '../format/numbers.ts'
import { capital } from '../format/sentence.ts'
import { ago, day, moment } from '../format/time.ts'
import { party } from '../format/party.ts'
import { pathOf } from '../match.ts'
import { go, useQuery } from '../place.ts'
import { usePoll } from '../poll.ts'
import { Segments } from '../ui/filters.tsx'
import { Bar, Figures, PageHead, Section } from '../ui/layout.tsx'
import { Empty, Polled } from '../ui/states.tsx'
import { Still } from '../ui/still.tsx'
import { Table } from '../ui/table.tsx'
import type { Column } from '../ui/table.tsx'
import { KindWord, Sentiment, Status, Time } from '../ui/words.tsx'
import type { State } from '../ui/words.tsx'
import {
  dayWords,
  differingDays,
  figuresOf,
  footWords,
  gapsOf,
  needWords,
  overviewSentence,
  saidHref,
  shapeOf,
  stripWords,
  sumOf,
  talkerWords,
} from './overview-words.ts'
import { RECORD_COLUMNS, addressOf, keyOfRecord } from './record-columns.tsx'
import './overview.css'

const DAYS = ['7', '30', '90'] as const

export default function Overview() {
  const [days] = useQuery('days', '30')
  const asked = DAYS.find((one) => one === days) ?? '30'
  const poll = usePoll<Answer>(`/api/overview?days=${asked}`, 'overview')
  const { data } = poll
  return (
    <>
      <PageHead
        title="Overview"
        say={
          data &&
          overviewSentence(data, { now: Date.now() }).map(({ text, strong, bad, href }) => {
            const inside = strong ? <strong class={bad ? 'c-bad' : undefined}>{text}</strong> : text
            return href === undefined ? inside : <a href={href}>{inside}</a>
          })
        }
        actions={
          <Segments
            name="days"
            label="How many days"
            ranged
            fallback="30"
            options={DAYS.map((one) => [one, `${one} days`])}
          />
        }
      />
      <Polled poll={poll} rows={12}>
        {(overview) => (
          <>
            <Proof overview={overview} at={poll.at} />
            <div class="cols cols-7-5">
              <Needs overview={overview} />
              <Said overview={overview} />
            </div>
            <HowItWorks overview={overview} />
            <Section
              title="Recent"
              note="newest first, live"
              end={<a href="/records">All records</a>}
            >
              <Recent rows={overview.recent} />
            </Section>
          </>
        )}
      </Polled>
    </>
  )
}

interface ProofRow {
  key: string
  name: ComponentChildren
  kind: string | null
  proof: Omit<ProofOfKind, 'kind' | 'days'>
  days: ProofOfKind['days']
}

function Proof({ overview, at }: { overview: Answer; at: number | null }) {
  const { proof, from, to, days } = overview
  const now = Date.now()
  const whole = sumOf(proof.kinds)
  const differing = differingDays(proof.kinds, { now })
  const rows = proof.kinds.map((one): ProofRow => ({
    key: one.kind,
    name: <KindWord is={one.kind} />,
    kind: one.kind,
    proof: one,
    days: one.days,
  }))
  const sum: ProofRow = { key: 'all', name: 'All', kind: null, proof: whole, days: [] }
  const utcDay = (one: string) => day(one, { now, zone: 'UTC' })
  const columns: Column<ProofRow>[] = [
    { head: 'Kind', names: true, card: 'title', cell: ({ name }) => name },
    {
      head: 'At the source',
      label: 'At the source',
      right: true,
      class: 'v',
      cell: ({ proof: { source } }) => (source === null ? <NotListed /> : count(source)),
    },
    { head: '', card: 'hide', cell: ({ proof: one }) => <Equal is={one.source === one.stored} /> },
    {
      head: 'In D1',
      label: 'In D1',
      right: true,
      class: 'v',
      cell: ({ proof: { stored } }) => count(stored),
    },
    { head: '', card: 'hide', cell: ({ proof: one }) => <Equal is={one.stored === one.filed} /> },
    {
      head: 'In Notion',
      label: 'In Notion',
      right: true,
      class: 'v',
      cell: ({ proof: { filed } }) => count(filed),
    },
    {
      head: 'Difference',
      card: 'wide',
      cell: ({ proof: one, kind }) => (
        <span class="gaps">
          {gapsOf(one, { kind, from: one.from ?? from, to }).map(({ is, words, href }) => (
            <Status is={is satisfies State} {...(href === null ? {} : { href })}>
              {words}
            </Status>
          ))}
        </span>
      ),
    },
    {
      head: `${utcDay(from)} to today, day by day`,
      card: 'wide',
      cell: ({ key, days: strip }) =>
        key === 'all' ? (
          <span class="axis" aria-hidden="true">
            <span>{utcDay(from)}</span>
            <span>today</span>
          </span>
        ) : (
          <span
            class={days > 30 ? 'days many' : 'days'}
            role="img"
            aria-label={stripWords(strip, { now })}
          >
            {strip.map((one) => (
              <i class={`d-${shapeOf(one)}`} title={dayWords(one, { now })} />
            ))}
          </span>
        ),
    },
  ]
  return (
    <Section
      title="Proof"
      note={`last ${days} days${at === null ? '' : `, counted ${moment(at, { now })}`}`}
      end={
        proof.since === null ? undefined : (
          <Status is={proof.missed === 0 ? 'equal' : 'failed'}>
            {count(proof.missed)} missed since {utcDay(proof.since)}
          </Status>
        )
      }
    >
      <Table
        label="Source, D1 and Notion, by kind"
        class="proof"
        columns={columns}
        rows={rows}
        sums={[sum]}
        keyOf={({ key }) => key}
      />
      {differing.length > 0 && (
        <p class="foot">
          Days that differ:{' '}
          {differing.map(({ words, href }, nth) => (
            <>
              {nth > 0 && ', '}
              <a href={href}>{words}</a>
            </>
          ))}
        </p>
      )}
      <p class="foot">
        {footWords(proof, (when) => moment(when, { now }))}
        {whole.unlisted > 0 &&
          ` ${count(whole.unlisted)} older ${whole.unlisted === 1 ? 'record was' : 'records were'} listed by no sweep that is known and ${whole.unlisted === 1 ? 'is' : 'are'} not counted above.`}
      </p>
    </Section>
  )
}

function NotListed() {
  return (
    <span class="zero" title="No listing of this kind was complete yet">
      –
    </span>
  )
}

function Equal({ is }: { is: boolean }) {
  return <span class={is ? 'eq' : 'ne'}>{is ? '=' : '≠'}</span>
}

function Needs({ overview: { needs, said } }: { overview: Answer }) {
  return (
    <Section
      title="Needs a person"
      note={needs.items.length}
      end={
        said.actionItems === 0 ? undefined : (
          <span class="soft">{count(said.actionItems)} action items in all</span>
        )
      }
    >
      {needs.items.length === 0 ? (
        <Empty>Nobody waits: every promise was followed by a call or a message of ours.</Empty>
      ) : (
        <Still rows={needs.items} keyOf={keyOfNeed}>
          {(items) => (
            <ul class="list">
              {items.map((need) => (
                <NeedLine key={keyOfNeed(need)} need={need} />
              ))}
            </ul>
          )}
        </Still>
      )}
    </Section>
  )
}

function keyOfNeed({ what, kind, id, party: who, second }: Need): string {
  return [what, kind, id, who, second].join(' ')
}

const NEED_STATE = {
  promise: 'late',
  task: 'due',
  complaint: 'retrying',
  talker: 'unmatched',
} as const
const NEED_STATE_WORDS = { promise: 'open', task: 'open', complaint: 'no answer yet' } as const

function NeedLine({ need }: { need: Need }) {
  const { who, what } = needWords(need)
  const now = Date.now()
  const href =
    need.what === 'talker'
      ? `/unmatched?q=${encodeURIComponent(need.party ?? '')}`
      : need.merchant === null
        ? null
        : pathOf('merchants', need.merchant.id)
  const record =
    need.kind === null || need.id === null ? null : pathOf('records', need.kind, need.id)
  return (
    <li>
      <span>
        {href === null ? (
          <b>
            <bdi>{who}</bdi>
          </b>
        ) : (
          <a class="plain" href={href}>
            <b>
              <bdi>{who}</bdi>
            </b>
          </a>
        )}{' '}
        · {what}
      </span>
      <span class="m">
        <Status is={NEED_STATE[need.what]}>
          {need.what === 'talker' ? 'unmatched' : NEED_STATE_WORDS[need.what]}, {ago(need.at, now)}
        </Status>
      </span>
      <span class="q">
        {need.what === 'talker' ? (
          talkerWords(need)
        ) : (
          <>
            <bdi>{need.quote === null ? need.text : <q>{need.quote}</q>}</bdi>{' '}
            {record !== null && (
              <a class="at" href={record}>
                {need.second === null ? 'record' : clock(need.second)}
              </a>
            )}
          </>
        )}
      </span>
      <span class="m">
        {need.by !== null && `${party(need.by)}, `}
        <Time at={need.at} />
      </span>
    </li>
  )
}

const TONES = { positive: 'ok', neutral: 'neutral', negative: 'bad', unknown: 'neutral' } as const

function Said({ overview }: { overview: Answer }) {
  const { said } = overview
  const texts = { kind: 'message,mail' }
  return (
    <Section
      title="What was said"
      note={
        <>
          {count(said.analysed)} analysed,{' '}
          {said.notAnalysed === 0 ? (
            'none'
          ) : (
            <a href={saidHref(overview, { sentiment: 'none' })}>{count(said.notAnalysed)}</a>
          )}{' '}
          to follow or without text
        </>
      }
    >
      <Bars
        label="Sentiments"
        of={said.sentiments.map(({ name, count: n }) => ({
          name: <Sentiment is={name}>{capital(name)}</Sentiment>,
          tone: TONES[name as keyof typeof TONES] ?? 'neutral',
          count: n,
          href: saidHref(overview, { sentiment: name }),
        }))}
      />
      <h3 class="minor">
        Calls, {count(said.calls.count)}
        {said.calls.meanLeadScore !== null &&
          ` · mean lead score ${Math.round(said.calls.meanLeadScore)}`}
      </h3>
      <Bars
        label="What calls were about"
        of={said.calls.categories.map(({ name, count: n }) => ({
          name: capital(name),
          tone: 'call',
          count: n,
          href: saidHref(overview, { kind: 'call', category: name }),
        }))}
      />
      <p class="soft texts">
        Messages and mail, {count(said.texts.count)}
        {said.texts.categories.length > 0 && ': '}
        {said.texts.categories.map(({ name, count: n }, nth) => (
          <>
            {nth > 0 && ', '}
            {name} <a href={saidHref(overview, { ...texts, category: name })}>{count(n)}</a>
          </>
        ))}
      </p>
    </Section>
  )
}

interface BarOf {
  name: ComponentChildren
  tone: string
  count: number
  href: string
}

/** Bars side by side; each opens the records that it counts. */
function Bars({ of, label }: { of: BarOf[]; label: string }) {
  const most = Math.max(1, ...of.map((one) => one.count))
  return (
    <ul class="bars opens" aria-label={label}>
      {of.map(({ name, tone, count: n, href }) => {
        const inside = (
          <>
            <span>{name}</span>
            <span aria-hidden="true">
              <Bar bare parts={[{ value: n, tone }]} whole={most} label="" />
            </span>
            <span class="n num">{count(n)}</span>
          </>
        )
        return <li>{n === 0 ? <span>{inside}</span> : <a href={href}>{inside}</a>}</li>
      })}
    </ul>
  )
}

function HowItWorks({ overview }: { overview: Answer }) {
  const { links, from, to, days } = overview
  const figures = figuresOf(overview)
  const range = `&from=${from}&to=${to}`
  return (
    <Section title="How it works" note={`last ${days} days`}>
      <Figures
        class="cols cols-4"
        of={[
          {
            label: 'Linked to a merchant',
            big: figures.linked,
            sub:
              links === null ? (
                'RECONCILE_CANVAS is false'
              ) : (
                <>
                  <a href={`/records?link=several${range}`}>{count(links.several)} to several</a>
                  {' · '}
                  <a href={`/records?link=unmatched${range}`}>{count(links.unmatched)} unmatched</a>
                  {' · '}
                  <a href={`/records?link=anonymous${range}`}>{count(links.anonymous)} anonymous</a>
                </>
              ),
          },
          { label: 'Work answered from memory', big: figures.memory, sub: figures.memorySub },
          {
            label: 'Webhook to Notion, p95',
            big: figures.live,
            sub: (
              <>
                {figures.liveSub} · <a href="/queues">Queues</a>
              </>
            ),
          },
          {
            label: 'Claims dropped for want of a quote',
            big: figures.claims,
            sub: figures.claimsSub,
          },
        ]}
      />
    </Section>
  )
}

function Recent({ rows }: { rows: RecordRow[] }) {
  if (rows.length === 0) return <Empty>Nothing yet. The first backfill brings the records.</Empty>
  return (
    <Still rows={rows} keyOf={keyOfRecord}>
      {(shown) => (
        <Table
          label="Recent records"
          columns={RECORD_COLUMNS}
          rows={shown}
          keyOf={keyOfRecord}
          onOpen={(row) => go(addressOf(row))}
        />
      )}
    </Still>
  )
}
