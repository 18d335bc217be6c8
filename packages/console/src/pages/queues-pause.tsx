/** What pausing a stage does, and what resuming it, before it is done. */
import type { Stage } from '@switchboard/shared/api/stages'
import { useState } from 'preact/hooks'
import { act } from '../api.ts'
import { counted } from '../format/numbers.ts'
import { pathOf } from '../match.ts'
import { useAct } from '../poll.ts'
import { useSession } from '../session.ts'
import { say } from '../toasts.ts'
import { ActFoot, Dialog } from '../ui/dialog.tsx'
import { Failed } from '../ui/states.tsx'
import { stageWords } from './queues-words.ts'

interface Asking {
  stage: Stage
  onClose: () => void
  onDone: () => void
}

export function Pausing({ stage, onClose, onDone }: Asking) {
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
        <ActFoot onCancel={onClose} busy={pause.busy} onClick={() => void pause.run()}>
          Pause {stage.name}
        </ActFoot>
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

export function Resuming({ stage, onClose, onDone }: Asking) {
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
        <ActFoot onCancel={onClose} busy={resume.busy} onClick={() => void resume.run()}>
          Resume {stage.name}
        </ActFoot>
      }
    >
      {resume.error === null ? undefined : <Failed error={resume.error} />}
    </Dialog>
  )
}
