/** A replay, asked about before it begins: what it sends, how long it takes, what is left out. */
import type { ReplayPace, ReplayPreview } from '@switchboard/shared/api/letters'
import { useEffect, useState } from 'preact/hooks'
import { act } from '../api.ts'
import type { ApiError } from '../api.ts'
import { count, counted } from '../format/numbers.ts'
import { apiError, useAct } from '../poll.ts'
import { useSession } from '../session.ts'
import { ActFoot, Dialog } from '../ui/dialog.tsx'
import { Failed, Loading } from '../ui/states.tsx'
import { selectionBody } from './letters-choice.ts'
import type { Chosen } from './letters-choice.ts'
import { costLine, previewSentence, readySentence, replayVerb } from './letters-words.ts'

const PACES = {
  careful: [
    '3 first, then the rest',
    'goes on by itself when all 3 succeed, stops and says so when one dies',
  ],
  all: ['As fast as the gates allow', 'live records still go first'],
  slow: ['60 a minute', 'leaves room for everything else'],
} as const
type PaceName = keyof typeof PACES

const OPTIONS = {
  fetchAnew: [
    'Fetch anew from the source',
    (n: number) => `adds ${counted(n, 'OpenPhone request')}`,
  ],
  withoutAi: ['Without AI', (n: number) => `leaves out ${counted(n, 'analysis', 'analyses')}`],
  remakePages: [
    'Make pages again that a person removed',
    (n: number) => `adds ${counted(n, 'letter')}`,
  ],
} as const
type OptionName = keyof typeof OPTIONS
const OPTION_NAMES = Object.keys(OPTIONS) as OptionName[]

/** Shows what a replay will send, how long it takes and what is left out, before it sends it. */
export function Replaying({
  chosen,
  onClose,
  onStarted,
}: {
  chosen: Chosen
  onClose: () => void
  onStarted: () => void
}) {
  const [pace, setPace] = useState<PaceName>('careful')
  const [options, setOptions] = useState({ fetchAnew: false, withoutAi: false, remakePages: false })
  const [preview, setPreview] = useState<ReplayPreview | null>(null)
  const [error, setError] = useState<ApiError | null>(null)
  const { name } = useSession()
  const body = { ...selectionBody(chosen), options, pace: paceOf(pace) }
  const key = JSON.stringify(body)

  useEffect(() => {
    let stands = true
    act<ReplayPreview>('POST', '/api/dead-letters/preview', body).then(
      (answer) => {
        if (!stands) return
        setPreview(answer)
        setError(null)
      },
      (refused: unknown) => {
        if (stands) setError(apiError(refused))
      },
    )
    return () => {
      stands = false
    }
  }, [key])

  const start = useAct(
    () => act<{ id: string }>('POST', '/api/dead-letters/replay', body),
    'The replay began.',
  )
  const nothing = preview !== null && preview.eligible === 0 && preview.checked >= preview.letters
  const what =
    chosen.count === null
      ? chosen.words
      : `${count(chosen.count)} ${chosen.count === 1 ? 'letter' : 'letters'}`
  return (
    <Dialog
      title={`Replay ${what}?`}
      say={preview === null ? 'Looking at what would be sent...' : previewSentence(preview)}
      onClose={onClose}
      note={`Written to the audit log as ${name ?? 'admin token'}.`}
      foot={
        <ActFoot
          onCancel={onClose}
          busy={start.busy}
          blocked={
            preview === null ? 'Wait for the preview.' : nothing ? 'Nothing can be replayed.' : null
          }
          onClick={async () => {
            if ((await start.run()) !== undefined) onStarted()
          }}
        >
          {preview === null ? 'Replay' : replayVerb(preview)}
        </ActFoot>
      }
    >
      {(error ?? start.error) !== null && <Failed error={(error ?? start.error)!} />}
      {preview === null ? error === null && <Loading rows={4} /> : <Cost preview={preview} />}
      <fieldset>
        <legend>Pace</legend>
        {(Object.keys(PACES) as PaceName[]).map((each) => (
          <label class="opt">
            <input
              type="radio"
              name="pace"
              checked={pace === each}
              onChange={() => setPace(each)}
            />
            <span>
              {PACES[each][0]}
              <small>{PACES[each][1]}</small>
            </span>
          </label>
        ))}
      </fieldset>
      <fieldset>
        <legend>Options</legend>
        {OPTION_NAMES.map((each) => (
          <label class="opt">
            <input
              type="checkbox"
              checked={options[each]}
              onChange={(event) => setOptions({ ...options, [each]: event.currentTarget.checked })}
            />
            <span>
              {OPTIONS[each][0]}
              <small>{optionWords(each, preview)}</small>
            </span>
          </label>
        ))}
      </fieldset>
    </Dialog>
  )
}

function optionWords(name: OptionName, preview: ReplayPreview | null): string {
  if (preview === null) return ' '
  const added = preview.adds[name]
  return added === 0 ? 'changes nothing here' : OPTIONS[name][1](added)
}

function paceOf(name: PaceName): ReplayPace {
  return name === 'slow' ? { perMinute: 60 } : name
}

/** What a replay sends, by system, and how long it takes. */
function Cost({ preview }: { preview: ReplayPreview }) {
  return (
    <table class="cost">
      <caption class="sr">What the replay will send</caption>
      <tbody>
        {preview.requests.map((request) => {
          const { name, note } = costLine(request)
          return (
            <tr>
              <th scope="row">{name}</th>
              <td>{count(request.count)}</td>
              <td>{note}</td>
            </tr>
          )
        })}
        <tr>
          <th scope="row">Takes about</th>
          <td>{counted(preview.minutes, 'minute')}</td>
          <td>{readySentence(preview, { now: Date.now() })}</td>
        </tr>
      </tbody>
    </table>
  )
}
