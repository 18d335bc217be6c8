/**
 * Which records a list of calls, text messages or conversations holds, newest first. Filters add
 * up (AND). Sorted copies are kept as long as the world's array keeps its identity and length.
 * No I/O.
 */
import type { World, WorldCall, WorldTextMessage } from '../../world.ts'
import { type Parameters, listOf } from './parameters.ts'
import { type Conversation, conversationsOf } from './resources.ts'

export function callsOf(world: World, parameters: Parameters): WorldCall[] {
  const { phoneNumberId, actorId, participant, direction, status } = parameters
  const participants =
    participant === undefined ? listOf(parameters, 'participant[in]') : [participant]
  const statuses = status === undefined ? listOf(parameters, 'status[in]') : [status]
  const numbers = new Map(world.phoneNumbers.map(({ id, phoneNumber }) => [id, phoneNumber]))
  const within = bounds(parameters, 'createdAt')
  return newestFirst(world.calls).filter(
    (call) =>
      (phoneNumberId === undefined || call.phoneNumberId === phoneNumberId) &&
      (actorId === undefined || call.actorId === actorId) &&
      (direction === undefined || call.direction === direction) &&
      (statuses.length === 0 || statuses.includes(call.status)) &&
      (participants.length === 0 ||
        endsOf(call, numbers).some((end) => participants.includes(end))) &&
      within(call.createdAt),
  )
}

/** The call's own two ends: who joined later is not looked for. */
function endsOf(call: WorldCall, numbers: Map<string, string>): string[] {
  const outside = call.participants.find(({ actorId }) => actorId === null)
  const own = call.phoneNumberId === null ? undefined : numbers.get(call.phoneNumberId)
  return [outside?.phoneNumber, own].filter((end) => end !== undefined)
}

export function textMessagesOf(world: World, parameters: Parameters): WorldTextMessage[] {
  const { from, to, status, direction, phoneNumberId, userId } = parameters
  const all = listOf(parameters, 'to[all]').toSorted().join(',')
  const within = bounds(parameters, 'createdAt')
  return newestFirst(world.textMessages).filter(
    (message) =>
      (from === undefined || message.from === from) &&
      (to === undefined || message.to.includes(to)) &&
      (all === '' || message.to.toSorted().join(',') === all) &&
      (status === undefined || message.status === status) &&
      (direction === undefined || message.direction === direction) &&
      (phoneNumberId === undefined || message.phoneNumberId === phoneNumberId) &&
      (userId === undefined || message.userId === userId) &&
      within(message.createdAt),
  )
}

export function conversationList(world: World, parameters: Parameters): Conversation[] {
  const { phoneNumberId } = parameters
  const numbers =
    phoneNumberId === undefined ? listOf(parameters, 'phoneNumberId[in]') : [phoneNumberId]
  const created = bounds(parameters, 'createdAt')
  const updated = bounds(parameters, 'updatedAt')
  const [field, direction] = (parameters['sort'] ?? 'createdAt:desc').split(':')
  const instant = (thread: Conversation) =>
    Date.parse(field === 'updatedAt' ? thread.updatedAt : thread.createdAt)
  return conversationsOf(world)
    .filter(
      (thread) =>
        (numbers.length === 0 || numbers.includes(thread.phoneNumberId ?? '')) &&
        created(thread.createdAt) &&
        updated(thread.updatedAt),
    )
    .toSorted((a, b) => (direction === 'asc' ? instant(a) - instant(b) : instant(b) - instant(a)))
}

function bounds(parameters: Parameters, field: string): (instant: string) => boolean {
  const bound = (operator: string) => {
    const value = parameters[`${field}[${operator}]`]
    return value === undefined ? undefined : Date.parse(value)
  }
  const [gte, lte, gt, lt] = [bound('gte'), bound('lte'), bound('gt'), bound('lt')]
  return (instant) => {
    const at = Date.parse(instant)
    return (
      (gte === undefined || at >= gte) &&
      (lte === undefined || at <= lte) &&
      (gt === undefined || at > gt) &&
      (lt === undefined || at < lt)
    )
  }
}

const sorted = new WeakMap<object, object[]>()

function newestFirst<T extends { id: string; createdAt: string }>(records: T[]): T[] {
  const kept = sorted.get(records) as T[] | undefined
  if (kept?.length === records.length) return kept
  const order = records.toSorted(
    (a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt) || (a.id < b.id ? 1 : -1),
  )
  sorted.set(records, order)
  return order
}
