/**
 * A mailbox's blobs: a mail's attachments and texts, by download. Spec: RFC 8620, section 6.2. The
 * token goes to the mailbox alone: where it sends us on, nothing of ours goes along.
 */
import { misconfigured } from './refusal.ts'
import type { Jmap } from './request.ts'
import { readSession } from './session.ts'
import type { Session } from './session.ts'

export interface Blobs {
  /** Where a blob is to be had. @throws StageError upstream.*, gate.later */
  address(blobId: string, type: string | null): Promise<string>
  /** Like the platform's own, behind the gate and with our token. */
  fetch: typeof fetch
}

/** One for each invocation: the session is asked for once. */
export function blobsOf(api: Jmap): Blobs {
  let session: Promise<Session> | null = null
  return {
    async address(blobId, type) {
      session ??= readSession(api)
      const known = await session.catch((error: unknown) => {
        session = null
        throw error
      })
      return blobAddress(known, blobId, type)
    },
    async fetch(input, init) {
      const { fetch: ask } = api
      await api.pace.acquire()
      const headers = new Headers(init?.headers)
      headers.set('Authorization', `Bearer ${api.token}`)
      const response = await ask(input, { ...init, headers, redirect: 'manual' })
      const location = response.headers.get('Location')
      if (response.status < 300 || response.status > 399 || location === null) return response
      await response.body?.cancel()
      const base = input instanceof Request ? input.url : input
      return ask(new URL(location, base).href, init)
    },
  }
}

/** The session's template filled in (RFC 6570, level 1). */
function blobAddress(
  { url, accountId, downloadUrl }: Pick<Session, 'url' | 'accountId' | 'downloadUrl'>,
  blobId: string,
  type: string | null,
): string {
  if (downloadUrl === '') throw misconfigured('the session names no downloadUrl')
  const values: Record<string, string> = {
    accountId,
    blobId,
    type: type ?? 'application/octet-stream',
    name: 'file',
  }
  const filled = downloadUrl.replaceAll(/\{(\w+)\}/g, (_whole, name: string) =>
    encodeURIComponent(values[name] ?? ''),
  )
  const address = URL.parse(filled, url)
  if (address === null) throw misconfigured('the session names a downloadUrl that is no URL')
  if (new URL(url).protocol === 'https:' && address.protocol !== 'https:')
    throw misconfigured('the session names a downloadUrl without encryption')
  return address.href
}
