/** Record: what became of it? Facts, what is kept of it, and every step by revision. */
import type { JourneyStep, RecordAnswer, RecordDetails } from '@switchboard/shared/api/records'
import { useState } from 'preact/hooks'
import type { ComponentChildren } from 'preact'
import { act } from '../api.ts'
import { bytes, clock, count, counted, duration } from '../format/numbers.ts'
import { party, shortId } from '../format/party.ts'
import { moment } from '../format/time.ts'
import { pathOf, withQuery } from '../match.ts'
import { go, placeNow, useQuery } from '../place.ts'
import { useAct, usePoll } from '../poll.ts'
import type { PageProps } from '../routes.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { later } from '../ui/later.tsx'
import { Facts, PageHead, Section } from '../ui/layout.tsx'
import { Empty, Failed, Loading } from '../ui/states.tsx'
import { Sentiment, Status, StatusIcon, Time } from '../ui/words.tsx'
import type { State } from '../ui/words.tsx'
import { groupsOf } from './journey-bars.ts'
import type { Gantt } from './journey-bars.ts'
import { recordSentence, titleWords, withNumbers } from './record-sentence.ts'
import './record.css'

/** Loaded with the first call. */
const Talk = later(async () => (await import('../ui/talk.tsx')).Talk)

export default function RecordPage({ params }: PageProps) {
  const path = `/api${pathOf('records', params['kind'] ?? '', params['id'] ?? '')}`
  const poll = usePoll<RecordAnswer>(path, 'records')
  const { data, error, again } = poll
  const shown = data?.record.id === params['id'] ? data : undefined
  return (
    <>
      <PageHead
        title={shown === undefined ? 'Record' : titleWords(shown.record)}
        crumbs={[
          { text: 'Records', href: '/records' },
          { text: params['kind'] ?? '', href: `/records?kind=${params['kind'] ?? ''}` },
          { text: params['id'] ?? '' },
        ]}
        say={
          shown &&
          recordSentence(shown.record, shown.journey, (at) => moment(at, { now: Date.now() }))
        }
        actions={shown && <Actions record={shown.record} path={path} />}
      />
      {error !== null &&
        (error.status === 404 ? (
          <Empty>
            There is no such record. <a href="/records">Look for it</a> by its number, address or
            merchant.
          </Empty>
        ) : (
          <Failed error={error} again={again} />
        ))}
      {shown === undefined ? (
        error === null && <Loading rows={14} />
      ) : (
        <>
          <div class="cols cols-7-5 what-is">
            <TheRecord record={shown.record} path={path} />
            <Kept record={shown.record} />
          </div>
          {shown.record.kind === 'call' && <WhatWasSaid id={shown.record.id} />}
          <Journey journey={shown.journey} path={path} />
        </>
      )}
    </>
  )
}

/** The call as it is heard and read; `?t=221` begins there. */
function WhatWasSaid({ id }: { id: string }) {
  const [t] = useQuery('t')
  const jump = /^\d+$/.test(t)
    ? { order: 0, seconds: Number(t), play: navigator.userActivation.hasBeenActive }
    : null
  return (
    <Section title="What was said">
      <Talk id={id} jump={jump} onPlace={(second) => go(withT(second), 'replace')} />
    </Section>
  )
}

function withT(second: number): string {
  return withQuery(placeNow().url, { t: String(second) })
}

function Actions({ record, path }: { record: RecordDetails; path: string }) {
  const [asking, ask] = useState(false)
  const remake = useAct(() => act('POST', `${path}/page`), 'Its page is made again.')
  return (
    <>
      {record.pageUrl !== null && <Out href={record.pageUrl}>Notion</Out>}
      {record.sourceUrl !== null && <Out href={record.sourceUrl}>OpenPhone</Out>}
      {record.state === 'removed' && (
        <Button acts busy={remake.busy} onClick={() => remake.run()}>
          Make its page again
        </Button>
      )}
      <Button acts icon="retry" onClick={() => ask(true)}>
        Work again...
      </Button>
      {asking && <Again record={record} path={path} onClose={() => ask(false)} />}
    </>
  )
}

function Out({ href, children }: { href: string; children: ComponentChildren }) {
  return (
    <a class="btn" href={href} target="_blank" rel="noreferrer">
      <Icon name="out" />
      {children}
    </a>
  )
}

