/** The session: where the API is, which account is the mailbox, whose it is, how much it gives at once. */
import { StageError } from '@switchboard/shared/failure'
import * as v from 'valibot'
import { misconfigured, oddAnswer } from './refusal.ts'
import { ask } from './request.ts'
import type { Answer, Jmap } from './request.ts'
import { WireLimits, WireSession } from './wire.ts'

// No more is named than is needed: a token that may only read is refused whole for the rest.
export const CORE = 'urn:ietf:params:jmap:core'
export const MAIL = 'urn:ietf:params:jmap:mail'
export const SUBMISSION = 'urn:ietf:params:jmap:submission'

export interface Session {
  url: string // where it was read in the end: what it names may be relative to that
  apiUrl: string // absolute
  downloadUrl: string // a template; empty: none is named
  accountId: string
  username: string
  knowsIdentities: boolean // under which addresses one writes
  maxObjectsInGet: number | null
}

/**
 * Spec: RFC 8620, section 2.
 * @throws StageError upstream.*, gate.later; upstream.misconfigured where it has no mail account
 */
export async function readSession(api: Jmap): Promise<Session> {
  try {
    return await ask(api, { url: api.sessionUrl }, toSession)
  } catch (error) {
    throw namingTheSetting(error)
  }
}

/** A web page, or nothing, where a session should be: most often the setting is wrong. */
function namingTheSetting(error: unknown): unknown {
  if (!(error instanceof StageError) || !('detail' in error.failure)) return error
  const { failure } = error
  if (!/^HTTP 4\d\d$|^the answer is no JSON$/.test(failure.detail)) return error
  const detail = `JMAP_SESSION_URL leads to no session: ${failure.detail}`
  return new StageError({ ...failure, detail }, { cause: error })
}

function toSession({ url, body }: Answer): Session {
  const parsed = v.safeParse(WireSession, body)
  if (!parsed.success) throw oddAnswer('the session', parsed.issues[0])
  const { username, capabilities, accounts } = parsed.output
  const accountId = mailAccount(parsed.output)
  const limits = v.safeParse(WireLimits, capabilities[CORE])
  return {
    url,
    apiUrl: resolve(parsed.output.apiUrl, url),
    downloadUrl: parsed.output.downloadUrl,
    accountId,
    username,
    knowsIdentities:
      SUBMISSION in capabilities && SUBMISSION in (accounts[accountId]?.accountCapabilities ?? {}),
    maxObjectsInGet: limits.success ? limits.output.maxObjectsInGet : null,
  }
}

/** The primary one, which a server need not name; else the only one there is, shared ones aside. */
function mailAccount({ primaryAccounts, accounts }: WireSession): string {
  const primary = primaryAccounts[MAIL]
  if (primary !== undefined) return primary
  const mail = Object.entries(accounts).filter(([, one]) => MAIL in one.accountCapabilities)
  const own = mail.filter(([, one]) => one.isPersonal)
  const [only, ...others] = own.length > 0 ? own : mail
  if (only === undefined) throw misconfigured('the session has no mail account')
  if (others.length > 0)
    throw misconfigured('the session names several mail accounts, and none of them primary')
  return only[0]
}

/** The token goes there as well: never from an encrypted connection to an open one. */
function resolve(apiUrl: string, sessionUrl: string): string {
  const resolved = URL.parse(apiUrl, sessionUrl)
  if (resolved === null) throw misconfigured('the session names an apiUrl that is no URL')
  if (new URL(sessionUrl).protocol === 'https:' && resolved.protocol !== 'https:')
    throw misconfigured('the session names an apiUrl without encryption')
  return resolved.href
}
