/** What stands: parked by a system's fault, paused by a person; and what goes on from here. */
import { useState } from 'preact/hooks'
import type { ParkedScope, Stage } from '@switchboard/shared/api/stages'
import { act } from '../api.ts'
import { counted } from '../format/numbers.ts'
import { pathOf } from '../match.ts'
import { useAct } from '../poll.ts'
import { useSession } from '../session.ts'
import { say } from '../toasts.ts'
import { Button } from '../ui/button.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { Failed } from '../ui/states.tsx'
import { parkedNotice, pausedNotice, stageWords } from './queues-words.ts'

export function Notices({
  items,
  parked,
  onChange,
}: {
  items: Stage[]
  parked: ParkedScope[]
  onChange: () => void
}) {
  return (
    <>
      {parked.map((one) => (
        <ParkedNotice key={one.scope} parked={one} onChange={onChange} />
      ))}
      {items
        .filter(({ state }) => state === 'paused')
        .map((stage) => (
          <PausedNotice key={stage.name} stage={stage} onChange={onChange} />
        ))}
    </>
  )
}

function ParkedNotice({ parked, onChange }: { parked: ParkedScope; onChange: () => void }) {
  const { title, why, todo } = parkedNotice(parked, { now: Date.now() })
  const probe = useAct(async () => {
    const path = pathOf('api', 'parked', parked.scope, 'probe')
    const { answers, reason } = await act<{ answers: boolean; reason?: string }>('POST', path)
    say(
      answers
        ? `${parked.name} answers. Ten rows go first.`
        : `Still parked: ${reason ?? 'no answer'}`,
      null,
      !answers,
    )
    onChange()
  })
  return (
    <div class="notice" role="group" aria-label={title}>
      <Icon name="park" />
      <div>
        <h2>{title}</h2>
        <p>{why}</p>
        <p>{todo}</p>
        {probe.error !== null && <Failed error={probe.error} />}
      </div>
      <div class="btns">
        <Button acts tiny busy={probe.busy} onClick={() => void probe.run()}>
          Probe now
        </Button>
      </div>
    </div>
  )
}

function PausedNotice({ stage, onChange }: { stage: Stage; onChange: () => void }) {
  const { title, why } = pausedNotice(stage, { now: Date.now() })
  return (
    <div class="notice off" role="group" aria-label={title}>
      <Icon name="pause" />
      <div>
        <h2>{title}</h2>
        <p>{why}</p>
      </div>
      <div class="btns">
        <PauseButton stage={stage} onChange={onChange} />
      </div>
    </div>
  )
}

/** Pauses a stage that runs, resumes one that is paused; both say first what will happen. */
export function PauseButton({ stage, onChange }: { stage: Stage; onChange: () => void }) {
  const [open, setOpen] = useState(false)
  const isPaused = stage.state === 'paused'
  const close = () => setOpen(false)
  const done = () => {
    close()
    onChange()
  }
  return (
    <>
      <Button acts tiny icon={isPaused ? 'play' : 'pause'} onClick={() => setOpen(true)}>
        {isPaused ? `Resume ${stage.name}...` : `Pause ${stage.name}...`}
      </Button>
      {open &&
        (isPaused ? (
          <Resuming stage={stage} onClose={close} onDone={done} />
        ) : (
          <Pausing stage={stage} onClose={close} onDone={done} />
        ))}
    </>
  )
}

interface Asking {
  stage: Stage
  onClose: () => void
  onDone: () => void
}

function Pausing({ stage, onClose, onDone }: Asking) {
  const [reason, setReason] = useState('')
  const { name } = useSession()
  const pause = useAct(async () => {
    await act('POST', pathOf('api', 'stages', stage.name, 'pause'), { reason })
    say(`${stageWords(stage.name)} is paused.`)
    onDone()
  })
  return (
    <Dialog
      title={`Pause ${stage.name}?`}
      say={`${stageWords(stage.name)} stops until somebody resumes it. What is under way ends, what comes stays owed: nothing is lost, and no try is burnt.`}
      onClose={onClose}
      note={`Shown to everybody as paused by ${name ?? 'the admin token'}.`}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button acts tone="go" busy={pause.busy} onClick={() => void pause.run()}>
            Pause {stage.name}
          </Button>
        </>
      }
    >
      {pause.error !== null && <Failed error={pause.error} />}
      <label class="field">
        <span>Why, for whoever comes by</span>
        <input
          class="text"
          maxLength={200}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
    </Dialog>
  )
}

function Resuming({ stage, onClose, onDone }: Asking) {
  const resume = useAct(async () => {
    await act('POST', pathOf('api', 'stages', stage.name, 'resume'))
    say(`${stageWords(stage.name)} goes on.`)
    onDone()
  })
  const waiting = stage.waiting ?? 0
  const rows = `${stage.atLeast ? 'at least ' : ''}${counted(waiting, 'row')}`
  return (
    <Dialog
      title={`Resume ${stage.name}?`}
      say={
        waiting === 0
          ? 'Nothing waits for it. What comes from now on is worked.'
          : waiting > 10
            ? `Of ${rows}, ten go at once and the others within a minute.`
            : `${rows} ${waiting === 1 ? 'goes' : 'go'} at once.`
      }
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button acts tone="go" busy={resume.busy} onClick={() => void resume.run()}>
            Resume {stage.name}
          </Button>
        </>
      }
    >
      {resume.error === null ? undefined : <Failed error={resume.error} />}
    </Dialog>
  )
}
