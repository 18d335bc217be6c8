/** Marks an action item of a record as done, or opens it again. */
import { act } from '../api.ts'
import { pathOf } from '../match.ts'
import { useAct } from '../poll.ts'
import { Button } from './button.tsx'
import { Failed } from './states.tsx'

/** @param onMarked whether it is done now */
export function ActionMark({
  of: { kind, id, text },
  done,
  onMarked,
}: {
  of: { kind: string; id: string; text: string }
  done: boolean
  onMarked: (done: boolean) => void
}) {
  const mark = useAct(() =>
    act('POST', `/api${pathOf('records', kind, id)}/action-items/${done ? 'open' : 'done'}`, {
      text,
    }),
  )
  const says = done ? 'Open again' : 'Mark as done'
  return (
    <>
      <Button
        tiny
        acts
        busy={mark.busy}
        label={`${says}: ${text}`}
        onClick={async () => {
          if ((await mark.run()) !== undefined) onMarked(!done)
        }}
      >
        {says}
      </Button>
      {mark.error !== null && <Failed error={mark.error} />}
    </>
  )
}
