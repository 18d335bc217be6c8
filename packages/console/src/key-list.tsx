/** Every key that does something now, and the switch that turns them off. */
import { keyUses, useKeysOn } from './keys.ts'
import { Dialog } from './ui/dialog.tsx'

export function KeyList({ onClose }: { onClose: () => void }) {
  const [on, setOn] = useKeysOn()
  return (
    <Dialog title="Keys" say="They rest while you type." onClose={onClose}>
      <label class="opt">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => setOn(event.currentTarget.checked)}
        />
        <span>Use keys</span>
      </label>
      <dl class="keys">
        {keyUses().map(([key, does]) => (
          <>
            <dt>
              {key.split(' ').map((each) => (
                <kbd>{each}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </>
        ))}
      </dl>
    </Dialog>
  )
}
