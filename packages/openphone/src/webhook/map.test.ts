/** What each example leaves to be stored (a golden file), and the less plain cases. */
import { supersedes } from '@switchboard/shared/event-parts'
import { expect, test } from 'vitest'
import { EXAMPLES } from '../../fixtures/webhook/examples.ts'
import mapped from '../../fixtures/webhook/mapped.json' with { type: 'json' }
import { toCallEventParts, toContact, toTextMessageEventPart } from './map.ts'
import { readEvent } from './payloads.ts'

const AT = '2026-04-13T12:00:00.000Z'

function stored(payload: unknown) {
  const event = readEvent(payload)
  switch (event.kind) {
    case 'call':
      return toCallEventParts(event)
    case 'message':
      return toTextMessageEventPart(event)
    case 'contact':
      return toContact(event)
    case 'other':
    case 'unreadable':
      return event
  }
}

/** A payload of the new generation; the context is a call's unless given. */
function payloadOf(type: string, resource: object, context: object = CONTEXT) {
  return { id: 'EV1', type, createdAt: AT, data: { resource, context } }
}

const CONTEXT = {
  phoneNumberId: 'PN1',
  userId: 'US1',
  participants: {
    workspace: ['+15550000001'],
    external: ['+15550000002'],
    resolution: 'available',
  },
}

function callParts(type: string, resource: object, context?: object) {
  const event = readEvent(payloadOf(type, resource, context))
  if (event.kind !== 'call') throw new Error(`${type} was read as ${event.kind}`)
  return toCallEventParts(event)
}

function callPart(type: string, resource: object, context?: object) {
  const { parts } = callParts(type, { id: 'AC1', ...resource }, context)
  return parts.find(({ part }) => part === 'event:call')
}

test('every example leaves what the golden file says', () => {
  const found = Object.entries(EXAMPLES).map(([name, payload]) => [name, stored(payload)])
  expect(Object.fromEntries(found)).toEqual(mapped)
})

test.each([
  ['answered', null],
  ['unanswered', null],
  ['unknown', null],
  ['ai-handled', null],
  ['a new word', null],
  ['failed', 'failed'],
  ['forwarded', 'forwarded'],
  ['abandoned', 'abandoned'],
])('the outcome %j is the API’s %j', (said, status) => {
  expect(callPart('call.completed', { status: said })?.body).toMatchObject({
    status,
    aiHandled: said === 'ai-handled' ? 'ai-agent' : null,
  })
})

test.each([
  [undefined, undefined],
  [null, CONTEXT],
  ['outgoing', { ...CONTEXT, participants: null }],
  ['outgoing', { ...CONTEXT, participants: { resolution: 'unavailable' } }],
  ['outgoing', { participants: { workspace: [], external: [' '] } }],
])('without direction or parties nothing is enough (%#)', (direction, context) => {
  const { sufficient } = callParts(
    'call.answered',
    { id: 'AC1', direction, createdAt: AT },
    context,
  )
  expect(sufficient).toBe(false)
})

test.each(['call.missed', 'call.forwarded', 'call.menu.selected'])('%s is incoming', (type) => {
  expect(callParts(type, { id: 'AC1', createdAt: AT }).sufficient).toBe(true)
  expect(callParts(type, { id: 'AC1' }).sufficient).toBe(false)
})

test('who began the call comes first, and ours are marked', () => {
  const [ours, theirs] = [
    { phoneNumber: '+15550000001', actorId: 'US1' },
    { phoneNumber: '+15550000002', actorId: null },
  ]
  expect(callPart('call.ringing', { direction: 'incoming' })?.body).toMatchObject({
    participants: [theirs, ours],
  })
  expect(callPart('call.ringing', { direction: 'outgoing' })?.body).toMatchObject({
    participants: [ours, theirs],
  })
})

test('a voicemail that names no call is one itself', () => {
  const resource = { id: 'AC9', direction: 'incoming', from: '+15550000002', to: '+15550000001' }
  const without = { userId: 'US1' }
  const lone = callParts(
    'call.voicemail.completed',
    { ...resource, callId: null, createdAt: AT },
    without,
  )
  expect(lone).toMatchObject({
    id: 'AC9',
    sufficient: true,
    parts: [
      {
        part: 'event:call',
        body: {
          participants: [
            { phoneNumber: '+15550000002', actorId: null },
            { phoneNumber: '+15550000001', actorId: 'US1' },
          ],
        },
      },
      { part: 'event:voicemail', body: { status: 'in-progress' } },
    ],
  })
  const named = callParts('call.voicemail.completed', { ...resource, callId: 'AC1' }, without)
  expect(named).toMatchObject({ id: 'AC1', parts: [{ part: 'event:voicemail' }] })
})

