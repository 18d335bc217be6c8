/**
 * Out of order, doubled, stale, with the API's word before or after: the same record. Events are
 * stored as D1 does it (one slot a part, `supersedes`), then merged.
 */
import * as fc from 'fast-check'
import { EVENT_PARTS, supersedes } from '@switchboard/shared/event-parts'
import type { EventPart } from '@switchboard/shared/event-parts'
import {
  isBehind,
  mergeCall,
  mergeRecordings,
  mergeTranscripts,
  wantsFetch,
} from '@switchboard/shared/merge-call'
import type { CallParts } from '@switchboard/shared/merge-call'
import { mergeTextMessage } from '@switchboard/shared/merge-text-message'
import type { TextMessageParts } from '@switchboard/shared/merge-text-message'
import { CallPart, TextMessagePart } from '@switchboard/shared/record'
import type { CallSummary, TranscriptsPart, Voicemail } from '@switchboard/shared/record'
import * as v from 'valibot'
import { expect, test } from 'vitest'
import {
  callPayload,
  callPayloads,
  fromApi,
  OVER,
  PENDING,
  restCall,
  restText,
  textPayload,
} from '../../fixtures/webhook/arbitrary.ts'
import { EXAMPLES } from '../../fixtures/webhook/examples.ts'
import { toCallEventParts, toTextMessageEventPart } from './map.ts'
import { readEvent } from './payloads.ts'

/** What D1 holds after these payloads have arrived in this order. */
function store(payloads: readonly unknown[]): CallParts & TextMessageParts {
  const slots = new Map<string, { version: number; body: string }>()
  for (const { part, version, body } of payloads.flatMap(partsOf)) {
    const arrived = { version, body: JSON.stringify(body) }
    const stored = slots.get(part)
    if (stored === undefined || supersedes(arrived, stored)) slots.set(part, arrived)
  }
  const schemas = v.partial(v.object(EVENT_PARTS))
  const bodies = [...slots].map(([part, { body }]) => [part, JSON.parse(body)])
  return v.parse(schemas, Object.fromEntries(bodies))
}

function partsOf(payload: unknown): EventPart[] {
  const event = readEvent(payload)
  if (event.kind === 'call') return toCallEventParts(event).parts
  return event.kind === 'message' ? [toTextMessageEventPart(event)] : []
}

/** The whole record that D1's parts make. */
function merged(parts: CallParts) {
  return {
    call: mergeCall(parts),
    transcripts: mergeTranscripts(parts),
    recordings: mergeRecordings(parts),
  }
}

function ordersOf<T>(things: readonly T[]): T[][] {
  if (things.length === 0) return [[]]
  return things.flatMap((thing, index) =>
    ordersOf(things.toSpliced(index, 1)).map((rest) => [thing, ...rest]),
  )
}

const LIFE = [
  EXAMPLES['new.call.completed'],
  EXAMPLES['new.call.recording.completed'],
  EXAMPLES['new.call.summary.completed'],
  EXAMPLES['new.call.transcript.completed'],
  EXAMPLES['new.call.ringing'],
  EXAMPLES['new.call.answered'],
]

test('the events of one call in every order, each twice: one record', () => {
  const expected = merged(store(LIFE))
  expect(expected.call).toEqual({
    id: 'AC-call',
    phoneNumberId: 'PN123',
    actorId: 'US123',
    direction: 'incoming',
    status: 'completed',
    participants: [
      { phoneNumber: '+15550000002', actorId: null },
      { phoneNumber: '+15550000001', actorId: 'US123' },
    ],
    createdAt: '2026-04-13T11:59:55.000Z',
    updatedAt: '2026-04-13T12:00:55.000Z',
    answeredAt: '2026-04-13T12:00:00.000Z',
    completedAt: '2026-04-13T12:00:55.000Z',
    answeredBy: null,
    initiatedBy: null,
    durationSeconds: 55,
    forwardedFrom: null,
    forwardedTo: null,
    aiHandled: null,
    summary: {
      status: 'completed',
      summary: ['You talked about the weather.'],
      nextSteps: ['Bring an umbrella.'],
    },
    voicemail: null,
  })
  expect(v.parse(CallPart, expected.call)).toEqual(expected.call)
  expect(expected.transcripts).toMatchObject({ status: 'completed' })
  expect(expected.recordings).toMatchObject({ status: 'completed' })
  for (const order of ordersOf(LIFE)) {
    const texts = [store([...order, ...order]), store(order.flatMap((one) => [one, one]))].map(
      (parts) => JSON.stringify(merged(parts)),
    )
    expect(new Set(texts)).toEqual(new Set([JSON.stringify(expected)]))
  }
})

