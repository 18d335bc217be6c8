/** Putting letters away: never without a reason, and with a way back. */
import { useState } from 'preact/hooks'
import { act } from '../api.ts'
import { counted } from '../format/numbers.ts'
import { useAct } from '../poll.ts'
import { useSession } from '../session.ts'
import { say } from '../toasts.ts'
import { ActFoot, Dialog } from '../ui/dialog.tsx'
import { Failed } from '../ui/states.tsx'
import { selectionBody } from './letters-choice.ts'
import type { Chosen } from './letters-choice.ts'

export function Discarding({
  chosen,
  onClose,
  onDone,
}: {
  chosen: Chosen
  onClose: () => void
  onDone: () => void
}) {
  const [reason, setReason] = useState('')
  const { name } = useSession()
  const undo = (discardId: string) =>
    act<{ opened: number }>('POST', '/api/dead-letters/restore', { discardId }).then(
      ({ opened }) => {
        say(`${counted(opened, 'letter')} open again.`)
        onDone()
      },
      (error: unknown) => say(String(error), null, true),
    )
  const discard = useAct(async () => {
    const body = { ...selectionBody(chosen), reason }
    const done = await act<{ id: string; discarded: number; left: number }>(
      'POST',
      '/api/dead-letters/discard',
      body,
    )
    const left = done.left > 0 ? ` ${counted(done.left, 'letter')} left: being replayed.` : ''
    say(`${counted(done.discarded, 'letter')} discarded.${left}`, () => void undo(done.id))
    onDone()
  })
  const what = chosen.count === null ? chosen.words : counted(chosen.count, 'letter')
  return (
    <Dialog
      title={`Discard ${what}?`}
      say="Nothing is sent and nothing is deleted: they leave the list, with your reason. It can be undone for 90 days."
      onClose={onClose}
      note={`Written to the audit log as ${name ?? 'admin token'}.`}
      foot={
        <ActFoot
          onCancel={onClose}
          busy={discard.busy}
          blocked={reason.trim() === '' ? 'A reason is needed.' : null}
          onClick={() => void discard.run()}
        >
          Discard {what}
        </ActFoot>
      }
    >
      {discard.error !== null && <Failed error={discard.error} />}
      <label class="field">
        <span>Reason</span>
        <textarea
          class="text"
          maxLength={500}
          value={reason}
          onInput={(event) => setReason(event.currentTarget.value)}
        />
      </label>
    </Dialog>
  )
}