/** What working it again will do, and with which options. */
function Again({
  record,
  path,
  onClose,
}: {
  record: RecordDetails
  path: string
  onClose: () => void
}) {
  const [fetchIt, setFetch] = useState(false)
  const [withoutAi, setWithoutAi] = useState(false)
  const again = useAct(
    () => act('POST', `${path}/again`, { fetch: fetchIt, withoutAi }),
    'It is on the way, ahead of what waits in bulk.',
  )
  const isMail = record.kind === 'mail'
  return (
    <Dialog
      title="Work this record again"
      say="It is read, analysed, made searchable and filed once more, ahead of what waits in bulk. What has not changed costs no request; what people set in Notion stays."
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            tone="go"
            acts
            busy={again.busy}
            onClick={async () => {
              if ((await again.run()) !== undefined) onClose()
            }}
          >
            Work it again
          </Button>
        </>
      }
    >
      <label class="opt">
        <input
          type="checkbox"
          checked={fetchIt}
          disabled={isMail}
          onChange={(event) => setFetch(event.currentTarget.checked)}
        />
        <span>
          Ask OpenPhone for it anew{isMail && ' (a mail is asked for by the next listing)'}
        </span>
      </label>
      <label class="opt">
        <input
          type="checkbox"
          checked={withoutAi}
          onChange={(event) => setWithoutAi(event.currentTarget.checked)}
        />
        <span>Without AI: the analysis stays as it is</span>
      </label>
      {again.error !== null && <Failed error={again.error} />}
    </Dialog>
  )
}

function TheRecord({ record, path }: { record: RecordDetails; path: string }) {
  const { analysis, facts, people } = record
  const keeps = new Set(record.keeps.map(({ property }) => property))
  const facets: [string, ComponentChildren | null][] = [
    ['Time', <Time at={record.at} precise />],
    ...facts.map(({ name, value }): [string, ComponentChildren] => [name, withNumbers(value)]),
    ['With', people.length === 0 ? 'nobody outside' : <People people={people} />],
    ['Summary', analysis?.summary ?? null],
    ['Not analysed', analysis?.reason ?? null],
    [
      'Sentiment',
      analysis?.sentiment ? (
        <>
          <Sentiment is={analysis.sentiment.label} />, {analysis.sentiment.confidence.toFixed(2)}
          <Quote {...analysis.sentiment} />
          {keeps.has('Sentiment') && <KeptWord />}
        </>
      ) : null,
    ],
    [
      'Category',
      analysis?.category ? (
        <>
          {analysis.category.label}
          <Quote {...analysis.category} />
          {keeps.has('Category') && <KeptWord />}
        </>
      ) : null,
    ],
    [
      'To do',
      analysis === null || analysis.actionItems.length === 0 ? null : (
        <ul>
          {analysis.actionItems.map((one) => (
            <li>
              {one.text}
              <Quote {...one} />
            </li>
          ))}
        </ul>
      ),
    ],
    ['Keywords', analysis?.keywords.length ? analysis.keywords.join(', ') : null],
    ['Lead score', analysis?.leadScore ?? null],
    [
      'Kept by people',
      record.keeps.length === 0 ? null : <Keeps keeps={record.keeps} path={path} />,
    ],
  ]
  return (
    <Section title="Record" note={`revision ${record.revision}`}>
      <Facts of={facets} />
    </Section>
  )
}

function People({ people }: Pick<RecordDetails, 'people'>) {
  return (
    <ul>
      {people.map((one) => (
        <li>
          {party(one.party)}
          {one.merchants.length === 0 ? (
            <>
              {' · '}
              <a href={`/unmatched?q=${encodeURIComponent(one.party)}`}>no merchant</a>
            </>
          ) : (
            one.merchants.map(({ id, name }) => (
              <>
                {' · '}
                <a href={pathOf('merchants', id)}>{name}</a>
              </>
            ))
          )}
        </li>
      ))}
    </ul>
  )
}

/** Words of the record, and of a call the second they were said at. */
function Quote({ quote, second }: { quote: string; second: number | null }) {
  if (quote === '') return null
  return (
    <>
      {' · '}
      <q>{quote}</q>{' '}
      {second !== null && (
        <a class="at" href={withT(second)}>
          {clock(second)}
        </a>
      )}
    </>
  )
}

function KeptWord() {
  return (
    <>
      {' '}
      <Status is="kept" />
    </>
  )
}

function Keeps({ keeps, path }: { keeps: RecordDetails['keeps']; path: string }) {
  const handBack = useAct(
    (property: string) => act('POST', `${path}/release`, { property }),
    'Handed back: what we have to say is sent.',
  )
  return (
    <>
      <ul>
        {keeps.map(({ property, at }) => (
          <li>
            <Status is="kept">{property}</Status>, since <Time at={at} />{' '}
            <Button
              tiny
              acts
              busy={handBack.busy}
              label={`Hand ${property} back`}
              onClick={() => handBack.run(property)}
            >
              Hand back
            </Button>
          </li>
        ))}
      </ul>
      {handBack.error !== null && <Failed error={handBack.error} />}
    </>
  )
}

const WORK_STATE = {
  done: 'done',
  waiting: 'waiting',
  working: 'running',
  retrying: 'retrying',
  parked: 'parked',
} as const

