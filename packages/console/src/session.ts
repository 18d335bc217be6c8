/** Who is signed in. The token is posted once and kept nowhere; the session is a cookie that no script reads. */
import type { Session } from '@switchboard/shared/api/session'
import { ApiError, act, ask, forgetAnswers, whenSignedOut } from './api.ts'
import { cell, useCell } from './cell.ts'
import { forgetLists } from './kept-lists.ts'

export type Who =
  | { is: 'unknown' } // not asked yet
  | { is: 'out'; why: string | null }
  | { is: 'in'; session: Session }

const who = cell<Who>({ is: 'unknown' })

whenSignedOut(() => {
  if (who.get().is === 'in') who.set({ is: 'out', why: 'Your session ended. Sign in again.' })
})

export function useWho(): Who {
  return useCell(who)
}

/** Of whoever is signed in; only drawn where someone is. */
export function useSession(): Session {
  const now = useCell(who)
  if (now.is !== 'in') return { role: 'reader', name: null, expiresAt: null, sandbox: false }
  return now.session
}

/**
 * Why this person may not act, in words for the button; null: they may.
 */
export function useMayNotAct(): string | null {
  return useSession().role === 'admin' ? null : 'You signed in with the read-only token.'
}

/** The token of the link that `npm start` prints, else the cookie that is there. */
export async function findOutWho(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token !== null) {
    // Out of the address before anything else: no history, no referrer, no log has it.
    history.replaceState(null, '', location.pathname + location.search)
    return signIn(token, '')
  }
  // The page came with this cookie beside it: no session, no question.
  if (!document.cookie.split('; ').includes('switchboard-known=1'))
    return who.set({ is: 'out', why: null })
  try {
    who.set({ is: 'in', session: await ask<Session>('/api/session') })
  } catch (error) {
    const known = error instanceof ApiError && error.status === 401
    who.set({ is: 'out', why: known ? null : said(error) })
  }
}

/** Signs in; what is refused stands on the sign-in page. */
export async function signIn(token: string, name: string): Promise<void> {
  try {
    const session = await act<Session>('POST', '/api/session', {
      token,
      ...(name === '' ? {} : { name }),
    })
    forgetAll()
    who.set({ is: 'in', session })
  } catch (error) {
    who.set({ is: 'out', why: said(error) })
  }
}

export async function signOut(): Promise<void> {
  await act('DELETE', '/api/session').catch(() => null)
  forgetAll()
  who.set({ is: 'out', why: null })
}

function forgetAll(): void {
  forgetAnswers()
  forgetLists()
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
