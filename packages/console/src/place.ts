/**
 * Where the reader is: the address, kept by the History API. What a colleague should see lives in
 * it. `push` on a choice, `replace` while typing. A click on any link to one of our pages is taken
 * here; all other links are the browser's.
 */
import { cell, useCell } from './cell.ts'
import { withQuery } from './match.ts'

export interface Place {
  path: string
  query: URLSearchParams
  url: string // path and query
  isBack: boolean // by Back or Forward, not by a link
}

const here = cell<Place>(readPlace())
/** Pages that Back leads through before it leaves the console. */
let behind = 0

export function usePlace(): Place {
  return useCell(here)
}

export function placeNow(): Place {
  return here.get()
}

/** Goes to an address of ours. */
export function go(url: string, how: 'push' | 'replace' = 'push'): void {
  const from = here.get()
  if (how === 'push' && url !== from.url) {
    history.pushState(null, '', url)
    behind += 1
  } else history.replaceState(null, '', url)
  here.set(readPlace())
  if (how === 'push' && here.get().path !== from.path) window.scrollTo(0, 0)
}

/**
 * One parameter of the address, bound to a control.
 * @param fallback what stands where the address has none; it is never written
 */
export function useQuery(
  name: string,
  fallback = '',
): [string, (value: string, how?: 'push' | 'replace') => void] {
  const place = usePlace()
  const set = (value: string, how: 'push' | 'replace' = 'push') =>
    go(withQuery(here.get().url, { [name]: value === fallback ? null : value }), how)
  return [place.query.get(name) ?? fallback, set]
}

/** Back to the page before, never out of the console. */
export function back(): void {
  if (behind > 0) history.back()
}

/** Starts to listen for Back and for clicks on links. @param isOurs whether a path is a page */
export function followLinks(isOurs: (path: string) => boolean): void {
  window.addEventListener('popstate', () => {
    behind = Math.max(0, behind - 1)
    here.set(readPlace(true))
  })
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || link.target !== '' || link.hasAttribute('download')) return
    const url = new URL(link.href, location.href)
    if (url.origin !== location.origin || !isOurs(url.pathname)) return
    const isHere = url.pathname === location.pathname && url.search === location.search
    if (url.hash !== '' && isHere) return // to a place on this page
    event.preventDefault()
    go(url.pathname + url.search)
    if (url.hash !== '') document.getElementById(url.hash.slice(1))?.scrollIntoView()
  })
}

function readPlace(isBack = false): Place {
  const { pathname, search } = location
  return { path: pathname, query: new URLSearchParams(search), url: pathname + search, isBack }
}