test('any events in any order and number make one record', () => {
  const shuffled = callPayloads.chain((payloads) =>
    fc.tuple(
      fc.constant(payloads),
      fc.shuffledSubarray([...payloads, ...payloads], {
        minLength: payloads.length * 2,
        maxLength: payloads.length * 2,
      }),
    ),
  )
  fc.assert(
    fc.property(shuffled, fromApi, ([payloads, order], api) => {
      expect(merged({ ...store(order), ...api })).toEqual(merged({ ...store(payloads), ...api }))
    }),
    { numRuns: 500 },
  )
})

test('a record merged again with its events is itself, and one that D1 can hold', () => {
  fc.assert(
    fc.property(callPayloads, fromApi, (payloads, api) => {
      const events = store(payloads)
      const { call, ...artefacts } = merged({ ...events, ...api })
      if (call === null) return
      expect(v.parse(CallPart, call)).toEqual(call)
      const again = {
        ...events,
        rest: call,
        transcripts: artefacts.transcripts ?? undefined,
        recordings: artefacts.recordings ?? undefined,
      }
      expect(merged(again)).toEqual({ call, ...artefacts })
    }),
    { numRuns: 500 },
  )
})

test('what the API calls over stands, whatever events say', () => {
  fc.assert(
    fc.property(callPayloads, restCall(OVER), (payloads, rest) => {
      const call = mergeCall({ ...store(payloads), rest })
      expect({ ...call, summary: null, voicemail: null }).toEqual({
        ...rest,
        summary: null,
        voicemail: null,
      })
    }),
  )
})

test('a completed call stays completed, whatever arrives and whatever the API has seen before', () => {
  const completed = EXAMPLES['new.call.completed']
  const payload = {
    ...completed,
    data: { ...completed.data, resource: { ...completed.data.resource, id: 'AC1' } },
  }
  const others = fc.array(
    callPayload.filter(({ type }) => type !== 'call.completed'),
    { maxLength: 5 },
  )
  const before = fc.option(restCall(PENDING), { nil: undefined })
  fc.assert(
    fc.property(others, fc.nat(5), before, (payloads, place, rest) => {
      const order: unknown[] = [...payloads.slice(0, place), payload, ...payloads.slice(place)]
      const call = mergeCall({ ...store(order), rest })
      expect(call).toMatchObject({
        status: 'completed',
        answeredAt: '2026-04-13T12:00:00.000Z',
        completedAt: '2026-04-13T12:00:55.000Z',
        durationSeconds: 55,
      })
    }),
  )
})

test.each([
  ['new.call.ringing', 'ringing'],
  ['new.call.menu.selected', 'ringing'],
  ['new.call.answered', 'in-progress'],
  ['new.call.forwarded', 'forwarded'],
  ['new.call.missed', 'missed'],
  ['new.call.completed', 'completed'],
  ['new.call.recording.completed', 'completed'],
  ['legacy-v4.call.completed', 'completed'],
  ['legacy-v2.call.completed', 'completed'],
] as const)('%s alone is a call that is %s', (name, status) => {
  const call = mergeCall(store([EXAMPLES[name]]))
  expect(call).toMatchObject({ status })
  expect(v.parse(CallPart, call)).toEqual(call)
})

test('without direction, parties and time it is no record yet', () => {
  expect(mergeCall({})).toBeNull()
  expect(mergeCall(store([EXAMPLES['new.call.summary.completed']]))).toBeNull()
  expect(mergeCall(store([EXAMPLES['new.call.voicemail.completed']]))).toBeNull()
})

test.each([
  ['new.call.ringing', false],
  ['new.call.menu.selected', true],
  ['new.call.answered', true],
  ['new.call.forwarded', true],
  ['new.call.missed', true],
  ['new.call.completed', true],
  ['new.call.recording.completed', true],
  ['new.call.summary.completed', true],
  ['new.call.voicemail.completed', true],
  ['legacy-v2.call.completed', true],
] as const)('after %s alone the API is asked: %s', (name, asked) => {
  expect(wantsFetch(store([EXAMPLES[name]]))).toBe(asked)
})

test('what an event says is made and the API has not told yet is asked for once more', () => {
  const summarised = store([EXAMPLES['new.call.summary.completed']])
  const rest = mergeCall(store([EXAMPLES['new.call.completed']])) ?? undefined
  expect(isBehind({ ...summarised, rest })).toBe(true)
  const making: CallSummary = { status: 'in-progress', summary: [], nextSteps: [] }
  expect(isBehind({ ...summarised, rest: rest && { ...rest, summary: making } })).toBe(true)
  const made = summarised['event:summary'] ?? null
  expect(isBehind({ ...summarised, rest: rest && { ...rest, summary: made } })).toBe(false)
  expect(isBehind(summarised)).toBe(false) // all of it is to be asked for
  expect(isBehind({ 'event:summary': making, rest })).toBe(false)
  const voicemail = store([EXAMPLES['new.call.voicemail.completed']])
  expect(isBehind({ ...voicemail, rest })).toBe(true)
})

