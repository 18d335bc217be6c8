/** One merchant: how do we stand? Figures, the timeline with what was said, what is open, its mood. */
import type { AnswerOf } from '@switchboard/shared/api/operation'
import type { merchantSummary } from '@switchboard/shared/api/ask'
import type { Everything } from '@switchboard/shared/api/merchants'
import { useRef, useState } from 'preact/hooks'
import { useAnswer } from '../answer.ts'
import { act } from '../api.ts'
import { count } from '../format/numbers.ts'
import { party } from '../format/party.ts'
import { day, longDay, moment } from '../format/time.ts'
import { pathOf, withQuery } from '../match.ts'
import { go, usePlace } from '../place.ts'
import { useAct } from '../poll.ts'
import type { PageProps } from '../routes.ts'
import { ActionMark } from '../ui/action-mark.tsx'
import { Button } from '../ui/button.tsx'
import { Chart } from '../ui/chart.tsx'
import { Segments } from '../ui/filters.tsx'
import { Icon } from '../ui/icon.tsx'
import { Figures, PageHead, Section } from '../ui/layout.tsx'
import { Empty, Failed, Loading } from '../ui/states.tsx'
import { later } from '../ui/later.tsx'
import { Further } from '../ui/table.tsx'
import type { Jump } from '../ui/talk.tsx'
import { KIND_WORDS, Sentiment } from '../ui/words.tsx'
import {
  MEAN_OF,
  actionKey,
  answerWords,
  countsWords,
  entriesOf,
  keyOf,
  lengthOf,
  merchantSentence,
  moodSentence,
  moodsOf,
  titleOf,
  withoutDone,
} from './merchant-words.ts'
import type { Entry } from './merchant-words.ts'
import './merchant.css'

/** The player is loaded with the first call that is opened. */
const Talk = later(async () => (await import('../ui/talk.tsx')).Talk)
const FIRST_PAGE = 100
const CANVAS = 'https://www.notion.so/'

export default function Merchant({ params: { id = '' } }: PageProps) {
  const answer = useAnswer<Everything>(
    '/api/merchant/canvas',
    { canvasId: id, limit: FIRST_PAGE },
    joined,
  )
  const { data, error, again } = answer
  const jump = useJump()
  const [done, mark] = useState<ReadonlySet<string>>(new Set())
  const name = data?.merchant?.name ?? null
  return (
    <div class="merchant">
      <PageHead
        title={name ?? (data === undefined ? 'Merchant' : 'No merchant')}
        crumbs={[{ text: 'Merchants', href: '/merchants' }, { text: name ?? '…' }]}
        say={data && merchantSentence(withoutDone(data.statistics, done), { now: Date.now() })}
        actions={
          <>
            <a class="btn" href={data?.merchant?.url ?? `${CANVAS}${id.replaceAll('-', '')}`}>
              <Icon name="out" />
              Canvas
            </a>
            <a class="btn" href={withQuery('/ask', { merchant: id })}>
              <Icon name="chat" />
              Ask about it
            </a>
            <a class="btn" href={withQuery('/search', { merchant: id })}>
              <Icon name="search" />
              Search in it
            </a>
          </>
        }
      />
      {error !== null && <Failed error={error} again={again} />}
      {data === undefined ? (
        error === null && <Loading rows={12} />
      ) : (
        <>
          <Standing everything={data} />
          <div class="cols cols-7-5">
            <Timeline answer={answer} everything={data} jump={jump} />
            <div class="stack first">
              <Mood everything={data} />
              <Open everything={data} done={done} onMark={mark} onJump={jump.to} />
              <Brief canvasId={id} />
            </div>
          </div>
        </>
      )}
    </div>
  )
}

function joined(shown: Everything, page: Everything): Everything {
  return {
    ...shown,
    calls: [...shown.calls, ...page.calls],
    messages: [...shown.messages, ...page.messages],
    mail: [...shown.mail, ...page.mail],
    timeline: [...shown.timeline, ...page.timeline],
    nextCursor: page.nextCursor,
  }
}

