/**
 * The pages: one line each, one chunk each. A page is `src/pages/<name>.tsx` with a default export
 * that takes the parameters of its path; its head says in one sentence, made by a pure and tested
 * function, what the page is asked. `pages/audit.tsx` is the model. The sidebar shows the pages
 * that are here. A new address must be known to the producer too (workers/producer/door/site.ts).
 */
import type { ComponentType } from 'preact'
import { match } from './match.ts'
import type { Params } from './match.ts'

export interface PageProps {
  params: Params
}

interface Route {
  at: string // `/records/:kind/:id`
  load: () => Promise<{ default: ComponentType<PageProps> }>
}

export const ROUTES: Route[] = [
  { at: '/', load: () => import('./pages/overview.tsx') },
  { at: '/records', load: () => import('./pages/records.tsx') },
  { at: '/records/:kind/:id', load: () => import('./pages/record.tsx') },
  { at: '/queues', load: () => import('./pages/queues.tsx') },
  { at: '/letters', load: () => import('./pages/letters.tsx') },
  { at: '/runs', load: () => import('./pages/runs.tsx') },
  { at: '/runs/:id', load: () => import('./pages/run.tsx') },
  { at: '/unmatched', load: () => import('./pages/unmatched.tsx') },
  { at: '/audit', load: () => import('./pages/audit.tsx') },
  { at: '/search', load: () => import('./pages/search.tsx') },
  { at: '/ask', load: () => import('./pages/ask.tsx') },
  { at: '/merchants', load: () => import('./pages/merchants.tsx') },
  { at: '/merchants/:id', load: () => import('./pages/merchant.tsx') },
]

export function routeOf(path: string): { route: Route; params: Params } | null {
  for (const route of ROUTES) {
    const params = match(route.at, path)
    if (params !== null) return { route, params }
  }
  return null
}
