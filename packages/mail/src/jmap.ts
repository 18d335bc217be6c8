/**
 * A mailbox over JMAP (RFC 8620, RFC 8621). A page of mails is one request: the query, and the mails
 * it found by back-reference.
 */
import { StageError, toFailure } from '@switchboard/shared/failure'
import type { MailPart } from '@switchboard/shared/record'
import * as v from 'valibot'
import { LONGEST_BODY } from './body.ts'
import { readEmails } from './map.ts'
import { askMethods } from './methods.ts'
import type { Method } from './methods.ts'
import { CannotCalculateChanges, unavailable } from './refusal.ts'
import type { Jmap } from './request.ts'
import { SUBMISSION, readSession } from './session.ts'
import type { Session } from './session.ts'
import type { Changes, MailSource, Page, Window } from './source.ts'
import {
  EMAIL_PROPERTIES,
  WireChanges,
  WireEmails,
  WireIdentities,
  WireMailboxIds,
  WireMailboxes,
  WireQuery,
  WireReceived,
} from './wire.ts'

const PAGE_SIZE = 50
/** Thrown away, not wanted, not sent yet, no mail. Roles: IANA, IMAP Mailbox Name Attributes. */
const LEFT_OUT = ['trash', 'junk', 'drafts', 'scheduled', 'memos']

/**
 * The mailbox as a source. Session and mailbox roles are asked for once and kept by this object: make
 * one for each invocation.
 *
 * A page begins at the second in which the last one ended, not at a position: mails that are moved or
 * deleted meanwhile move all positions behind them, and some would be passed over. What came in that
 * second is listed twice. Only where a page is full of one second's mails does a position lead on
 * within it. A cursor is `<second since epoch>.<position>`.
 */
export function jmapSource(api: Jmap): MailSource {
  const session = once(() => readSession(api))
  const leftOut = once(async () => leftOutMailboxes(api, await session()))
  return {
    list: async (window) => listMails(api, await session(), await leftOut(), window),
    state: async () => stateOf(api, await session()),
    changes: async (since) => listChanges(api, await session(), await leftOut(), since),
    ownAddresses: async () => {
      const known = await session()
      const addresses = [known.username, ...(await identitiesOf(api, known))]
      return [...new Set(addresses.map((address) => address.trim().toLowerCase()))].filter(
        (address) => address.includes('@') && !address.startsWith('*'),
      )
    },
    probe: () => probe(api),
  }
}

/**
 * Resolves when the mailbox answers us: the token is taken and the server is up.
 * @throws StageError upstream.*, gate.later
 */
export async function probe(api: Jmap): Promise<void> {
  await readSession(api)
}

async function listMails(
  api: Jmap,
  session: Session,
  leftOut: readonly string[],
  window: Window,
): Promise<Page<MailPart>> {
  const place = placeOf(window)
  const { from, position } = place
  const limit = Math.min(PAGE_SIZE, session.maxObjectsInGet ?? PAGE_SIZE)
  const { found, emails } = await askMethods(
    api,
    session,
    [query(session, filter(from, window.until, leftOut), position, limit), mailsFound(session)],
    (answerTo) => ({ found: answerTo('query', WireQuery), emails: answerTo('get', WireEmails) }),
  )
  // A mail that was destroyed between query and get is missing from the list, and rightly so.
  const { rows, unreadable } = await readEmails(emails.list)
  const isLast = found.ids.length === 0 || found.ids.length < Math.min(found.limit ?? limit, limit)
  return {
    rows,
    unreadable,
    cursor: isLast ? null : cursorOf(nextPlace(place, found, emails.list)),
  }
}

/** Where a page begins: so many mails behind the first that came in this second or later. */
interface Place {
  from: number // seconds since epoch
  position: number
}

function placeOf({ since, cursor }: Window): Place {
  if (cursor === null) return { from: seconds(since), position: 0 }
  // A position alone is of a listing that an older release began.
  const [, from = seconds(since), position] = /^(?:(\d{1,12})\.)?(\d{1,9})$/.exec(cursor) ?? []
  if (position === undefined)
    throw new StageError({ kind: 'bug', detail: 'the cursor of a mail listing is no place in it' })
  return { from: Number(from), position: Number(position) }
}

function cursorOf({ from, position }: Place): string {
  return `${from}.${position}`
}

function nextPlace(
  { from, position }: Place,
  { ids }: v.InferOutput<typeof WireQuery>,
  rows: readonly unknown[],
): Place {
  const came = new Map(
    rows.flatMap((row): [string, number][] => {
      const told = v.safeParse(WireReceived, row)
      return told.success ? [[told.output.id, seconds(new Date(told.output.receivedAt))]] : []
    }),
  )
  // The last one may be gone, or say no time: then the page led as far as the one before.
  const last = ids.map((id) => came.get(id)).findLast((at) => at !== undefined)
  return last !== undefined && last > from
    ? { from: last, position: 0 }
    : { from, position: position + ids.length }
}

/** Asked for no mail, a server tells its state. */
async function stateOf(api: Jmap, session: Session): Promise<string> {
  const args = { accountId: session.accountId, ids: [], properties: ['id'] }
  const { state } = await askMethods(api, session, [['Email/get', args, 'get']], (answerTo) =>
    answerTo('get', WireEmails),
  )
  if (state === null) throw unavailable(200, 'Email/get tells no state')
  return state
}