/** The record that is open and where in it: `?at=call:ID&t=221`. */
function useJump() {
  const { query, url } = usePlace()
  const order = useRef(0)
  const [words, setWords] = useState<{ key: string; quote: string; order: number } | null>(null)
  const key = query.get('at')
  const t = query.get('t')
  const seconds = t === null || !/^\d+$/.test(t) ? undefined : Number(t)
  const now: Jump | null =
    words !== null && words.key === key
      ? { order: words.order, quote: words.quote, play: true }
      : seconds === undefined
        ? null
        : { order: order.current, seconds, play: order.current > 0 }
  return {
    key,
    now,
    /** Opens a record where it says these words, and plays from there. */
    to: (target: string, quote: string) => {
      order.current += 1
      setWords({ key: target, quote, order: order.current })
      go(withQuery(url, { at: target, t: null }))
    },
    /** The reader went to this second: the address tells a colleague. */
    placed: (at: number) => {
      go(withQuery(url, { t: String(at) }), 'replace')
    },
  }
}

function Standing({ everything: { statistics, merchant } }: { everything: Everything }) {
  const clock = { now: Date.now() }
  const { interactions, counts, firstContact, lastContact, leadScore, responseTimes } = statistics
  const answers = answerWords(responseTimes)
  return (
    <Figures
      of={[
        { label: 'Conversations', big: count(interactions), sub: countsWords(counts) },
        {
          label: 'Since',
          big: firstContact === null ? '–' : day(firstContact, clock),
          sub: lastContact === null ? '' : `last contact ${day(lastContact, clock)}`,
        },
        {
          label: 'Lead score',
          big: leadScore.latest ?? '–',
          sub: leadScore.mean === null ? '' : `mean ${Math.round(leadScore.mean)}`,
        },
        { label: 'We answer in', ...answers },
        {
          label: 'Reached at',
          big: party(merchant?.keys[0] ?? '–'),
          sub: (merchant?.keys ?? []).slice(1).map(party).join(', '),
        },
      ]}
    />
  )
}

function Timeline({
  answer,
  everything,
  jump,
}: {
  answer: ReturnType<typeof useAnswer<Everything>>
  everything: Everything
  jump: ReturnType<typeof useJump>
}) {
  const { query } = usePlace()
  const kind = query.get('kind')
  const entries = entriesOf(everything).filter((entry) => kind === null || entry.kind === kind)
  const clock = { now: Date.now() }
  return (
    <Section
      title="Timeline"
      note="newest first"
      end={
        <Segments
          name="kind"
          label="Kind"
          options={[
            ['', 'All'],
            ['call', 'Calls'],
            ['message', 'Messages'],
            ['mail', 'Mail'],
          ]}
        />
      }
    >
      {entries.length === 0 && (
        <Empty>Nothing of this kind. What comes in is here a moment later.</Empty>
      )}
      <ol class="timeline">
        {entries.map((entry, index) => {
          const heading = longDay(entry.at, clock)
          const before = entries[index - 1]
          return [
            (before === undefined || longDay(before.at, clock) !== heading) && (
              <li class="day" key={heading}>
                {heading}
              </li>
            ),
            <Row key={keyOf(entry)} entry={entry} jump={jump} />,
          ]
        })}
      </ol>
      <Further
        more={answer.more}
        hasMore={everything.nextCursor !== null}
        shown={everything.timeline.length}
        total={everything.statistics.interactions}
      />
    </Section>
  )
}

function Row({ entry, jump }: { entry: Entry; jump: ReturnType<typeof useJump> }) {
  const { url } = usePlace()
  const key = keyOf(entry)
  const open = jump.key === key
  const length = lengthOf(entry)
  return (
    <li class={open ? 'open' : undefined} data-row={key} tabIndex={-1}>
      <div class="row">
        <span class="quiet num">{moment(entry.at, { now: Date.parse(entry.at) })}</span>
        <Icon name={entry.kind} class={`c-${entry.kind}`} />
        <a href={withQuery(url, { at: open ? null : key, t: null })} aria-expanded={open} data-open>
          <span class="sr">{KIND_WORDS[entry.kind][0]}: </span>
          {titleOf(entry)} {length !== null && <span class="quiet">{length}</span>}
        </a>
        {entry.sentiment === null ? <span /> : <Sentiment is={entry.sentiment} />}
      </div>
      {open && (
        <div class="body">
          {entry.summary !== null && entry.summary !== titleOf(entry) && (
            <p class="soft">{entry.summary}</p>
          )}
          {entry.kind === 'call' ? (
            <Talk id={entry.id} jump={jump.now} onPlace={jump.placed} />
          ) : (
            <p class="pre-line">{entry.text}</p>
          )}
          <p>
            <a href={pathOf('records', entry.kind, entry.id)}>What became of it</a>
          </p>
        </div>
      )}
    </li>
  )
}

