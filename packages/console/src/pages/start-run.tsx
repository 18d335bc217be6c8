/** The question before a run: what, how far back, and what it will come to. */
import type { RunPreview } from '@switchboard/shared/api/runs'
import { useState } from 'preact/hooks'
import { act } from '../api.ts'
import { counted } from '../format/numbers.ts'
import { pathOf, withQuery } from '../match.ts'
import { go } from '../place.ts'
import { useAct, usePoll } from '../poll.ts'
import { ActFoot, Dialog } from '../ui/dialog.tsx'
import { Failed } from '../ui/states.tsx'
import { KIND_WORDS } from '../ui/words.tsx'
import type { KindName } from '../ui/words.tsx'
import { previewWords } from './run-words.ts'

const KINDS: KindName[] = ['call', 'message', 'mail']
const MOST_DAYS = 3650

type What = 'backfill' | 'analyse' | 'embed'
const WHATS: [What, string, string][] = [
  [
    'backfill',
    'List what happened',
    'OpenPhone and the mailbox are asked; what is new or changed is filed.',
  ],
  [
    'analyse',
    'Analyse again',
    'What another model or prompt version analysed. No source is asked.',
  ],
  ['embed', 'Embed again', 'What another model embedded. No source is asked.'],
]

export function StartRun({ onClose }: { onClose: () => void }) {
  const [what, setWhat] = useState<What>('backfill')
  const [days, setDays] = useState('30')
  const [kinds, setKinds] = useState<KindName[]>(KINDS)
  const [fetchAnew, setFetchAnew] = useState(false)
  const [withoutAi, setWithoutAi] = useState(false)
  const many = Number(days)
  const sound = Number.isInteger(many) && many >= 1 && many <= MOST_DAYS && kinds.length > 0
  const lists = what === 'backfill'
  const preview = usePoll<RunPreview>(
    sound && lists ? withQuery('/api/runs/preview', { days, kinds: kinds.join(',') }) : null,
    null,
  )
  const start = useAct(
    () =>
      act<{ id: string }>('POST', '/api/runs', {
        ...(lists ? { days: many } : { again: what }),
        ...(kinds.length < KINDS.length && { kinds }),
        ...(lists && fetchAnew && { fetchAnew }),
        ...(lists && withoutAi && { withoutAi }),
      }),
    'The run has begun.',
  )
  const begin = async () => {
    const begun = await start.run()
    if (begun === undefined) return
    onClose()
    go(pathOf('runs', begun.id))
  }
  return (
    <Dialog
      title="Start a run"
      onClose={onClose}
      foot={
        <ActFoot
          onCancel={onClose}
          busy={start.busy}
          blocked={sound ? null : 'Say how many days, and which kinds.'}
          onClick={begin}
        >
          {lists && sound ? `Start over ${counted(many, 'day')}` : 'Start'}
        </ActFoot>
      }
    >
      {start.error !== null && <Failed error={start.error} />}
      <fieldset>
        <legend class="sr">What it does</legend>
        {WHATS.map(([value, words, more]) => (
          <label class="opt">
            <input
              type="radio"
              name="what"
              checked={what === value}
              onChange={() => setWhat(value)}
            />
            <span>
              {words}
              <small>{more}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {lists && (
        <label class="field">
          <span>Days back</span>
          <span class="input">
            <input
              type="number"
              min={1}
              max={MOST_DAYS}
              value={days}
              onInput={(event) => setDays(event.currentTarget.value)}
            />
          </span>
        </label>
      )}
      <fieldset>
        <legend class="sr">Kinds</legend>
        {KINDS.map((kind) => (
          <label class="opt">
            <input
              type="checkbox"
              checked={kinds.includes(kind)}
              onChange={(event) =>
                setKinds(
                  KINDS.filter((one) =>
                    one === kind ? event.currentTarget.checked : kinds.includes(one),
                  ),
                )
              }
            />
            <span>{KIND_WORDS[kind][1]}</span>
          </label>
        ))}
      </fieldset>
      {lists && (
        <fieldset>
          <legend class="sr">Options</legend>
          <label class="opt">
            <input
              type="checkbox"
              checked={fetchAnew}
              onChange={(event) => setFetchAnew(event.currentTarget.checked)}
            />
            <span>
              Ask for everything anew
              <small>Also summaries, recordings and transcripts of what is unchanged.</small>
            </span>
          </label>
          <label class="opt">
            <input
              type="checkbox"
              checked={withoutAi}
              onChange={(event) => setWithoutAi(event.currentTarget.checked)}
            />
            <span>
              Without AI
              <small>“Analyse again” makes up for it later.</small>
            </span>
          </label>
        </fieldset>
      )}
      <Cost preview={lists ? preview.data : undefined} lists={lists} />
    </Dialog>
  )
}

function Cost({ preview, lists }: { preview: RunPreview | undefined; lists: boolean }) {
  if (!lists) return <p class="soft">It goes behind all that is live, and costs what differs.</p>
  if (preview === undefined) return <p class="soft">Looking what it comes to.</p>
  const { requests } = preview
  const rows: [string, number][] = [
    ['OpenPhone', requests.openphone],
    ['Notion', requests.notion],
    ['Mailbox', requests.mailbox],
    ['Workers AI', requests.workersAi],
  ]
  return (
    <>
      <p>{previewWords(preview)}</p>
      {preview.records !== null && (
        <table class="cost">
          <tbody>
            {rows
              .filter(([, requested]) => requested > 0)
              .map(([system, requested]) => (
                <tr>
                  <th scope="row">{system}</th>
                  <td>about {counted(requested, 'request')}</td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
    </>
  )
}