/** The addresses one writes under from this mailbox; none where our token may not ask. */
async function identitiesOf(api: Jmap, session: Session): Promise<string[]> {
  if (!session.knowsIdentities) return []
  const args = { accountId: session.accountId, ids: null, properties: ['id', 'email'] }
  try {
    return await askMethods(
      api,
      session,
      [['Identity/get', args, 'identities']],
      (answerTo) => answerTo('identities', WireIdentities).list.map(({ email }) => email),
      SUBMISSION,
    )
  } catch (error) {
    const { kind } = toFailure(error)
    if (kind === 'upstream.unauthorized' || kind === 'upstream.misconfigured') return []
    throw error
  }
}

/** Most changes at once: two gets of so many mails. */
const MOST_CHANGES = 50

async function listChanges(
  api: Jmap,
  session: Session,
  leftOut: readonly string[],
  sinceState: string,
): Promise<Changes | null> {
  const { accountId, maxObjectsInGet } = session
  const maxChanges = Math.min(MOST_CHANGES, maxObjectsInGet ?? MOST_CHANGES)
  const methods: Method[] = [
    ['Email/changes', { accountId, sinceState, maxChanges }, 'changes'],
    mailsOf(session, 'changes', 'Email/changes', '/created', 'created', ['mailboxIds']),
    mailsOf(session, 'changes', 'Email/changes', '/updated', 'updated', ['mailboxIds']),
  ]
  try {
    const { changed, emails } = await askMethods(api, session, methods, (answerTo) => ({
      changed: answerTo('changes', WireChanges),
      emails: [...answerTo('created', WireEmails).list, ...answerTo('updated', WireEmails).list],
    }))
    const taken = emails.filter((row) => liesElsewhere(row, leftOut))
    const { rows, unreadable } = await readEmails(taken)
    return { rows, unreadable, state: changed.newState, more: changed.hasMoreChanges }
  } catch (error) {
    if (error instanceof CannotCalculateChanges) return null
    throw error
  }
}

/** In another mailbox than those that are left out. */
function liesElsewhere(row: unknown, leftOut: readonly string[]): boolean {
  const parsed = v.safeParse(WireMailboxIds, row)
  if (!parsed.success) return true // it says no mailbox: reading it tells what is wrong
  const { mailboxIds } = parsed.output
  return Object.keys(mailboxIds).some((id) => mailboxIds[id] === true && !leftOut.includes(id))
}

function query({ accountId }: Session, wanted: object, position: number, limit: number): Method {
  const sort = [{ property: 'receivedAt', isAscending: true }]
  return ['Email/query', { accountId, filter: wanted, sort, position, limit }, 'query']
}

function mailsFound(session: Session): Method {
  return mailsOf(session, 'query', 'Email/query', '/ids', 'get')
}

/** The mails that another method of the same request names. */
function mailsOf(
  { accountId }: Session,
  resultOf: string,
  name: string,
  path: string,
  as: string,
  more: readonly string[] = [],
): Method {
  return [
    'Email/get',
    {
      accountId,
      '#ids': { resultOf, name, path },
      properties: [...EMAIL_PROPERTIES, ...more],
      fetchTextBodyValues: true,
      fetchHTMLBodyValues: true,
      maxBodyValueBytes: LONGEST_BODY,
    },
    as,
  ]
}

// `after` counts in, `before` does not.
function filter(from: number, until: Date, leftOut: readonly string[]): object {
  return {
    after: utcDate(from),
    before: utcDate(seconds(until) + 1),
    ...(leftOut.length > 0 && { inMailboxOtherThan: leftOut }),
  }
}

/** The mailboxes whose mails are not taken, where a mail lies in no other. */
async function leftOutMailboxes(api: Jmap, session: Session): Promise<string[]> {
  const args = { accountId: session.accountId, ids: null, properties: ['id', 'role', 'parentId'] }
  const { list } = await askMethods(
    api,
    session,
    [['Mailbox/get', args, 'mailboxes']],
    (answerTo) => answerTo('mailboxes', WireMailboxes),
  )
  return withinLeftOut(list)
}

/** These mailboxes and all that lie within them: a folder that is deleted lies in the trash. */
function withinLeftOut(list: v.InferOutput<typeof WireMailboxes>['list']): string[] {
  const found = new Set<string>()
  for (let before = -1; before < found.size;) {
    before = found.size
    for (const { id, role, parentId } of list)
      if (LEFT_OUT.includes(role?.toLowerCase() ?? '') || found.has(parentId ?? '')) found.add(id)
  }
  return [...found]
}

function seconds(instant: Date): number {
  return Math.floor(instant.getTime() / 1000)
}

// JMAP's UTCDate has no fractions where they are zero.
function utcDate(secondsSinceEpoch: number): string {
  return new Date(secondsSinceEpoch * 1000).toISOString().replace('.000Z', 'Z')
}

/** Asks once and keeps the answer; a failure is not kept. */
function once<T>(question: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null
  return () => {
    answer ??= question().catch((error: unknown) => {
      answer = null
      throw error
    })
    return answer
  }
}
