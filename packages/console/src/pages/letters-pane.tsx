/** One letter: why, every attempt, what was said, and what can be done. */
import type { LetterDetails } from '@switchboard/shared/api/letters'
import { heldBackWords } from '@switchboard/shared/letter-words'
import { act } from '../api.ts'
import { counted, duration } from '../format/numbers.ts'
import { useAct, usePoll } from '../poll.ts'
import { Button } from '../ui/button.tsx'
import { Polled } from '../ui/states.tsx'
import { StatusIcon, Time } from '../ui/words.tsx'
import type { State } from '../ui/words.tsx'
import { Coded } from './letters-coded.tsx'
import { letterTitle, prettyJson } from './letters-words.ts'

export function LetterPane({
  id,
  onAsk,
  onClose,
  onChanged,
}: {
  id: string
  onAsk: (what: 'replay' | 'discard') => void
  onClose: () => void
  onChanged: () => void
}) {
  const poll = usePoll<LetterDetails>(`/api/dead-letters/${id}`, 'letters')
  // What is awaited is not the letter before: its buttons would act on this one.
  const letter = poll.data?.id === id ? poll.data : undefined
  return (
    <aside
      class="pane"
      aria-label={letter === undefined ? 'Letter' : `Letter: ${letterTitle(letter)}`}
    >
      {letter === undefined && (
        <div class="btns">
          <Button tone="bare" onClick={onClose}>
            Close
          </Button>
        </div>
      )}
      <Polled poll={{ ...poll, data: letter }} rows={6}>
        {(shown) => (
          <OneLetter
            letter={shown}
            onAsk={onAsk}
            onClose={onClose}
            onChanged={() => {
              poll.again()
              onChanged()
            }}
          />
        )}
      </Polled>
    </aside>
  )
}

function OneLetter({
  letter,
  onAsk,
  onClose,
  onChanged,
}: {
  letter: LetterDetails
  onAsk: (what: 'replay' | 'discard') => void
  onClose: () => void
  onChanged: () => void
}) {
  const { record, advice, state } = letter
  const restore = useAct(
    () => act('POST', '/api/dead-letters/restore', { ids: [letter.id] }),
    'The discard is undone.',
  )
  const replaying = state === 'replaying' ? 'It is being replayed.' : null
  return (
    <>
      <div>
        <h2>
          {record === null ? (
            letterTitle(letter)
          ) : (
            <a href={record.journey}>{letterTitle(letter)}</a>
          )}
        </h2>
        <p>
          <Coded text={advice.title} />
        </p>
        <p class="soft">
          {advice.why} {advice.what}
        </p>
        <StateWords letter={letter} />
      </div>
      <div class="btns">
        {(state === 'open' || state === 'replaying') && (
          <>
            <Button acts tone="go" blocked={replaying} onClick={() => onAsk('replay')}>
              Replay...
            </Button>
            <Button acts blocked={replaying} onClick={() => onAsk('discard')}>
              Discard...
            </Button>
          </>
        )}
        {state === 'discarded' && (
          <Button
            acts
            busy={restore.busy}
            onClick={async () => {
              await restore.run()
              onChanged()
            }}
          >
            Undo the discard
          </Button>
        )}
        {record !== null && (
          <a class="btn bare" href={record.journey}>
            Journey
          </a>
        )}
        <Button tone="bare" onClick={onClose}>
          Close
        </Button>
      </div>
      <Attempts letter={letter} />
      <div>
        <h3>What was said</h3>
        <pre tabIndex={0}>{letter.error}</pre>
      </div>
      {letter.queueMessage !== null && (
        <div>
          <h3>
            {letter.stage === 'webhook'
              ? 'Event'
              : letter.stage === 'sweep'
                ? 'Row'
                : 'Queue message'}
          </h3>
          <pre tabIndex={0}>{prettyJson(letter.queueMessage)}</pre>
        </div>
      )}
    </>
  )
}

function StateWords({ letter }: { letter: LetterDetails }) {
  const { state, discarded, closedAt, record } = letter
  return (
    <p class="soft">
      {counted(letter.attempts, 'try', 'tries')}, last filed <Time at={letter.lastAt} />, queue{' '}
      <code>{letter.queue}</code>.
      {state === 'settled' && closedAt !== null && (
        <>
          {' '}
          Settled <Time at={closedAt} />.
        </>
      )}
      {discarded !== null && ` Discarded by ${discarded.by}: ${discarded.reason}.`}
      {record?.page?.removedAt && ' A person removed its page.'}
      {record?.goneAt && ' Its source does not know it any more.'}
    </p>
  )
}

const OUTCOMES: Record<string, State> = {
  done: 'done',
  unchanged: 'skipped',
  deadLetter: 'failed',
  retry: 'retrying',
  putOff: 'due',
  park: 'parked',
  release: 'skipped',
}
const REPLAYED: Record<LetterDetails['replays'][number]['outcome'], [State, string]> = {
  waiting: ['waiting', 'waits in the replay'],
  sent: ['way', 'on the way'],
  succeeded: ['done', 'succeeded'],
  died: ['failed', 'died again'],
  held: ['skipped', 'held back'],
}

function Attempts({ letter }: { letter: LetterDetails }) {
  const { events, replays } = letter
  return (
    <>
      {events.length > 0 && (
        <div>
          <h3>Attempts</h3>
          <ol class="steps">
            {events.toReversed().map((event) => (
              <li>
                <Time at={event.at} precise />
                <StatusIcon is={OUTCOMES[event.outcome] ?? 'done'} />
                <span>
                  {event.stage}
                  {event.attempt > 1 && `, try ${event.attempt}`}
                  {event.error !== null && `: ${event.error}`}
                </span>
                <span class="quiet">{duration(event.workedMs)}</span>
              </li>
            ))}
          </ol>
        </div>
      )}
      {replays.length > 0 && (
        <div>
          <h3>Replays</h3>
          <ol class="steps">
            {replays.map((replay) => {
              const [is, words] = REPLAYED[replay.outcome]
              return (
                <li>
                  <Time at={replay.startedAt} />
                  <StatusIcon is={is} />
                  <span>
                    {words}
                    {replay.note !== null && `: ${heldBackWords(replay.note)}`}
                  </span>
                  <span class="quiet">{replay.actor}</span>
                </li>
              )
            })}
          </ol>
        </div>
      )}
    </>
  )
}
