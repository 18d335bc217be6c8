/** `Email/query`: filter, sort, and the window that is asked for. Spec: RFC 8621, section 4.4. */
import { type Json, type JsonObject, isObject } from '../json.ts'
import type { WorldMail } from '../../world.ts'
import {
  bad,
  booleanArgument,
  integerArgument,
  objectArgument,
  onlyArguments,
  optionalString,
  readStrings,
  readUtcDate,
} from './arguments.ts'
import { mailboxId } from './email.ts'
import { MethodError } from './errors.ts'

/** The most ids one answer lists. */
const MAX_LIMIT = 500

const ARGUMENTS = [
  'accountId',
  'filter',
  'sort',
  'position',
  'anchor',
  'anchorOffset',
  'limit',
  'calculateTotal',
  'collapseThreads',
]

export interface QueryWindow {
  position: number
  ids: string[]
  total?: number
  /** Given where the server lists fewer than asked for. */
  limit?: number
}

/** @throws MethodError invalidArguments, unsupportedFilter, unsupportedSort, anchorNotFound */
export function queryMails(mails: readonly WorldMail[], args: JsonObject): QueryWindow {
  onlyArguments(args, ARGUMENTS)
  const matches = compile(objectArgument(args, 'filter'))
  const order = readSort(args['sort'])
  const asked = integerArgument(args, 'limit', MAX_LIMIT)
  const limit = Math.min(asked, MAX_LIMIT)
  let found = mails.filter(matches).toSorted(order)
  if (booleanArgument(args, 'collapseThreads')) found = firstOfThread(found)
  const position = positionOf(found, args)
  return {
    position,
    ids: found.slice(position, position + limit).map(({ id }) => id),
    ...(booleanArgument(args, 'calculateTotal') && { total: found.length }),
    ...(limit < asked && { limit }),
  }
}

function positionOf(found: readonly WorldMail[], args: JsonObject): number {
  const anchor = optionalString(args, 'anchor')
  const offset = integerArgument(args, 'anchorOffset', 0, null)
  const position = integerArgument(args, 'position', 0, null)
  if (anchor === null) {
    const start = position < 0 ? found.length + position : position
    return Math.max(0, start)
  }
  const index = found.findIndex(({ id }) => id === anchor)
  if (index === -1) throw new MethodError('anchorNotFound')
  return Math.max(0, index + offset)
}

function firstOfThread(found: readonly WorldMail[]): WorldMail[] {
  const seen = new Set<string>()
  return found.filter(({ threadId }) => {
    if (seen.has(threadId)) return false
    seen.add(threadId)
    return true
  })
}

type Predicate = (mail: WorldMail) => boolean

const OPERATORS: Record<string, (parts: Predicate[]) => Predicate> = {
  AND: (parts) => (mail) => parts.every((part) => part(mail)),
  OR: (parts) => (mail) => parts.some((part) => part(mail)),
  NOT: (parts) => (mail) => !parts.some((part) => part(mail)),
}

function compile(filter: JsonObject | null): Predicate {
  if (filter === null) return () => true
  if (filter['operator'] === undefined) return compileCondition(filter)
  const { operator, conditions } = filter
  const combine =
    typeof operator === 'string' && Object.hasOwn(OPERATORS, operator)
      ? OPERATORS[operator]
      : undefined
  if (!combine || !Array.isArray(conditions)) throw bad('filter', 'is no FilterOperator')
  onlyArguments(filter, ['operator', 'conditions'])
  return combine(
    conditions.map((condition) => {
      if (!isObject(condition)) throw bad('filter', 'has a condition that is no object')
      return compile(condition)
    }),
  )
}

const CONDITIONS: Record<string, (value: Json) => Predicate> = {
  inMailbox: (value) => (mail) => mailboxId(mail.mailbox) === value,
  inMailboxOtherThan: (value) => {
    const others = readStrings(value, 'inMailboxOtherThan')
    return (mail) => !others.includes(mailboxId(mail.mailbox))
  },
  before: (value) => {
    const bound = readUtcDate(value, 'before')
    return (mail) => Date.parse(mail.receivedAt) < bound
  },
  after: (value) => {
    const bound = readUtcDate(value, 'after')
    return (mail) => Date.parse(mail.receivedAt) >= bound
  },
  hasAttachment: (value) => (mail) => mail.attachments.length > 0 === value,
  from: (value) => textCondition(value, (mail) => mail.from.map(shown).join(' ')),
  to: (value) => textCondition(value, (mail) => mail.to.map(shown).join(' ')),
  cc: (value) => textCondition(value, (mail) => mail.cc.map(shown).join(' ')),
  subject: (value) => textCondition(value, (mail) => mail.subject),
}

/** All properties of a condition hold. */
function compileCondition(condition: JsonObject): Predicate {
  const parts = Object.entries(condition).map(([name, value]) => {
    const make = Object.hasOwn(CONDITIONS, name) ? CONDITIONS[name] : undefined
    if (!make) throw new MethodError('unsupportedFilter', `${name} is not supported.`)
    return make(value)
  })
  return (mail) => parts.every((part) => part(mail))
}

function textCondition(value: Json, textOf: (mail: WorldMail) => string): Predicate {
  if (typeof value !== 'string') throw bad('filter', 'has a text condition that is no String')
  const wanted = value.toLowerCase()
  return (mail) => textOf(mail).toLowerCase().includes(wanted)
}

function shown({ name, email }: { name: string | null; email: string }): string {
  return `${name ?? ''} <${email}>`
}

type Order = (a: WorldMail, b: WorldMail) => number

const ORDERS: Record<string, Order> = {
  receivedAt: (a, b) => Date.parse(a.receivedAt) - Date.parse(b.receivedAt),
  sentAt: (a, b) => Date.parse(a.sentAt) - Date.parse(b.sentAt),
  subject: (a, b) => a.subject.localeCompare(b.subject),
}

/** Newest first where nothing is asked for; equal ones by id, so that windows fit together. */
function readSort(value: Json | undefined): Order {
  const sort = value ?? [{ property: 'receivedAt', isAscending: false }]
  if (!Array.isArray(sort)) throw bad('sort', 'must be a Comparator[]')
  const orders = sort.map((comparator) => {
    if (!isObject(comparator)) throw bad('sort', 'must be a Comparator[]')
    onlyArguments(comparator, ['property', 'isAscending', 'collation'])
    const { property, isAscending } = comparator
    const name = typeof property === 'string' ? property : ''
    const order = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined
    if (!order) throw new MethodError('unsupportedSort', `${name} is not supported.`)
    const sign = isAscending === false ? -1 : 1
    return (a: WorldMail, b: WorldMail) => sign * order(a, b)
  })
  return (a, b) => {
    for (const order of orders) {
      const difference = order(a, b)
      if (difference !== 0) return difference
    }
    return a.id < b.id ? -1 : 1
  }
}
