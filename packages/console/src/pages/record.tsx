/** Record: what became of it? Its facts, what is kept of it, what was said, and every step of it. */
import type { RecordAnswer } from '@switchboard/shared/api/records'
import { moment } from '../format/time.ts'
import { pathOf } from '../match.ts'
import { go, useQuery } from '../place.ts'
import { usePoll } from '../poll.ts'
import type { PageProps } from '../routes.ts'
import { later } from '../ui/later.tsx'
import { PageHead, Section } from '../ui/layout.tsx'
import { Empty, Failed, Loading, dimmed } from '../ui/states.tsx'
import { StatusIcon } from '../ui/words.tsx'
import { RecordActions } from './record-actions.tsx'
import { RecordFacts } from './record-facts.tsx'
import { Journey } from './record-journey.tsx'
import { WhatWeKeep } from './record-kept.tsx'
import { atSecond } from './record-second.ts'
import { recordSentence, titleWords } from './record-sentence.ts'
import { standingOf } from './record-words.ts'
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
          shown && (
            <>
              <StatusIcon is={standingOf(shown.record).is} said />{' '}
              {recordSentence(shown.record, shown.journey, (at) => moment(at, { now: Date.now() }))}
            </>
          )
        }
        actions={shown && <RecordActions record={shown.record} path={path} />}
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
        <div class={dimmed(error !== null || poll.old, false)}>
          <div class="cols cols-7-5 what-is">
            <RecordFacts record={shown.record} path={path} again={again} />
            <WhatWeKeep record={shown.record} />
          </div>
          {shown.record.kind === 'call' && <WhatWasSaid id={shown.record.id} />}
          <Journey journey={shown.journey} path={path} />
        </div>
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
      <Talk id={id} jump={jump} onPlace={(second) => go(atSecond(second), 'replace')} />
    </Section>
  )
}
