/** A part that is loaded when it is first seen: what few visits need weighs nothing on the others. */
import type { ComponentChildren, ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Failed, Loading } from './states.tsx'

/**
 * @param load once; the module's part
 * @param meanwhile what stands in its place until it is there; of a dialog nothing
 */
export function later<Props>(
  load: () => Promise<ComponentType<Props>>,
  meanwhile: ComponentChildren = <Loading rows={5} />,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null
  return function Later(props: Props) {
    const [Part, setPart] = useState<{ is: ComponentType<Props> } | null>(
      loaded === null ? null : { is: loaded },
    )
    const [failed, setFailed] = useState(false)
    useEffect(() => {
      if (Part !== null) return
      load().then(
        (part) => {
          loaded = part
          setPart({ is: part })
        },
        () => setFailed(true),
      )
    }, [])
    if (failed) return <Failed error={NOT_LOADED} again={() => location.reload()} />
    return Part === null ? <>{meanwhile}</> : <Part.is {...(props as Props & object)} />
  }
}

/** After a deploy the old chunks are gone: the newest page names the new ones. */
export const NOT_LOADED = new Error(
  'This part could not be loaded. A newer console may be there: load it anew.',
)
