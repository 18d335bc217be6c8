/** What stands: parked by a system's fault, paused by a person; and what goes on from here. */
import { useState } from 'preact/hooks'
import type { ParkedScope, Stage } from '@switchboard/shared/api/stages'
import { act } from '../api.ts'
import { pathOf } from '../match.ts'
import { useAct } from '../poll.ts'
import { say } from '../toasts.ts'
import { Button } from '../ui/button.tsx'
import { Icon } from '../ui/icon.tsx'
import { Failed } from '../ui/states.tsx'
import { later } from '../ui/later.tsx'
import { parkedNotice, pausedNotice } from './queues-words.ts'

const Pausing = later(async () => (await import('./queues-pause.tsx')).Pausing, null)
const Resuming = later(async () => (await import('./queues-pause.tsx')).Resuming, null)

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
