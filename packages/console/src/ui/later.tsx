/** A part that is loaded when it is first seen: what few visits need weighs nothing on the others. */
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Loading } from './states.tsx'

/** @param load once; the module's part */
export function later<Props>(load: () => Promise<ComponentType<Props>>): ComponentType<Props> {
  let loaded: ComponentType<Props> | null = null
  return function Later(props: Props) {
    const [Part, setPart] = useState<{ is: ComponentType<Props> } | null>(
      loaded === null ? null : { is: loaded },
    )
    useEffect(() => {
      if (Part !== null) return
      void load().then((part) => {
        loaded = part
        setPart({ is: part })
      })
    }, [])
    return Part === null ? <Loading rows={5} /> : <Part.is {...(props as Props & object)} />
  }
}
