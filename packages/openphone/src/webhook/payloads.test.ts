/** Every example payload is read; what is unknown is `other`; what is broken names its place. */
import { expect, test } from 'vitest'
import { EXAMPLES } from '../../fixtures/webhook/examples.ts'
import { readEvent } from './payloads.ts'

const AT = '2026-04-13T12:00:00.000Z'

/** A payload of the new generation. */
const standard = (type: unknown, resource: unknown, context: unknown = {}) => ({
  id: 'EV1',
  apiVersion: '2026-03-30',
  createdAt: AT,
  type,
  data: { resource, context, links: { quo: null } },
})

const legacy = (type: string, object: unknown) => ({
  id: 'EV1',
  object: 'event',
  apiVersion: 'v4',
  createdAt: AT,
  type,
  data: { object },
})

test.each(Object.entries(EXAMPLES))('%s is read as what it is', (name, payload) => {
  const [family = '', area = '', ...rest] = name.split('.')
  const event = readEvent(payload)
  expect(event).toMatchObject({
    kind: area,
    type: [area, ...rest].join('.').replace('.typed-fields', ''),
    eventId: payload.id,
    createdAt: payload.createdAt,
    generation: family === 'new' ? 'standard' : 'legacy',
  })
})

test('the v1 API’s own names become the ones that are subscribed to', () => {
  expect(readEvent(legacy('callSummary', { callId: 'AC1' }))).toMatchObject({
    kind: 'call',
    type: 'call.summary.completed',
    callId: 'AC1',
  })
  expect(readEvent(legacy('callTranscript', { callId: 'AC1' }))).toMatchObject({
    type: 'call.transcript.completed',
  })
  // As the app sends them, under the subscribed name.
  expect(readEvent(legacy('call.summary.completed', { callId: 'AC1' }))).toMatchObject({
    type: 'call.summary.completed',
  })
})

test.each([
  standard('task.created', { id: 'TK1' }),
  standard('integration.updated', null),
  standard('constructor', {}),
  standard('call.hummed', { id: 'AC1' }),
  { type: 'call.hummed' },
  { type: 'token.validated', id: 5, createdAt: 'yesterday', data: 'none' },
])('an unknown type is other, whatever it holds (%#)', (payload) => {
  expect(readEvent(payload)).toMatchObject({ kind: 'other', type: payload.type })
})

test.each([
  ['no event', 'call.completed', 'type', 'expected Object, found string'],
  ['no type', {}, 'type', 'is missing'],
  ['a type that is none', { type: 5 }, 'type', 'expected string, found number'],
  ['no data', { type: 'call.completed' }, 'data', 'is missing'],
  ['no resource', { type: 'call.missed', data: {} }, 'data.resource', 'is missing'],
  [
    'no legacy object',
    { type: 'call.missed', object: 'event', data: {} },
    'data.object',
    'is missing',
  ],
  ['no id', standard('call.missed', {}), 'data.resource.id', 'is missing'],
  ['an empty id', standard('call.missed', { id: '' }), 'data.resource.id', 'is empty'],
  ['no call', standard('call.summary.completed', {}), 'data.resource.callId', 'is missing'],
  ['no legacy id', legacy('call.ringing', {}), 'data.object.id', 'is missing'],
  [
    'another direction',
    standard('call.completed', { id: 'AC1', direction: 'sideways' }),
    'data.resource.direction',
    'expected ("incoming" | "outgoing"), found string',
  ],
  [
    'no instant',
    standard('call.completed', { id: 'AC1', createdAt: '2026-02-31' }),
    'data.resource.createdAt',
    'expected iso timestamp, found string',
  ],
  [
    'a broken list',
    standard('call.recording.completed', { id: 'AC1', recordings: [{}, { url: 7 }] }),
    'data.resource.recordings[1].url',
    'expected string, found number',
  ],
  [
    'no sender',
    standard(
      'message.received',
      { id: 'AC1', direction: 'incoming', createdAt: AT },
      { recipientIdentifiers: [] },
    ),
    'data.context.senderIdentifier',
    'is missing',
  ],
  [
    'no receiver',
    standard(
      'message.received',
      { id: 'AC1', direction: 'incoming', createdAt: AT },
      { senderIdentifier: '+1', recipientIdentifiers: [' '] },
    ),
    'data.context.recipientIdentifiers',
    'is empty',
  ],
  [
    'no legacy receiver',
    legacy('message.received', { id: 'AC1', direction: 'incoming', from: '+1', createdAt: AT }),
    'data.object.to',
    'is empty',
  ],
  [
    'a legacy form that does not exist',
    legacy('call.voicemail.completed', { id: 'AC1' }),
    'data.resource',
    'is missing',
  ],
  [
    'no time at all',
    { type: 'call.missed', data: { resource: { id: 'AC1' } } },
    'createdAt',
    'no time is known of it',
  ],
])('%s is unreadable at its place', (_what, payload, field, detail) => {
  expect(readEvent(payload)).toMatchObject({
    kind: 'unreadable',
    field,
    detail: expect.stringContaining(detail),
  })
})

test('the reason holds nothing of what was sent', () => {
  const event = readEvent(standard('call.completed', { id: 'AC1', direction: '+15550000002' }))
  expect(JSON.stringify(event)).not.toContain('+15550000002')
})

test('an event’s own id and time are not needed to read it', () => {
  const payload = { ...EXAMPLES['new.call.completed'], id: 5, createdAt: 'now' }
  expect(readEvent(payload)).toMatchObject({ kind: 'call', eventId: null, createdAt: null })
})
