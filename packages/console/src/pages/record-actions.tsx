/** What can be done with a record: opened elsewhere, worked again, its page made again. */
import type { RecordDetails } from '@switchboard/shared/api/records'
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { act } from '../api.ts'
import { useAct } from '../poll.ts'
import { Button } from '../ui/button.tsx'
import { ActFoot, Dialog } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import { Failed } from '../ui/states.tsx'

export function RecordActions({ record, path }: { record: RecordDetails; path: string }) {
  const [asking, ask] = useState(false)
  const remake = useAct(() => act('POST', `${path}/page`), 'Its page is made again.')
  return (
    <>
      {record.pageUrl !== null && <Out href={record.pageUrl}>Notion</Out>}
      {record.sourceUrl !== null && <Out href={record.sourceUrl}>OpenPhone</Out>}
      {record.state === 'removed' && (
        <Button acts busy={remake.busy} onClick={() => remake.run()}>
          Make its page again
        </Button>
      )}
      <Button acts icon="retry" onClick={() => ask(true)}>
        Work again...
      </Button>
      {asking && <Again record={record} path={path} onClose={() => ask(false)} />}
    </>
  )
}

function Out({ href, children }: { href: string; children: ComponentChildren }) {
  return (
    <a class="btn" href={href} target="_blank" rel="noreferrer">
      <Icon name="out" />
      {children}
    </a>
  )
}

/** What working it again will do, and with which options. */
function Again({
  record,
  path,
  onClose,
}: {
  record: RecordDetails
  path: string
  onClose: () => void
}) {
  const [fetchIt, setFetch] = useState(false)
  const [withoutAi, setWithoutAi] = useState(false)
  const again = useAct(
    () => act('POST', `${path}/again`, { fetch: fetchIt, withoutAi }),
    'It is on the way, ahead of what waits in bulk.',
  )
  const isMail = record.kind === 'mail'
  return (
    <Dialog
      title="Work this record again"
      say="It is read, analysed, made searchable and filed once more, ahead of what waits in bulk. What has not changed costs no request; what people set in Notion stays."
      onClose={onClose}
      foot={
        <ActFoot
          onCancel={onClose}
          busy={again.busy}
          onClick={async () => {
            if ((await again.run()) !== undefined) onClose()
          }}
        >
          Work it again
        </ActFoot>
      }
    >
      <label class="opt">
        <input
          type="checkbox"
          checked={fetchIt}
          disabled={isMail}
          onChange={(event) => setFetch(event.currentTarget.checked)}
        />
        <span>
          Ask OpenPhone for it anew{isMail && ' (a mail is asked for by the next listing)'}
        </span>
      </label>
      <label class="opt">
        <input
          type="checkbox"
          checked={withoutAi}
          onChange={(event) => setWithoutAi(event.currentTarget.checked)}
        />
        <span>Without AI: the analysis stays as it is</span>
      </label>
      {again.error !== null && <Failed error={again.error} />}
    </Dialog>
  )
}