function Mood({ everything }: { everything: Everything }) {
  const { known, mean } = moodsOf(entriesOf(everything))
  if (known.length === 0) return null
  const shapes = { call: 'circle', message: 'square', mail: 'diamond' } as const
  return (
    <Chart
      title="Sentiment"
      now={`line: mean of ${MEAN_OF}`}
      sentence={moodSentence(everything.statistics.sentiment)}
      at={known.map(({ at }) => at)}
      range={[-1.25, 1.25]}
      ticks={[
        [1, 'good'],
        [0, 'neutral'],
        [-1, 'bad'],
      ]}
      format={moodWord}
      lines={[
        { label: 'mean', values: mean, look: 'thin', tone: 'neutral', named: false },
        ...(['call', 'message', 'mail'] as const).map((kind) => ({
          label: KIND_WORDS[kind][0].toLowerCase(),
          values: known.map((one) => (one.kind === kind ? one.value : null)),
          tones: known.map(({ tone }) => tone),
          look: shapes[kind],
          tone: 'neutral' as const,
        })),
      ]}
    />
  )
}

function moodWord(value: number): string {
  return value > 0.33 ? 'good' : value < -0.33 ? 'bad' : 'neutral'
}

/** What is marked as done stays in its place until the page is read again: a slip is taken back there. */
function Open({
  everything: { statistics },
  done,
  onMark,
  onJump,
}: {
  everything: Everything
  done: ReadonlySet<string>
  onMark: (done: ReadonlySet<string>) => void
  onJump: (key: string, quote: string) => void
}) {
  const items = statistics.openActionItems
  const clock = { now: Date.now() }
  return (
    <Section
      title="Open action items"
      note={String(withoutDone(statistics, done).openActionItems.length)}
    >
      {items.length === 0 ? (
        <Empty>Nothing is promised and not done.</Empty>
      ) : (
        <ul class="todo">
          {items.map((one) => (
            <li key={actionKey(one)} class={done.has(actionKey(one)) ? 'done' : undefined}>
              <button
                type="button"
                class="link"
                onClick={() => onJump(keyOf(one), one.quote)}
                aria-label={`${one.text}: ${one.kind === 'call' ? 'play where it was said' : 'open'}`}
              >
                <b>{one.text}</b>
              </button>
              <q>{one.quote}</q>
              <span class="quiet small">
                {one.kind}, {day(one.at, clock)}
              </span>{' '}
              <ActionMark
                of={one}
                done={done.has(actionKey(one))}
                onMarked={(isDone) => {
                  const others = [...done].filter((key) => key !== actionKey(one))
                  onMark(new Set(isDone ? [...others, actionKey(one)] : others))
                }}
              />
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

type Summary = AnswerOf<typeof merchantSummary>

/** Asked for when the reader wants it: it costs a call of the model, unless it is kept. */
function Brief({ canvasId }: { canvasId: string }) {
  const [brief, setBrief] = useState<Summary | null>(null)
  const write = useAct(() => act<Summary>('POST', '/api/merchant/summary', { canvasId }))
  const topics: [string, Summary['history']][] =
    brief === null
      ? []
      : [
          ['History', brief.history],
          ['Mood', brief.mood],
          ['Open', brief.open],
          ['Next', brief.next],
        ]
  return (
    <Section title="Brief" note={brief === null ? undefined : `by ${brief.model}`}>
      {write.error !== null && <Failed error={write.error} />}
      {brief === null ? (
        <p class="none">
          <Button
            busy={write.busy}
            onClick={async () => {
              const made = await write.run()
              if (made !== undefined) setBrief(made)
            }}
          >
            {write.busy ? 'Writing...' : 'Write a brief'}
          </Button>
        </p>
      ) : (
        <div class="prose stack-small" aria-live="polite">
          {brief.reason !== null && <p class="none">{brief.reason}</p>}
          {topics
            .filter(([, statements]) => statements.length > 0)
            .map(([title, statements]) => (
              <p class="none" key={title}>
                <b>{title}.</b>{' '}
                {statements.map(({ text, source, quote }) => (
                  <>
                    {text}{' '}
                    <a href={brief.sources.find(({ n }) => n === source)?.url} title={quote}>
                      ({source})
                    </a>{' '}
                  </>
                ))}
              </p>
            ))}
        </div>
      )}
    </Section>
  )
}