function Kept({ record }: { record: RecordDetails }) {
  const { page, vectors, files, analysis, parts } = record
  const owed = record.work.filter(({ state }) => state !== 'done')
  return (
    <Section title="What we keep">
      <Facts
        of={[
          [
            'Notion page',
            page?.id == null ? (
              'none'
            ) : page.url === null ? (
              'removed'
            ) : (
              <>
                <a class="mono" href={page.url} target="_blank" rel="noreferrer">
                  {shortId(page.id)}
                </a>
                {page.writtenAt !== null && (
                  <>
                    , written <Time at={page.writtenAt} />
                  </>
                )}
              </>
            ),
          ],
          ['Vectors', vectors === null ? 'none' : counted(vectors.chunks, 'chunk')],
          [
            'Files',
            files.length === 0 ? null : (
              <ul>
                {files.map((file) => (
                  <li>
                    {file.url === null ? (
                      `none: ${file.error ?? 'not stored'}`
                    ) : (
                      <>
                        <a href={file.url} target="_blank" rel="noreferrer">
                          {file.contentType?.startsWith('audio/') ? 'Play' : 'Open'}
                        </a>
                        , {file.contentType}, {bytes(file.sizeBytes ?? 0)}
                        {file.sha256 !== null && (
                          <>
                            , sha-256 <span class="mono">{shortId(file.sha256)}</span>
                          </>
                        )}
                      </>
                    )}
                  </li>
                ))}
              </ul>
            ),
          ],
          [
            'Analysis',
            analysis === null || analysis.model === '' ? null : (
              <>
                prompt {analysis.promptVersion}, {analysis.model}
                {analysis.dropped !== null &&
                  analysis.dropped > 0 &&
                  `; ${counted(analysis.dropped, 'claim')} without words left out`}
              </>
            ),
          ],
          [
            'Parts',
            parts.length === 0
              ? null
              : parts.map(({ part, characters }) => `${part}, ${count(characters)}`).join('; '),
          ],
          ['Gone at OpenPhone', record.goneAt === null ? null : <Time at={record.goneAt} />],
          [
            'Owed',
            owed.length === 0 ? null : (
              <ul>
                {owed.map((one) => (
                  <li>
                    <Status is={WORK_STATE[one.state]}>
                      {one.stage}, {one.state}
                    </Status>
                    {one.willBeDoneAt !== null && (
                      <>
                        , will be done at <Time at={one.willBeDoneAt} />
                      </>
                    )}
                    {(one.reason ?? one.error) !== null && (
                      <span class="more soft"> {one.reason ?? one.error}</span>
                    )}
                  </li>
                ))}
              </ul>
            ),
          ],
          [
            'Dead letters',
            record.letters.some(({ open }) => open) ? (
              <a href={`/letters?q=${encodeURIComponent(record.id)}`}>
                {counted(record.letters.filter(({ open }) => open).length, 'open letter')}
              </a>
            ) : null,
          ],
        ]}
      />
    </Section>
  )
}

const STEP_STATE = {
  done: 'done',
  unchanged: 'skipped',
  retrying: 'retrying',
  waiting: 'waiting',
  parked: 'parked',
  failed: 'failed',
  kept: 'kept',
} as const satisfies Record<JourneyStep['state'], State>

function Journey({ journey, path }: { journey: JourneyStep[]; path: string }) {
  return (
    <Section
      title="Journey"
      note="hatched: waiting, solid: working; each revision on its own scale"
      end={
        <a href={path} target="_blank" rel="noreferrer">
          As JSON
        </a>
      }
    >
      {journey.length === 0 && <Empty>Nothing was noted of it yet.</Empty>}
      <ol class="journey">
        {groupsOf(journey).map(({ revision, says, steps }) => (
          <>
            <li class="rev">
              <b>Revision {revision}</b>
              {says !== null && (
                <span class="soft">
                  {says.what} · <Time at={says.at} precise />
                </span>
              )}
            </li>
            {steps.map(({ step, bar }) => (
              <Step step={step} bar={bar} />
            ))}
          </>
        ))}
      </ol>
    </Section>
  )
}

function Step({ step, bar }: { step: JourneyStep; bar: Gantt | null }) {
  const took = step.workedMs === null ? null : duration(step.workedMs)
  const waited = step.waitedMs === null || step.waitedMs < 100 ? null : duration(step.waitedMs)
  return (
    <li>
      <span class="when">
        <Time at={step.at} precise />
      </span>
      <StatusIcon is={STEP_STATE[step.state]} />
      <span class="where">{step.where}</span>
      <span class="what">
        {step.what}
        {(step.detail !== null || waited !== null) && (
          <span class="more">
            {[step.detail, waited === null ? null : `waited ${waited}, ${step.lane ?? ''}`]
              .filter(Boolean)
              .join(' · ')}
          </span>
        )}
      </span>
      {bar === null ? (
        <span />
      ) : (
        <span class="gantt" aria-hidden="true">
          {bar.waited > 0 && (
            <i class="hatch" style={{ left: `${bar.from}%`, width: `${bar.waited}%` }} />
          )}
          <i
            class={step.state === 'failed' || step.state === 'retrying' ? 'b-bad' : 'b-live'}
            style={{ left: `${bar.from + bar.waited}%`, width: `${bar.worked}%` }}
          />
        </span>
      )}
      <span class="took">{took}</span>
    </li>
  )
}