test.each([
  [undefined, 'pending', []],
  [[], 'pending', []],
  [[{ id: 'CR1', url: 'https://files.example/1' }], 'completed', ['CR1']],
  [[{ id: 'CR1', url: null }], 'pending', ['CR1']],
  [[{ id: null, url: 'https://files.example/1' }], 'pending', []],
  [
    [
      { id: 'CR2', url: 'https://files.example/2', startTime: '2026-04-13T12:05:00Z' },
      { id: 'CR1', url: 'https://files.example/1', startTime: '2026-04-13T12:00:00Z' },
    ],
    'completed',
    ['CR1', 'CR2'],
  ],
])('recordings %j are %s', (recordings, status, ids) => {
  const { parts } = callParts('call.recording.completed', { id: 'AC1', recordings })
  const part = parts.find((found) => found.part === 'event:recording')
  expect(part?.body).toMatchObject({ status, recordings: ids.map((id) => ({ id })) })
})

test.each([
  [{ processingStatus: 'completed', summary: ['Hi.'] }, 'completed'],
  [{ processingStatus: 'failed', summary: null, nextSteps: null }, 'failed'],
  [{ processingStatus: 'absent' }, 'absent'],
  [{ processingStatus: 'rewinding' }, 'in-progress'],
  [{ summary: ['Hi.'] }, 'completed'],
  [{}, 'in-progress'],
])('the summary %j is %s', (resource, status) => {
  const { parts } = callParts('call.summary.completed', { callId: 'AC1', ...resource })
  expect(parts).toMatchObject([{ part: 'event:summary', body: { status } }])
})

test('a later step stays, whatever the times say; of one step the later state', () => {
  const version = (type: string, updatedAt: string) =>
    callPart(type, { updatedAt, createdAt: AT })?.version ?? 0
  const completed = version('call.completed', '2026-04-13T12:00:55Z')
  expect(completed).toBeGreaterThan(version('call.missed', '2026-04-13T12:00:56Z'))
  expect(completed).toBeGreaterThan(version('call.recording.completed', '2026-04-13T12:09:00Z'))
  expect(completed).toBeLessThan(version('call.completed', '2026-04-13T12:00:56Z'))
  expect(version('call.ringing', AT)).toBeGreaterThan(version('call.recording.completed', AT))
  const steps = ['ringing', 'menu.selected', 'answered', 'forwarded', 'missed', 'completed']
  const versions = steps.map((step) => version(`call.${step}`, AT))
  expect(versions).toEqual(versions.toSorted((a, b) => a - b))
})

function summaryVersion(processingStatus: string, createdAt: string): number {
  const resource = { callId: 'AC1', processingStatus }
  const event = readEvent({ ...payloadOf('call.summary.completed', resource), createdAt })
  return event.kind === 'call' ? (toCallEventParts(event).parts[0]?.version ?? NaN) : NaN
}

test('an artefact that is made stays made', () => {
  const made = summaryVersion('completed', '2026-04-13T12:00:00Z')
  expect(made).toBeGreaterThan(summaryVersion('in-progress', '2026-04-13T12:01:00Z'))
  expect(made).toBeLessThan(summaryVersion('completed', '2026-04-13T12:01:00Z'))
})

test.each([
  ['message.received', 'delivered', 'received'],
  ['message.delivered', 'sent', 'delivered'],
  ['message.delivered', 'undelivered', 'undelivered'],
  ['message.failed', 'a new word', 'failed'],
])('a text message that %s says is %s is %s', (type, said, status) => {
  const event = readEvent(
    payloadOf(
      type,
      { id: 'AC1', direction: 'incoming', status: said, createdAt: AT },
      { senderIdentifier: '+15550000002', recipientIdentifiers: ['+15550000001', ' '] },
    ),
  )
  expect(event.kind === 'message' && toTextMessageEventPart(event).body).toMatchObject({
    status,
    to: ['+15550000001'],
  })
})

function contactVersion(type: string, updatedAt: string): number {
  const event = readEvent(payloadOf(type, { id: 'CT1', updatedAt }))
  return event.kind === 'contact' ? toContact(event).version : NaN
}

test('at the same instant a contact is deleted, later it may be there again', () => {
  const deleted = contactVersion('contact.deleted', AT)
  expect(deleted).toBeGreaterThan(contactVersion('contact.updated', AT))
  expect(deleted).toBeLessThan(contactVersion('contact.updated', '2026-04-13T12:00:01Z'))
})

test.each([
  [{ firstName: ' Dana ', lastName: null, company: 'Acme' }, 'Dana'],
  [{ firstName: '', lastName: ' ', company: ' Acme ' }, 'Acme'],
  [{}, null],
])('the contact %j is called %j', (names, name) => {
  expect(stored(payloadOf('contact.updated', { id: 'CT1', ...names }))).toMatchObject({ name })
})

test('of two in a slot the higher version stays, of equal ones the greater text', () => {
  const one = { version: 1, body: 'b' }
  expect(supersedes({ version: 2, body: 'a' }, one)).toBe(true)
  expect(supersedes({ version: 0, body: 'c' }, one)).toBe(false)
  expect(supersedes({ version: 1, body: 'c' }, one)).toBe(true)
  expect(supersedes(one, one)).toBe(false)
})
