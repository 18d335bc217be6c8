/**
 * What Notion's answers mean for a stage. A clear refusal says that nothing was done; for anything
 * else a read is merely unavailable, while a write is doubtful: it may have landed, or may still.
 * Notion tells a renamed property from a bad value only in words, so its words are read here and
 * nowhere else. No detail quotes a record: Notion repeats values after "instead was".
 */
import {
  APIErrorCode,
  ClientErrorCode,
  isHTTPResponseError,
  isNotionClientError,
} from '@notionhq/client'
import * as v from 'valibot'
import { StageError } from '@switchboard/shared/failure'
import type { Failure } from '@switchboard/shared/failure'
import type { Scope, SourceRole } from '@switchboard/shared/kinds'
import { pageId } from './ids.ts'
import { DATABASES, TYPE_WORDS, expectedType } from './properties.ts'

/** A doubtful update waits this long: Notion gives a request up after 60 s, and 5 s to spare. */
export const UPDATE_SETTLE_MS = 65_000

/** So long nothing more is created where the plan allows no more. */
const LIMIT_PAUSE_MS = 15 * 60_000

/** Pages that Notion does not have, or does not share with us: a stale mirror, or our own page gone. */
export class MissingPage extends Error {
  readonly pageIds: string[]

  constructor(pageIds: string[], options?: { cause?: unknown }) {
    super(`Notion does not find ${pageIds.length === 0 ? 'a page' : pageIds.join(', ')}`, options)
    this.name = 'MissingPage'
    this.pageIds = pageIds
  }
}

/** The page that was to be changed lies in Notion's trash. */
export class TrashedPage extends Error {
  constructor(options?: { cause?: unknown }) {
    super('the page lies in the trash', options)
    this.name = 'TrashedPage'
  }
}

/** The database takes no new options: with words that are options already it may still be written. */
export class OptionsFull extends StageError {}

export type NotionFailure = StageError | MissingPage | TrashedPage

/**
 * The failure of a request that changes nothing.
 * @param role whose database is at stake; null: the connection itself
 */
export function readFailure(error: unknown, role: SourceRole | null): NotionFailure {
  return (
    clearAnswer(error, role) ??
    failed(error, {
      kind: 'upstream.unavailable',
      api: 'notion',
      status: statusOf(error),
      detail: unclear(error),
    })
  )
}

/**
 * The failure of a write that was sent at `sentAt` (ms since epoch). Anything but a clear refusal
 * is doubtful until `sentAt + settleMs`.
 */
export function writeFailure(
  error: unknown,
  { role, sentAt, settleMs }: { role: SourceRole; sentAt: number; settleMs: number },
): NotionFailure {
  return (
    limitReached(error, role, sentAt) ??
    clearAnswer(error, role) ??
    failed(error, {
      kind: 'upstream.doubtful',
      api: 'notion',
      notBefore: sentAt + settleMs,
      detail: unclear(error),
    })
  )
}

/**
 * A limit of the plan, which no record and no setting is to blame for: what creates is parked, and a
 * few are tried again after a while.
 * Spec: Notion's pages on workspace block limits and on row limits
 */
function limitReached(error: unknown, role: SourceRole, sentAt: number): StageError | null {
  if (!isHTTPResponseError(error)) return null
  const until = sentAt + LIMIT_PAUSE_MS
  // Every new keyword is an option, and the options of a database are part of its schema's size.
  if (error.status === 400 && /schema (?:size|has exceeded)/i.test(error.message)) {
    const { name, setting } = DATABASES[role]
    return new OptionsFull(
      {
        kind: 'upstream.exhausted',
        api: 'notion',
        scope: `notion:${role}`,
        until,
        detail:
          `${name} (${setting}) takes no new options: remove options that nobody needs from its ` +
          'Select and Multi-select properties, or properties',
      },
      { cause: error },
    )
  }
  if (error.status === 409 && error.body.includes('row_limit_exceeded')) {
    const { name, setting } = DATABASES[role]
    return failed(error, {
      kind: 'upstream.exhausted',
      api: 'notion',
      scope: `notion:${role}`,
      until,
      detail:
        `${name} (${setting}) holds as many rows as Notion allows: move old rows elsewhere, or ` +
        'make a new database and set its id',
    })
  }
  const isBlockLimit =
    error.additional_data?.['block_limit'] !== undefined || /free blocks/i.test(error.message)
  if (error.code !== APIErrorCode.RestrictedResource || !isBlockLimit) return null
  return failed(error, {
    kind: 'upstream.exhausted',
    api: 'notion',
    until,
    detail:
      "the workspace has used all blocks of Notion's Free plan: upgrade its plan, or leave it with " +
      'one member (deleting blocks does not help)',
  })
}