test('once asked, the API is asked again only when the call has ended since', () => {
  const ringing = store([EXAMPLES['new.call.ringing']])
  const completed = store([EXAMPLES['new.call.completed']])
  const [early, late] = [mergeCall(ringing) ?? undefined, mergeCall(completed) ?? undefined]
  expect(wantsFetch({ ...ringing, rest: early })).toBe(false)
  expect(wantsFetch({ ...completed, rest: early })).toBe(true)
  expect(wantsFetch({ ...completed, rest: late })).toBe(false)
  expect(wantsFetch({ rest: late })).toBe(false)
})

test('a duration that is not said is the time from answer to end', () => {
  expect(mergeCall(store([EXAMPLES['legacy-v2.call.recording.completed']]))).toMatchObject({
    durationSeconds: 10,
  })
  expect(mergeCall(store([EXAMPLES['legacy-v2.call.completed']]))).toMatchObject({
    durationSeconds: 0,
    voicemail: { status: 'in-progress', durationSeconds: 7 },
  })
})

test('an announced voicemail is pending until it or the API has spoken', () => {
  const { data, ...head } = EXAMPLES['new.call.completed']
  const resource = { ...data.resource, hasVoicemail: true }
  const events = store([{ ...head, data: { ...data, resource } }])
  const call = mergeCall(events)
  expect(call).toMatchObject({ voicemail: { status: 'in-progress', transcript: null } })
  if (call === null) throw new Error('no record')

  const rest = { ...call, voicemail: null }
  const since = (updatedAt: string | null) =>
    mergeCall({ ...events, rest: { ...rest, updatedAt } })?.voicemail
  expect(since(rest.updatedAt)).toMatchObject({ status: 'in-progress' })
  expect(since('2026-04-13T12:09:00.000Z')).toBeNull()
  const made: Voicemail = {
    id: null,
    status: 'completed',
    durationSeconds: 3,
    url: 'https://files.example/vm',
    transcript: 'Call me.',
  }
  expect(mergeCall({ ...events, 'event:voicemail': made })).toMatchObject({ voicemail: made })
})

function transcriptsOf(status: TranscriptsPart['status'], text: string | null): TranscriptsPart {
  const utterances = [{ text: text ?? '', startSeconds: 0, phoneNumber: null, actorId: null }]
  const segment = { recordingId: 'CR1', startTime: null, utterances }
  return { status, segments: text === null ? [] : [segment] }
}

test.each([
  ['completed', 'A', 'completed', 'B', 'rest'],
  ['failed', 'A', 'completed', 'B', 'rest'],
  ['failed', null, 'completed', 'B', 'event'],
  ['pending', null, 'completed', 'B', 'event'],
  ['absent', null, 'completed', 'B', 'event'],
  ['absent', null, 'pending', null, 'event'], // the API says so too when it is not there yet
  ['pending', null, 'absent', null, 'rest'],
  ['completed', null, 'pending', null, 'rest'],
  ['absent', null, 'absent', null, 'rest'],
] as const)(
  'transcripts: %s (%s) by the API, %s (%s) by an event: the %s stands',
  (restStatus, restWords, eventStatus, eventWords, winner) => {
    const rest = transcriptsOf(restStatus, restWords)
    const event = transcriptsOf(eventStatus, eventWords)
    const parts = { transcripts: rest, 'event:transcript': event }
    expect(mergeTranscripts(parts)).toBe(winner === 'rest' ? rest : event)
  },
)

test('text messages: any order, any number; the API’s text, the further status', () => {
  const events = fc.array(textPayload, { minLength: 1, maxLength: 5 })
  const shuffled = events.chain((payloads) =>
    fc.tuple(
      fc.constant(payloads),
      fc.shuffledSubarray([...payloads, ...payloads], { minLength: payloads.length * 2 }),
    ),
  )
  fc.assert(
    fc.property(shuffled, fc.option(restText, { nil: undefined }), ([payloads, order], rest) => {
      const textMessage = mergeTextMessage({ ...store(payloads), rest })
      expect(mergeTextMessage({ ...store(order), rest })).toEqual(textMessage)
      expect(v.parse(TextMessagePart, textMessage)).toEqual(textMessage)
      expect(['queued', 'sent']).not.toContain(textMessage?.status) // every event has got further
      if (rest === undefined) return
      expect({ ...textMessage, status: rest.status }).toEqual(rest)
      if (!['queued', 'sent'].includes(rest.status)) expect(textMessage).toEqual(rest)
      expect(mergeTextMessage({ ...store(order), rest: textMessage ?? rest })).toEqual(textMessage)
    }),
    { numRuns: 300 },
  )
})

test('a text message that nobody has told of is none', () => {
  expect(mergeTextMessage({})).toBeNull()
})
