/** The JMAP methods served: reading mail, and nothing else. Spec: RFC 8620, RFC 8621. No I/O. */
import type { JsonObject } from '../json.ts'
import type { World, WorldMail } from '../../world.ts'
import {
  bad,
  booleanArgument,
  integerArgument,
  onlyArguments,
  stringArgument,
  stringsArgument,
} from './arguments.ts'
import {
  type BodyOptions,
  DEFAULT_BODY_PROPERTIES,
  DEFAULT_PROPERTIES,
  emailObject,
  mailboxId,
} from './email.ts'
import { MethodError } from './errors.ts'
import type { MailJournal } from './journal.ts'
import { queryMails } from './query.ts'

export const ACCOUNT_ID = 'u5a0c0001'
export const MAX_OBJECTS_IN_GET = 500

export const CORE = 'urn:ietf:params:jmap:core'
export const MAIL = 'urn:ietf:params:jmap:mail'

export interface MailContext {
  world: World
  journal: MailJournal
}

interface Method {
  capability: string
  run(args: JsonObject, context: MailContext): JsonObject
}

const MAILBOXES: { mailbox: WorldMail['mailbox']; name: string }[] = [
  { mailbox: 'inbox', name: 'Inbox' },
  { mailbox: 'sent', name: 'Sent' },
  { mailbox: 'archive', name: 'Archive' },
  { mailbox: 'drafts', name: 'Drafts' },
  { mailbox: 'junk', name: 'Spam' },
  { mailbox: 'trash', name: 'Trash' },
]

export const METHODS: Record<string, Method> = {
  'Core/echo': { capability: CORE, run: (args) => args },
  'Mailbox/get': { capability: MAIL, run: mailboxGet },
  'Email/query': { capability: MAIL, run: emailQuery },
  'Email/get': { capability: MAIL, run: emailGet },
  'Email/changes': { capability: MAIL, run: emailChanges },
  'Thread/get': { capability: MAIL, run: threadGet },
}

function requireAccount(args: JsonObject): void {
  if (stringArgument(args, 'accountId') !== ACCOUNT_ID) throw new MethodError('accountNotFound')
}

function mailboxGet(args: JsonObject, { world, journal }: MailContext): JsonObject {
  onlyArguments(args, ['accountId', 'ids', 'properties'])
  requireAccount(args)
  const properties = stringsArgument(args, 'properties')
  const all = new Map(MAILBOXES.map((one, index) => [mailboxId(one.mailbox), show(one, index)]))
  const { list, notFound } = lookUp(stringsArgument(args, 'ids'), all)
  return {
    accountId: ACCOUNT_ID,
    state: journal.state,
    list: properties === null ? list : list.map((mailbox) => pickFrom(mailbox, properties)),
    notFound,
  }

  function show({ mailbox, name }: (typeof MAILBOXES)[number], index: number): JsonObject {
    const mails = world.mails.filter((mail) => mail.mailbox === mailbox)
    const threads = new Set(mails.map(({ threadId }) => threadId)).size
    return {
      id: mailboxId(mailbox),
      name,
      parentId: null,
      role: mailbox,
      sortOrder: index,
      totalEmails: mails.length,
      unreadEmails: 0,
      totalThreads: threads,
      unreadThreads: 0,
      myRights: {
        mayReadItems: true,
        mayAddItems: false,
        mayRemoveItems: false,
        maySetSeen: false,
        maySetKeywords: false,
        mayCreateChild: false,
        mayRename: false,
        mayDelete: false,
        maySubmit: false,
      },
      isSubscribed: true,
    }
  }
}

function pickFrom(object: JsonObject, properties: readonly string[]): JsonObject {
  const picked: JsonObject = { id: object['id'] ?? null }
  for (const property of properties) {
    const value = object[property]
    if (value === undefined) throw bad('properties', `names ${property}, which there is not`)
    picked[property] = value
  }
  return picked
}

/** All where `ids` is null. @throws MethodError requestTooLarge */
function lookUp<T>(ids: string[] | null, all: Map<string, T>): { list: T[]; notFound: string[] } {
  const wanted = ids ?? [...all.keys()]
  if (wanted.length > MAX_OBJECTS_IN_GET) throw new MethodError('requestTooLarge')
  const list: T[] = []
  const notFound: string[] = []
  for (const id of new Set(wanted)) {
    const found = all.get(id)
    if (found === undefined) notFound.push(id)
    else list.push(found)
  }
  return { list, notFound }
}

function emailQuery(args: JsonObject, { world, journal }: MailContext): JsonObject {
  requireAccount(args)
  const window = queryMails(world.mails, args)
  return {
    accountId: ACCOUNT_ID,
    queryState: journal.state,
    canCalculateChanges: false, // Email/queryChanges is not served
    ...window,
  }
}

const GET_ARGUMENTS = [
  'accountId',
  'ids',
  'properties',
  'bodyProperties',
  'fetchTextBodyValues',
  'fetchHTMLBodyValues',
  'fetchAllBodyValues',
  'maxBodyValueBytes',
]

function emailGet(args: JsonObject, { world, journal }: MailContext): JsonObject {
  onlyArguments(args, GET_ARGUMENTS)
  requireAccount(args)
  const options: BodyOptions = {
    bodyProperties: stringsArgument(args, 'bodyProperties') ?? DEFAULT_BODY_PROPERTIES,
    textValues: booleanArgument(args, 'fetchTextBodyValues'),
    htmlValues: booleanArgument(args, 'fetchHTMLBodyValues'),
    allValues: booleanArgument(args, 'fetchAllBodyValues'),
    maxBytes: integerArgument(args, 'maxBodyValueBytes', 0),
  }
  const properties = stringsArgument(args, 'properties') ?? DEFAULT_PROPERTIES
  const all = new Map(world.mails.map((mail) => [mail.id, mail]))
  const { list, notFound } = lookUp(stringsArgument(args, 'ids'), all)
  return {
    accountId: ACCOUNT_ID,
    state: journal.state,
    list: list.map((mail) => emailObject(mail, properties, options)),
    notFound,
  }
}

function emailChanges(args: JsonObject, { journal }: MailContext): JsonObject {
  onlyArguments(args, ['accountId', 'sinceState', 'maxChanges'])
  requireAccount(args)
  const sinceState = stringArgument(args, 'sinceState')
  const max = integerArgument(args, 'maxChanges', Infinity, 1)
  return { accountId: ACCOUNT_ID, oldState: sinceState, ...journal.since(sinceState, max) }
}

function threadGet(args: JsonObject, { world, journal }: MailContext): JsonObject {
  onlyArguments(args, ['accountId', 'ids', 'properties'])
  requireAccount(args)
  const threads = new Map<string, WorldMail[]>()
  for (const mail of world.mails) {
    const thread = threads.get(mail.threadId)
    if (thread) thread.push(mail)
    else threads.set(mail.threadId, [mail])
  }
  const shown = new Map([...threads].map(([id, mails]) => [id, showThread(id, mails)]))
  const { list, notFound } = lookUp(stringsArgument(args, 'ids'), shown)
  return { accountId: ACCOUNT_ID, state: journal.state, list, notFound }
}

function showThread(id: string, mails: readonly WorldMail[]): JsonObject {
  const order = mails.toSorted((a, b) => Date.parse(a.receivedAt) - Date.parse(b.receivedAt))
  return { id, emailIds: order.map((mail) => mail.id) }
}
