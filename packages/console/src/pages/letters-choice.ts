/** Which letters the page shows, and which of them something is done with. */
import type { LetterFilter, LetterGroup } from '@switchboard/shared/api/letters'
import { useState } from 'preact/hooks'

/** Letters that something is done with. */
export type Chosen = { words: string; count: number | null } & (
  | { ids: string[] }
  | { filter: LetterFilter }
)

/** Which letters, as the API takes them. */
export function selectionBody(chosen: Chosen): { ids: string[] } | { filter: LetterFilter } {
  return 'ids' in chosen ? { ids: chosen.ids } : { filter: chosen.filter }
}

const LISTS = ['open', 'replaying', 'settled', 'discarded'] as const

/** What an address asks for; a list that nobody knows is the open one. */
export function filterOf(query: URLSearchParams): LetterFilter {
  const given = (name: string) => query.get(name) || undefined
  return {
    state: LISTS.find((one) => one === given('state')) ?? 'open',
    stage: given('stage'),
    failure: given('failure'),
    pattern: given('pattern'),
    kind: given('kind'),
    q: given('q'),
  }
}

/** All letters of a group, of the kind that is looked at: as many as stand beside it. */
export function ofGroup(
  { stage, failure, pattern, count }: LetterGroup,
  kind: string | undefined,
): Chosen {
  return {
    filter: { state: 'open', stage, failure, pattern, kind },
    count,
    words: `letters of ${stage}`,
  }
}

export interface Ticks {
  all: boolean // all that match
  ids: ReadonlySet<string>
  set: (ids: Iterable<string>) => void
  setAll: () => void
  clear: () => void
}

const NONE: ReadonlySet<string> = new Set()

/**
 * What is ticked in a list. Nothing acts unseen: with another list, nothing is ticked.
 * @param list what is listed, in a text
 */
export function useTicks(list: string): Ticks {
  const [ticked, setTicked] = useState({ list, all: false, ids: NONE })
  const { all, ids } = ticked.list === list ? ticked : { all: false, ids: NONE }
  return {
    all,
    ids,
    set: (next) => setTicked({ list, all: false, ids: new Set(next) }),
    setAll: () => setTicked({ list, all: true, ids: NONE }),
    clear: () => setTicked({ list, all: false, ids: NONE }),
  }
}