/** What the answer says beyond doubt; null: a time-out, 5xx, 409, a broken answer, no answer. */
function clearAnswer(error: unknown, role: SourceRole | null): NotionFailure | null {
  if (error instanceof StageError) return error
  if (error instanceof MissingPage || error instanceof TrashedPage) return error
  if (isNotionClientError(error) && error.code === ClientErrorCode.InvalidPathParameter)
    return failed(error, { kind: 'bug', detail: 'an id is no path segment' }) // never sent
  if (!isHTTPResponseError(error)) return null

  const { status, message } = error
  if (status === 429 || status === 529)
    return failed(error, {
      kind: 'upstream.throttled',
      api: 'notion',
      retryAfterMs: retryAfterMs(error.headers, error.additional_data),
    })
  if (status >= 500 || status === 409 || status === 408 || status < 400) return null
  if (status === 401 || error.code === APIErrorCode.RestrictedResource)
    return failed(error, {
      kind: 'upstream.unauthorized',
      api: 'notion',
      detail:
        status === 401
          ? 'the token is not valid: set NOTION_TOKEN anew'
          : 'the connection may not do this: give it the read, insert and update capabilities',
    })
  if (status === 403)
    // Stopped before the API, by Notion's edge: no word about our token.
    return failed(error, {
      kind: 'upstream.unavailable',
      api: 'notion',
      status,
      detail: 'the request was stopped before it reached the API',
    })
  return spoken(error, role, withoutValues(message)) ?? refused(error, status, message)
}

/** What only the message tells. */
function spoken(error: unknown, role: SourceRole | null, message: string): NotionFailure | null {
  if (/could not find (?:database|data[ _]source)/i.test(message))
    return misconfigured(
      error,
      role,
      'the database is not shared with the connection, or is gone: add the connection in the ' +
        "database's menu under Connections",
    )
  if (/could not find (?:page|block)/i.test(message))
    return new MissingPage(idsIn(message), { cause: error })
  if (/(?:archived|trashed) ancestor/i.test(message))
    return misconfigured(error, role, 'the database lies in the trash: restore it')
  if (/\b(?:archived|in (?:the )?trash)\b/i.test(message)) return new TrashedPage({ cause: error })

  const faults = propertyFaults(message, role)
  return faults.length === 0 ? null : misconfigured(error, role, faults.join('; '))
}

/** Complaints about the database's properties, each with its cure. */
function propertyFaults(message: string, role: SourceRole | null): string[] {
  return [
    ...quoted(message, /(?:^|\.\s+)([^.]+?) is not a property that exists/g),
    ...quoted(message, /could not find property with name or id: "?([^".]+)/gi),
  ]
    .map((name) => missingProperty(name, role))
    .concat(
      quoted(message, /(?:^|\.\s+)([^.]+?) is expected to be \w+/g).map((name) =>
        retypedProperty(name, role),
      ),
    )
    .concat(
      // A query names the type, not the property, and ours asks for the record's id only.
      /does not match filter/i.test(message)
        ? ['the property that holds the record id has another type']
        : [],
    )
}

function missingProperty(name: string, role: SourceRole | null): string {
  const type = role === null ? undefined : expectedType(role, name)
  const cure = type === undefined ? 'add it' : `add it as ${TYPE_WORDS[type]}`
  return `there is no property "${name}": ${cure}, or give the renamed one its name back`
}

function retypedProperty(name: string, role: SourceRole | null): string {
  const type = role === null ? undefined : expectedType(role, name)
  const cure = type === undefined ? 'another type' : `the type ${TYPE_WORDS[type]}`
  return `property "${name}" must have ${cure}: change it in the database`
}

function quoted(message: string, pattern: RegExp): string[] {
  return Array.from(message.matchAll(pattern), ([, name]) => (name ?? '').trim())
}

/** A fault in how the role's database is set up; names the database and its setting. */
export function misconfigured(error: unknown, role: SourceRole | null, detail: string): StageError {
  const scope: Scope = role === null ? 'notion' : `notion:${role}`
  const where = role === null ? 'Notion' : `${DATABASES[role].name} (${DATABASES[role].setting})`
  return failed(error, { kind: 'upstream.misconfigured', scope, detail: `${where}: ${detail}` })
}

function refused(error: unknown, status: number, message: string): StageError {
  return failed(error, {
    kind: 'record.refused',
    api: 'notion',
    status,
    detail: withoutValues(message)
      .replace(/\S+@\S+|\+?\d[\d ().-]{6,}\d/g, '…')
      .slice(0, 300),
  })
}

function failed(cause: unknown, failure: Failure): StageError {
  return new StageError(failure, { cause })
}

/** One second where Notion names no time. Both places count seconds; the longer wait holds. */
function retryAfterMs(headers: unknown, additional: unknown): number {
  const header = headers instanceof Headers ? headers.get('retry-after') : null
  const body = v.safeParse(RetryAfter, additional)
  const told = [header, body.success ? body.output.retry_after : null]
    .filter((value) => value !== null)
    .map(Number)
    .filter((seconds) => Number.isFinite(seconds) && seconds >= 0)
  return told.length === 0 ? 1000 : Math.ceil(Math.max(...told)) * 1000
}

const RetryAfter = v.object({ retry_after: v.union([v.number(), v.string()]) })

function statusOf(error: unknown): number | null {
  return isHTTPResponseError(error) ? error.status : null
}

function unclear(error: unknown): string {
  if (isHTTPResponseError(error)) return `it answered ${error.status} (${error.code})`
  if (v.isValiError(error))
    return `its answer is not as documented at ${v.getDotPath(error.issues[0]) ?? 'its root'}`
  if (error instanceof SyntaxError) return 'its answer is no JSON'
  if (error instanceof Error && /abort|timeout/i.test(error.name))
    return 'it did not answer in time'
  return `the connection broke (${error instanceof Error ? error.name : typeof error})`
}

function withoutValues(message: string): string {
  return message.replace(/,? instead was[\s\S]*$/, '')
}

function idsIn(message: string): string[] {
  const found = message.match(/\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b/gi) ?? []
  return [...new Set(found.map(pageId))]
}
