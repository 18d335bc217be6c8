/** The replays that go on, or ended just now: what became of each letter. */
import type { Replay } from '@switchboard/shared/api/letters'
import { act } from '../api.ts'
import { useAct, usePoll } from '../poll.ts'
import { Button } from '../ui/button.tsx'
import { Bar, Section } from '../ui/layout.tsx'
import { Status } from '../ui/words.tsx'
import { REPLAY_STATES, replaySentence } from './letters-words.ts'

/** How long an ended replay is still shown. */
const SHOWN_MS = 15 * 60_000

/** The replays that go on, or ended just now. */
export function Replays() {
  const poll = usePoll<{ items: Replay[] }>('/api/replays?limit=5', 'replays')
  const shown = (poll.data?.items ?? []).filter(
    ({ state, finishedAt, sent }) =>
      state === 'running' || sent > 0 || Date.parse(finishedAt ?? '') > Date.now() - SHOWN_MS,
  )
  if (shown.length === 0) return null
  return (
    <Section title="Replays" note="what became of each letter">
      <ul class="replays">
        {shown.map((replay) => (
          <ReplayRow key={replay.id} replay={replay} onChanged={poll.again} />
        ))}
      </ul>
    </Section>
  )
}

function ReplayRow({ replay, onChanged }: { replay: Replay; onChanged: () => void }) {
  const { id, state, succeeded, died, sent, waiting, held } = replay
  const abort = useAct(
    () => act('POST', `/api/replays/${id}/abort`, {}),
    'No more is sent; what is on its way goes on.',
  )
  const [is, word] = REPLAY_STATES[state]
  return (
    <li>
      <Status is={is}>{word}</Status>
      <span>
        {replaySentence(replay)} <span class="quiet">By {replay.actor}.</span>
      </span>
      <Bar
        label={replaySentence(replay)}
        whole={succeeded + died + sent + waiting + held}
        parts={[
          { value: succeeded, tone: 'ok' },
          { value: died, tone: 'bad' },
          { value: sent, tone: 'live' },
          { value: held, tone: 'neutral' },
        ]}
      />
      <span>
        {state === 'running' && (
          <Button
            acts
            tiny
            busy={abort.busy}
            onClick={async () => {
              await abort.run()
              onChanged()
            }}
          >
            Abort
          </Button>
        )}
      </span>
    </li>
  )
}
