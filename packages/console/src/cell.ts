/** A value that lives outside the tree and is watched by parts of it: place, pulse, session. */
import { useLayoutEffect, useState } from 'preact/hooks'

export interface Cell<T> {
  get(): T
  set(next: T): void
  /** @returns how to stop watching */
  watch(listener: () => void): () => void
}

export function cell<T>(first: T): Cell<T> {
  const listeners = new Set<() => void>()
  let value = first
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of Array.from(listeners)) listener()
    },
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** The value now; the component is drawn again when it changes. */
export function useCell<T>(watched: Cell<T>): T {
  const [value, setValue] = useState(() => ({ now: watched.get() }))
  useLayoutEffect(() => {
    const take = () =>
      setValue((last) => (Object.is(last.now, watched.get()) ? last : { now: watched.get() }))
    take() // it may have changed between drawing and watching
    return watched.watch(take)
  }, [watched])
  return value.now
}
